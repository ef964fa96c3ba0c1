"""The declaration form, made from the questionnaire in force: big tiles, nothing ticked beforehand."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vungxanh.areas.models import AdministrativeUnit
from vungxanh.screening.enums import Window
from vungxanh.screening.rulebook import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE, Questionnaire

NONE, SOME = "NONE", "SOME"
PLACES_SHOWN = 3


class DeclarationForm(forms.Form):
    """`clean_answers` has every question of the questionnaire; a group answered with none says no to all of its own."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    window = forms.ChoiceField(choices=Window.choices, widget=forms.HiddenInput)
    temperature_c = forms.DecimalField(
        label=_("Body temperature (°C)"),
        required=False,
        min_value=LOWEST_TEMPERATURE,
        max_value=HIGHEST_TEMPERATURE,
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "36,5", "autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, questionnaire: Questionnaire, areas: Iterable[AdministrativeUnit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        self.language = get_language() or "vi"
        for group in questionnaire.group:
            self.fields[group.link_id] = self._group_field(group)
            self.fields[f"{group.link_id}_items"] = self._items_field(group)
        choices = [("", _("choose")), *((area.code, _area_name(area)) for area in areas)]
        for number in range(1, PLACES_SHOWN + 1):
            self.fields[f"place_{number}"] = forms.ChoiceField(
                label=_("Place %(number)d") % {"number": number}, choices=choices, required=False
            )
        self.fields["attested"] = forms.BooleanField(
            label=questionnaire.attestation.in_language(self.language),
            error_messages={"required": _("Confirm that the answers are true.")},
        )

    def _group_field(self, group: Any) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=group.in_language(self.language),
            choices=[(NONE, group.none.in_language(self.language)), (SOME, group.some.in_language(self.language))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the two.")},
        )

    def _items_field(self, group: Any) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            label=_("Choose all that apply"),
            choices=[(item.link_id, item.in_language(self.language)) for item in group.item],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    @property
    def notice(self) -> str:
        return self.questionnaire.notice.in_language(self.language)

    @property
    def groups(self) -> list[tuple[forms.BoundField, forms.BoundField, bool]]:
        """Per group its question, its items, and whether places are asked under it (the last one)."""
        last = self.questionnaire.group[-1].link_id
        return [
            (self[group.link_id], self[f"{group.link_id}_items"], group.link_id == last)
            for group in self.questionnaire.group
        ]

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[f"place_{number}"] for number in range(1, PLACES_SHOWN + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for group in self.questionnaire.group:
            chosen, items = cleaned.get(group.link_id), cleaned.get(f"{group.link_id}_items") or []
            if chosen == SOME and not items:
                self.add_error(f"{group.link_id}_items", _("Choose what applies, or answer with no above."))
            elif chosen == NONE and items:
                self.add_error(group.link_id, _("You chose no, yet something is ticked below. Which is right?"))
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        """By linkId, complete."""
        ticked = {
            link_id for group in self.questionnaire.group for link_id in self.cleaned_data[f"{group.link_id}_items"]
        }
        places = [self.cleaned_data[field.name] for field in self.places if self.cleaned_data[field.name]]
        answers: dict[str, Any] = {item.link_id: item.link_id in ticked for item in self.questionnaire.items()}
        return {**answers, self.questionnaire.places.link_id: list(dict.fromkeys(places))}

    @property
    def temperature(self) -> float | None:
        value = self.cleaned_data.get("temperature_c")
        return None if value is None else float(value)


def fresh_initial(window: Window) -> dict[str, object]:
    """Nothing is answered beforehand; the identifier stays the same however often the page is sent."""
    return {"client_uuid": uuid.uuid4(), "window": window}


def _area_name(area: AdministrativeUnit) -> str:
    return f"{area.name} ({area.parent.name})" if area.parent else area.name
