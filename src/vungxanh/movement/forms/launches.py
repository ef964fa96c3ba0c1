"""Forms of launches."""

import datetime
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from vungxanh.movement.enums import LaunchForm as Form
from vungxanh.movement.operations.launches import LONGEST_TEXT, MOST_PRESENT, Launching
from vungxanh.movement.operations.pledges import lines_of

PICTURES = {"accept": "image/jpeg,image/png,image/webp"}


class Pictures(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PicturesField(forms.FileField):
    """Any number of files."""

    widget = Pictures

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(PicturesField, self).clean(one, initial) for one in data or []]


class LaunchForm(forms.Form):
    """`key` makes a page that is sent twice one launch; `seen`: of one that is changed, when what was on the page had
    been written last."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    launched_on = forms.DateField(
        label=_("Day of the launch"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    form = forms.ChoiceField(label=_("In which form"), choices=Form.choices)
    present = forms.IntegerField(
        label=_("How many took part"), min_value=1, max_value=MOST_PRESENT, widget=forms.NumberInput
    )
    text = forms.CharField(
        label=_("How it went"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    own_criteria = forms.CharField(
        label=_("Criteria of the unit beyond the common ones"),
        required=False,
        max_length=LONGEST_TEXT * 2,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each."),
    )
    pictures = PicturesField(label=_("Pictures"), required=False, widget=Pictures(attrs=PICTURES))

    def clean_seen(self) -> datetime.datetime | None:
        """Nothing for a new one; what was made up by hand is as old as can be."""
        try:
            return datetime.datetime.fromisoformat(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return datetime.datetime.min.replace(tzinfo=datetime.UTC)

    @property
    def seen_at(self) -> datetime.datetime | None:
        """Call it after the form is valid."""
        found: datetime.datetime | None = self.cleaned_data["seen"]
        return found

    @property
    def told(self) -> Launching:
        """Call it after the form is valid."""
        clean = self.cleaned_data
        return Launching(
            launched_on=clean["launched_on"],
            form=clean["form"],
            present=clean["present"],
            text=clean["text"],
            own_criteria=lines_of(clean["own_criteria"]),
        )
