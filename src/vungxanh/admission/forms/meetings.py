"""The forms of meetings: what, where, when; whom to invite."""

import datetime
import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.admission.forms.entering import time_field
from vungxanh.common.clock import ZONE, moment

MOST_CODES = 500


class MeetingForm(forms.Form):
    """On one day; `key` makes a page that is sent twice one meeting."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = forms.CharField(label=_("What the meeting is about"), max_length=200)
    unit = forms.ChoiceField(label=_("Unit that calls it"))
    place = forms.ChoiceField(label=_("Room or place"))
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    starts = time_field(_("Begins at"))
    ends = time_field(_("Ends at"))

    def __init__(self, *args: Any, units: list[tuple[str, str]], places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("The meeting ends before it begins."))
        return cleaned

    @property
    def starts_at(self) -> datetime.datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data["starts"])

    @property
    def ends_at(self) -> datetime.datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data["ends"])


def times_of(starts_at: datetime.datetime, ends_at: datetime.datetime) -> dict[str, Any]:
    """What the form shows of a meeting that is there."""
    begin, end = starts_at.astimezone(ZONE), ends_at.astimezone(ZONE)
    return {"day": begin.date(), "starts": begin.time(), "ends": end.time()}


class InvitationForm(forms.Form):
    """Whole units, or a list of codes as it is copied from a table; one of both is enough."""

    unit = forms.ChoiceField(label=_("Everybody of a unit"), required=False)
    codes = forms.CharField(
        label=_("Codes of staff or of visits"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_(
            "As many as you like, by spaces, commas or lines. The code of a visit stands on the visitor's badge."
        ),
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "–"), *units]  # type: ignore[attr-defined]

    def clean_codes(self) -> list[str]:
        codes = [code for code in re.split(r"[\s,;]+", self.cleaned_data["codes"]) if code]
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(_("At most %(most)d codes at once.") % {"most": MOST_CODES})
        return codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("unit") and not cleaned.get("codes"):
            raise forms.ValidationError(_("Choose a unit, or write codes."))
        return cleaned
