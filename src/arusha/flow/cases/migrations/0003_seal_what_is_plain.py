"""Seal the texts and files that were kept in clear. Not one transaction: after a kill it goes on where it was."""

from django.db import migrations

from arusha.core.files import plain

COLUMNS = {
    "CaseNote": {"text": "text_plain"},
    "CaseEvidence": {"sha256": "sha256_plain", "name": "name_plain", "what": "what_plain"},
    "CaseTask": {"what": "what_plain", "note": "note_plain"},
    "CaseReply": {"question": "question_plain", "text": "text_plain"},
}


def seal(apps, schema_editor):
    """The files first: a row names its sealed file by `kept`."""
    evidence = apps.get_model("cases", "CaseEvidence")
    plain.seal_files(evidence)
    for name, columns in COLUMNS.items():
        plain.seal_texts(apps.get_model("cases", name), columns)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0002_sealed_columns")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
