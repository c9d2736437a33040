"""What stood in clear is still in the free pages of a SQLite file: write the file anew, without them."""

from django.db import migrations


def vacuum(apps, schema_editor):
    """PostgreSQL's own vacuum does so in its time."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("VACUUM")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("actions", "0004_nothing_plain"), ("cases", "0004_nothing_plain")]
    operations = [migrations.RunPython(vacuum, migrations.RunPython.noop)]
