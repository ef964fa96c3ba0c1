"""The components, the gallery that shows each of them, and the rules that hold for every template."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from vungxanh.common import badges
from vungxanh.common.verdict import ALLOWED, refused

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "src/vungxanh"
TEMPLATES = sorted(PRODUCT.glob("*/templates/**/*.html"))
COMPONENTS = sorted((PRODUCT / "common/templates/cotton/ui").glob("*.html"))
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "frontend/src/icons.svg").read_text()))
BASES = {"common/document.html"}
NAME = re.compile(r'<c-ui\.icon (?:[^>]*?\s)?name="([\w-]+)"|\bicon="([\w-]+)"')


def draw(source: str, **context: object) -> str:
    request = RequestFactory().get("/", {"sort": "name", "q": "ư"})
    text = engines["django"].from_string(CottonCompiler().process("{% load vx %}" + source)).render(context, request)
    return re.sub(r"\s+", " ", text).strip()


def relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(PRODUCT)) for path in paths]


# --- Every template -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=relative(TEMPLATES))
def test_template_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|\shx-on", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=relative(TEMPLATES))
def test_template_names_only_icons_that_exist(path: Path) -> None:
    named = {a or b for a, b in NAME.findall(path.read_text(encoding="utf-8"))}
    assert named - ICONS == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=relative(TEMPLATES))
def test_page_extends_a_base(path: Path) -> None:
    """A template is a component, a fragment, one of the bases, or a page that extends one."""
    name = str(path.relative_to(path.parents[len(path.parts) - path.parts.index("templates") - 2]))
    if name.startswith("cotton/") or "/partials/" in name or name in BASES:
        return
    assert re.match(r'\{% extends "[\w/]+\.html" %\}', path.read_text(encoding="utf-8"))


def test_icons_of_all_badges_exist() -> None:
    used = {badge.icon for name in badges.families() for badge in badges.family(name).values()}
    assert used - ICONS == set()


def test_tones_of_all_badges_exist() -> None:
    used = {badge.tone for name in badges.families() for badge in badges.family(name).values()}
    assert used - set(badges.TONES) == set()


# --- The gallery --------------------------------------------------------------------------------------------------


def test_gallery_shows_each_component(client: Client) -> None:
    source = (PRODUCT / "common/templates/common/gallery.html").read_text()
    nested = "".join(path.read_text() for path in COMPONENTS)
    missing = [c.stem for c in COMPONENTS if f"<c-ui.{c.stem.replace('_', '-')}" not in source + nested]
    assert missing == []
    response = client.get("/ui/")
    assert response.status_code == 200
    assert "<c-" not in response.content.decode()


def test_gallery_speaks_both_languages(client: Client) -> None:
    assert "Vùng xanh" in client.get("/ui/").content.decode()
    client.post("/ngon-ngu/", {"language": "en", "next": "/ui/"})
    page = client.get("/ui/").content.decode()
    assert '<html lang="en"' in page
    assert "Green zone" in page


# --- Components ---------------------------------------------------------------------------------------------------


def test_badge_carries_word_icon_and_tone() -> None:
    drawn = draw('<c-ui.badge family="zone" code="RED" />')
    assert "Vùng đỏ" in drawn
    assert "vx-tone-red" in drawn
    assert "#alert-octagon" in drawn


def test_badge_when_nothing_is_known() -> None:
    assert "Chưa rõ" in draw('<c-ui.badge family="risk" :code="level" />', level=None)


def test_badge_when_code_is_not_registered() -> None:
    with pytest.raises(badges.UnknownBadgeError):
        badges.badge("zone", "PURPLE")


def test_button_when_refused_shows_the_reason() -> None:
    drawn = draw('<c-ui.button :verdict="v">Gửi</c-ui.button>', v=refused("Chưa đến lượt."))
    assert "disabled" in drawn
    assert "Chưa đến lượt." in drawn
    assert "disabled" not in draw('<c-ui.button :verdict="v">Gửi</c-ui.button>', v=ALLOWED)


def test_button_when_it_leads_somewhere_is_a_link() -> None:
    assert draw('<c-ui.button href="/a/" rel="next">Đi</c-ui.button>').startswith('<a href="/a/"')


def test_button_escapes_what_people_typed() -> None:
    assert "<b>" not in draw('<c-ui.alert :title="t" />', t="<b>")


class SmallForm(forms.Form):
    name = forms.CharField(label="Tên", help_text="Đủ họ và tên.")
    answer = forms.ChoiceField(label="Trả lời", choices=[("y", "Có"), ("n", "Không")], widget=forms.RadioSelect)


def test_form_row_when_wrong_names_the_error_for_a_reader() -> None:
    drawn = draw('<c-ui.form-row :field="f" />', f=SmallForm({})["name"])
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn


def test_choices_have_nothing_ticked_and_a_legend() -> None:
    drawn = draw('<c-ui.form-row :field="f" />', f=SmallForm()["answer"])
    assert drawn.count('type="radio"') == 2
    assert "checked" not in drawn
    assert "<legend" in drawn


def test_table_when_empty_says_so() -> None:
    drawn = draw('<c-ui.table caption="Danh sách" :rows="rows">x</c-ui.table>', rows=[])
    assert "<table" not in drawn
    assert "Chưa có dữ liệu" in drawn


def test_sort_link_turns_the_order_and_keeps_the_filter() -> None:
    drawn = draw('<c-ui.sort by="name">Tên</c-ui.sort>')
    assert 'aria-sort="ascending"' in drawn
    assert 'href="?sort=-name&amp;q=%C6%B0"' in drawn


def test_stat_opens_its_records() -> None:
    assert draw('<c-ui.stat label="Chưa khai" value="2" href="/a/" />').startswith('<a class="vx-stat')
    assert draw('<c-ui.stat label="Chưa khai" value="2" />').startswith('<div class="vx-stat')


def test_ratio_when_there_is_nothing_to_divide_by() -> None:
    assert 'max="1"' in draw('<c-ui.ratio label="x" :part="0" :whole="0" />')


# --- Errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_error_page_says_what_happened_what_was_kept_and_what_next(name: str, language: str) -> None:
    with translation.override(language):
        page = engines["django"].get_template(f"{name}.html").render({}, None)
    heads = ["Những gì được giữ lại", "Việc cần làm tiếp"] if language == "vi" else ["What was kept", "What to do next"]
    assert [head in page for head in heads] == [True, True]
    assert len(re.findall(r"<dd>[^<]{10,}</dd>", page)) == 2


def test_refusal_shows_its_reason(rf: RequestFactory) -> None:
    page = engines["django"].get_template("403.html").render({"reason": "Chỉ thủ trưởng được gửi."}, rf.get("/"))
    assert "Chỉ thủ trưởng được gửi." in page
