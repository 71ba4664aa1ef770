"""Until now only colleagues typed addresses, and those were to be recognised by; what a visitor claims is not."""

from django.db import migrations


def usual(apps, _schema):
    apps.get_model("customers", "CustomerAddress").objects.filter(proof="claimed").update(proof="usual")


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_claimed_addresses_are_nobodys")]

    operations = [migrations.RunPython(usual, migrations.RunPython.noop)]
