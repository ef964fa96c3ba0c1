"""Two months of a crowd, so that a database has reason to use its indexes: other people, of other units."""

import datetime
import uuid
from collections.abc import Sequence
from itertools import product

from django.db import connection

from tests.factories.risk import make_windows
from vungxanh.accounts.models import User
from vungxanh.admission.enums import SubjectKind
from vungxanh.admission.models import GatePass
from vungxanh.audit import operations as audit
from vungxanh.common.bulk import insert
from vungxanh.common.clock import moment
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import ContractKind
from vungxanh.organization.models import Person, Post, Unit
from vungxanh.risk.enums import Cause, RiskLevel
from vungxanh.risk.models import PersonAssessment
from vungxanh.screening.enums import Channel, Direction, GateState, Means, Timeliness, Window
from vungxanh.screening.models import AcceptedUuid, DayWindows, Declaration, PersonDay, Presence, PresenceEvent
from vungxanh.screening.operations import make_months

PEOPLE, DAYS, UNITS = 60, 60, 20
OUTSIDE = 3000
FIRST_UNIT = 100_000
DAY = datetime.timedelta(days=1)
START, ENDED = datetime.date(2020, 1, 1), datetime.date(2020, 12, 31)


def make_crowd(last: datetime.date, user: User) -> None:
    """Every table that grows with people and days gets thousands of rows, until and with `last`; then the database
    learns what it holds."""
    subjects = [uuid.uuid4() for _ in range(PEOPLE)]
    days = [last - DAY * ago for ago in range(DAYS)]
    windows = {day: make_windows(day) for day in days}
    lived = [(subject, day, FIRST_UNIT + place % UNITS) for (place, subject), day in product(enumerate(subjects), days)]
    declarations = [_declaration(*one, window) for one, window in product(lived, Window)]
    insert(declarations)
    insert([_person_day(*one, windows[one[1]]) for one in lived])
    insert([_assessment(subject, day, is_current=day == last) for subject, day, _unit in lived])
    insert([_key(row) for row in declarations])
    insert([_pass(subject, day) for subject, day, _unit in lived])
    events = [_sighting(*one, direction) for one, direction in product(lived, (Direction.IN, Direction.OUT))]
    insert(events)
    insert([_stay(one, entry, leaving) for one, entry, leaving in zip(lived, events[::2], events[1::2], strict=True)])
    insert(
        [
            audit.event(
                "admission.submit_declaration", actor=user, at=row.declared_at, subject=user, unit_id=row.unit_id
            )
            for row in declarations
        ]
    )
    _make_people()
    insert([_notification(place, day) for place, day in product(_others(), days)])
    make_months(at=moment(last, datetime.time(1)))
    learn()


def learn() -> None:
    with connection.cursor() as cursor:
        # Not what all databases of a server share: another test that learns would wait until this one is over.
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'ANALYZE "{table}"')


def _make_people() -> None:
    """Of a unit that is older than its people."""
    unit = Unit.objects.create(code="CU")
    people = [
        Person(staff_code=f"Q{number}", full_name="x", sort_key="x", search_name=f"x {number}")
        for number in range(OUTSIDE)
    ]
    insert(people)
    insert(
        [
            Post(
                person=person,
                unit=unit,
                contract=ContractKind.CIVIL_SERVANT,
                title="x",
                valid_from=START,
                valid_to=ENDED,
            )
            for person in people
        ]
    )


def _others() -> Sequence[User]:
    made = [
        User(username=f"kh{number}", full_name="x", created_at=moment(datetime.date(2021, 1, 1), datetime.time(8)))
        for number in range(PEOPLE)
    ]
    insert(made)
    return made


def _person_day(subject: uuid.UUID, day: datetime.date, unit_id: int, windows: DayWindows) -> PersonDay:
    return PersonDay(
        day=day,
        subject=subject,
        unit_id=unit_id,
        home_unit_id=unit_id,
        windows=windows,
        expects_arrival=True,
        expects_leaving=True,
    )


def _declaration(subject: uuid.UUID, day: datetime.date, unit_id: int, window: Window) -> Declaration:
    at = moment(day, datetime.time(7))
    return Declaration(
        client_uuid=uuid.uuid4(),
        content_hash="x",
        subject=subject,
        unit_id=unit_id,
        day=day,
        window=window,
        declared_at=at,
        received_at=at,
        timeliness=Timeliness.ON_TIME,
        channel=Channel.PAGE,
        questionnaire="covid19",
        questionnaire_version="1",
        answers=b"",
    )


def _assessment(subject: uuid.UUID, day: datetime.date, *, is_current: bool) -> PersonAssessment:
    return PersonAssessment(
        subject=subject,
        day=day,
        at=moment(day, datetime.time(7)),
        level=RiskLevel.LOW,
        table="person_covid19",
        edition=datetime.date(2021, 9, 16),
        cause=Cause.DECLARATION,
        is_current=is_current,
    )


def _key(row: Declaration) -> AcceptedUuid:
    return AcceptedUuid(
        client_uuid=row.client_uuid,
        content_hash="x",
        declaration_id=row.pk,
        assessment_id=row.pk,
        received_on=row.day,
    )


def _pass(subject: uuid.UUID, day: datetime.date) -> GatePass:
    at = moment(day, datetime.time(7))
    return GatePass(
        subject=subject,
        kind=SubjectKind.STAFF,
        day=day,
        agency_id=FIRST_UNIT,
        kid="x",
        issued_at=at,
        expires_at=at + DAY,
    )


def _sighting(subject: uuid.UUID, day: datetime.date, unit_id: int, direction: Direction) -> PresenceEvent:
    at = moment(day, datetime.time(7 if direction == Direction.IN else 17))
    return PresenceEvent(
        client_uuid=uuid.uuid4(),
        content_hash="x",
        place_id=unit_id,
        site_id=unit_id,
        subject=subject,
        direction=direction,
        device_at=at,
        occurred_at=at,
        received_at=at,
        means=Means.SCAN,
        decision=GateState.ALLOWED if direction == Direction.IN else "",
    )


def _stay(lived: tuple[uuid.UUID, datetime.date, int], entry: PresenceEvent, leaving: PresenceEvent) -> Presence:
    subject, day, unit_id = lived
    return Presence(
        subject=subject,
        site_id=unit_id,
        place_id=unit_id,
        left_place_id=unit_id,
        day=day,
        entered_at=entry.occurred_at,
        left_at=leaving.occurred_at,
        entry_key=entry.pk,
        exit_key=leaving.pk,
    )


def _notification(recipient: User, day: datetime.date) -> Notification:
    return Notification(
        recipient=recipient,
        topic="risk.return_reminder",
        key=f"{day}",
        title="x",
        address="/",
        made_at=moment(day, datetime.time(7)),
        read_at=moment(day, datetime.time(8)),
    )
