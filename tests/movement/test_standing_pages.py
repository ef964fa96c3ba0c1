"""Pages of frozen scores: who sees which rank, the whole way from showing to freezing, requests, targets, the API."""

import hashlib
import io
import json
import uuid

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import NINE
from tests.factories.organization import clock, make_holder, make_person, make_unit
from tests.factories.standing import BEGUN, make_review, make_scored, make_target
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.common.templatetags.vx import iso
from vungxanh.movement.models import Campaign, PointReview, ScoreSnapshot, UnitTarget
from vungxanh.movement.operations.pledges import pledge_oneself
from vungxanh.movement.operations.targets import move_target
from vungxanh.movement.queries.first_place import way_to_first
from vungxanh.movement.queries.scores import scored
from vungxanh.movement.queries.standing import period_with
from vungxanh.organization.enums import Role

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
ROOT = "/phong-trao/da-cham"
LATER = clock(9, day=NINE.date().replace(day=24))


@pytest.fixture
def scored_campaign(agency: Agency) -> Campaign:
    """One of two people of the first unit has pledged, nobody of the other; `ky-0` frozen, `ky-1` shown at nine."""
    user = make_account("ky")
    make_person(agency.unit, "Người Ký", user=user)
    make_person(agency.other, "Người Chưa Ký")
    campaign = make_scored(agency.root, agency.office)
    pledge_oneself(campaign, ["Khai báo trung thực."], actor=user, at=BEGUN)
    return campaign


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(user: User, address: str, status: int = 200) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def test_whole_way_from_showing_to_freezing_in_the_browser(agency: Agency, scored_campaign: Campaign) -> None:
    office, head = client_of(agency.office), client_of(agency.head)
    with clocks.at(NINE):
        page = text_of(agency.head, f"{ROOT}/diem/CCKL/?ky=ky-1")
        assert "Công bố tạm thời từ" in page
        assert f"{ROOT}/xem-xet-lai/CCKL/?ky=ky-1" in page
        ask = f"{ROOT}/xem-xet-lai/CCKL/?ky=ky-1"
        sent = {"key": str(uuid.uuid4()), "measure": "1.1", "reason": "Thiếu một người."}
        assert head.post(ask, {**sent, "reason": ""}).status_code == 422
        assert "Thiếu một người." in head.post(ask, sent, follow=True).content.decode()
        review = PointReview.objects.get()
        answer = f"{ROOT}/xem-xet-lai/{review.pk}"
        refused = office.post(f"{answer}/chap-nhan/?ky=ky-1", {"answer": ""})
        assert (refused.status_code, "đã sửa gì" in refused.content.decode()) == (422, True)
        office.post(f"{answer}/khong-chap-nhan/?ky=ky-1", {"answer": "Người ấy chưa ký."})
        assert "Người ấy chưa ký." in text_of(agency.head, f"{ROOT}/xem-xet-lai/?ky=ky-1")
        early = office.post(f"{ROOT}/chot-diem/chot/?ky=ky-1")
        assert (early.status_code, "hết ngày 23/09/2021" in early.content.decode()) == (422, True)
    with clocks.at(LATER):
        assert "Chốt điểm" in text_of(agency.office, f"{ROOT}/chot-diem/?ky=ky-1")
        page = office.post(f"{ROOT}/chot-diem/chot/?ky=ky-1", follow=True).content.decode()
        snapshot = ScoreSnapshot.objects.get(standing__period_code="ky-1")
        assert snapshot.sha256 in page
        assert "Mọi số đều khớp" in text_of(agency.office, f"{ROOT}/chot-diem/doi-chieu/?ky=ky-1")
        content = office.get(f"{ROOT}/chot-diem/ban/1/?ky=ky-1").content
        assert hashlib.sha256(content).hexdigest() == snapshot.sha256
        assert json.loads(content)["campaign"] == "da-cham"
        assert office.post(f"{ROOT}/chot-diem/mo-lai/?ky=ky-1", {"reason": "Nhầm"}).status_code == 403
        director = client_of(agency.director)
        assert director.post(f"{ROOT}/chot-diem/mo-lai/?ky=ky-1", {"reason": ""}).status_code == 422
        page = director.post(f"{ROOT}/chot-diem/mo-lai/?ky=ky-1", {"reason": "Tính sót"}, follow=True).content.decode()
        assert "Tính sót" in page
        text_of(agency.office, f"{ROOT}/chot-diem/doi-chieu/?ky=ky-1", 404)


