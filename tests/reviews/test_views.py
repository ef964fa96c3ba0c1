"""Pages of the reviews: what the Office and the leaders see, what is refused, how a draft is made anew."""

import datetime
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.directing import Agency
from tests.factories.movement import NINE, make_campaign
from tests.factories.organization import clock
from tests.factories.reviews import make_review
from tests.reviews.conftest import TWO_PERIODS
from tests.reviews.test_operations import texts_of, written
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.documents.models import Paper
from vungxanh.movement.models import Campaign
from vungxanh.reviews.figures import sha256_of
from vungxanh.reviews.models import Review

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
LIST = "/phong-trao/thu-nghiem/bao-cao/"
DRAFT = f"{LIST}ket-qua-phat-dong/soan/"


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


def test_whole_way_in_the_browser(agency: Agency, campaign: Campaign) -> None:
    office = client_of(agency.office)
    page = text_of(agency.office, LIST)
    assert "Báo cáo kết quả phát động phong trào" in page
    assert "05/10/2021" in page
    assert DRAFT in page
    assert f"{LIST}tong-ket/soan/" in page
    assert 'name="seen" value=""' in text_of(agency.office, DRAFT)
    answer = office.post(DRAFT, {"seen": ""}, follow=True)
    paper = Paper.objects.get()
    assert answer.redirect_chain == [(f"/van-ban/{paper.pk}/", 302)]
    page = answer.content.decode()
    assert "Còn phải viết trước khi ban hành" in page
    assert f'href="{DRAFT}"' in page
    assert f"/van-ban/{paper.pk}/" in text_of(agency.director, LIST)


def test_figures_can_be_taken_along_as_they_were_kept(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.office, at=NINE)
    answer = client_of(agency.director).get(f"{LIST}so-lieu/{review.paper_id}/")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert sha256_of(json.loads(answer.content)) == review.sha256
    text_of(agency.head, f"{LIST}so-lieu/{review.paper_id}/", 403)
    text_of(agency.office, f"{LIST}so-lieu/{review.paper_id + 1}/", 404)


@pytest.mark.parametrize("who", ["head", "deputy", "clerk", "stranger", "member"])
def test_reports_are_for_the_office_and_the_leaders(agency: Agency, campaign: Campaign, who: str) -> None:
    for address in (LIST, DRAFT):
        text_of(agency.people[who], address, 403)
    assert "/bao-cao/" not in text_of(agency.people[who], "/phong-trao/thu-nghiem/").replace("/phong-trao/bao-cao/", "")


def test_leaders_read_and_do_not_draft(agency: Agency, campaign: Campaign) -> None:
    assert "/soan/" not in text_of(agency.director, LIST)
    text_of(agency.director, DRAFT, 403)
    assert client_of(agency.director).post(DRAFT, {"seen": ""}).status_code == 403
    assert LIST in text_of(agency.director, "/phong-trao/thu-nghiem/")


def test_place_of_the_plan_leads_to_the_reports(agency: Agency, campaign: Campaign) -> None:
    answer = client_of(agency.office).get("/phong-trao/bao-cao/")
    assert (answer.status_code, answer["Location"]) == (302, LIST)


def test_place_leads_to_the_list_where_there_is_no_movement(agency: Agency) -> None:
    assert client_of(agency.office).get("/phong-trao/bao-cao/")["Location"] == "/phong-trao/"


@pytest.mark.parametrize("report", ["khong-co", "ky-1"])
def test_report_that_the_plan_does_not_know_is_not_there(agency: Agency, campaign: Campaign, report: str) -> None:
    text_of(agency.office, f"{LIST}{report}/soan/", 404)
    text_of(agency.office, "/phong-trao/khac/bao-cao/", 404)


def test_texts_of_people_stand_beside_what_is_proposed_and_stay(agency: Agency, campaign: Campaign) -> None:
    before = written(make_review(campaign, agency.office, at=NINE), agency, at=NINE, Ưu="Hưởng ứng <b>tốt</b>.")
    page = text_of(agency.office, DRAFT)
    assert "Hưởng ứng &lt;b&gt;tốt&lt;/b&gt;." in page
    assert "Mưa bão kéo dài." in page
    assert page.count('name="label"') == 2
    assert 'value="KEPT"' in page
    [seen] = [part.split('"')[0] for part in page.split('name="seen" value="')[1:]]
    sent = {"seen": seen, "label": ["Ưu điểm", "Nguyên nhân"], "part_0": "NEW", "part_1": "KEPT"}
    client_of(agency.office).post(DRAFT, sent)
    after = Review.objects.get(paper__version=2)
    said = texts_of(after)
    assert (said["Nguyên nhân"], said["Ưu điểm"]) == ("Mưa bão kéo dài.", before.proposed["texts"]["Ưu điểm"])


def test_page_that_is_out_of_date_says_so_and_drafts_nothing(agency: Agency, campaign: Campaign) -> None:
    make_review(campaign, agency.office, at=NINE)
    answer = client_of(agency.office).post(DRAFT, {"seen": ""})
    assert answer.status_code == 422
    assert "Chưa thực hiện" in answer.content.decode()
    assert Paper.objects.count() == 1


def test_page_of_the_paper_leads_to_where_it_is_made_anew(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.office, at=NINE)
    answer = client_of(agency.office).post(f"/van-ban/{review.paper_id}/soan-lai/")
    assert (answer.status_code, answer["Location"]) == (302, DRAFT)
    assert Paper.objects.count() == 1


def test_report_of_a_time_to_come_is_not_offered(agency: Agency) -> None:
    text = TWO_PERIODS.replace("first = 2021-09-16", "first = 2021-09-21").replace(
        "starts_on = 2021-09-16", "starts_on = 2021-09-21"
    )
    make_campaign(agency.root, agency.office, text=text, opened=True)
    assert "/soan/" not in text_of(agency.office, LIST)
    assert "chưa bắt đầu" in text_of(agency.office, DRAFT)
    answer = client_of(agency.office).post(DRAFT, {"seen": ""})
    assert answer.status_code == 422


def queries_of(user: User, address: str) -> int:
    client = client_of(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as context:
        client.get(address)
    return len(context)


def test_list_asks_the_same_number_of_questions_for_one_draft_and_for_three(agency: Agency, campaign: Campaign) -> None:
    make_review(campaign, agency.office, at=NINE)
    one = queries_of(agency.office, LIST)
    late = clock(9, day=datetime.date(2021, 9, 28))
    for code in ("so-ket", "tong-ket"):
        make_review(campaign, agency.office, code, at=late)
    assert queries_of(agency.office, LIST) == one
