"""What risk tells the registries, and what it does when lower modules announce a change."""

import datetime
from collections.abc import Collection

from django.dispatch import receiver

from vungxanh.common import facts
from vungxanh.common.clock import ZONE
from vungxanh.common.decision_tables import register_rules
from vungxanh.common.facts import Subject
from vungxanh.common.workflow import register_workflows
from vungxanh.organization.models import Person
from vungxanh.organization.signals import working_days_changed
from vungxanh.risk import rulebook, workflow
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people
from vungxanh.risk.queries import facts as answers


def fill_registries() -> None:
    register_rules(rulebook.PERSON_TABLE, rulebook.ZONE_TABLE, rulebook.RETURN_TIMES, rulebook.LOOKING_BACK)
    register_workflows(workflow.RETURN)
    facts.declare(*rulebook.PERSON_FACTS, *rulebook.UNIT_FACTS)
    facts.provide(answers.DECLARED, answers.all_declared_facts)
    facts.provide("is_isolating", answers.all_isolating)
    facts.provide("residence_area_level", answers.all_residence_levels)
    facts.provide("area_level", answers.all_unit_area_levels, subject=Subject.UNIT)
    facts.compute("very_high_people", "high_people", "missing_declarations", subject=Subject.UNIT)


@receiver(working_days_changed)
def follow_absences(
    sender: object,
    *,
    people: Collection[int] | None,
    first_day: datetime.date,
    last_day: datetime.date | None,
    at: datetime.datetime,
    **_: object,
) -> None:
    """An isolation that covers today counts at once; a change of the whole calendar says nothing of anybody's risk."""
    today = at.astimezone(ZONE).date()
    if people and first_day <= today <= (last_day or today):
        subjects = Person.objects.filter(pk__in=people).values_list("pseudonym", flat=True)
        assess_people(subjects, day=today, at=at, cause=Cause.ABSENCE)
