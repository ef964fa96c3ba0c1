"""The questionnaire as a FHIR resource: one for each version and window, since the windows ask differently."""

import datetime
from collections.abc import Iterator

from vungxanh.api.fhir.elements import ATTESTED, NOTICE, TEMPERATURE, Json, without_nothing, worded
from vungxanh.screening.enums import Window
from vungxanh.screening.rulebook import QUESTIONNAIRE, Item, Phrase, QuestionGroup, Questionnaire

EXTENSION = "http://hl7.org/fhir/StructureDefinition"
TITLES = {
    Window.ARRIVAL: Phrase(vi="Tờ khai y tế nội bộ khi đến làm việc", en="Health declaration on arrival"),
    Window.LEAVING: Phrase(vi="Tờ khai y tế nội bộ khi hết giờ làm", en="Health declaration on leaving"),
}


def logical_id(form: Questionnaire, window: Window) -> str:
    return f"{form.code}-{form.version}-{window.lower()}"


def canonical(form: Questionnaire, window: Window, base: str) -> str:
    """The same for every version; `base` is the address of the FHIR endpoint."""
    return f"{base}/Questionnaire/{form.code}-{window.lower()}"


def all_forms() -> Iterator[tuple[Questionnaire, Window]]:
    for form in QUESTIONNAIRE.current():
        for window in Window:
            yield form, window


def find(wanted: str, *, on: datetime.date) -> tuple[Questionnaire, Window] | None:
    """By the id of a version, or by the name that always means the version in force."""
    in_force = QUESTIONNAIRE.current().in_force(on)
    for form, window in all_forms():
        names = {logical_id(form, window), *([f"{form.code}-{window.lower()}"] if form is in_force else [])}
        if wanted in names:
            return form, window
    return None


def questionnaire(form: Questionnaire, window: Window, *, base: str, on: datetime.date) -> Json:
    period = {"start": form.in_force_from.isoformat()}
    if form.in_force_to:
        period["end"] = form.in_force_to.isoformat()
    return {
        "resourceType": "Questionnaire",
        "id": logical_id(form, window),
        "language": "vi",
        "url": canonical(form, window, base),
        "version": form.version,
        "name": f"{form.code}_{window.lower()}",
        **worded("title", TITLES[window]),
        "status": _status(form, on),
        "subjectType": ["Patient"],
        "date": form.in_force_from.isoformat(),
        "effectivePeriod": period,
        "item": [
            {"linkId": NOTICE, "type": "display", **worded("text", form.notice)},
            *(_group(group, window) for group in form.groups(window)),
            _places(form, window),
            _temperature(form),
            {"linkId": ATTESTED, "type": "boolean", "required": True, **worded("text", form.attestation)},
        ],
    }


def _status(form: Questionnaire, on: datetime.date) -> str:
    if form.in_force_from > on:
        return "draft"
    return "active" if form is QUESTIONNAIRE.current().in_force(on) else "retired"


def _group(group: QuestionGroup, window: Window) -> Json:
    return {
        "linkId": group.link_id,
        "type": "group",
        **worded("text", group.heading(window)),
        "item": [_item(item) for item in group.items(window)],
    }


def _item(item: Item) -> Json:
    when = {"question": item.enable_when, "operator": "=", "answerBoolean": True}
    return without_nothing(
        {
            "linkId": item.link_id,
            "type": "boolean",
            **worded("text", Phrase(vi=item.vi, en=item.en)),
            "required": item.required,
            "enableWhen": [when] if item.enable_when else [],
            "item": [_help(item.link_id, item.help)] if item.help else [],
        }
    )


def _help(link_id: str, words: Phrase) -> Json:
    control = {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}
    extension = {"url": f"{EXTENSION}/questionnaire-itemControl", "valueCodeableConcept": {"coding": [control]}}
    return {"linkId": f"{link_id}-help", "type": "display", "extension": [extension], **worded("text", words)}


def _places(form: Questionnaire, window: Window) -> Json:
    places = form.places
    return {
        "extension": [{"url": f"{EXTENSION}/questionnaire-maxOccurs", "valueInteger": places.most}],
        "linkId": places.link_id,
        "type": "choice",
        **worded("text", places.heading(window)),
        "required": False,
        "repeats": True,
    }


def _temperature(form: Questionnaire) -> Json:
    rule = form.temperature
    unit = {"system": "http://unitsofmeasure.org", "code": "Cel", "display": "°C"}
    return {
        "extension": [
            {"url": f"{EXTENSION}/minValue", "valueDecimal": rule.lowest},
            {"url": f"{EXTENSION}/maxValue", "valueDecimal": rule.highest},
            {"url": f"{EXTENSION}/questionnaire-unit", "valueCoding": unit},
        ],
        "linkId": TEMPERATURE,
        "type": "decimal",
        **worded("text", Phrase(vi=rule.vi, en=rule.en)),
        "required": rule.required,
    }
