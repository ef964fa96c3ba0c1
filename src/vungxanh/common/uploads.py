"""The field of a form by which a file comes in; every form takes files through it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from vungxanh.common.malware import MalwareFoundError, ScannerError, refuse_malware


class UploadField(forms.FileField):
    """Refuses what the virus scanner of the installation knows, and everything while a scanner is set up that does not
    answer. What is in the file is judged by whoever keeps it."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            try:
                refuse_malware(file.chunks())
            except MalwareFoundError as found:
                words = _("The virus scanner refuses this file (%(name)s); it is not kept. Check your device.")
                raise forms.ValidationError(words % {"name": found}) from found
            except ScannerError as error:
                raise forms.ValidationError(
                    _("The virus scanner does not answer, so the file is not kept; send it again later.")
                ) from error
            file.seek(0)
        return file
