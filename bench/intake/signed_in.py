"""Signs an Office and the head of a unit in to the agency of a measurement: `python -m bench.intake.signed_in` in its
VUNGXANH_HOME tells the cookie of each."""

import json

import click
import django
from django.conf import settings

django.setup()

from django.test import Client  # noqa: E402

from bench.intake.founding import SINCE  # noqa: E402
from vungxanh.accounts.models import User  # noqa: E402
from vungxanh.common import clock  # noqa: E402
from vungxanh.organization.enums import Role  # noqa: E402
from vungxanh.organization.models import RoleAssignment, Unit  # noqa: E402

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
WHO = {"office": (Role.OFFICE, "UB"), "head": (Role.UNIT_HEAD, "DV00000")}


def cookie(name: str, role: Role, unit: Unit) -> str:
    user = User.objects.create(username=name, full_name=name, created_at=clock.now(), must_change_password=False)
    RoleAssignment.objects.create(user=user, role=role, unit=unit, valid_from=SINCE)
    client = Client()
    client.force_login(user, BACKEND)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    cookies = {name: cookie(name, role, Unit.objects.get(code=code)) for name, (role, code) in WHO.items()}
    click.echo(json.dumps(cookies))
