"""The forms of the gate: what was scanned or typed, the temperature, which way."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.screening.enums import Direction

WAYS = [(Direction.IN, _("Goes in")), (Direction.OUT, _("Goes out"))]


class PassingForm(forms.Form):
    """`text` is what the camera, a scanner or the guard wrote; `subject` one of those who were found by name."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = forms.CharField(
        label=_("Scan or type: pass, identity card, staff or visit code, name"),
        max_length=2000,
        error_messages={"required": _("Scan or type first who it is.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "data-scan-into": ""}),
    )
    temperature_c = forms.DecimalField(
        label=_("Temperature (°C)"),
        required=False,
        min_value=30,
        max_value=45,
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)
    direction = forms.ChoiceField(choices=WAYS, widget=forms.HiddenInput)
    insists = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not self.data.get("subject")

    @property
    def temperature(self) -> float | None:
        value = self.cleaned_data.get("temperature_c")
        return None if value is None else float(value)


class PresentForm(forms.Form):
    """One tap of somebody who scanned the code of a place."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    direction = forms.ChoiceField(choices=Direction.choices, widget=forms.HiddenInput)
