"""The declaration form filled with what was said, and the reason for saying it differently."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from vungxanh.admission.forms.declaring import NONE, PLACES_SHOWN, SOME, DeclarationForm
from vungxanh.screening.enums import CorrectionReason
from vungxanh.screening.queries.declarations import Content


class CorrectionForm(DeclarationForm):
    """`said`: the answers that the viewer may read; None leaves the questions open, as on a fresh form."""

    reason = forms.ChoiceField(
        label=_("Why do you correct it?"),
        choices=[(one.value, capfirst(one.label)) for one in CorrectionReason],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=300,
        help_text=_("Only the person and the health officer read this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, said: Content | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if said is not None:
            self.initial.update(self._answered(said))

    def _answered(self, said: Content) -> dict[str, object]:
        answers, filled = said["answers"], dict[str, object]()
        for group in self.questionnaire.groups(self.for_window):
            yes = [item.link_id for item in group.items(self.for_window) if answers.get(item.link_id) is True]
            filled |= {group.link_id: SOME if yes else NONE, f"{group.link_id}_items": yes}
        codes = answers.get(self.questionnaire.places.link_id)
        labels = self.areas.labels_of(codes if isinstance(codes, list) else [])[:PLACES_SHOWN]
        places = {f"place_{number}": label for number, label in enumerate(labels, start=1)}
        return filled | places | {"temperature_c": said["temperature_c"]}
