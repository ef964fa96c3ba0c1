"""What subscribers are told of returns, colours and unusual returns: once each, and nothing of anybody."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.factories.risk import MONDAY, clock, declare, make_person, make_person_day, make_unit
from tests.factories.webhooks import make_subscription
from tests.risk.conftest import Agency
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause, ReturnKind
from vungxanh.risk.models import DailyReturn, UnitZone
from vungxanh.risk.subscribers import EVENTS
from vungxanh.webhooks.models import WebhookDelivery
from vungxanh.webhooks.signing import new_secret, signature

pytestmark = pytest.mark.django_db
EXAMPLES: dict[str, Any] = {one.code: one.example for one in EVENTS}
SECRET_WORDS = ("Lan", "Minh", "Chị Lan sốt", "Truong", "truong")


@pytest.fixture
def subscribed(agency: Agency) -> Agency:
    """To everything of the whole agency."""
    make_subscription(agency.root, agency.head, events=list(EXAMPLES))
    return agency


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(one.event, one.payload) for one in WebhookDelivery.objects.order_by("pk")]


def codes() -> list[str]:
    return [code for code, _payload in told()]


def submit(agency: Agency, at: datetime.datetime, kind: ReturnKind = ReturnKind.DAILY, note: str = "") -> DailyReturn:
    return operations.submit_return(agency.unit.pk, day=MONDAY, kind=kind, actor=agency.head, at=at, note=note)


def fall_ill(agency: Agency, at: datetime.datetime) -> None:
    declare(agency.lan, agency.unit, at, has_fever=True, symptom_count=2)
    operations.assess_people([agency.lan.pseudonym], day=MONDAY, at=at, cause=Cause.DECLARATION)


def test_a_return_is_told_when_it_is_sent_and_each_newer_version_as_one_that_replaces(subscribed: Agency) -> None:
    submit(subscribed, clock(14, 10))
    submit(subscribed, clock(14, 20), note="Chị Lan sốt")
    submit(subscribed, clock(15, 20), note="Sửa")
    returns = [(code, data) for code, data in told() if code.startswith("return.")]
    assert [(code, data["version"], data.get("replaces"), data["is_on_time"]) for code, data in returns] == [
        ("return.submitted", 1, None, True),
        ("return.replaced", 2, 1, True),
        ("return.replaced", 3, 2, False),
    ]
    assert returns[0][1]["unit"] == "CCKL"
    assert returns[0][1]["submitted_at"] == "2021-09-20T14:10:00+07:00"


def test_a_return_that_is_refused_tells_nothing(subscribed: Agency) -> None:
    submit(subscribed, clock(14, 10))
    before = len(told())
    with pytest.raises(operations.ReturnNoteMissingError):
        submit(subscribed, clock(14, 20))
    assert len(told()) == before


def test_a_colour_is_told_only_where_it_is_another_than_before(subscribed: Agency) -> None:
    both = [subscribed.root.pk, subscribed.unit.pk]
    operations.assess_zones(both, day=MONDAY, at=clock(7))
    operations.assess_zones(both, day=MONDAY, at=clock(7, 5))
    assert codes() == []
    before = UnitZone.objects.get(unit=subscribed.unit, is_current=True).level
    fall_ill(subscribed, clock(7, 30))
    changed = {data["unit"]: data for code, data in told() if code == "zone.changed"}
    assert set(changed) == {"SNN", "CCKL"}
    zone = UnitZone.objects.get(unit=subscribed.unit, is_current=True)
    assert (changed["CCKL"]["zone_before"], changed["CCKL"]["zone"]) == (before, zone.level)
    # Other figures of the same colour are no change: Minh has not declared by the time.
    rows, count = UnitZone.objects.count(), len(told())
    operations.assess_zones(both, day=MONDAY, at=clock(8, 30))
    assert UnitZone.objects.get(unit=subscribed.unit, is_current=True).level == zone.level
    assert (UnitZone.objects.count() - rows, len(told())) == (2, count)


def test_the_colour_of_a_team_that_no_return_speaks_of_is_not_told(subscribed: Agency) -> None:
    team = make_unit("TO-1", subscribed.unit, is_reporting_point=False)
    hoa = make_person(team, "Hoa")
    make_person_day(hoa, team)
    operations.assess_zones([team.pk], day=MONDAY, at=clock(6))
    declare(hoa, team, clock(7), has_fever=True, symptom_count=2)
    operations.assess_people([hoa.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION)
    assert UnitZone.objects.filter(unit=team).count() == 2
    assert "TO-1" not in [data["unit"] for _code, data in told()]


def test_an_unusual_return_is_told_when_it_opens_and_when_it_is_answered(subscribed: Agency) -> None:
    operations.open_unusual_return(subscribed.unit.pk, day=MONDAY, at=clock(9), cause="Chị Lan sốt")
    operations.open_unusual_return(subscribed.unit.pk, day=MONDAY, at=clock(9, 5), cause="Anh Minh cũng sốt")
    submit(subscribed, clock(9, 30), ReturnKind.UNUSUAL, note="Đã báo y tế")
    found = [(code, data) for code, data in told() if code != "zone.changed"]
    assert [code for code, _data in found] == ["unusual.opened", "return.submitted", "unusual.closed"]
    assert (found[1][1]["kind"], found[2][1]["closed_at"]) == ("UNUSUAL", "2021-09-20T09:30:00+07:00")


def test_an_unusual_return_that_the_unit_sends_by_itself_was_never_open(subscribed: Agency) -> None:
    submit(subscribed, clock(9, 30), ReturnKind.UNUSUAL, note="Đã báo y tế")
    assert [code for code in codes() if code != "zone.changed"] == ["return.submitted"]


def test_examples_have_every_name_that_is_told_and_nothing_tells_of_anybody(subscribed: Agency) -> None:
    operations.assess_zones([subscribed.root.pk, subscribed.unit.pk], day=MONDAY, at=clock(6))
    fall_ill(subscribed, clock(7, 30))
    operations.open_unusual_return(subscribed.unit.pk, day=MONDAY, at=clock(8), cause="Chị Lan sốt")
    submit(subscribed, clock(9), ReturnKind.UNUSUAL, note="Chị Lan sốt")
    submit(subscribed, clock(14, 10))
    submit(subscribed, clock(14, 20), note="Chị Lan sốt")
    assert set(codes()) == set(EXAMPLES)
    for code, data in told():
        assert set(data) == set(EXAMPLES[code])
        assert set(data.get("figures", {})) == set(EXAMPLES[code].get("figures", {}))
        text = str(data)
        assert [word for word in SECRET_WORDS if word in text] == []
        assert subscribed.lan.pseudonym.hex not in text.replace("-", "")


def test_the_manual_shows_each_event_as_it_is_told() -> None:
    text = (Path(__file__).parents[2] / "docs/vi/dang-ky-nhan.md").read_text(encoding="utf-8")
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.S)]
    assert {one["type"]: one["data"] for one in shown} == EXAMPLES
    assert set(re.findall(r"#### `([a-z.]+)`", text)) == set(EXAMPLES)


def test_the_recipe_of_the_manual_knows_what_comes_from_here() -> None:
    text = (Path(__file__).parents[2] / "docs/vi/dang-ky-nhan.md").read_text(encoding="utf-8")
    [recipe] = re.findall(r"```python\n(.*?)```", text, re.S)
    known: dict[str, Any] = {}
    exec(recipe, known)
    secret, body = new_secret(), "{“năm”}".encode()
    headers = {"webhook-id": "1", "webhook-timestamp": "2", "webhook-signature": signature(secret, "1", 2, body)}
    verify = known["is_from_vungxanh"]
    assert [
        verify(headers, one, key) for one, key in ((body, secret), (body + b" ", secret), (body, new_secret()))
    ] == [
        True,
        False,
        False,
    ]
