"""Why a pledge does not stand any more becomes a code; what was stored in the language of the actor is read back."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REPLACED = ("Đã thay bằng bản ký mới.", "Replaced by a new pledge.")


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    ended = apps.get_model("movement", "Pledge").objects.filter(state="WITHDRAWN")
    ended.filter(reason__in=REPLACED).update(ending="REPLACED", reason="")
    ended.filter(ending="").update(ending="TAKEN_BACK")


def empty(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    pledges = apps.get_model("movement", "Pledge").objects
    pledges.filter(ending="REPLACED").update(reason=REPLACED[0])
    pledges.update(ending="")


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
        migrations.RunPython(fill, empty),
        migrations.AddConstraint(
            model_name='pledge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ending', ''), ('reason', ''), ('state', 'CONFIRMED'), ('withdrawn_at__isnull', True)), models.Q(('ending', 'REPLACED'), ('reason', ''), ('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False)), models.Q(('ending', 'TAKEN_BACK'), ('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='pledge_withdrawn_whole'),
        ),
    ]
