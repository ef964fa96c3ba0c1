"""Who stands at a shared device."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WhoForm(forms.Form):
    """A scanner of bar codes types the staff code by itself."""

    staff_code = forms.CharField(
        label=_("Staff code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    digits = forms.RegexField(
        r"\d{4}",
        label=_("Last four digits of your telephone or identity number"),
        max_length=4,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Four digits.")},
    )


class LeaveForm(forms.Form):
    password = forms.CharField(
        label=_("Password of whoever opened the device"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
