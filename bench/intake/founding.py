"""Founds the agency of a measurement in a VUNGXANH_HOME of its own: `python -m bench.intake.founding PEOPLE FILE DAYS`.

The day is open, everybody has an access token, was judged, and has declared on so many working days before.
"""

import datetime
import json
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.intake.people import DAY, DAYS_BEFORE, EACH_UNIT, Declarant, World, write  # noqa: E402
from vungxanh.accounts.models import AccessToken, User  # noqa: E402
from vungxanh.accounts.tokens import LIFE, signed  # noqa: E402
from vungxanh.admission.submission import nothing_to_report  # noqa: E402
from vungxanh.cli.installation import prepare_database  # noqa: E402
from vungxanh.common import clock  # noqa: E402
from vungxanh.common.encryption import encrypt  # noqa: E402
from vungxanh.organization.enums import ContractKind, UnitKind  # noqa: E402
from vungxanh.organization.models import Person, Post, Unit, UnitVersion  # noqa: E402
from vungxanh.organization.tree import all_tree_on  # noqa: E402
from vungxanh.risk.enums import Cause  # noqa: E402
from vungxanh.risk.operations import assess_everybody, assess_zones  # noqa: E402
from vungxanh.screening.enums import Window  # noqa: E402
from vungxanh.screening.models import Declaration  # noqa: E402
from vungxanh.screening.operations import open_day  # noqa: E402
from vungxanh.screening.rulebook import QUESTIONNAIRE, Questionnaire  # noqa: E402

AT = clock.moment(DAY, datetime.time(5))
SINCE = datetime.date(2021, 1, 1)
AT_ONCE = 5000


def found(count: int, days: int) -> World:
    form = QUESTIONNAIRE.current().in_force(DAY)
    nothing = nothing_to_report(form, Window.ARRIVAL)
    answers = encrypt(json.dumps({"answers": nothing, "temperature_c": 36.5}, ensure_ascii=False).encode())
    with clock.at(AT):
        prepare_database()
        people = engage(units(-(-count // EACH_UNIT)), count)
        open_day(DAY, at=AT)
        for day in DAYS_BEFORE[len(DAYS_BEFORE) - days :]:
            declare(people, day, form, answers)
        assess_everybody(at=AT, cause=Cause.SCHEDULE)
        assess_zones([node.id for node in all_tree_on(DAY)], day=DAY, at=AT)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return World(tuple(people), form.code, form.version, answers.decode(), nothing)


def units(count: int) -> list[Unit]:
    root = Unit.objects.create(code="UB")
    UnitVersion.objects.create(unit=root, name="Ủy ban", short_name="UB", kind=UnitKind.AGENCY, valid_from=SINCE)
    made = Unit.objects.bulk_create([Unit(code=f"DV{number:05}") for number in range(count)])
    UnitVersion.objects.bulk_create(
        UnitVersion(
            unit=unit,
            parent=root,
            name=f"Đơn vị {unit.code}",
            short_name=unit.code,
            kind=UnitKind.SUBORDINATE_UNIT,
            is_reporting_point=True,
            valid_from=SINCE,
        )
        for unit in made
    )
    return made


def engage(made: Sequence[Unit], count: int) -> list[Declarant]:
    """Users with a token, people, and their posts."""
    places = [made[number // EACH_UNIT] for number in range(count)]
    users = User.objects.bulk_create(
        [
            User(username=f"cb{n:07}", full_name=f"Nguyễn Văn {n}", created_at=AT, must_change_password=False)
            for n in range(count)
        ],
        batch_size=AT_ONCE,
    )
    people = Person.objects.bulk_create(
        [
            Person(staff_code=user.username, full_name=user.full_name, sort_key=user.username, user=user)
            for user in users
        ],
        batch_size=AT_ONCE,
    )
    kind = ContractKind.CIVIL_SERVANT
    Post.objects.bulk_create(
        (
            Post(person=person, unit=unit, title="Chuyên viên", contract=kind, valid_from=SINCE)
            for person, unit in zip(people, places, strict=True)
        ),
        batch_size=AT_ONCE,
    )
    real = clock.real_now()
    tokens = AccessToken.objects.bulk_create(
        [AccessToken(user=user, created_at=real, expires_at=real + LIFE) for user in users], batch_size=AT_ONCE
    )
    return [
        Declarant(token.user_id, person.pseudonym.hex, unit.pk, signed(token))
        for person, unit, token in zip(people, places, tokens, strict=True)
    ]


def declare(people: Sequence[Declarant], day: datetime.date, form: Questionnaire, answers: bytes) -> None:
    """Everybody had nothing to report."""
    at = clock.moment(day, datetime.time(7))
    Declaration.objects.bulk_create(
        (
            Declaration(
                client_uuid=uuid.uuid4(),
                content_hash="0" * 64,
                subject=uuid.UUID(one.subject),
                unit_id=one.unit_id,
                day=day,
                window="ARRIVAL",
                declared_at=at,
                received_at=at,
                timeliness="ON_TIME",
                channel="API",
                questionnaire=form.code,
                questionnaire_version=form.version,
                answers=answers,
                has_fever=False,
            )
            for one in people
        ),
        batch_size=AT_ONCE,
    )


if __name__ == "__main__":
    write(found(int(sys.argv[1]), int(sys.argv[3])), Path(sys.argv[2]))
