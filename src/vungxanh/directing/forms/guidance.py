"""Forms of guidance."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.common.uploads import UploadField
from vungxanh.directing.forms.supervision import day_field

LONGEST = 20_000
FILES = ".pdf,.docx,application/pdf"


class GuidanceForm(forms.Form):
    """`key` makes a page that is sent twice one draft."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = forms.CharField(label=_("Title of the guidance"), max_length=200)
    number = forms.CharField(
        label=_("Number and sign"),
        required=False,
        max_length=60,
        help_text=_("Where it also goes out as a paper with a number."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("An empty line begins a new paragraph."),
    )
    effective_on = day_field(_("In force from"))
    targets = forms.MultipleChoiceField(
        label=_("For which units, each with everything below it"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        error_messages={"required": _("Choose for which units it is.")},
    )
    replaces = forms.ChoiceField(label=_("Replaces"), required=False)
    attached = UploadField(
        label=_("Attached file, PDF or DOCX"), required=False, widget=forms.FileInput(attrs={"accept": FILES})
    )
    is_file_removed = forms.BooleanField(label=_("Take the attached file off"), required=False)

    def __init__(
        self,
        *args: Any,
        units: list[tuple[str, str]],
        earlier: list[tuple[str, str]],
        has_file: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["targets"].choices = units  # type: ignore[attr-defined]
        self.fields["replaces"].choices = [("", _("nothing")), *earlier]  # type: ignore[attr-defined]
        if not has_file:
            del self.fields["is_file_removed"]


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Say why it is taken back.")}
    )
