"""Whatever has a number is found in the register."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_fill_search_text")]

    operations = [
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), models.Q(("search_text", ""), _negated=True), _connector="OR"),
                name="paper_issued_is_found",
            ),
        ),
    ]