def test_ranking_is_open_to_the_units_once_frozen(agency: Agency, scored_campaign: Campaign) -> None:
    with clocks.at(NINE):
        shown = text_of(agency.stranger, f"{ROOT}/diem/?ky=ky-1")
        assert ("Xếp thứ" in shown, "CCKL" in shown) == (False, False)
        assert "trong khối" not in text_of(agency.stranger, f"{ROOT}/diem/CCTL/?ky=ky-1")
        assert "trong khối" in text_of(agency.stranger, f"{ROOT}/diem/CCTL/?ky=ky-0")
        kept = text_of(agency.stranger, f"{ROOT}/diem/?ky=ky-0")
        assert ("Xếp thứ" in kept, "CCKL" in kept, f"{ROOT}/diem/CCKL/" in kept) == (True, True, False)
        assert "Đã chốt" in kept
        text_of(agency.stranger, f"{ROOT}/diem/CCKL/?ky=ky-0", 404)
        assert "Xếp thứ" in text_of(agency.office, f"{ROOT}/diem/?ky=ky-1")
        text_of(agency.member, f"{ROOT}/diem/?ky=ky-0", 403)
        text_of(agency.head, f"{ROOT}/chot-diem/?ky=ky-0", 403)


def test_frozen_page_shows_what_was_frozen_and_the_check_what_differs(
    agency: Agency, scored_campaign: Campaign
) -> None:
    """The pledge of that period came in after it was frozen."""
    with clocks.at(NINE):
        page = text_of(agency.office, f"{ROOT}/diem/CCKL/?ky=ky-0")
        assert "0/100" in page
        # The clock that devices hear is that of the agency, whatever the figures are of.
        assert f'data-now="{iso(NINE)}"' in page
        assert "Số đã chốt từ" in text_of(agency.office, f"{ROOT}/diem/CCKL/1.1/?ky=ky-0")
        for when in ("", "&luc=nay"):
            page = text_of(agency.office, f"{ROOT}/chot-diem/doi-chieu/?ky=ky-0{when}")
            assert ("1.1. Người ký cam kết" in page, "0/2, điểm: 0" in page, "1/2, điểm: 30" in page) == (True,) * 3
        snapshot = ScoreSnapshot.objects.get()
        snapshot.content = bytes(snapshot.content) + b" "
        snapshot.save()
        assert "không còn đúng" in text_of(agency.office, f"{ROOT}/chot-diem/doi-chieu/?ky=ky-0")


def test_spreadsheet_says_since_when_it_is_frozen_and_ranks_the_own_unit(
    agency: Agency, scored_campaign: Campaign
) -> None:
    with clocks.at(NINE):
        content = client_of(agency.head).get(f"{ROOT}/diem/xlsx/?ky=ky-0").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    head, *rows = book.worksheets[0].values
    assert ("Xếp thứ" in head, len(rows)) == (True, 1)
    sheet = dict(row[:2] for row in book.worksheets[-1].iter_rows(min_row=2, values_only=True))
    assert sheet["SHA-256"] == ScoreSnapshot.objects.get().sha256
    assert sheet["Trạng thái"] == "đã chốt"


def test_way_to_the_first_place_says_no_figure_of_the_other(agency: Agency, scored_campaign: Campaign) -> None:
    period = period_with(scored_campaign, "ky-1")
    assert period
    found = scored(scored_campaign, period, at=NINE)
    first, last = found.card_of(agency.unit.pk), found.card_of(agency.other.pk)
    assert first
    assert last
    assert way_to_first(found, first) is None
    way = way_to_first(found, last)
    assert way
    assert (way.missing, way.enough) == (50.0, 1)
    assert [(gain.line.measure.id, gain.points, gain.ahead) for gain in way.gains] == [("1.1", 100.0, 30.0)]
    with clocks.at(NINE):
        page = text_of(agency.stranger, f"{ROOT}/diem/CCTL/?ky=ky-1")
        assert "Còn thiếu 50 điểm" in page
        assert "hơn 30 điểm" not in page
        assert "hơn 30 điểm" in text_of(agency.office, f"{ROOT}/diem/CCTL/?ky=ky-1")
        assert "đứng đầu khối" not in text_of(agency.stranger, f"{ROOT}/diem/CCTL/?ky=ky-0")


