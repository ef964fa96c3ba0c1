"""What the reader of the trail looks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.audit.actions import ACTIONS
from vungxanh.audit.queries import Wish


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TrailForm(forms.Form):
    """Anything unreadable is no wish; it is marked beside its field."""

    actor = forms.CharField(label=_("Who"), max_length=80, required=False)
    subject = forms.CharField(label=_("Whom or what it was about"), max_length=80, required=False)
    action = forms.ChoiceField(label=_("What was done"), required=False)
    first = forms.DateField(label=_("From day"), required=False, widget=_day())
    last = forms.DateField(label=_("To day"), required=False, widget=_day())
    only_reads = forms.BooleanField(label=_("Readings of health data only"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        actions = sorted(((code, str(words)) for code, words in ACTIONS.items()), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", _("anything")), *actions]  # type: ignore[attr-defined]

    @property
    def wish(self) -> Wish:
        self.is_valid()
        return Wish(**{name: value for name, value in self.cleaned_data.items() if value})
