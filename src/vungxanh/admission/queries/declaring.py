"""What the declaration page needs to know: which window is open for a person, and what was declared."""

import datetime
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.risk.models import PersonAssessment
from vungxanh.screening.enums import Window
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay
from vungxanh.screening.queries.days import all_days_of
from vungxanh.screening.queries.declarations import all_declared, all_rows_of


@dataclass(frozen=True, slots=True)
class WindowState:
    """One window of a person's day at a moment."""

    window: Window
    opens_at: datetime.datetime
    due_at: datetime.datetime
    closes_at: datetime.datetime
    is_open: bool
    is_ahead: bool
    is_past_due: bool
    is_expected: bool
    declaration: Declaration | None
    timeliness: str

    @property
    def state(self) -> str:
        """A code of the badges of timeliness."""
        if self.declaration:
            return self.timeliness
        if not self.is_expected:
            return "EXCUSED"
        return "MISSING" if self.is_past_due else "PENDING"


@dataclass(frozen=True, slots=True)
class DayState:
    """A person's working day at a moment: `current` is the window to declare for now, if any."""

    day: datetime.date
    person_day: PersonDay | None
    windows: tuple[WindowState, ...]

    @property
    def current(self) -> WindowState | None:
        return next((one for one in self.windows if one.is_open and not one.declaration), None)

    @property
    def next_opening(self) -> WindowState | None:
        return next((one for one in self.windows if one.is_ahead and not one.declaration), None)

    @property
    def missed(self) -> WindowState | None:
        """A window that is closed and to which nothing came."""
        return next((one for one in self.windows if one.state == "MISSING" and not one.is_open), None)

    @property
    def is_free(self) -> bool:
        return not any(one.is_expected for one in self.windows)


def day_state(person: Person, *, at: datetime.datetime) -> DayState:
    """Today's day, or yesterday's while a night shift that began then still has an open window."""
    today = at.astimezone(ZONE).date()
    yesterday = today - datetime.timedelta(days=1)
    found = all_days_of(person.pseudonym, [today, yesterday])
    states = [_state(day, found.get(day), person, at) for day in (today, yesterday)]
    return next((state for state in states if state.current), states[0])


def _state(day: datetime.date, row: PersonDay | None, person: Person, at: datetime.datetime) -> DayState:
    if row is None:
        return DayState(day, None, ())
    declared = all_declared(person.pseudonym, day)
    return DayState(day, row, tuple(_window(one, row, declared.get(one), at) for one in Window))


def _window(window: Window, row: PersonDay, declaration: Declaration | None, at: datetime.datetime) -> WindowState:
    name = window.lower()
    opens, due, closes = (getattr(row.windows, f"{name}_{what}_at") for what in ("opens", "due", "closes"))
    return WindowState(
        window=window,
        opens_at=opens.astimezone(ZONE),
        due_at=due.astimezone(ZONE),
        closes_at=closes.astimezone(ZONE),
        is_open=opens <= at < closes,
        is_ahead=at < opens,
        is_past_due=at > due,
        is_expected=getattr(row, f"expects_{name}"),
        declaration=declaration,
        timeliness=getattr(row, f"{name}_timeliness"),
    )


def all_health_contacts(unit_id: int, *, on: datetime.date) -> list[User]:
    """Whom somebody with a sign calls: the health officers for the unit, else its head."""
    return roles.holders(Role.HEALTH_OFFICER, unit_id, on=on) or roles.holders(roles.HEADS, unit_id, on=on)


def all_declaration(declaration_id: int) -> tuple[Declaration, Person] | None:
    """Any version of a declaration with the person who made it."""
    declaration = Declaration.objects.filter(pk=declaration_id).first()
    person = Person.objects.filter(pseudonym=declaration.subject).first() if declaration else None
    return (declaration, person) if declaration and person else None


def all_newest_id(declaration: Declaration) -> int:
    """Of the same window, the version that counts."""
    return all_declared(declaration.subject, declaration.day)[declaration.window].pk


def own_declaration(person: Person, declaration_id: int) -> tuple[Declaration, PersonAssessment] | None:
    """A declaration of this person with the assessment that answered it; None for anybody else's."""
    declaration = all_rows_of(person).filter(pk=declaration_id).first()
    accepted = AcceptedUuid.objects.filter(pk=declaration.client_uuid).first() if declaration else None
    if declaration is None or accepted is None:
        return None
    return declaration, PersonAssessment.objects.get(pk=accepted.assessment_id)
