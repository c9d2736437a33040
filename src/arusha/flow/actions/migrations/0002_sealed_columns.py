"""Columns for what is sealed from here on, beside the plain ones of before; the next migration fills them."""

from django.db import migrations, models

import arusha.core.journal.sealed_fields


class Migration(migrations.Migration):
    dependencies = [("actions", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="actionevidence", name="one_row_an_action_file"),
        migrations.AddField(
            model_name="actionevidence", name="kept", field=models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.RenameField(model_name="actionevidence", old_name="text", new_name="text_plain"),
        migrations.AddField(
            model_name="actionevidence",
            name="text",
            field=arusha.core.journal.sealed_fields.SealedText(blank=True, default=""),
        ),
        migrations.RenameField(model_name="actionevidence", old_name="sha256", new_name="sha256_plain"),
        migrations.AddField(
            model_name="actionevidence",
            name="sha256",
            field=arusha.core.journal.sealed_fields.SealedText(blank=True, default=""),
        ),
        migrations.RenameField(model_name="actionevidence", old_name="name", new_name="name_plain"),
        migrations.AddField(
            model_name="actionevidence",
            name="name",
            field=arusha.core.journal.sealed_fields.SealedText(blank=True, default=""),
        ),
    ]
