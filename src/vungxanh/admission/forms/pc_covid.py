"""The list of PC-Covid results, and for which window it counts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.organization.forms import UploadForm
from vungxanh.screening.enums import Window


class PcCovidForm(UploadForm):
    window = forms.ChoiceField(label=_("Window"), choices=Window.choices, initial=Window.ARRIVAL)
