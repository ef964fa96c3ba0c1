"""Those whom the data found, by the API."""

import datetime
from types import SimpleNamespace

from tests.api.conftest import Caller, at
from tests.factories.front_line import make_assignment
from tests.factories.movement import make_campaign
from tests.factories.organization import make_holder
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit


def test_candidates_are_told_with_their_evidence_to_those_who_decide(agency: SimpleNamespace, head: Caller) -> None:
    root = Unit.objects.get(code="SNN")
    make_campaign(root, make_holder("vp2", Role.OFFICE, root), opened=True, at=at(7))
    first = datetime.date(2021, 9, 20)
    make_assignment(
        agency.lan.user.person, Unit.objects.get(code="A"), first, last_day=first + datetime.timedelta(days=6)
    )
    with clock.at(clock.moment(datetime.date(2021, 10, 1), datetime.time(9))):
        [one] = head.get("campaigns/thu-nghiem/candidates", period="ky-1").json()["items"]
        assert one == {
            "unit": "A",
            "staff_code": agency.lan.user.person.staff_code,
            "evidence": [
                {
                    "pattern": "FRONT_LINE",
                    "figure": 7.0,
                    "words": "7 ngày ở tuyến đầu, 0 ngày nơi nhận đã xác nhận",
                    "address": "/to-chuc/tuyen-dau/",
                }
            ],
            "decision": None,
            "reason": "",
            "is_found": True,
        }
        assert head.get("campaigns/thu-nghiem/candidates", period="khong-co").status_code == 404
        assert head.get("campaigns/khong-co/candidates").status_code == 404
        assert Caller(agency.lan.user).get("campaigns/thu-nghiem/candidates").status_code == 403
