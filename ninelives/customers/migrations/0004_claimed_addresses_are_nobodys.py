from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("customers", "0003_members_of_a_root"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="customeraddress", name="address_once_per_base"),
        migrations.AddConstraint(
            model_name="customeraddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proof", "claimed"), _negated=True),
                fields=("base", "kind", "value"),
                name="address_once_per_base",
            ),
        ),
        migrations.AddConstraint(
            model_name="customeraddress",
            constraint=models.UniqueConstraint(fields=("customer", "kind", "value"), name="address_once_per_customer"),
        ),
    ]
