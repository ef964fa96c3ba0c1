"""The sheet on which somebody declares for many: one tap for each who has nothing to report."""

import datetime
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vungxanh.admission.forms.declaring import DeclarationForm, temperature_field
from vungxanh.admission.queries.entering import SheetLine
from vungxanh.admission.rulebook import ChannelRule
from vungxanh.screening.rulebook import Questionnaire

TOLD_AT = _("Time when it was told or written")


def time_field(label: Any, *, required: bool = True) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=required, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class EntryForm(DeclarationForm):
    """The whole form, filled in for one other person."""

    def __init__(self, *args: Any, rule: ChannelRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        if rule.asks_time:
            self.fields["told_at"] = time_field(TOLD_AT)

    @property
    def attestation(self) -> str:
        return (self.rule.attestation or self.questionnaire.attestation).in_language(self.language)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was ticked for one person: nothing unusual."""

    line: SheetLine
    client_uuid: uuid.UUID
    temperature_c: float | None
    time: datetime.time | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line with its fields, for the page."""

    line: SheetLine
    uuid: forms.BoundField
    is_fine: forms.BoundField
    temperature: forms.BoundField
    time: forms.BoundField | None


class SheetForm(forms.Form):
    """`told_at` where the way of entering asks for the time; a line may have a time of its own on paper."""

    attested = forms.BooleanField(error_messages={"required": _("Confirm on whose word you enter this.")})

    def __init__(
        self,
        *args: Any,
        lines: Iterable[SheetLine],
        rule: ChannelRule,
        questionnaire: Questionnaire,
        has_times: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        self.rule = rule
        self.questionnaire = questionnaire
        self.has_times = has_times
        if rule.asks_time:
            self.fields["told_at"] = time_field(TOLD_AT)
        for line in self.lines:
            self._add(line)

    def _add(self, line: SheetLine) -> None:
        key, name = line.person.pk, line.person.full_name
        self.fields[f"{key}-uuid"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
        self.fields[f"{key}-fine"] = forms.BooleanField(label=_("nothing unusual"), required=False)
        label = _("Temperature of %(name)s") % {"name": name}
        self.fields[f"{key}-temperature"] = temperature_field(
            self.questionnaire, **{"aria-label": str(label), "size": "5", "class": "w-auto"}
        )
        if self.has_times:
            field = time_field(_("Time"), required=False)
            field.widget.attrs["aria-label"] = str(_("Time of %(name)s") % {"name": name})
            self.fields[f"{key}-time"] = field

    @property
    def attestation(self) -> str:
        return (self.rule.attestation or self.questionnaire.attestation).in_language(get_language() or "vi")

    @property
    def rows(self) -> Iterator[SheetRow]:
        for line in self.lines:
            key = line.person.pk
            time = self[f"{key}-time"] if self.has_times else None
            yield SheetRow(line, self[f"{key}-uuid"], self[f"{key}-fine"], self[f"{key}-temperature"], time)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            key = line.person.pk
            is_written = cleaned.get(f"{key}-temperature") is not None
            if is_written and not cleaned.get(f"{key}-fine"):
                words = _("Tick that there is nothing unusual, or open the whole form of this person.")
                self.add_error(f"{key}-temperature", words)
        return cleaned

    @property
    def entries(self) -> list[Entry]:
        found = []
        for line in self.lines:
            key = line.person.pk
            if not self.cleaned_data.get(f"{key}-fine"):
                continue
            value = self.cleaned_data[f"{key}-temperature"]
            found.append(
                Entry(
                    line=line,
                    client_uuid=self.cleaned_data[f"{key}-uuid"] or uuid.uuid4(),
                    temperature_c=None if value is None else float(value),
                    time=self.cleaned_data.get(f"{key}-time") or self.cleaned_data.get("told_at"),
                )
            )
        return found
