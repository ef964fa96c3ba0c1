"""Guests and their visits, as small as they can be."""

import datetime
import uuid
from typing import Any

from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import Guest, Plan, Said, invite_visitor, register_visit
from vungxanh.organization.models import Person, Site
from vungxanh.screening.rulebook import VISITOR_QUESTIONNAIRE

FORM = VISITOR_QUESTIONNAIRE.current().in_force(datetime.date(2021, 9, 20))
PHONE = "0912345678"


def said(*yes: str, temperature_c: float | None = None) -> Said:
    """Complete answers: yes to these, no to the others."""
    answers: dict[str, Any] = {item.link_id: item.link_id in yes for item in FORM.items()}
    return Said({**answers, FORM.places.link_id: []}, temperature_c)


def make_visit(site: Site, *yes: str, at: datetime.datetime, host_name: str = "", **guest: str) -> Visit:
    """Somebody who declared at the gate."""
    who = Guest(**{"full_name": "Lý Thị Mai", "phone": PHONE, **guest})
    plan = Plan("Nộp hồ sơ", at, host_name)
    return register_visit(uuid.uuid4(), site, who, plan, said(*yes), at=at)


def make_invitation(site: Site, host: Person, *, at: datetime.datetime, **plan: Any) -> Visit:
    """Somebody whom the host expects in an hour."""
    assert host.user
    given = {"purpose": "Họp", "planned_at": at + datetime.timedelta(hours=1), **plan}
    guest = Guest("Hoàng Văn Nam", "0987654321", party_name="Công ty Mẫu")
    return invite_visitor(site, guest, Plan(**given), host=host, actor=host.user, at=at)
