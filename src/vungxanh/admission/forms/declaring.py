"""The declaration form, made from the questionnaire in force: big tiles, nothing ticked beforehand."""

import uuid
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common.vietnamese import canonical, folded
from vungxanh.screening.enums import Window
from vungxanh.screening.rulebook import QuestionGroup, Questionnaire

NONE, SOME = "NONE", "SOME"
PLACES_SHOWN = 3
AREA_LIST = "areas"


class DeclarationForm(forms.Form):
    """`answers` has every question of the window; a group answered with none says no to all of its own."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    window = forms.ChoiceField(choices=Window.choices, widget=forms.HiddenInput)
    # Given by the button that sends, so that attesting and sending is one act.
    attested = forms.BooleanField(error_messages={"required": _("Confirm that the answers are true.")})

    def __init__(
        self,
        *args: Any,
        questionnaire: Questionnaire,
        window: Window,
        areas: Iterable[AdministrativeUnit],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        self.for_window = window
        self.language = get_language() or "vi"
        self.areas = _Areas(areas)
        for group in questionnaire.groups(window):
            self.fields[group.link_id] = self._group_field(group)
            self.fields[f"{group.link_id}_items"] = self._items_field(group)
        for number in range(1, PLACES_SHOWN + 1):
            self.fields[f"place_{number}"] = self._place_field(number)
        self.fields["temperature_c"] = temperature_field(questionnaire)

    def _group_field(self, group: QuestionGroup) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=group.heading(self.for_window).in_language(self.language),
            choices=[(NONE, group.none.in_language(self.language)), (SOME, group.some.in_language(self.language))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the two.")},
        )

    def _items_field(self, group: QuestionGroup) -> forms.MultipleChoiceField:
        choices = []
        for item in group.items(self.for_window):
            words = item.in_language(self.language)
            hint = item.help.in_language(self.language) if item.help else ""
            choices.append((item.link_id, f"{words} ({hint})" if hint else words))
        # Owed where the answer above is yes; so it reads on the fresh page as well.
        return forms.MultipleChoiceField(
            label=_("Choose all that apply"),
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            required=self.data.get(group.link_id, SOME) == SOME,
            error_messages={"required": _("Choose what applies, or answer with no above.")},
        )

    def _place_field(self, number: int) -> forms.CharField:
        return forms.CharField(
            label=_("Place %(number)d") % {"number": number},
            required=False,
            max_length=120,
            widget=forms.TextInput(attrs={"list": AREA_LIST, "autocomplete": "off"}),
        )

    @property
    def notice(self) -> str:
        return self.questionnaire.notice.in_language(self.language)

    @property
    def attestation(self) -> str:
        return self.questionnaire.attestation.in_language(self.language)

    @property
    def places_heading(self) -> str:
        return self.questionnaire.places.heading(self.for_window).in_language(self.language)

    @property
    def groups(self) -> list[tuple[forms.BoundField, forms.BoundField, bool]]:
        """Per group its question, its items, and whether places are asked under it (the last one)."""
        groups = self.questionnaire.groups(self.for_window)
        return [(self[one.link_id], self[f"{one.link_id}_items"], one is groups[-1]) for one in groups]

    @property
    def outline(self) -> dict[str, object]:
        """What a script needs to read the filled form as answers by linkId."""
        groups = self.questionnaire.groups(self.for_window)
        return {
            "window": self.for_window,
            "places": self.questionnaire.places.link_id,
            "groups": {
                group.link_id: [
                    {"link_id": item.link_id, "enable_when": item.enable_when} for item in group.items(self.for_window)
                ]
                for group in groups
            },
        }

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[f"place_{number}"] for number in range(1, PLACES_SHOWN + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for group in self.questionnaire.groups(self.for_window):
            self._check_group(group, cleaned.get(group.link_id), cleaned.get(f"{group.link_id}_items") or [])
        codes = {}
        for field in self.places:
            text = canonical(cleaned.get(field.name) or "")
            code = self.areas.code_of(text)
            if text and not code:
                self.add_error(field.name, _("There is no such province or district; choose one of the list."))
            elif code:
                codes[code] = text
        cleaned["places"] = list(codes)
        return cleaned

    def _check_group(self, group: QuestionGroup, chosen: str | None, items: list[str]) -> None:
        ticked: dict[str, object] = dict.fromkeys(items, True)
        if chosen == NONE and items:
            self.add_error(group.link_id, _("You chose no, yet something is ticked below. Which is right?"))
        for item in group.items(self.for_window):
            if item.link_id in ticked and not item.is_enabled(ticked):
                words = _("“%(item)s” belongs to another question that is not ticked.")
                self.add_error(f"{group.link_id}_items", words % {"item": item.in_language(self.language)})

    @property
    def answers(self) -> dict[str, Any]:
        """By linkId, complete."""
        groups = self.questionnaire.groups(self.for_window)
        ticked = {link_id: True for one in groups for link_id in self.cleaned_data[f"{one.link_id}_items"]}
        asked = [item for item in self.questionnaire.items(self.for_window) if item.is_enabled(ticked)]
        answers: dict[str, Any] = {item.link_id: item.link_id in ticked for item in asked}
        return {**answers, self.questionnaire.places.link_id: self.cleaned_data["places"]}

    @property
    def temperature(self) -> float | None:
        value = self.cleaned_data.get("temperature_c")
        return None if value is None else float(value)


def temperature_field(questionnaire: Questionnaire, **attrs: str) -> forms.DecimalField:
    """In °C, with a comma or a point."""
    rule = questionnaire.temperature
    limits = {"lowest": f"{rule.lowest:g}", "highest": f"{rule.highest:g}"}
    outside = _("A body temperature lies between %(lowest)s and %(highest)s °C.") % limits
    bounds = {"data-lowest": limits["lowest"], "data-highest": limits["highest"]}
    look = {"inputmode": "decimal", "placeholder": "36,5", "autocomplete": "off", **bounds, **attrs}
    return forms.DecimalField(
        label=rule.in_language(get_language() or "vi"),
        required=rule.required,
        min_value=rule.lowest,
        max_value=rule.highest,
        max_digits=4,
        decimal_places=1,
        localize=True,
        error_messages={"min_value": outside, "max_value": outside, "invalid": _("Write it as 36,5.")},
        widget=forms.TextInput(attrs=look),
    )


class _Areas:
    """Provinces and districts as one writes them: with or without marks, with or without "huyện", "tỉnh"."""

    def __init__(self, areas: Iterable[AdministrativeUnit]) -> None:
        self.areas = list(areas)
        self.code_by_label = {_label(area): area.code for area in self.areas}

    @cached_property
    def codes_by_name(self) -> dict[str, set[str]]:
        """Made when somebody wrote a place, which is seldom."""
        codes: dict[str, set[str]] = {}
        for area in self.areas:
            name = folded(area.name)
            for start in {0, *(len(word) + 1 for word in KINDS if name.startswith(f"{word} "))}:
                codes.setdefault(name[start:], set()).add(area.code)
        return codes

    @property
    def labels(self) -> Iterable[tuple[str, str]]:
        """As offered for choosing, each with its code."""
        return self.code_by_label.items()

    def labels_of(self, codes: Iterable[str]) -> list[str]:
        """As they stand in the list, those that are still there."""
        return [label for code in codes for label, one in self.code_by_label.items() if one == code]

    def code_of(self, text: str) -> str:
        """Empty where nothing, or more than one, is meant."""
        if not text or text in self.code_by_label:
            return self.code_by_label.get(text, "")
        found = self.codes_by_name.get(folded(text), set())
        return next(iter(found)) if len(found) == 1 else ""


def _label(area: AdministrativeUnit) -> str:
    return f"{area.name} ({area.parent.name})" if area.parent else area.name


KINDS = ("tinh", "thanh pho", "quan", "huyen", "thi xa", "tp", "tx")


def fresh_initial(window: Window) -> dict[str, object]:
    """Nothing is answered beforehand; the identifier stays the same however often the page is sent."""
    return {"client_uuid": uuid.uuid4(), "window": window}
