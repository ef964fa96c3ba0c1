"""Forms of campaigns: which file is taken in, why one is withdrawn, what the issuer answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.common.uploads import UploadField
from vungxanh.movement.operations.campaigns import LONGEST_ANSWER
from vungxanh.movement.rulebook import LONGEST_FILE

OWN_FILE = "-"


class LoadForm(forms.Form):
    """A shipped file, or one of one's own, as a file or as its text."""

    unit = forms.ChoiceField(label=_("Agency that runs the movement"))
    source = forms.ChoiceField(label=_("Campaign file"), widget=forms.RadioSelect)
    attached = UploadField(
        label=_("File of one's own (TOML)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}),
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=LONGEST_FILE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], files: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["source"].choices = [*files, (OWN_FILE, _("a file of one's own, below"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        given = [name for name in ("attached", "text") if clean.get(name)]
        if clean.get("source") == OWN_FILE and not given:
            self.add_error("attached", _("Choose a file, or put in its text."))
        elif given and (clean.get("source") != OWN_FILE or len(given) > 1):
            self.add_error(given[0], _("Choose one: a shipped file, a file of one's own, or its text."))
        return clean


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it is withdrawn.")},
    )


class AnswerForm(forms.Form):
    """`question`: the key of what was asked."""

    question = forms.CharField(widget=forms.HiddenInput, max_length=120)
    answer = forms.CharField(
        label=_("Answer of the issuer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("With the paper or the conversation from which it is known."),
        error_messages={"required": _("Write down what the issuer answered.")},
    )
