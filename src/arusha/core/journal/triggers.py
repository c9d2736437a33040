"""What makes the journal append-only in the database, and whether it is all there."""

from django.db import connection

TABLES = ("journal_entry", "journal_link")
VERBS = {"sqlite": ("update", "delete", "replace"), "postgresql": ("update", "delete", "truncate")}


def triggers() -> set[str]:
    """The triggers there have to be; see the migration that makes them."""
    return {f"{table}_no_{verb}" for table in TABLES for verb in VERBS[connection.vendor]}


def triggers_missing() -> list[str]:
    """The triggers that someone took away, switched off or emptied: the database was changed by hand."""
    there = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    return sorted(triggers() - there())


def _on_sqlite() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def _on_postgresql() -> set[str]:
    """Those that fire always ('A'), before each statement of their verb (tgtype), and call what refuses."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s) "
            "AND t.tgenabled = 'A' AND t.tgqual IS NULL AND f.proname = 'journal_append_only' "
            "AND f.prosrc LIKE 'BEGIN RAISE EXCEPTION %%; END' AND t.tgname = c.relname || '_no_' || "
            "CASE t.tgtype WHEN 18 THEN 'update' WHEN 10 THEN 'delete' WHEN 34 THEN 'truncate' END",
            [list(TABLES)],
        )
        return {name for (name,) in cursor.fetchall()}
