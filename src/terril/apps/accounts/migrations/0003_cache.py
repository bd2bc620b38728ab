"""Table of what the workers count together: tries of a sign-in, tokens that serve once."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_session")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
