"""Times of the windows of a unit or a site."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.organization.models import Site
from vungxanh.organization.tree import Tree
from vungxanh.screening.rulebook import WindowTimes

LABELS = {
    "opens": pgettext_lazy("window", "Accepted from"),
    "starts": pgettext_lazy("window", "On time from (early before)"),
    "due": pgettext_lazy("window", "On time until (late after)"),
    "closes": pgettext_lazy("window", "Accepted until"),
}


class WindowSettingForm(forms.Form):
    """`place` is "unit:7" or "site:3"; the times begin as the shipped rule has them."""

    place = forms.ChoiceField(label=pgettext_lazy("window", "Holds for"))
    valid_from = forms.DateField(
        label=_("From the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(
        self, *args: Any, tree: Tree, unit_ids: set[int], sites: Iterable[Site], rule: WindowTimes, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        units = [
            (f"unit:{node.id}", f"{'· ' * tree.depth(node.id)}{node.name}") for node in tree if node.id in unit_ids
        ]
        groups = [(_("Units, with everything below"), units), (_("Sites"), [(f"site:{s.pk}", s.name) for s in sites])]
        self.fields["place"].choices = [("", _("choose")), *(one for one in groups if one[1])]  # type: ignore[attr-defined]
        for window in ("arrival", "leaving"):
            for name, label in LABELS.items():
                self.fields[f"{window}_{name}"] = forms.TimeField(
                    label=label,
                    initial=getattr(getattr(rule, window), name),
                    # A box of the browser would show it as its own language does, some with AM and PM.
                    widget=forms.TimeInput(
                        attrs={"inputmode": "numeric", "size": 5, "pattern": "[0-2]?[0-9]:[0-5][0-9]"}, format="%H:%M"
                    ),
                )

    @property
    def arrival(self) -> list[forms.BoundField]:
        return [self[f"arrival_{name}"] for name in LABELS]

    @property
    def leaving(self) -> list[forms.BoundField]:
        return [self[f"leaving_{name}"] for name in LABELS]

    @property
    def times(self) -> dict[str, datetime.time]:
        return {f"{w}_{name}": self.cleaned_data[f"{w}_{name}"] for w in ("arrival", "leaving") for name in LABELS}
