"""Forms of risk: a decision on a level, and the return with the levels that the unit sets in it."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.risk.enums import ReturnKind, RiskLevel
from vungxanh.risk.operations import Override
from vungxanh.risk.queries import PersonLevel

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
    picture = forms.FileField(
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

    picture = forms.FileField(
        label=_("Screenshot of the map"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Choose the screenshot first.")},
    )


def override_forms(people: Iterable[PersonLevel], values: Any = None) -> list[tuple[PersonLevel, DecisionForm]]:
    """One small form per person whose level wants attention; its names carry the pseudonym."""
    keep = _("Leave as it is")
    return [(one, DecisionForm(values, prefix=str(one.subject), keep=keep)) for one in people]


def overrides_of(pairs: Iterable[tuple[PersonLevel, DecisionForm]]) -> list[Override]:
    """What was chosen; call it after all forms are valid."""
    chosen = [(one.subject, form.cleaned_data) for one, form in pairs if form.cleaned_data["level"]]
    return [Override(uuid.UUID(str(subject)), clean["level"], clean["reason"]) for subject, clean in chosen]
