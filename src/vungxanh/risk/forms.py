"""Forms of risk: a decision on a level, and the return with the levels that the unit sets in it."""

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vungxanh.common.uploads import UploadField
from vungxanh.risk.enums import ReturnKind, RiskLevel
from vungxanh.risk.operations import Override
from vungxanh.risk.queries import PersonLevel
from vungxanh.risk.queries.zone_trials import Driver, Hypothesis, Stand

CONFIRM = _("Confirm the proposed level")


class DecisionForm(forms.Form):
    """Confirm the proposed level (no level chosen) or set another with a reason."""

    level = forms.ChoiceField(label=_("Level"), required=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, keep: Any = CONFIRM, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", keep), *RiskLevel.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("level") and not clean.get("reason", "").strip():
            self.add_error("reason", _("Say why the level is changed."))
        return clean


class ReviewForm(forms.Form):
    """What came out when a finding was looked into."""

    outcome = forms.CharField(
        label=_("What came out"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what came out.")},
    )


class ReturnForm(forms.Form):
    """What is sent: the daily return or an unusual one, with a note."""

    kind = forms.ChoiceField(choices=ReturnKind.choices, initial=ReturnKind.DAILY, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    seen_daily = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    seen_unusual = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def seen(self) -> int | None:
        """How many of the chosen kind had gone when the page was drawn."""
        gone: int | None = self.cleaned_data[f"seen_{self.cleaned_data['kind'].lower()}"]
        return gone


class ExplanationForm(forms.Form):
    """Why a return was late or did not come."""

    reason = forms.CharField(
        label=_("Why the return was late or did not come"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the return was late or did not come.")},
    )


MINUTE = "%Y-%m-%dT%H:%M"


def _moment_field(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
        input_formats=[MINUTE],
        error_messages={"required": _("Say when the map was updated.")},
    )


class EntryForm(forms.Form):
    """The map was updated by hand, when, and with which screenshot."""

    entered_at = _moment_field(_("Updated at"))
    picture = UploadField(
        label=_("Screenshot of the map"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class CorrectionForm(forms.Form):
    """Another time than was written down, or not at all; with a reason."""

    entered_at = _moment_field(_("Updated at"))
    is_not_done = forms.BooleanField(label=_("The map was not updated after all"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Say why it is corrected.")}
    )


class ProofForm(forms.Form):
    """One more screenshot."""

    picture = UploadField(
        label=_("Screenshot of the map"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Choose the screenshot first.")},
    )


class TrialForm(forms.Form):
    """What is assumed of a unit's people: the address keeps it, in the words of the page."""

    da_khai = forms.BooleanField(required=False)

    def __init__(self, values: QueryDict | None, stand: Stand) -> None:
        super().__init__(values)
        self.stand = stand
        self.ticked = set(values.getlist("nguoi")) if values else set()
        self.fields["da_khai"].label = _("All %(count)d who are past due declare, with nothing to report") % {
            "count": stand.missing
        }
        if stand.drivers is None:
            for level, count in stand.driving.items():
                words = _("Of %(count)d people at risk “%(level)s”, so many come back negative")
                label = words % {"count": count, "level": RiskLevel(level).label}
                self.fields[f"am_tinh_{level}"] = _count_field(label, count)
        else:
            self.fields["nguoi"] = forms.MultipleChoiceField(
                required=False,
                choices=[(str(one.subject), one.person.full_name) for one in stand.drivers],
                error_messages={"invalid_choice": _("Somebody who was chosen is not at risk any more; choose again.")},
            )
        most = max(0, stand.free - sum(stand.driving.values()))
        self.fields["duong_tinh"] = _count_field(_("More people who test positive"), most)

    @property
    def hypothesis(self) -> Hypothesis:
        """Call it after the form is valid."""
        clean = self.cleaned_data
        return Hypothesis(
            cleared=frozenset(uuid.UUID(one) for one in clean.get("nguoi", [])),
            cleared_of={level: clean.get(f"am_tinh_{level}") or 0 for level in self.stand.driving},
            all_declare=clean["da_khai"],
            positive=clean["duong_tinh"] or 0,
        )

    @property
    def drivers(self) -> list[tuple[Driver, bool]]:
        """Each with whether it is ticked."""
        return [(one, str(one.subject) in self.ticked) for one in self.stand.drivers or ()]

    @property
    def everything(self) -> str:
        """The part of an address that assumes all the good there is; empty where there is none to assume."""
        wished: list[tuple[str, object]] = [("nguoi", one.subject) for one in self.stand.drivers or ()]
        if self.stand.drivers is None:
            wished = [(f"am_tinh_{level}", count) for level, count in self.stand.driving.items()]
        return urlencode([*wished, *([("da_khai", "on")] if self.stand.missing else [])])

    @property
    def counts(self) -> list[forms.BoundField]:
        return [self[f"am_tinh_{level}"] for level in self.stand.driving] if self.stand.drivers is None else []


def _count_field(label: Any, most: int) -> forms.IntegerField:
    wrong = _("Enter a whole number from 0 to %(most)d.") % {"most": most}
    messages = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
    field = forms.IntegerField(label=label, required=False, min_value=0, max_value=most, error_messages=messages)
    field.widget.attrs["inputmode"] = "numeric"
    return field


def override_forms(people: Iterable[PersonLevel], values: Any = None) -> list[tuple[PersonLevel, DecisionForm]]:
    """One small form per person whose level wants attention; its names carry the pseudonym."""
    keep = _("Leave as it is")
    return [(one, DecisionForm(values, prefix=str(one.subject), keep=keep)) for one in people]


def overrides_of(pairs: Iterable[tuple[PersonLevel, DecisionForm]]) -> list[Override]:
    """What was chosen; call it after all forms are valid."""
    chosen = [(one.subject, form.cleaned_data) for one, form in pairs if form.cleaned_data["level"]]
    return [Override(uuid.UUID(str(subject)), clean["level"], clean["reason"]) for subject, clean in chosen]
