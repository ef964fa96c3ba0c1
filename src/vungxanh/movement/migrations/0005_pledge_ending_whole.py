"""A pledge that does not stand any more says why."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('movement', '0004_fill_pledge_ending')]

    operations = [
        migrations.AddConstraint(
            model_name='pledge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ending', ''), ('reason', ''), ('state', 'CONFIRMED'), ('withdrawn_at__isnull', True)), models.Q(('ending', 'REPLACED'), ('reason', ''), ('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False)), models.Q(('ending', 'TAKEN_BACK'), ('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='pledge_withdrawn_whole'),
        ),
    ]
