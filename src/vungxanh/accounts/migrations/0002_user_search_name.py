"""The name without marks, by which an administrator looks for an account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("user", "search_name", models.CharField(blank=True, default="", max_length=160)),
    ]
