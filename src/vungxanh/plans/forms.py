"""Forms of plans."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.common.vietnamese import canonical_text
from vungxanh.plans.operations.writing import LONGEST_COMMENT, LONGEST_NOTE
from vungxanh.plans.rulebook import label_of

PREFIX = "muc-"


class PlanForm(forms.Form):
    """A field for each section; `seen`: the number of the version that was on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, sections: Sequence[Mapping[str, Any]], number: int, longest: int, **kwargs: Any
    ) -> None:
        initial = {"seen": number} | {PREFIX + one["code"]: one["text"] for one in sections}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.codes = [one["code"] for one in sections]
        for one in sections:
            rows = min(20, max(5, len(one["text"]) // 70 + one["text"].count("\n") + 2))
            self.fields[PREFIX + one["code"]] = forms.CharField(
                label=label_of(one),
                required=False,
                max_length=longest,
                widget=forms.Textarea(attrs={"rows": rows}),
            )
        self.fields["remark"] = forms.CharField(
            label=_("What was changed"),
            required=False,
            max_length=LONGEST_NOTE,
            help_text=_("A word for those who read the versions."),
        )

    @property
    def texts(self) -> dict[str, str]:
        """By the code of the section; call it after the form is valid."""
        return {code: canonical_text(self.cleaned_data[PREFIX + code]) for code in self.codes}


def data_of(texts: Mapping[str, str], *, seen: int, remark: str) -> dict[str, Any]:
    """As a browser would send it."""
    return {"seen": seen, "remark": remark} | {PREFIX + code: text for code, text in texts.items()}


class CommentForm(forms.Form):
    """`version`: the number of the one that was read; `section` is empty for the whole."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    section = forms.CharField(widget=forms.HiddenInput, required=False, max_length=30)
    text = forms.CharField(
        label=_("Comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you have to say.")},
    )


class OpinionForm(forms.Form):
    text = forms.CharField(
        label=_("Opinion of the Party committee"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only what is said of the plan; nothing from within the Party."),
        error_messages={"required": _("Write what you have to say.")},
    )
    given_on = forms.DateField(
        label=_("Given on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class StartForm(forms.Form):
    """`key` makes a page that is sent twice one plan."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """Nothing to fill in."""


class ReturnForm(forms.Form):
    text = forms.CharField(
        label=_("What is to be changed"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("May stay empty where it stands beside the sections."),
    )


class WithdrawForm(forms.Form):
    text = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it is withdrawn.")},
    )
