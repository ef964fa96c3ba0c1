"""What was stored in the language of the actor is read back as a code. By itself: PostgreSQL changes no table in the
transaction in which its rows were changed."""

from django.apps.registry import Apps
from django.db import migrations
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

    dependencies = [('movement', '0003_pledge_ending')]

    operations = [migrations.RunPython(fill, empty)]
