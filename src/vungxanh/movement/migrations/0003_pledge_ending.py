"""Why a pledge does not stand any more becomes a code: the column, filled and tightened by the two that follow."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('movement', '0002_group_activities')]

    operations = [
        migrations.RemoveConstraint(
            model_name='pledge',
            name='pledge_withdrawn_whole',
        ),
        migrations.AddField(
            model_name='pledge',
            name='ending',
            field=models.CharField(blank=True, choices=[('TAKEN_BACK', 'taken back'), ('REPLACED', 'replaced by a new pledge')], max_length=10),
        ),
    ]
