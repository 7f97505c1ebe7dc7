"""The table of the cache, in which allauth counts attempts."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """Create the table unless it exists; the command looks itself."""
    call_command(
        "createcachetable", database=schema_editor.connection.alias, verbosity=0
    )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_profile")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
