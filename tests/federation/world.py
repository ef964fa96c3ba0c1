"""Run inside a home of its own: an installation of a ministry, on a Monday afternoon, that receives from the sender
whose public key is given; prints a token of its Office."""

import datetime
import sys
import warnings

import django

AFTERNOON = (datetime.date(2021, 9, 20), datetime.time(15, 0))


def main(public_key: str) -> None:
    django.setup()
    from tests.factories.risk import make_unit, make_user
    from vungxanh.accounts.operations import issue_token
    from vungxanh.cli.installation import prepare_database
    from vungxanh.common import clock
    from vungxanh.federation.models import RollupSender
    from vungxanh.organization.enums import Role

    clock.keep_demonstration_offset(clock.moment(*AFTERNOON) - clock.real_now())
    prepare_database()
    office = make_user("vanphong", Role.OFFICE, make_unit("BO"))
    given = {"code": "TINH", "name": "Tỉnh A", "public_key": public_key, "created_at": clock.now()}
    RollupSender.objects.create(created_by=office, **given)
    sys.stdout.write(issue_token(office, at=clock.now(), real=clock.real_now())[0])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1])
