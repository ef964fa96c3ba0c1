"""Forms of supervision: the plan, what is written down at the place, the unit's word, following a recommendation."""

import datetime
import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from vungxanh.common.uploads import UploadField
from vungxanh.directing.enums import ItemResult
from vungxanh.directing.forms.questions import LONGEST, NO_HEALTH, text_field
from vungxanh.directing.models import Recommendation, SupervisionItem
from vungxanh.directing.operations.recording import Proposal, Recorded

PICTURES = {"accept": "image/jpeg,image/png,image/webp"}


def day_field(label: Any, *, is_required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=is_required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class PlanForm(forms.Form):
    """`key` makes a page that is sent twice one visit."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    unit = forms.ChoiceField(label=_("Unit to be visited"))
    day = day_field(_("Day"))
    purpose = forms.CharField(label=_("What the visit is for"), max_length=300)
    team = forms.CharField(
        label=_("Who goes"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("One on each line, by full name or staff code; the first one leads."),
        error_messages={"required": _("Somebody has to go: name at least one person.")},
    )
    is_announced = forms.BooleanField(
        label=_("Announce it to the unit now"),
        required=False,
        help_text=_("Otherwise the unit learns of it when the visit begins."),
    )
    codes = forms.MultipleChoiceField(label=_("Contents"), required=False, widget=forms.CheckboxSelectMultiple)
    own = forms.CharField(
        label=_("Further contents, one on each line"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, units: list[tuple[str, str]], contents: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["codes"].choices = contents  # type: ignore[attr-defined]

    def clean_team(self) -> list[str]:
        return _lines(self.cleaned_data["team"])

    def clean_own(self) -> list[str]:
        return _lines(self.cleaned_data["own"])

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if not clean.get("codes") and not clean.get("own"):
            self.add_error("codes", _("Choose at least one content, or write one."))
        return clean


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n;]+", text) if line.strip()]


class RecordForm(forms.Form):
    """Everything of a visit on one page: what is kept is what differs from what the page showed (`seen_…`)."""

    def __init__(
        self,
        *args: Any,
        items: Sequence[SupervisionItem],
        recommendations: Sequence[Recommendation],
        people: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.recommendations = items, recommendations
        self.people = [("", _("The head of the unit")), *people]
        self._add_texts()
        for item in items:
            self._add_item(item)
        for recommendation in recommendations:
            self._add_recommendation(str(recommendation.pk))
        self._add_recommendation("new")

    def _add_texts(self) -> None:
        self.fields["present"] = _text(_("Who was present, for the unit and for the visit"), rows=3)
        self.fields["conclusions"] = _text(_("Conclusions"), rows=5, help_text=NO_HEALTH)

    def _add_item(self, item: SupervisionItem) -> None:
        self.fields[f"result_{item.pk}"] = forms.ChoiceField(
            label=_("Result"), choices=ItemResult.choices, required=False, widget=forms.RadioSelect
        )
        self.fields[f"remark_{item.pk}"] = _text(_("Remark"), rows=2)
        self.fields[f"photograph_{item.pk}"] = UploadField(
            label=_("Add a photograph"), required=False, widget=forms.FileInput(attrs=PICTURES)
        )

    def _add_recommendation(self, name: str) -> None:
        self.fields[f"text_{name}"] = _text(_("What the unit is to do"), rows=2)
        self.fields[f"due_{name}"] = day_field(_("Until the day"), is_required=False)
        self.fields[f"who_{name}"] = forms.ChoiceField(
            label=_("Who answers for it"), required=False, choices=self.people
        )
        if name != "new":
            self.fields[f"removed_{name}"] = forms.BooleanField(label=_("Leave this out"), required=False)

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        for name in self._names():
            text, due = clean.get(f"text_{name}", ""), clean.get(f"due_{name}")
            if text and not due and f"due_{name}" not in self.errors:
                self.add_error(f"due_{name}", _("Say until when."))
            if not text and name != "new" and not clean.get(f"removed_{name}") and f"text_{name}" not in self.errors:
                self.add_error(f"text_{name}", _("Say what the unit is to do."))
        return clean

    def _names(self) -> list[str]:
        return [*(str(one.pk) for one in self.recommendations), "new"]

    def rows(self) -> Iterator[tuple[SupervisionItem, BoundField, BoundField, BoundField]]:
        for item in self.items:
            yield item, self[f"result_{item.pk}"], self[f"remark_{item.pk}"], self[f"photograph_{item.pk}"]

    def proposals(self) -> Iterator[tuple[Recommendation | None, list[BoundField]]]:
        kept = {str(one.pk): one for one in self.recommendations}
        for name in self._names():
            names = [f"text_{name}", f"due_{name}", f"who_{name}", f"removed_{name}"]
            yield kept.get(name), [self[each] for each in names if each in self.fields]

    def seen(self) -> Iterator[tuple[str, str]]:
        """What the page showed at first, to be sent along hidden; it stays what it was when the page is refused."""
        for name in ["present", "conclusions", *self._per_item("result"), *self._per_item("remark")]:
            shown = self.data.get(f"seen_{name}") if self.is_bound else None
            yield f"seen_{name}", str(self.get_initial_for_field(self.fields[name], name) if shown is None else shown)

    def _per_item(self, part: str) -> list[str]:
        return [f"{part}_{item.pk}" for item in self.items]

    @property
    def recorded(self) -> Recorded:
        """Of a valid form: what somebody changed since the page was shown."""
        clean = self.cleaned_data
        drop = [uuid.UUID(key.removeprefix("drop_")) for key in self.data if key.startswith("drop_") and _is_key(key)]
        return Recorded(
            present=clean["present"] if self._is_changed("present") else None,
            conclusions=clean["conclusions"] if self._is_changed("conclusions") else None,
            results=self._changed_items("result"),
            remarks=self._changed_items("remark"),
            proposals=list(self._proposed()),
            withdrawn_photographs=drop,
        )

    def _changed_items(self, part: str) -> dict[int, str]:
        names = {item.pk: f"{part}_{item.pk}" for item in self.items}
        return {pk: self.cleaned_data[name] for pk, name in names.items() if self._is_changed(name)}

    def _is_changed(self, name: str) -> bool:
        return _plain(self.data.get(f"seen_{name}", "")) != _plain(self.cleaned_data[name])

    def _proposed(self) -> Iterator[Proposal]:
        clean, kept = self.cleaned_data, {str(one.pk): one for one in self.recommendations}
        for name in self._names():
            text, due, who = clean[f"text_{name}"], clean[f"due_{name}"], clean[f"who_{name}"]
            there, is_removed = kept.get(name), bool(clean.get(f"removed_{name}"))
            if there is None and not text:
                continue
            proposal = Proposal(there.pk if there else None, text, due, int(who) if who else None, is_removed)
            is_same = there and (there.text, there.due_date, there.answerable_id) == (
                _plain(proposal.text),
                proposal.due_date,
                proposal.answerable_id,
            )
            if is_removed or not is_same:
                yield proposal

    def photographs(self) -> Iterator[tuple[SupervisionItem, str, UploadedFile]]:
        """What came, whether or not the rest of the form is right."""
        for item in self.items:
            name = f"photograph_{item.pk}"
            file = self.files.get(name)
            if isinstance(file, UploadedFile):
                yield item, name, file


def _is_key(name: str) -> bool:
    try:
        uuid.UUID(name.removeprefix("drop_"))
    except ValueError:
        return False
    return True


def _plain(text: str) -> str:
    """A browser sends other ends of lines than it was given."""
    return text.replace("\r\n", "\n").strip()


def _text(label: Any, *, rows: int, help_text: Any = "") -> forms.CharField:
    field = text_field(label, rows=rows, help_text=help_text)
    field.required = False
    return field


class WordForm(forms.Form):
    """Nothing to fill in."""


class ObjectForm(forms.Form):
    text = text_field(_("Opinion of the unit"), help_text=_("It stands in the minutes as it is."))


class CancelForm(forms.Form):
    text = forms.CharField(
        label=_("Why it is called off"),
        max_length=300,
        error_messages={"required": _("Say why it is called off.")},
    )


class ReportForm(forms.Form):
    text = text_field(_("What was done"), rows=3, help_text=NO_HEALTH)
    picture = UploadField(
        label=_("Photograph of what was done"), required=False, widget=forms.FileInput(attrs=PICTURES)
    )


class AcceptForm(forms.Form):
    text = forms.CharField(label=_("Remark"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 2}))


class SendBackForm(forms.Form):
    text = text_field(_("What is still missing"), rows=3)


class PostponeForm(forms.Form):
    due_date = day_field(_("New last day"))
    text = text_field(_("Reason"), rows=2)


class DropForm(forms.Form):
    text = text_field(_("Reason"), rows=2)


def usual_day(today: datetime.date, days: int) -> str:
    return (today + datetime.timedelta(days=days)).isoformat()
