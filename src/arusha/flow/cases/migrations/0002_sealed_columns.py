"""Columns for what is sealed from here on, beside the plain ones of before; the next migration fills them."""

from django.db import migrations, models

import arusha.core.journal.sealed_fields


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="caseevidence", name="one_row_a_case_file"),
        migrations.AddField(
            model_name="caseevidence",
            name="kept",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="casenote", old_name="text", new_name="text_plain"),
        migrations.AddField(
            model_name="casenote",
            name="text",
            field=arusha.core.journal.sealed_fields.SealedText(default=""),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="caseevidence", old_name="sha256", new_name="sha256_plain"),
        migrations.AddField(
            model_name="caseevidence",
            name="sha256",
            field=arusha.core.journal.sealed_fields.SealedText(default=""),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="caseevidence", old_name="name", new_name="name_plain"),
        migrations.AddField(
            model_name="caseevidence",
            name="name",
            field=arusha.core.journal.sealed_fields.SealedText(default=""),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="caseevidence", old_name="what", new_name="what_plain"),
        migrations.AddField(
            model_name="caseevidence",
            name="what",
            field=arusha.core.journal.sealed_fields.SealedText(blank=True, default=""),
        ),
        migrations.RenameField(model_name="casetask", old_name="what", new_name="what_plain"),
        migrations.AddField(
            model_name="casetask",
            name="what",
            field=arusha.core.journal.sealed_fields.SealedText(default=""),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="casetask", old_name="note", new_name="note_plain"),
        migrations.AddField(
            model_name="casetask",
            name="note",
            field=arusha.core.journal.sealed_fields.SealedText(blank=True, default=""),
        ),
        migrations.RenameField(model_name="casereply", old_name="question", new_name="question_plain"),
        migrations.AddField(
            model_name="casereply",
            name="question",
            field=arusha.core.journal.sealed_fields.SealedText(default=""),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="casereply", old_name="text", new_name="text_plain"),
        migrations.AddField(
            model_name="casereply",
            name="text",
            field=arusha.core.journal.sealed_fields.SealedText(blank=True, default=""),
        ),
    ]
