"""`check-scores`: frozen scores that come out the same, that do not, and bytes that were touched."""

import datetime

import pytest
from click.testing import CliRunner, Result

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.organization import make_person
from tests.factories.standing import BEGUN, make_scored
from vungxanh.accounts.models import User
from vungxanh.cli.main import commands
from vungxanh.movement.models import Campaign, ScoreSnapshot
from vungxanh.movement.operations.pledges import pledge_oneself


def call(code: str) -> Result:
    return CliRunner().invoke(commands, ["check-scores", code])


@pytest.fixture
def campaign(db: None) -> Campaign:
    agency = Agency()
    make_person(agency.unit, "Người Ký", user=make_account("ky"))
    return make_scored(agency.root, agency.office)


def test_scores_that_come_out_the_same(campaign: Campaign) -> None:
    result = call("da-cham")
    assert (result.exit_code, result.output) == (0, "Kỳ ky-0: mọi số đều khớp.\n")


def test_scores_that_differ_are_listed_by_unit_and_measure(campaign: Campaign) -> None:
    user = User.objects.get(username="ky")
    pledge_oneself(campaign, ["Khai báo trung thực."], actor=user, at=BEGUN + datetime.timedelta(hours=1))
    result = call("da-cham")
    assert result.exit_code == 1
    assert "Kỳ ky-0, CCKL, 1.1: đã chốt 0/2, điểm: 0; tính lại 1/2, điểm: 30." in result.output


def test_touched_bytes_and_a_movement_that_is_not_there(campaign: Campaign) -> None:
    ScoreSnapshot.objects.update(sha256="0" * 64)
    result = call("da-cham")
    assert (result.exit_code, "không khớp" in result.output) == (1, True)
    assert call("khong-co").exit_code == 2


def test_movement_without_frozen_scores_says_so(campaign: Campaign) -> None:
    ScoreSnapshot.objects.all().delete()
    assert call("da-cham").output == "Chưa có kỳ nào chốt điểm.\n"
