"""Campaigns by the API: what they hold, how the units launched, as far as each may see."""

from types import SimpleNamespace

import pytest

from tests.api.conftest import Caller, at
from tests.factories.movement import make_campaign, make_launch, make_pledge
from tests.factories.organization import make_holder
from tests.factories.standing import make_scored
from vungxanh.movement.models import Campaign, ScoreSnapshot
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit


@pytest.fixture
def campaign(agency: SimpleNamespace) -> Campaign:
    root = Unit.objects.get(code="SNN")
    return make_campaign(root, make_holder("vp2", Role.OFFICE, root), opened=True, at=at(7))


def test_campaign_tells_its_criteria_and_whether_they_are_measured(campaign: Campaign, lan: Caller) -> None:
    listed = lan.get("campaigns").json()
    assert [(one["code"], one["agency"], one["state"]) for one in listed["items"]] == [("thu-nghiem", "SNN", "RUNNING")]
    told = lan.get("campaigns/thu-nghiem").json()
    assert (told["launch_by"], told["ends_on"], told["edition"]) == ("2021-09-30", None, 1)
    [criterion] = told["criteria"]
    assert [(one["id"], one["is_measured"]) for one in criterion["measures"]] == [("1.1", True), ("1.2", False)]


def test_launches_are_told_of_every_unit(campaign: Campaign, head: Caller, lan: Caller) -> None:
    unit = Unit.objects.get(code="A")
    make_launch(campaign, unit, head.user, at=at(7))
    make_pledge(campaign, unit, head.user, at=at(7))
    rows = {one["unit"]: one for one in head.get("campaigns/thu-nghiem/launches").json()["items"]}
    assert (rows["A"]["state"], rows["A"]["present"], rows["A"]["has_pledged"]) == ("LAUNCHED", 40, True)
    assert (rows["B"]["state"], rows["B"]["launched_on"]) == ("PENDING", None)
    assert lan.get("campaigns/thu-nghiem/launches").status_code == 403


def test_campaign_that_is_not_there_or_not_opened_is_not_found(agency: SimpleNamespace, head: Caller) -> None:
    root = Unit.objects.get(code="SNN")
    make_campaign(root, make_holder("vp2", Role.OFFICE, root), at=at(7))
    for path in ("campaigns/thu-nghiem", "campaigns/khong-co", "campaigns/thu-nghiem/launches"):
        assert head.get(path).status_code == 404
    assert head.get("campaigns").json()["total"] == 0


def test_scorecards_tell_what_is_counted_and_left_out(
    campaign: Campaign, agency: SimpleNamespace, head: Caller
) -> None:
    unit = Unit.objects.get(code="A")
    make_launch(campaign, unit, head.user, at=at(7))
    [card] = head.get("campaigns/thu-nghiem/scorecards", period="ky-1").json()["items"]
    assert (card["unit"], card["period"], card["rank"], card["total"]) == ("A", "ky-1", None, 0.0)
    assert [(one["measure"], one["state"], one["done"], one["due"]) for one in card["lines"]] == [
        ("1.1", "MEASURED", 0, 3),
        ("1.2", "NOT_SCORED", None, None),
    ]
    assert [(one["self_score"], one["difference"]) for one in card["lines"]] == [(None, ""), (None, "")]
    assert card["adjustments"] == []
    office = Caller(agency.vanphong.user)
    assert {one["unit"]: one["rank"] for one in office.get("campaigns/thu-nghiem/scorecards").json()["items"]} == {
        "A": 1,
        "B": 1,
    }
    assert head.get("campaigns/thu-nghiem/scorecards", period="khong-co").status_code == 404
    assert Caller(agency.lan.user).get("campaigns/thu-nghiem/scorecards").status_code == 403


def test_scorecards_say_how_they_stand_and_rank_the_own_unit_once_frozen(agency: SimpleNamespace, head: Caller) -> None:
    make_scored(Unit.objects.get(code="SNN"), agency.vanphong.user, at=at(7))
    [shown] = head.get("campaigns/da-cham/scorecards", period="ky-1").json()["items"]
    assert (shown["standing"], shown["frozen_at"], shown["sha256"], shown["rank"]) == ("SHOWN", None, None, None)
    [kept] = head.get("campaigns/da-cham/scorecards", period="ky-0").json()["items"]
    snapshot = ScoreSnapshot.objects.get()
    assert (kept["standing"], kept["sha256"], kept["rank"]) == ("FROZEN", snapshot.sha256, 1)
    assert [one["has_own_target"] for one in kept["lines"]] == [False, False]
