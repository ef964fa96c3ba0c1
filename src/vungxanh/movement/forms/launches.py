"""Forms of launches."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from vungxanh.movement.enums import LaunchForm as Form
from vungxanh.movement.operations.launches import LONGEST_TEXT, MOST_PRESENT, Launching
from vungxanh.movement.operations.pledges import lines_of

PICTURES = {"accept": "image/jpeg,image/png,image/webp"}


class Pictures(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Any number of files."""

    widget = Pictures

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(PicturesField, self).clean(one, initial) for one in data or []]


class LaunchForm(forms.Form):
    """`key` makes a page that is sent twice one launch."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
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


def sent_pictures(files: MultiValueDict[str, UploadedFile]) -> list[UploadedFile]:
    return files.getlist("pictures")
