"""What holds for every operation: problems, languages, strict JSON, who may ask, nothing stored by others."""

import json

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.api.conftest import Caller, declaration, pointers
from tests.factories.accounts import PASSWORD, make_account
from vungxanh.accounts import tokens
from vungxanh.accounts.models import AccessToken, User
from vungxanh.api.bounds import LARGEST_BODY

PROBLEM = "application/problem+json"
EVERYTHING = ["declarations", "questionnaires/current", "units", "units/A/days/2021-09-20", "control-room/2021-09-20"]


def assert_problem(response, status: int) -> None:
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM)
    content = response.json()
    assert set(content) == {"type", "title", "status", "detail", "errors"}
    assert (content["type"], content["status"], bool(content["title"])) == ("about:blank", status, True)
    assert "<html" not in response.content.decode()


# --- Each refusal is a problem ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "nothing", "units/", "tokens/", "../v2/units", "units/A/days/", "%00"])
def test_unknown_address_is_a_problem(lan: Caller, path: str) -> None:
    assert_problem(lan.get(path), 404)
    assert_problem(Client().post(f"/api/v1/{path}"), 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_method_that_is_not_taken_is_a_problem_and_says_which_are(lan: Caller, method: str) -> None:
    response = getattr(lan.client, method)("/api/v1/declarations")
    assert_problem(response, 405)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ""],
)
def test_body_of_another_kind_is_a_problem(lan: Caller, kind: str) -> None:
    response = lan.client.generic("POST", "/api/v1/declarations", json.dumps(declaration()), content_type=kind)
    assert_problem(response, 415)


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "1",
        '"text"',
        "null",
        b"\xff\xfe{}",
        '{"attested": NaN}',
        '{"attested": Infinity}',
        '{"temperature_c": 1e999}',
        '{"attested": true, "attested": false}',
        '{"answers": {"a": true, "a": false}}',
        '{"site": "\\u0000"}',
        '{"site": "\\ud800"}',
        '{"answers": ' + '{"a":' * 20 + "1" + "}" * 20 + "}",
        "[" * 100_000,
        '{"a":' * 40_000 + "1" + "}" * 40_000,
        '{"n": ' + "1" * 5000 + "}",
    ],
    ids=lambda body: str(body)[:24],
)
def test_body_that_is_no_plain_json_object_is_a_problem(lan: Caller, body: str | bytes) -> None:
    assert_problem(lan.post("declarations", body), 400)


def test_body_that_is_too_large_is_a_problem(lan: Caller) -> None:
    assert_problem(lan.post("declarations", '{"note": "' + "x" * LARGEST_BODY + '"}'), 413)


def test_body_of_unknown_length_is_a_problem(lan: Caller) -> None:
    headers = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    response = lan.client.generic("POST", "/api/v1/declarations", "", content_type="application/json", **headers)
    assert_problem(response, 411)


@pytest.mark.parametrize("path", ["declarations", "units"])
def test_refusal_carries_the_headers_of_every_answer(lan: Caller, path: str) -> None:
    kinds = [
        lan.client.delete(f"/api/v1/{path}"),
        lan.client.get("/api/nothing"),
        lan.post("declarations", '{"note": "' + "x" * LARGEST_BODY + '"}'),
        Client(SERVER_NAME="xau.example").get(f"/api/v1/{path}"),
    ]
    assert [response.status_code for response in kinds] == [405, 404, 413, 400]
    for response in kinds:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"


def test_empty_body_names_what_is_missing(lan: Caller) -> None:
    assert_problem(lan.post("declarations", ""), 422)


def test_fault_of_ours_is_a_problem_without_its_insides(lan: Caller) -> None:
    lan.client.raise_request_exception = False
    AccessToken.objects.all()
    with override_settings(FIELD_KEYS_FILE="/nowhere/at/all"):
        response = lan.post("declarations", declaration())
    assert_problem(response, 500)
    assert "nowhere" not in response.content.decode()


def test_foreign_host_is_a_problem() -> None:
    assert_problem(Client(SERVER_NAME="xau.example").get("/api/v1/units"), 400)


# --- Languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "vi"), ("vi-VN,vi;q=0.9", "vi"), ("en-US,en;q=0.9", "en"), ("fr", "vi"), ("*;q=x,,;;", "vi")],
)
def test_problem_speaks_the_language_asked_for(lan: Caller, header: str, language: str) -> None:
    response = lan.post("declarations", {}, **{"accept-language": header})
    assert response.headers["Content-Language"] == language
    assert (response.json()["errors"][0]["detail"] == "This is missing.") == (language == "en")
    assert "Accept-Language" in response.headers["Vary"]


def test_language_asked_for_goes_before_that_of_the_account(agency) -> None:
    user = make_account("an")
    user.language = "en"
    user.save()
    client = Client(headers={"accept-language": "vi"})
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    assert client.get("/api/v1/units?size=0").headers["Content-Language"] == "vi"


