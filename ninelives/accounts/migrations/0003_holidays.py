from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_opening_hours")]
    operations = [
        migrations.AddField("brand", "holidays", models.CharField(blank=True, default="", max_length=2)),
    ]
