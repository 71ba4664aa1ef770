from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

from ninelives.customers.alike import Digits
from ninelives.foundation.text import Folded


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_relations_and_doubles"),
        ("foundation", "0003_text"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="customer_folded_name_parts"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=GinIndex(models.Func("name", function="foundation_outlines"), name="customer_name_outlines"),
        ),
        migrations.AddIndex(
            model_name="customeraddress",
            index=GinIndex(
                OpClass(Digits("value"), "gin_trgm_ops"),
                condition=models.Q(("value__regex", "^\\+?[0-9 ()./-]{8,24}$")),
                name="address_digit_parts",
            ),
        ),
        migrations.RemoveIndex(model_name="customer", name="customer_name_parts"),
    ]