def test_target_is_proposed_approved_and_shown_as_the_units_own(agency: Agency, campaign: Campaign) -> None:
    root, key = f"/phong-trao/{campaign.code}", str(uuid.uuid4())
    make_person(agency.unit, "Người Chưa Ký")
    head, office = client_of(agency.head), client_of(agency.office)
    with clocks.at(NINE):
        propose = f"{root}/muc-rieng/CCKL/?ky=ky-1"
        sent = {"key": key, "measure": "1.1", "target": "80", "reason": "Nhiều người đi tăng cường."}
        assert head.post(propose, {**sent, "target": "800"}).status_code == 422
        assert "Nhiều người đi tăng cường." in head.post(propose, sent, follow=True).content.decode()
        target = UnitTarget.objects.get()
        address = f"{root}/muc-rieng/{target.pk}"
        assert head.post(f"{address}/duyet/?ky=ky-1").status_code == 403
        assert client_of(agency.stranger).post(f"{address}/rut/?ky=ky-1").status_code == 404
        assert office.post(f"{address}/duyet/?ky=ky-1").status_code == 302
        page = text_of(agency.head, f"{root}/diem/CCKL/?ky=ky-1")
        assert "mức riêng của đơn vị; theo kế hoạch 100 %" in page
        assert "Nhiều người" not in text_of(agency.stranger, f"{root}/muc-rieng/?ky=ky-1")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("post", "/chot-diem/bo/?ky=ky-1", 404),
        ("get", "/chot-diem/ban/9/?ky=ky-0", 404),
        ("get", "/chot-diem/doi-chieu/?ky=ky-1", 404),
        ("get", "/xem-xet-lai/KHONG/?ky=ky-1", 404),
        ("get", "/muc-rieng/KHONG/?ky=ky-1", 404),
        ("post", f"/xem-xet-lai/{uuid.UUID(int=0)}/rut/?ky=ky-1", 404),
        ("post", f"/muc-rieng/{uuid.UUID(int=0)}/duyet/?ky=ky-1", 404),
        ("post", f"/muc-rieng/{uuid.UUID(int=0)}/bo/?ky=ky-1", 404),
    ],
)
def test_what_is_not_there_is_not_found(
    agency: Agency, scored_campaign: Campaign, method: str, address: str, status: int
) -> None:
    with clocks.at(NINE):
        assert getattr(client_of(agency.office), method)(f"{ROOT}{address}").status_code == status


@pytest.mark.parametrize("page", ["diem/?ky=ky-0", "xem-xet-lai/?ky=ky-1", "chot-diem/?ky=ky-1"])
def test_queries_of_a_page_stay_flat(agency: Agency, scored_campaign: Campaign, page: str) -> None:
    client, address = client_of(agency.office), f"{ROOT}/{page}"

    def asked() -> int:
        with clocks.at(NINE):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

    make_review(scored_campaign, agency.unit, agency.head)
    few = asked()
    for number in range(3):
        unit = make_unit(f"DV{number}", agency.root)
        make_review(scored_campaign, unit, make_holder(f"t{number}", Role.UNIT_HEAD, unit))
    assert asked() == few


def test_queries_of_targets_stay_flat(agency: Agency, campaign: Campaign) -> None:
    client, address = client_of(agency.office), f"/phong-trao/{campaign.code}/muc-rieng/?ky=ky-1"

    def asked() -> int:
        with clocks.at(NINE):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

    move_target(make_target(campaign, agency.unit, agency.head), "approve", actor=agency.office, at=NINE)
    few = asked()
    for number in range(3):
        unit = make_unit(f"DV{number}", agency.root)
        make_target(campaign, unit, make_holder(f"t{number}", Role.UNIT_HEAD, unit))
    assert asked() == few
