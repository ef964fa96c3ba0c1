"""Input of the pages that take in areas and published levels."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.common.uploads import UploadField


class AreasForm(forms.Form):
    file = UploadField(
        label=_("File (XLSX or CSV)"),
        help_text=_("Columns: code, name, tier, code of the area above, from, until before."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class LevelsForm(forms.Form):
    """The document is asked for first: a level without one is hearsay."""

    document_number = forms.CharField(label=_("Number of the document that publishes the levels"), max_length=80)
    document_date = forms.DateField(
        label=_("Date of the document"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    file = UploadField(
        label=_("File (XLSX or CSV)"),
        help_text=_("Columns: code, level (word, colour, or 1 to 4), from the day."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