# --- Who may ask -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EVERYTHING)
def test_nobody_gets_nothing(agency, path: str) -> None:
    response = Client().get(f"/api/v1/{path}")
    assert_problem(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert_problem(Client().post("/api/v1/declarations", "{}", content_type="application/json"), 401)


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer a:b:c", "Basic bGFuOng=", "x" * 5000, "Bearer é"])
def test_bad_token_is_refused_even_beside_a_good_session(agency, header: str) -> None:
    client = Client(headers={"authorization": header})
    client.force_login(agency.lan.user, settings.AUTHENTICATION_BACKENDS[1])
    assert_problem(client.get("/api/v1/units"), 401)


def test_token_ends_with_its_revocation_and_with_the_account(lan: Caller) -> None:
    assert lan.get("units").status_code == 200
    User.objects.filter(pk=lan.user.pk).update(is_active=False)
    assert_problem(lan.get("units"), 401)


def test_session_reads_and_writes_only_with_the_token_of_the_form(agency) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agency.lan.user, settings.AUTHENTICATION_BACKENDS[1])
    assert client.get("/api/v1/units").status_code == 200
    content = json.dumps(declaration())
    refused = client.post("/api/v1/declarations", content, content_type="application/json")
    assert_problem(refused, 403)
    client.get("/tai-khoan/")
    token = client.cookies["csrftoken"].value
    headers = {"x-csrftoken": token}
    done = client.post("/api/v1/declarations", content, content_type="application/json", headers=headers)
    assert done.status_code == 201


def test_first_password_is_changed_before_anything_else(agency) -> None:
    user = make_account("moi", must_change_password=True)
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    assert_problem(client.get("/api/v1/units"), 403)
    sign_in = {"username": "moi", "password": PASSWORD}
    assert_problem(Client().post("/api/v1/tokens", sign_in, content_type="application/json"), 403)


# --- Tokens ----------------------------------------------------------------------------------------------------------


def ask_for_token(username: str, password: str = PASSWORD, **more: object):
    content = {"username": username, "password": password, **more}
    return Client().post("/api/v1/tokens", json.dumps(content), content_type="application/json")


def test_token_is_given_for_name_or_telephone_and_works(agency) -> None:
    make_account("hoa", phone="0912345678")
    for username in ("hoa", "HOA", "0912 345 678"):
        answer = ask_for_token(username).json()
        assert set(answer) == {"token", "expires_at"}
        assert answer["expires_at"].endswith("+07:00")
        client = Client(headers={"authorization": f"Bearer {answer['token']}"})
        assert client.get("/api/v1/units").status_code == 200


def test_wrong_password_unknown_and_closed_account_are_one_refusal(agency) -> None:
    closed = make_account("dong")
    closed.is_active = False
    closed.save()
    answers = [ask_for_token("lan", "sai-mat-khau"), ask_for_token("khong-co"), ask_for_token("dong")]
    for answer in answers:
        assert_problem(answer, 401)
    assert len({answer.content for answer in answers}) == 1


def test_wrong_passwords_lock_the_name_out_here_and_on_the_page(agency) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert_problem(ask_for_token("lan", "sai-mat-khau"), 401)
    response = ask_for_token("lan", "sai-mat-khau")
    assert_problem(response, 429)
    assert int(response.headers["Retry-After"]) > 800
    assert_problem(ask_for_token("lan"), 429)
    page = Client().post("/tai-khoan/dang-nhap/", {"username": "lan", "password": PASSWORD})
    assert page.status_code == 429


def test_token_of_a_strange_shape_is_refused(agency) -> None:
    assert pointers(ask_for_token("lan", otp="1")) == ["/otp"]
    assert pointers(ask_for_token("x" * 61)) == ["/username"]
    assert pointers(ask_for_token(5)) == ["/username"]
    assert AccessToken.objects.count() == 0


def test_token_lives_by_the_real_clock(agency) -> None:
    """The clock of the agency stands in 2021 here, and the token is good now."""
    token = ask_for_token("lan").json()["token"]
    row = AccessToken.objects.get()
    assert row.expires_at - row.created_at == tokens.LIFE
    assert row.created_at.year > 2021
    assert Client(headers={"authorization": f"Bearer {token}"}).get("/api/v1/units").status_code == 200


# --- Answers are nobody else's ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path in EVERYTHING if path != "questionnaires/current"])
def test_answers_are_not_stored_on_the_way(lan: Caller, path: str) -> None:
    response = lan.get(path)
    assert response.headers["Cache-Control"] in {"no-store", "private, no-store"}
    assert {"Authorization", "Cookie"} <= set(response.headers["Vary"].replace(" ", "").split(","))


def test_questionnaire_is_asked_for_again_by_its_tag(lan: Caller) -> None:
    first = lan.get("questionnaires/current")
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    again = lan.client.get("/api/v1/questionnaires/current", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    english = lan.client.get(
        "/api/v1/questionnaires/current",
        headers={"if-none-match": first.headers["ETag"], "accept-language": "en"},
    )
    assert english.status_code == 200
    assert english.json()["language"] == "en"


def test_questionnaire_names_what_a_declaration_must_answer(lan: Caller) -> None:
    windows = {window["window"]: window for window in lan.get("questionnaires/current").json()["windows"]}
    asked = {item["link_id"] for group in windows["ARRIVAL"]["groups"] for item in group["items"] if item["required"]}
    assert asked <= set(declaration()["answers"])
    assert set(windows) == {"ARRIVAL", "LEAVING"}
