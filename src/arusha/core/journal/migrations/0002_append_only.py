"""Triggers that refuse to change, remove or replace a row of the journal.

`INSERT OR REPLACE` deletes without firing a DELETE trigger in SQLite, so an insert of a sequence number or id that is
already there is refused as well. PostgreSQL has TRUNCATE instead, which fires a trigger of its own; its triggers fire
also where a session says that it replicates (ENABLE ALWAYS).
"""

from django.db import migrations

TABLES = {"journal_entry": ("seq", "id"), "journal_link": ("number",)}


def _on_sqlite():
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


def _on_postgresql():
    yield (
        "CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END$$"
    )
    for table in TABLES:
        for verb in ("UPDATE", "DELETE", "TRUNCATE"):
            name = f"{table}_no_{verb.lower()}"
            yield (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()"
            )
            yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def add(apps, schema_editor):
    """Create the triggers of the database at hand."""
    statements = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}[schema_editor.connection.vendor]
    for statement in statements():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
