"""What the register is searched by; filled by the next migration."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_paper_file")]

    operations = [
        migrations.AddField(
            model_name="paper", name="search_text", field=models.TextField(blank=True, default="")
        ),
    ]
