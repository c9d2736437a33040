"""The plain columns go, once everything of theirs is sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_seal_what_is_plain")]
    operations = [
        migrations.RemoveField(model_name="casenote", name="text_plain"),
        migrations.RemoveField(model_name="caseevidence", name="sha256_plain"),
        migrations.RemoveField(model_name="caseevidence", name="name_plain"),
        migrations.RemoveField(model_name="caseevidence", name="what_plain"),
        migrations.RemoveField(model_name="casetask", name="what_plain"),
        migrations.RemoveField(model_name="casetask", name="note_plain"),
        migrations.RemoveField(model_name="casereply", name="question_plain"),
        migrations.RemoveField(model_name="casereply", name="text_plain"),
        migrations.AddConstraint(
            model_name="caseevidence",
            constraint=models.UniqueConstraint(fields=("of", "kept"), name="one_row_a_case_file"),
        ),
    ]
