"""Triggers that refuse to change, remove or replace a row of the journal.

`INSERT OR REPLACE` deletes without firing a DELETE trigger in SQLite, so an insert of a sequence number or id that is
already there is refused as well.
"""

from django.db import migrations

TABLES = {"journal_entry": ("seq", "id"), "journal_link": ("number",)}


def _statements():
    for table, keys in TABLES.items():
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
            )
        taken = " OR ".join(f"{key} = NEW.{key}" for key in keys)
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )


def add(apps, schema_editor):
    """Create the triggers; only SQLite has been tried."""
    if schema_editor.connection.vendor != "sqlite":
        raise NotImplementedError("this version keeps its journal in SQLite only")
    for statement in _statements():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
