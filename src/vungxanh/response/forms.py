"""Forms of response plans: the whole draft at once, and what is said when a response starts or ends."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import written_moment
from vungxanh.organization.models import Person
from vungxanh.response.models import PlanDuty, PlanStep, ResponsePlan
from vungxanh.response.operations.plans import LONGEST_STEP, MOST_STEPS, Named, WrittenStep
from vungxanh.response.operations.responses import LONGEST_CONCLUSION, LONGEST_NOTE, LONGEST_PLACE
from vungxanh.response.queries.plans import by_scenario
from vungxanh.response.rulebook import LONGEST_WITHIN

BLANK = 2
"""So many empty steps stand below each scenario."""


class PlanForm(forms.Form):
    """`duty-<id>-person`, `duty-<id>-stand_in`; `step-<scenario>-<place>-text`, `-within` and `-duty`. A step without
    words is left out."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, plan: ResponsePlan, staff: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.duties = plan, list(plan.duties.all())
        self.fields["seen"].initial = plan.changed_at.isoformat()
        people = [("", _("nobody yet")), *((str(one.pk), one.full_name) for one in staff)]
        for duty in self.duties:
            self._add_people(duty, people)
        self.places: list[tuple[str, int]] = []
        for code, _name, steps in by_scenario(plan):
            for place in range(max(len(steps) + BLANK, self._typed(code))):
                self._add_step(code, place, steps[place] if place < len(steps) else None)

    def _typed(self, scenario: str) -> int:
        """How many steps were sent in, where somebody else took some away meanwhile."""
        sent = range(MOST_STEPS) if self.is_bound else ()
        return max((place + 1 for place in sent if f"step-{scenario}-{place}-text" in self.data), default=0)

    def see_again(self, changed_at: datetime.datetime) -> None:
        """After a refusal: what stands now has been told, and what was typed may be kept over it."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = changed_at.isoformat()  # type: ignore[index]

    def _add_people(self, duty: PlanDuty, people: list[Any]) -> None:
        for name, label, held in (
            ("person", _("Who does it"), duty.person_id),
            ("stand_in", _("Who stands in"), duty.stand_in_id),
        ):
            field = forms.ChoiceField(label=label, choices=people, required=False, initial=str(held or ""))
            self.fields[f"duty-{duty.pk}-{name}"] = field

    def _add_step(self, scenario: str, place: int, step: PlanStep | None) -> None:
        at = f"step-{scenario}-{place}"
        self.places.append((scenario, place))
        self.fields[f"{at}-text"] = forms.CharField(
            label=_("Step"),
            required=False,
            max_length=LONGEST_STEP,
            initial=step.text if step else "",
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"{at}-within"] = forms.IntegerField(
            label=_("Within minutes"),
            required=False,
            min_value=1,
            max_value=LONGEST_WITHIN,
            initial=step.within if step else 60,
        )
        self.fields[f"{at}-duty"] = forms.ChoiceField(
            label=_("Who does it"),
            choices=[(one.code, one.name) for one in self.duties],
            required=False,
            initial=step.duty.code if step else self.duties[0].code,
        )

    @property
    def duty_rows(self) -> list[tuple[PlanDuty, Any, Any]]:
        return [(one, self[f"duty-{one.pk}-person"], self[f"duty-{one.pk}-stand_in"]) for one in self.duties]

    @property
    def scenarios(self) -> list[tuple[str, list[tuple[Any, Any, Any]]]]:
        """Name of each, with its rows of three fields."""
        return [
            (
                name,
                [
                    (
                        self[f"step-{at}-{place}-text"],
                        self[f"step-{at}-{place}-within"],
                        self[f"step-{at}-{place}-duty"],
                    )
                    for at, place in self.places
                    if at == code
                ],
            )
            for code, name, _steps in by_scenario(self.plan)
        ]

    @property
    def seen_at(self) -> datetime.datetime:
        """Call it after the form is valid."""
        return written_moment(self.cleaned_data["seen"])

    @property
    def named(self) -> list[Named]:
        clean = self.cleaned_data
        return [
            Named(
                one.pk,
                int(clean[f"duty-{one.pk}-person"]) if clean[f"duty-{one.pk}-person"] else None,
                int(clean[f"duty-{one.pk}-stand_in"]) if clean[f"duty-{one.pk}-stand_in"] else None,
            )
            for one in self.duties
        ]

    @property
    def steps(self) -> list[WrittenStep]:
        clean = self.cleaned_data
        return [
            WrittenStep(
                scenario,
                clean[f"step-{scenario}-{place}-text"],
                clean[f"step-{scenario}-{place}-within"] or 0,
                clean[f"step-{scenario}-{place}-duty"],
            )
            for scenario, place in self.places
        ]


class StartForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    scenario = forms.ChoiceField(label=_("What happened"), widget=forms.RadioSelect)
    is_drill = forms.ChoiceField(
        label=_("Is it real?"),
        widget=forms.RadioSelect,
        choices=[("no", _("It is real")), ("yes", _("It is a drill"))],
        error_messages={"required": _("Say whether it is real or a drill.")},
    )
    place = forms.CharField(
        label=_("Where, what exactly"),
        required=False,
        max_length=LONGEST_PLACE,
        help_text=_("Everybody who is told reads it: no names, nothing about anybody's health."),
    )

    def __init__(self, *args: Any, plan: ResponsePlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].choices = [(code, name) for code, name, _steps in by_scenario(plan)]  # type: ignore[attr-defined]


class TickForm(forms.Form):
    done = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)


class EndForm(forms.Form):
    conclusion = forms.CharField(
        label=_("How it ended, what is to be better next time"),
        max_length=LONGEST_CONCLUSION,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say how it ended, and what is to be better next time.")},
    )
