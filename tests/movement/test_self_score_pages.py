"""Pages of self-scores: kept and sent on one page, what was typed stays, what waits, sample, bonus and penalty."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.directing import PDF, Agency
from tests.factories.movement import NINE, PLAN, make_adjustment, make_self_score, make_sent
from tests.factories.organization import clock, make_holder, make_unit
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.movement.models import Adjustment, Campaign, EvidenceFile, SampleItem, SelfScore
from vungxanh.movement.operations.appraisal import answer_check, appraise_self_score, ask_check, return_self_score
from vungxanh.movement.operations.campaigns import load_campaign
from vungxanh.movement.operations.samples import draw_sample
from vungxanh.movement.operations.standing import freeze_scores, show_scores
from vungxanh.organization.enums import Role

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
ROOT = "/phong-trao/thu-nghiem"
UNIT, ONE = f"{ROOT}/tu-cham/CCKL/", f"{ROOT}/tu-cham/CCKL/1.2/"


@pytest.fixture(autouse=True)
def at_nine() -> object:
    with clocks.at(NINE):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(user: User, address: str, status: int = 200) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def typed(**more: object) -> dict[str, object]:
    return {"1.2-points": "30", "1.2-explanation": "Hai buổi tuyên truyền.", "act": "keep", **more}


def a_file(name: str = "Biên bản.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_clerk_keeps_and_the_head_sends_on_one_page(agency: Agency, campaign: Campaign) -> None:
    page = text_of(agency.clerk, UNIT)
    assert "Đủ 40 điểm khi: Có ít nhất hai buổi tuyên truyền." in page
    answer = client_of(agency.clerk).post(UNIT, typed(**{"1.2-evidence": [a_file()]}), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"{UNIT}?ky=ky-1", 302)]
    assert "Đã lưu bản nháp; chưa gửi gì." in page
    assert "Biên bản.pdf" in page
    assert "Chỉ thủ trưởng hoặc cấp phó" in page
    seen = SelfScore.objects.get().written_at.isoformat()
    answer = client_of(agency.head).post(UNIT, typed(**{"1.2-seen": seen, "1.2-points": "28.5", "act": "send"}))
    assert answer.status_code == 302
    score = SelfScore.objects.get()
    assert (score.state, score.points) == ("SENT", 28.5)
    assert 'name="1.2-points"' not in text_of(agency.head, UNIT)
    assert "28,5/40" in text_of(agency.office, f"{ROOT}/tu-cham/")


def test_clerk_does_not_send_but_the_draft_is_kept(agency: Agency, campaign: Campaign) -> None:
    answer = client_of(agency.clerk).post(UNIT, typed(**{"1.2-evidence": [a_file()], "act": "send"}))
    assert answer.status_code == 403
    assert SelfScore.objects.get().state == "DRAFT"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"1.2-points": "41"}, "1.2-points"),
        ({"1.2-points": "ba mươi"}, "1.2-points"),
        ({"1.2-seen": "x"}, "Chưa lưu được"),
    ],
)
def test_what_was_typed_stays_where_it_is_refused(
    agency: Agency, campaign: Campaign, more: dict[str, object], says: str
) -> None:
    make_self_score(campaign, agency.unit, agency.clerk, points=10, with_file=False)
    answer = client_of(agency.head).post(UNIT, typed(**{"1.2-explanation": "Ba buổi, có ảnh.", **more}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ba buổi, có ảnh." in page
    assert says in page
    assert SelfScore.objects.get().points == 10


def test_refused_file_is_named_and_the_draft_is_kept(agency: Agency, campaign: Campaign) -> None:
    files = [a_file("chay.pdf", b"MZ"), a_file()]
    answer = client_of(agency.head).post(UNIT, typed(**{"1.2-evidence": files, "act": "send"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "chay.pdf: Chỉ nhận PDF" in page
    assert [one.name for one in EvidenceFile.objects.all()] == ["Biên bản.pdf"]
    assert (SelfScore.objects.get().state, SelfScore.objects.get().points) == ("DRAFT", 30)


def test_what_is_missing_keeps_the_draft_and_says_so(agency: Agency, campaign: Campaign) -> None:
    answer = client_of(agency.head).post(UNIT, typed(act="send"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Đã lưu bản nháp, chưa gửi" in page
    assert "phải có minh chứng" in page
    assert "Hai buổi tuyên truyền." in page


def test_file_is_taken_off_with_the_draft(agency: Agency, campaign: Campaign) -> None:
    score = make_self_score(campaign, agency.unit, agency.clerk)
    key = str(score.evidence.get().key)
    sent = typed(**{"1.2-seen": score.written_at.isoformat(), "1.2-off": [key]})
    assert client_of(agency.head).post(UNIT, sent).status_code == 302
    assert score.evidence.get().content is None
    assert "Biên bản.pdf" not in text_of(agency.head, UNIT)


def test_empty_page_keeps_nothing(agency: Agency, campaign: Campaign) -> None:
    assert client_of(agency.head).post(UNIT, {"act": "keep"}).status_code == 302
    assert SelfScore.objects.count() == 0
    assert client_of(agency.office).post(UNIT, typed()).status_code == 403


def test_office_appraises_returns_and_asks_on_the_page(agency: Agency, campaign: Campaign) -> None:
    make_sent(campaign, agency.unit, agency.head)
    client = client_of(agency.office)
    page = text_of(agency.office, ONE)
    assert f"{ONE}tham-dinh/?ky=ky-1" in page
    refused = client.post(f"{ONE}tham-dinh/", {"points": "20", "difference": ""})
    assert refused.status_code == 422
    assert "vì sao điểm khác" in refused.content.decode()
    assert client.post(f"{ONE}nho-kiem-tra/", {"ask-unit": "CCTL"}).status_code == 302
    assert client.post(f"{ONE}nho-kiem-tra/", {"ask-unit": "CCKL"}).status_code == 422
    assert "1.2. Tuyên truyền" in text_of(agency.stranger, f"{ROOT}/tu-cham/")
    found = {"check-points": "25", "check-difference": "Thiếu ảnh."}
    assert client_of(agency.stranger).post(f"{ONE}ket-qua-kiem-tra/", found).status_code == 302
    page = text_of(agency.office, ONE)
    assert "Thiếu ảnh." in page
    assert 'value="25' in page
    assert client.post(f"{ONE}tra-lai/", {"return-reason": "Bổ sung ảnh"}).status_code == 302
    assert "Bổ sung ảnh" in text_of(agency.head, UNIT)
    assert client.post(f"{ONE}xoa/", {}).status_code == 404
    assert client.get(f"{ROOT}/tu-cham/CCKL/9.9/").status_code == 404


def test_scorecard_shows_self_score_appraised_and_why(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    card = f"{ROOT}/diem/CCKL/"
    assert "tạm tính, chưa thẩm định" in text_of(agency.head, card)
    appraise_self_score(score, 20, "Một buổi không đạt.", actor=agency.office, at=NINE)
    make_adjustment(campaign, agency.unit, agency.office, code="P1", points=4)
    page = text_of(agency.head, card)
    assert "Một buổi không đạt." in page
    assert "P1. Để sót trường hợp nghi ngờ" in page
    answer = client_of(agency.head).get(f"{card}1.2/")
    assert answer.headers["Location"] == f"{ONE}?ky=ky-1"


def test_sample_is_drawn_and_its_result_kept_on_the_page(agency: Agency, campaign: Campaign) -> None:
    make_sent(campaign, agency.unit, agency.head)
    address, client = f"{ROOT}/mau-kiem-tra/?ky=ky-1", client_of(agency.office)
    early = client.post(address)
    assert early.status_code == 422
    assert "sau ngày 17/10/2021" in early.content.decode()
    with clocks.at(clock(9, day=datetime.date(2021, 10, 18))):
        assert client.post(address).status_code == 302
        assert client_of(agency.head).post(address).status_code == 403
        page = text_of(agency.head, address)
        assert "1. Đơn vị CCKL: 1.2. Tuyên truyền" in page
        assert "Ghi kết quả" not in page
        assert "Đơn vị CCKL: 1.2." not in text_of(agency.stranger, address)
        result = {
            "1-result": "DIFFERENT",
            "1-inspected_on": "2021-10-18",
            "1-points": "",
            "1-remark": "Chỉ có một buổi",
        }
        refused = client.post(f"{ROOT}/mau-kiem-tra/1/", result)
        assert refused.status_code == 422
        assert "Chỉ có một buổi" in refused.content.decode()
        assert client.post(f"{ROOT}/mau-kiem-tra/1/", {**result, "1-points": "15"}).status_code == 302
    assert SampleItem.objects.get().points == 15
    assert "Được rút để kiểm tra tại chỗ" in text_of(agency.head, ONE)


def test_points_are_given_and_taken_back_on_the_page(agency: Agency, campaign: Campaign) -> None:
    address, client = f"{ROOT}/thuong-phat/", client_of(agency.office)
    sent = {"key": str(uuid.uuid4()), "unit": "CCKL", "code": "T1", "points": "2", "day": "2021-09-20"}
    sent |= {"cause": "Mô hình hay ở trạm"}
    refused = client.post(address, {**sent, "points": "9"})
    assert refused.status_code == 422
    assert "Mô hình hay ở trạm" in refused.content.decode()
    files = [a_file(), a_file("x.exe", b"MZ")]
    page = client.post(address, {**sent, "evidence": files}, follow=True).content.decode()
    assert "x.exe: Chỉ nhận PDF" in page
    assert "Biên bản.pdf" in page
    made = Adjustment.objects.get()
    assert "Mô hình hay ở trạm" in text_of(agency.head, address)
    assert "Mô hình hay ở trạm" not in text_of(agency.stranger, address)
    assert client_of(agency.head).post(address, sent).status_code == 403
    take_back = f"/phong-trao/thuong-phat/{made.key}/rut/"
    client.post(take_back, {"reason": ""})
    assert client_of(agency.head).post(take_back, {"reason": "Nhầm"}).status_code == 403
    assert Adjustment.objects.get().state == "GIVEN"
    page = client.post(take_back, {"reason": "Ghi nhầm đơn vị"}, follow=True).content.decode()
    assert "Ghi nhầm đơn vị" in page
    assert Adjustment.objects.get().state == "WITHDRAWN"


def test_after_the_last_day_pages_only_show(agency: Agency, campaign: Campaign) -> None:
    make_sent(campaign, agency.unit, agency.head)
    with clocks.at(clock(9, day=datetime.date(2021, 10, 21))):
        for address in (UNIT, ONE, f"{ROOT}/thuong-phat/", f"{ROOT}/mau-kiem-tra/"):
            page = text_of(agency.office, f"{address}?ky=ky-1")
            assert "Kỳ này hiện không sửa được" in page
        answer = client_of(agency.office).post(f"{ONE}tham-dinh/?ky=ky-1", {"points": "30"})
        assert answer.status_code == 422
        assert "không sửa được nữa" in client_of(agency.office).post(f"{ROOT}/mau-kiem-tra/?ky=ky-1").content.decode()


@pytest.mark.parametrize(
    "page", ["tu-cham/", "thuong-phat/", "mau-kiem-tra/", "diem/", "tu-cham/CCKL/", "tu-cham/CCKL/1.2/"]
)
def test_queries_of_a_page_stay_flat(agency: Agency, campaign: Campaign, page: str) -> None:
    client, address = client_of(agency.office), f"{ROOT}/{page}?ky=ky-1"
    with clocks.at(clock(9, day=datetime.date(2021, 10, 18))):

        def asked() -> int:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        score = make_sent(campaign, agency.unit, agency.head)
        check = ask_check(score, agency.other.pk, actor=agency.office, at=NINE)
        answer_check(check, 30, "", actor=agency.stranger, at=NINE)
        make_adjustment(campaign, agency.unit, agency.office)
        few = asked()
        for number in range(3):
            unit = make_unit(f"DV{number}", agency.root)
            make_sent(campaign, unit, make_holder(f"t{number}", Role.UNIT_HEAD, unit))
            make_adjustment(campaign, unit, agency.office, points=1)
        assert asked() == few


def test_queries_of_the_sample_stay_flat(agency: Agency, campaign: Campaign) -> None:
    for number in range(15):
        unit = make_unit(f"DV{number}", agency.root)
        make_sent(campaign, unit, make_holder(f"t{number}", Role.UNIT_HEAD, unit))
    with clocks.at(clock(9, day=datetime.date(2021, 10, 18))):
        sample = draw_sample(campaign, "ky-1", actor=agency.office, at=clocks.now())
        client = client_of(agency.office)

        def asked() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"{ROOT}/mau-kiem-tra/?ky=ky-1").status_code == 200
            return len(captured)

        asked()
        many = asked()
        assert sample.items.count() == 3
        sample.items.filter(position__gt=1).delete()
        assert asked() == many


def test_returned_score_is_open_again_for_the_unit_alone(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    return_self_score(score, "Thiếu", actor=agency.office, at=NINE)
    assert 'name="1.2-points"' in text_of(agency.head, UNIT)
    assert 'name="1.2-points"' not in text_of(agency.office, UNIT)
    text_of(agency.stranger, UNIT, 404)
    text_of(agency.member, f"{ROOT}/tu-cham/", 403)


def test_period_that_is_still_appraised_is_shown_before_that_of_today(agency: Agency, campaign: Campaign) -> None:
    period = PLAN[PLAN.index("[[period]]") :]
    later = period.replace("ky-1", "ky-2").replace("Kỳ 1", "Kỳ 2").replace("2021-09-16", "2021-10-16")
    later = later.replace("2021-10-15", "2021-12-31").replace("2021-10-20", "2022-01-10")
    load_campaign(PLAN + later, agency.root.pk, name="x", actor=agency.office, at=NINE)
    shown = {}
    for day in (15, 16, 20, 21):
        with clocks.at(clock(9, day=datetime.date(2021, 10, day))):
            shown[day] = client_of(agency.head).get(UNIT).context["period"].code
    assert shown == {15: "ky-1", 16: "ky-1", 20: "ky-1", 21: "ky-2"}


def test_what_a_review_asks_for_is_corrected_on_the_page_until_the_scores_are_frozen(
    agency: Agency, campaign: Campaign
) -> None:
    make_sent(campaign, agency.unit, agency.head)
    address, form = f"{ROOT}/tu-cham/CCKL/1.2/?ky=ky-1", f'action="{ROOT}/tu-cham/CCKL/1.2/tham-dinh/?ky=ky-1"'
    shown, later = (clock(9, day=datetime.date(2021, 10, day)) for day in (18, 29))
    with clocks.at(later):
        assert form not in text_of(agency.office, address)
    show_scores(campaign, "ky-1", actor=agency.office, at=shown)
    with clocks.at(later):
        assert form in text_of(agency.office, address)
        corrected = {"points": "1", "difference": "Thiếu một buổi."}
        assert (
            client_of(agency.office).post(f"{ROOT}/tu-cham/CCKL/1.2/tham-dinh/?ky=ky-1", corrected).status_code == 302
        )
    freeze_scores(campaign, "ky-1", actor=agency.office, at=later)
    with clocks.at(later):
        assert form not in text_of(agency.office, address)
