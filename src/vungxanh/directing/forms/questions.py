"""Forms of questions and answers."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 4000
NO_HEALTH = _("Name nobody and say nothing of anybody's health; the declarations are there for that.")


def text_field(label: Any, *, rows: int = 5, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Write something first.")},
    )


class AskForm(forms.Form):
    """`key` makes a page that is sent twice one question."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    unit = forms.ChoiceField(label=_("Unit"))
    title = forms.CharField(label=_("What the question is about"), max_length=200)
    text = text_field(_("Question"), help_text=NO_HEALTH)
    about_day = forms.DateField(
        label=_("About the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    is_about_return = forms.BooleanField(label=_("About the daily return of that day"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("is_about_return") and not clean.get("about_day") and "about_day" not in self.errors:
            self.add_error("about_day", _("Say of which day the return is."))
        return clean


class AnswerForm(forms.Form):
    text = text_field(_("Answer of the Office"), help_text=NO_HEALTH)


class ReopenForm(forms.Form):
    text = text_field(_("What is still not clear"), rows=3, help_text=NO_HEALTH)


class WithdrawForm(forms.Form):
    """Nothing to fill in."""


class PublishForm(forms.Form):
    """As everybody will read it."""

    said_question = text_field(
        _("Question as everybody reads it"),
        help_text=_("Leave out the unit, names and everything that tells who asked."),
    )
    said_answer = text_field(_("Answer as everybody reads it"))
