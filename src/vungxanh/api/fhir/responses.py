"""A declaration as a FHIR resource: the person by pseudonym only, the answers by linkId."""

import datetime
import uuid
from collections.abc import Mapping

from vungxanh.accounts.models import User
from vungxanh.api.fhir.elements import AREA_SYSTEM, ATTESTED, TEMPERATURE, URI_SYSTEM, Json, without_nothing
from vungxanh.api.fhir.questionnaires import canonical
from vungxanh.areas.queries import all_areas_by_code
from vungxanh.common.clock import ZONE
from vungxanh.screening.enums import Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.queries.declarations import Content, content_of, form_of
from vungxanh.screening.rulebook import QuestionGroup, Questionnaire


def questionnaire_response(declaration: Declaration, *, base: str) -> Json:
    """`amended` where it is a correction; `author` is whoever entered it, `source` the person who answered."""
    form, window = form_of(declaration), Window(declaration.window)
    subject = _subject(declaration.subject)
    is_first = declaration.version == 1
    authored = declaration.declared_at if is_first else declaration.received_at
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(declaration.pk),
        "meta": {"versionId": str(declaration.version), "lastUpdated": _moment(declaration.received_at)},
        "language": "vi",
        "questionnaire": f"{canonical(form, window, base)}|{form.version}",
        "status": "completed" if is_first else "amended",
        "subject": subject,
        "authored": _moment(authored),
        "author": _author(declaration) or subject,
        "source": subject,
        "item": list(_items(declaration, form, window, content_of(declaration))),
    }


def _moment(value: datetime.datetime) -> str:
    return value.astimezone(ZONE).isoformat()


def _subject(pseudonym: uuid.UUID) -> Json:
    return {"type": "Patient", "identifier": {"system": URI_SYSTEM, "value": f"urn:uuid:{pseudonym}"}}


def _author(declaration: Declaration) -> Json | None:
    if declaration.entered_by_id is None:
        return None
    user = User.objects.filter(pk=declaration.entered_by_id).first()
    return {"type": "Practitioner", "display": user.get_full_name()} if user else None


def _items(declaration: Declaration, form: Questionnaire, window: Window, content: Content) -> list[Json]:
    answers = content["answers"]
    items = [_group(group, window, answers) for group in form.groups(window)]
    items.append(_places(form, window, declaration, answers))
    temperature = content["temperature_c"]
    items.append(
        {
            "linkId": TEMPERATURE,
            "text": form.temperature.vi,
            "answer": [] if temperature is None else [{"valueDecimal": temperature}],
        }
    )
    items.append({"linkId": ATTESTED, "text": form.attestation.vi, "answer": [{"valueBoolean": True}]})
    return [without_nothing(one) for one in items if one.get("answer") or one.get("item")]


def _group(group: QuestionGroup, window: Window, answers: Mapping[str, object]) -> Json:
    answered = [item for item in group.items(window) if isinstance(answers.get(item.link_id), bool)]
    return {
        "linkId": group.link_id,
        "text": group.heading(window).vi,
        "item": [
            {"linkId": item.link_id, "text": item.vi, "answer": [{"valueBoolean": answers[item.link_id]}]}
            for item in answered
        ],
    }


def _places(form: Questionnaire, window: Window, declaration: Declaration, answers: Mapping[str, object]) -> Json:
    found = answers.get(form.places.link_id)
    codes = found if isinstance(found, list) else []
    areas = all_areas_by_code(codes, on=declaration.day) if codes else {}
    return {
        "linkId": form.places.link_id,
        "text": form.places.heading(window).vi,
        "answer": [
            {"valueCoding": without_nothing({"system": AREA_SYSTEM, "code": code, "display": _name(areas.get(code))})}
            for code in codes
        ],
    }


def _name(area: object) -> str:
    return str(getattr(area, "name", ""))
