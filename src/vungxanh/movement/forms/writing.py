"""What the forms of launches and activities have in common: sent once, changed by one at a time, with pictures."""

import datetime
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from vungxanh.common.clock import written_moment
from vungxanh.common.uploads import UploadField

PICTURES = {"accept": "image/jpeg,image/png,image/webp"}


class Pictures(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PicturesField(UploadField):
    """Any number of files."""

    widget = Pictures

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(PicturesField, self).clean(one, initial) for one in data or []]


class WrittenForm(forms.Form):
    """`key` makes a page that is sent twice one record; `seen`: of one that is changed, when what was on the page had
    been written last."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def clean_seen(self) -> datetime.datetime | None:
        """Nothing for a new one."""
        return written_moment(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None

    @property
    def seen_at(self) -> datetime.datetime | None:
        """Call it after the form is valid."""
        found: datetime.datetime | None = self.cleaned_data["seen"]
        return found


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
