"""Forms of frozen scores, requests for review and targets of a unit."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.movement.operations.reviews import LONGEST_REASON

LINES = {"rows": 3}


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why they are opened again.")},
    )


class MeasureForm(forms.Form):
    """About one measure; `key` makes a page that is sent twice one thing."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    measure = forms.ChoiceField(label=_("Measure"))

    def __init__(self, *args: Any, measures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]


class AskReviewForm(MeasureForm):
    reason = forms.CharField(
        label=_("What is not right, and where it can be seen"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what is not right.")},
    )


class TargetForm(MeasureForm):
    target = forms.FloatField(label=_("Target"), min_value=0, widget=forms.NumberInput(attrs={"step": "any"}))
    reason = forms.CharField(
        label=_("Why the unit has another target"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why the unit has another target.")},
    )


class DecideForm(forms.Form):
    """The answer to a request; whether one is needed depends on what is decided."""

    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs=LINES)
    )
