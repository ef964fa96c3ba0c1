"""Complete answers, and declarations as they arrive."""

import datetime
import uuid
from typing import Any

from vungxanh.accounts.models import User
from vungxanh.admission.submission import NewDeclaration
from vungxanh.organization.models import Person
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.rulebook import QUESTIONNAIRE

FORM = QUESTIONNAIRE.current().in_force(datetime.date(2021, 9, 20))


def answers(*yes: str, places: tuple[str, ...] = (), window: Window = Window.ARRIVAL) -> dict[str, Any]:
    return {**{item.link_id: item.link_id in yes for item in FORM.items(window)}, "places": list(places)}


def new_declaration(
    person: Person, declared_at: datetime.datetime | None, window: Window = Window.ARRIVAL, *yes: str, **more: Any
) -> NewDeclaration:
    user: User | None = more.get("actor", person.user)
    assert user is not None
    given = {
        "client_uuid": uuid.uuid4(),
        "person": person,
        "window": window,
        "site_code": None,
        "declared_at": declared_at,
        "temperature_c": None,
        "answers": answers(*yes, window=window),
        "attested": True,
        "channel": Channel.API,
        "actor": user,
    }
    return NewDeclaration(**{**given, **more})
