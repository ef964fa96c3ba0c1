"""Forms of papers that arrive: what stands on one, to whom it is handed, what became of it, its scan."""

import datetime
from copy import deepcopy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common.uploads import UploadField
from vungxanh.documents.content import plain
from vungxanh.documents.enums import Urgency
from vungxanh.documents.operations.incoming import Entry


class DayField(forms.DateField):
    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class EntryForm(forms.Form):
    """What stands on the paper."""

    issuer = forms.CharField(label=_("Issuer of the paper"), max_length=200)
    symbol = forms.CharField(
        label=_("Number and symbol of the paper"),
        max_length=80,
        required=False,
        help_text=_("As on the paper, as 125/UBND-VP; empty where it has none."),
    )
    issued_on = DayField(_("Date of the paper"), required=False)
    summary = forms.CharField(label=_("Type and summary"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL)
    due_on = DayField(_("To be dealt with until"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    @property
    def entry(self) -> Entry:
        """Call it after the form is valid."""
        given = self.cleaned_data
        return Entry(
            issuer=plain(given["issuer"]),
            summary=plain(given["summary"]),
            symbol=plain(given["symbol"]),
            issued_on=given["issued_on"],
            urgency=Urgency(given["urgency"]),
            due_on=given["due_on"],
            note=plain(given["note"]),
        )


class RegisterForm(EntryForm):
    """A paper that arrived. Secret papers have a register of their own, on paper."""

    register = forms.ChoiceField(label=pgettext_lazy("papers", "Register"), required=False)
    arrived_on = DayField(_("Day of arrival"))
    is_open = forms.BooleanField(
        label=_("The paper bears no degree of secrecy"),
        error_messages={"required": _("Secret papers are not registered here.")},
    )
    field_order = ("register", "arrived_on")

    def __init__(self, *args: Any, registers: list[tuple[str, str]], today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].choices = registers  # type: ignore[attr-defined]
        self.fields["arrived_on"].initial = today


class HandForm(forms.Form):
    """To whom a paper is handed."""

    unit = forms.ChoiceField(label=_("Handed to the unit"))
    handler = forms.CharField(label=_("Who handles it"), max_length=100, required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """What became of a paper."""

    outcome = forms.CharField(label=_("What became of it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    answered_by = forms.CharField(
        label=_("Answered by the paper"),
        max_length=80,
        required=False,
        help_text=_("Number and symbol of a paper that was issued here, as 125/SNN-VP."),
    )


class StrikeForm(forms.Form):
    """Why an entry does not count."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ScanForm(forms.Form):
    """The scan; where there is one already, why it is replaced."""

    scan = UploadField(
        label=_("Scan of the incoming paper"), widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"})
    )
    reason = forms.CharField(label=_("Why it is replaced"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, largest_mb: int, is_replaced: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.largest_mb = largest_mb
        self.fields["scan"].help_text = _("A PDF of at most %(size)d MB.") % {"size": largest_mb}
        if not is_replaced:
            del self.fields["reason"]

    def ask_for_reason(self) -> None:
        """There is one after all."""
        self.fields["reason"] = deepcopy(self.base_fields["reason"])

    def clean_scan(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["scan"]
        if (file.size or 0) > self.largest_mb * 1024 * 1024:
            raise ValidationError(_("The file is larger than %(size)d MB.") % {"size": self.largest_mb})
        return file


class StartNumberForm(forms.Form):
    """Where a register begins."""

    number = forms.IntegerField(label=_("First number to be given"), min_value=1, max_value=999_999)
