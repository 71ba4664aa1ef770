from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0004_listener"),
    ]

    operations = [
        migrations.AddField(
            model_name="routing",
            name="rehearsed_for",
            field=models.JSONField(default=dict),
        ),
    ]
