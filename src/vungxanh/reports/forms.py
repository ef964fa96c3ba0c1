"""What is filled in on the boards."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UrgeForm(forms.Form):
    """`units` as often as units are ticked."""

    key = forms.UUIDField()
    units = forms.TypedMultipleChoiceField(coerce=int)
    note = forms.CharField(label=_("Added to the message"), max_length=200, required=False)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        given = data.getlist("units") if hasattr(data, "getlist") else []
        self.fields["units"].choices = [(one, one) for one in given if one.isdecimal() and len(one) < 18]  # type: ignore[attr-defined]
