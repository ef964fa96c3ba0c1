"""What is filled in on the boards."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UrgeForm(forms.Form):
    """`units` as often as units are ticked."""

    key = forms.UUIDField()
    units = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("Tick at least one unit.")})
    note = forms.CharField(
        label=_("Added to the message"),
        max_length=200,
        required=False,
        help_text=_("Those who answer for each ticked unit today are told on the screen what is open there."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        given = data.getlist("units") if hasattr(data, "getlist") else []
        self.fields["units"].choices = [(one, one) for one in given if one.isdecimal() and len(one) < 18]  # type: ignore[attr-defined]
        self.ticked = {int(one) for one, _label in self.fields["units"].choices}  # type: ignore[attr-defined]
