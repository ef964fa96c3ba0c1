"""Input of the page of a sender: clean values, nothing saved."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SenderForm(forms.Form):
    """`key` makes a page that is sent twice one sender. Whether the key is one is decided later."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(
        label=_("Who sends"),
        max_length=200,
        help_text=_("As it is called on your board, for example “Tỉnh Lâm Đồng”."),
        error_messages={"required": _("Name the sender, and the code of its agency.")},
    )
    code = forms.CharField(
        label=_("Code of its agency"),
        max_length=40,
        help_text=_("That of the agency at the top of its tree; it stays as it is."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Name the sender, and the code of its agency.")},
    )
    public_key = forms.CharField(
        label=_("Public key"),
        max_length=80,
        help_text=_(
            "Begins with whpk_; it stands on the page of its subscription. Read it to one another by telephone."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Copy the public key of the sender here.")},
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            self.fields["code"].disabled = True
