"""Forms of self-scores, of their appraisal, of the sample, and of bonus and penalty points."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import written_moment
from vungxanh.common.formats import number
from vungxanh.movement.enums import SampleResult
from vungxanh.movement.forms.writing import Pictures, PicturesField
from vungxanh.movement.operations.adjustments import LONGEST_CAUSE
from vungxanh.movement.operations.appraisal import LONGEST_DIFFERENCE, LONGEST_REASON
from vungxanh.movement.operations.samples import LONGEST_REMARK, Found
from vungxanh.movement.operations.self_scores import LONGEST_EXPLANATION, OwnScore

ACCEPTED = {"accept": ".pdf,.docx,.xlsx,image/jpeg,image/png,image/webp"}
Choices = Sequence[tuple[str, str]]


class PointsInput(forms.NumberInput):
    """Shows 2 as `2`, not as `2.0`: what is typed over it alike is no change."""

    def format_value(self, value: Any) -> str | None:
        return repr(value).removesuffix(".0") if isinstance(value, float) else super().format_value(value)


def _points(most: float | None = None, *, required: bool = True) -> forms.FloatField:
    words = _("Points") if most is None else _("Points, at most %(most)s") % {"most": number(most)}
    return forms.FloatField(label=words, min_value=0, max_value=most, required=required, widget=PointsInput)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class SelfScoreForm(forms.Form):
    """One measure of the page; `seen`: when what was on the page had been written last."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    explanation = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=LONGEST_EXPLANATION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = PicturesField(label=_("Files of evidence"), required=False, widget=Pictures(attrs=ACCEPTED))

    off = forms.MultipleChoiceField(
        label=_("Take off"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    field_order = ("seen", "points", "explanation", "evidence", "off")

    def __init__(self, *args: Any, most: float, kept: Choices, **kwargs: Any) -> None:
        """`kept`: the files that are there, which may be taken off."""
        super().__init__(*args, **kwargs)
        self.fields["points"] = _points(most, required=False)
        off = self.fields["off"]
        assert isinstance(off, forms.MultipleChoiceField)
        off.choices = kept
        self.order_fields(self.field_order)

    def clean_seen(self) -> datetime.datetime | None:
        """Nothing for a new one."""
        return written_moment(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None

    @property
    def told(self) -> OwnScore:
        """Call it after the form is valid."""
        return OwnScore(self.cleaned_data["points"], self.cleaned_data["explanation"])

    @property
    def says_nothing(self) -> bool:
        """Call it after the form is valid."""
        clean = self.cleaned_data
        return clean["points"] is None and not clean["explanation"].strip() and not clean["evidence"]


class AppraiseForm(forms.Form):
    """Also the answer of those who were asked to check."""

    difference = forms.CharField(
        label=_("Reason of difference"),
        required=False,
        max_length=LONGEST_DIFFERENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the points are others than those of the unit."),
    )

    field_order = ("points", "difference")

    def __init__(self, *args: Any, most: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"] = _points(most)
        self.order_fields(self.field_order)


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("What is to be added or changed"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


class AskCheckForm(forms.Form):
    unit = forms.ChoiceField(label=_("Who checks it"))

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units


class InspectForm(forms.Form):
    result = forms.ChoiceField(label=_("What was found"), choices=SampleResult.choices)
    inspected_on = _day(_("Day of the inspection"))
    points = forms.FloatField(label=_("Points that were found"), min_value=0, required=False, widget=PointsInput)
    remark = forms.CharField(
        label=_("What is different"),
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def found(self) -> Found:
        """Call it after the form is valid."""
        clean = self.cleaned_data
        return Found(clean["result"], clean["inspected_on"], clean["points"], clean["remark"])


class AdjustmentForm(forms.Form):
    """`key` makes a page that is sent twice one adjustment."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    unit = forms.ChoiceField(label=_("Unit"))
    code = forms.ChoiceField(label=_("Bonus or penalty"))
    points = _points()
    day = _day(_("Day on which it happened"))
    cause = forms.CharField(label=_("Cause"), max_length=LONGEST_CAUSE, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = PicturesField(label=_("Files of evidence"), required=False, widget=Pictures(attrs=ACCEPTED))

    def __init__(self, *args: Any, units: Choices, terms: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("unit", units), ("code", terms)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class WithdrawAdjustmentForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Say why the points are taken back.")}
    )
