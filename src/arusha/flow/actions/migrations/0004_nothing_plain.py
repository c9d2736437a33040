"""The plain columns go, once everything of theirs is sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actions", "0003_seal_what_is_plain")]
    operations = [
        migrations.RemoveField(model_name="actionevidence", name="text_plain"),
        migrations.RemoveField(model_name="actionevidence", name="sha256_plain"),
        migrations.RemoveField(model_name="actionevidence", name="name_plain"),
        migrations.AddConstraint(
            model_name="actionevidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kept", ""), _negated=True), fields=("of", "kept"), name="one_row_an_action_file"
            ),
        ),
    ]
