"""The form in force, for applications that draw it themselves."""

import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from ninja import Router
from pydantic import BaseModel

from vungxanh.api.problems import Problem
from vungxanh.common import clock
from vungxanh.screening.enums import Window
from vungxanh.screening.rulebook import QUESTIONNAIRE, Item, QuestionGroup, Questionnaire

router = Router(tags=["questionnaires"])


class ItemOut(BaseModel):
    """A question with yes or no; with `enable_when` only where the question of that linkId is yes."""

    link_id: str
    text: str
    help: str
    required: bool
    enable_when: str


class GroupOut(BaseModel):
    link_id: str
    text: str
    items: list[ItemOut]


class TemperatureOut(BaseModel):
    """Sent as `temperature_c`, in °C."""

    text: str
    required: bool
    lowest: float
    highest: float


class PlacesOut(BaseModel):
    """Codes of areas, at most `most`."""

    link_id: str
    text: str
    most: int


class WindowOut(BaseModel):
    window: Literal["ARRIVAL", "LEAVING"]
    groups: list[GroupOut]
    places: PlacesOut


class QuestionnaireOut(BaseModel):
    id: str
    version: str
    in_force_from: datetime.date
    language: str
    notice: str
    attestation: str
    temperature: TemperatureOut
    windows: list[WindowOut]


@router.get("/questionnaires/current", response={200: QuestionnaireOut, 401: Problem, 403: Problem})
def current_questionnaire(request: HttpRequest, response: HttpResponse) -> HttpResponse | QuestionnaireOut:
    """In the language of the request; `ETag` stays the same until another version is in force."""
    form, language = QUESTIONNAIRE.current().in_force(clock.today()), get_language() or "vi"
    etag = quote_etag(f"{form.code}-{form.version}-{form.in_force_from:%Y%m%d}-{language}")
    response.headers["ETag"], response.headers["Cache-Control"] = etag, "private, no-cache"
    unchanged = get_conditional_response(request, etag=etag, response=response)
    return unchanged if unchanged and unchanged.status_code == 304 else _shown(form, language)


def _shown(form: Questionnaire, language: str) -> QuestionnaireOut:
    return QuestionnaireOut(
        id=form.code,
        version=form.version,
        in_force_from=form.in_force_from,
        language=language,
        notice=form.notice.in_language(language),
        attestation=form.attestation.in_language(language),
        temperature=TemperatureOut(
            text=form.temperature.in_language(language),
            required=form.temperature.required,
            lowest=form.temperature.lowest,
            highest=form.temperature.highest,
        ),
        windows=[_window(form, window, language) for window in ("ARRIVAL", "LEAVING")],
    )


def _window(form: Questionnaire, window: Literal["ARRIVAL", "LEAVING"], language: str) -> WindowOut:
    places = form.places
    return WindowOut(
        window=window,
        groups=[_group(group, window, language) for group in form.groups(window)],
        places=PlacesOut(link_id=places.link_id, text=places.heading(window).in_language(language), most=places.most),
    )


def _group(group: QuestionGroup, window: str, language: str) -> GroupOut:
    items = [_item(item, language) for item in group.items(Window(window))]
    return GroupOut(link_id=group.link_id, text=group.heading(window).in_language(language), items=items)


def _item(item: Item, language: str) -> ItemOut:
    return ItemOut(
        link_id=item.link_id,
        text=item.in_language(language),
        help=item.help.in_language(language) if item.help else "",
        required=item.required,
        enable_when=item.enable_when,
    )
