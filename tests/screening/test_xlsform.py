"""The questionnaire as XLSForm: read back as sheets, and turned into an XForm by the tool of ODK."""

import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook
from pyxform.xls2xform import convert

from tests.factories.risk import make_user
from vungxanh.common.decision_tables.registry import keep_overlays_in
from vungxanh.screening.enums import Window
from vungxanh.screening.exports import EN, VI, xlsform
from vungxanh.screening.rulebook import QUESTIONNAIRE, RULES, Questionnaire

DAY = datetime.date(2021, 9, 20)


def form() -> Questionnaire:
    return QUESTIONNAIRE.current().in_force(DAY)


def sheet(content: bytes, name: str) -> list[dict[str, Any]]:
    heads, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()
    return [dict(zip(heads, row, strict=True)) for row in rows]


def xform(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(convert(xlsform=content, file_type=".xlsx", validate=False).xform)


@pytest.mark.parametrize("window", list(Window))
def test_survey_asks_what_the_form_asks_in_both_languages(window: Window) -> None:
    survey = {row["name"]: row for row in sheet(xlsform(form(), window), "survey") if row["name"]}
    for item in form().items(window):
        row = survey[item.link_id]
        assert (row["type"], row["required"]) == ("select_one yes_no", "yes")
        assert (row[f"label::{VI}"], row[f"label::{EN}"]) == (item.vi, item.en)
    assert survey["fever"][f"hint::{VI}"].startswith("từ 37,5")
    assert survey["temperature_c"]["constraint"] == ". >= 34 and . <= 43"
    assert "43" in survey["temperature_c"][f"constraint_message::{VI}"]
    assert survey["temperature_c"]["required"] == ""
    assert survey["attested"]["type"] == "acknowledge"


def test_groups_open_and_close() -> None:
    kinds = [row["type"] for row in sheet(xlsform(form(), Window.ARRIVAL), "survey")]
    assert kinds.count("begin_group") == kinds.count("end_group") == len(form().groups("ARRIVAL"))


def test_choices_and_settings() -> None:
    content = xlsform(form(), Window.LEAVING)
    assert [(row["list_name"], row["name"]) for row in sheet(content, "choices")] == [
        ("yes_no", "yes"),
        ("yes_no", "no"),
    ]
    [settings] = sheet(content, "settings")
    assert (settings["form_id"], settings["version"], settings["default_language"]) == ("covid19_leaving", "2021.1", VI)


@pytest.mark.parametrize("window", list(Window))
def test_odk_turns_it_into_a_form_with_both_languages(window: Window) -> None:
    root = xform(xlsform(form(), window))
    languages = {one.get("lang") for one in root.iter("{http://www.w3.org/2002/xforms}translation")}
    binds = {one.get("nodeset"): one for one in root.iter("{http://www.w3.org/2002/xforms}bind")}
    temperature = next(one for name, one in binds.items() if name and name.endswith("/temperature_c"))
    assert languages == {VI, EN}
    assert (temperature.get("type"), temperature.get("constraint")) == ("decimal", ". >= 34 and . <= 43")
    asked = {name.rsplit("/", 1)[1] for name in binds if name}
    assert {item.link_id for item in form().items(window)} <= asked


@pytest.fixture
def longer_form(tmp_path: Path) -> Iterator[None]:
    """One question hangs on another."""
    text = (RULES / QUESTIONNAIRE.name).read_text(encoding="utf-8").replace("2021-09-01", "2021-09-10")
    head = '[[edition.group.item]]\n  link_id = "sore_throat"'
    dry = '[[edition.group.item]]\nlink_id = "dry"\nvi = "Ho khan"\nen = "Dry cough"\nenable_when = "cough"\n\n'
    (tmp_path / QUESTIONNAIRE.name).write_text(text.replace(head, dry + head), encoding="utf-8")
    keep_overlays_in(tmp_path)
    yield
    keep_overlays_in(None)


@pytest.mark.usefixtures("longer_form")
def test_question_that_hangs_on_another_is_relevant_only_then() -> None:
    content = xlsform(form(), Window.ARRIVAL)
    [row] = [row for row in sheet(content, "survey") if row["name"] == "dry"]
    assert row["relevant"] == "${cough} = 'yes'"
    [bind] = [
        one
        for one in xform(content).iter("{http://www.w3.org/2002/xforms}bind")
        if (one.get("nodeset") or "").endswith("/dry")
    ]
    assert "cough" in (bind.get("relevant") or "")


@pytest.mark.django_db
@pytest.mark.parametrize(("window", "status"), [("khi-den", 200), ("khi-ve", 200), ("trua", 404)])
def test_download(client: Client, window: str, status: int) -> None:
    client.force_login(make_user("nhanvien"))
    response = client.get(f"/khai-bao/bieu-mau/{window}/xlsform/")
    assert response.status_code == status
    if status == 200:
        assert "to-khai-" in response.headers["Content-Disposition"]
        assert sheet(response.content, "settings")[0]["version"] == "2021.1"
