"""Seal the texts and files that were kept in clear. Not one transaction: after a kill it goes on where it was."""

from django.db import migrations

from arusha.core.files import plain

COLUMNS = {
    "ActionEvidence": {"text": "text_plain", "sha256": "sha256_plain", "name": "name_plain"},
}


def seal(apps, schema_editor):
    """The files first: a row names its sealed file by `kept`."""
    evidence = apps.get_model("actions", "ActionEvidence")
    plain.seal_files(evidence)
    for name, columns in COLUMNS.items():
        plain.seal_texts(apps.get_model("actions", name), columns)
    plain.remove_plain([evidence, apps.get_model("cases", "CaseEvidence")])


class Migration(migrations.Migration):
    atomic = False
    run_before = [("cases", "0004_nothing_plain")]  # which drops the column that says what a plain file is called
    dependencies = [("cases", "0003_seal_what_is_plain"), ("actions", "0002_sealed_columns")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
