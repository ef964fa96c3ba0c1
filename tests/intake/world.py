"""Run inside a home of its own: an agency whose people all hold a token, and the cookies of its Office and of somebody
without a role; prints what the clients need as JSON."""

import datetime
import json
import sys
import warnings

import django

PEOPLE = 90
MORNING = (datetime.date(2021, 9, 20), datetime.time(7, 0))


def main() -> None:
    """The agency's clock stands in the arrival window of a working day, whenever the test runs."""
    django.setup()
    from django.test import Client

    from tests.factories.risk import make_person, make_unit, make_user
    from tests.factories.screening import answers
    from vungxanh.accounts.models import User
    from vungxanh.accounts.operations import issue_token
    from vungxanh.cli.installation import prepare_database
    from vungxanh.common import clock
    from vungxanh.organization.enums import Role

    clock.keep_demonstration_offset(clock.moment(*MORNING) - clock.real_now())
    prepare_database()
    root = make_unit("SO")
    unit = make_unit("CC", root)
    cookies = {}
    for user in (make_user("vanphong", Role.OFFICE, root), make_user("la")):
        client = Client()
        client.force_login(user, "vungxanh.accounts.backends.NameOrPhoneBackend")
        cookies[user.username] = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    tokens = []
    for number in range(PEOPLE):
        name = f"n{number:03}"
        user = User.objects.create(username=name, full_name=name, created_at=clock.now(), must_change_password=False)
        make_person(unit, f"Nguyễn Văn {name}", user=user)
        tokens.append(issue_token(user, at=clock.now(), real=clock.real_now())[0])
    given = {"tokens": tokens, "cookies": cookies, "answers": answers(), "declared_at": clock.now().isoformat()}
    json.dump(given, sys.stdout)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
