"""What risk tells the registries, and what it does when lower modules announce a change."""

import datetime
from collections.abc import Collection

from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.areas.signals import levels_changed as areas_changed
from vungxanh.audit.details import say_codes
from vungxanh.common import badges, connections, duties, facts, indicators, navigation, schedule
from vungxanh.common.clock import ZONE
from vungxanh.common.decision_tables import register_rules
from vungxanh.common.facts import Subject
from vungxanh.common.workflow import register_workflows
from vungxanh.notifications import topics
from vungxanh.organization.models import Person
from vungxanh.organization.signals import working_days_changed
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk import rulebook, workflow
from vungxanh.risk.connections import SOURCE
from vungxanh.risk.duties import DUTIES
from vungxanh.risk.enums import Cause, ReminderTarget, ReturnKind
from vungxanh.risk.indicators import INDICATORS
from vungxanh.risk.models import UnitZone
from vungxanh.risk.operations import assess_people, assess_zones
from vungxanh.risk.operations.events import note_areas
from vungxanh.risk.operations.publishing import publish_zones
from vungxanh.risk.operations.unit_days import follow_person_days
from vungxanh.risk.permissions import reads_findings, sees_deliveries
from vungxanh.risk.queries import facts as answers
from vungxanh.risk.queries import facts_of_few as of_few
from vungxanh.risk.signals import zones_changed
from vungxanh.risk.subscribers import EVENTS
from vungxanh.risk.topics import TOPICS
from vungxanh.screening.signals import person_days_changed
from vungxanh.webhooks import events

RETURN_BADGES = {
    "NOT_PREPARED": badges.Badge(pgettext_lazy("return", "Not prepared"), "circle-dashed", "grey"),
    "PREPARED": badges.Badge(pgettext_lazy("return", "To be sent"), "clock", "yellow"),
    "SUBMITTED": badges.Badge(pgettext_lazy("return", "Sent"), "send", "green"),
    "REPLACED": badges.Badge(pgettext_lazy("return", "Replaced"), "history", "grey"),
}

DELIVERY_BADGES = {
    "NO_RETURN": badges.Badge(pgettext_lazy("delivery", "Return not sent"), "circle-dashed", "grey"),
    "WAITING": badges.Badge(pgettext_lazy("delivery", "To be passed on"), "clock", "yellow"),
    "FAILED": badges.Badge(pgettext_lazy("delivery", "Not through yet"), "refresh", "orange"),
    "SENT": badges.Badge(pgettext_lazy("delivery", "Received"), "checks", "green"),
    "DONE": badges.Badge(pgettext_lazy("delivery", "On the map"), "map", "green"),
    "GIVEN_UP": badges.Badge(pgettext_lazy("delivery", "Given up"), "alert-octagon", "red"),
    "REPLACED": badges.Badge(pgettext_lazy("delivery", "Replaced"), "history", "grey"),
}
FINDING_BADGES = {
    "OPEN": badges.Badge(pgettext_lazy("finding", "To be clarified"), "help", "yellow"),
    "REVIEWED": badges.Badge(pgettext_lazy("finding", "Clarified"), "check", "green"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("finding", "Does not hold any more"), "minus", "grey"),
}
READER_BADGES = {
    "NOBODY": badges.Badge(pgettext_lazy("reader", "Nothing"), "minus", "grey"),
    "HEAD": badges.Badge(pgettext_lazy("reader", "For the unit's head"), "user-check", "blue"),
    "HEALTH_OFFICER": badges.Badge(pgettext_lazy("reader", "For the health officer"), "stethoscope", "blue"),
}


def fill_registries() -> None:
    register_rules(rulebook.PERSON_TABLE, rulebook.ZONE_TABLE, rulebook.RETURN_TIMES, rulebook.LOOKING_BACK)
    register_rules(rulebook.UNUSUAL_EVENTS)
    register_rules(rulebook.CONSISTENCY_TABLE, rulebook.RETURN_REMINDERS, rulebook.DELIVERIES, rulebook.DHIS2)
    register_workflows(workflow.RETURN, workflow.DELIVERY, workflow.FINDING)
    facts.declare(*rulebook.PERSON_FACTS, *rulebook.UNIT_FACTS, *rulebook.CONSISTENCY_FACTS)
    facts.compute(*(fact.name for fact in rulebook.CONSISTENCY_FACTS), subject=Subject.PERSON)
    facts.provide(answers.DECLARED, answers.all_declared_facts, few=of_few.all_declared_facts)
    facts.provide("is_isolating", answers.all_isolating, few=of_few.all_isolating)
    facts.provide(answers.FRONT_LINE, answers.all_front_line)
    facts.provide("residence_area_level", answers.all_residence_levels, few=of_few.all_residence_levels)
    facts.provide("area_level", answers.all_unit_area_levels, subject=Subject.UNIT, few=of_few.all_unit_area_levels)
    facts.compute("very_high_people", "high_people", "missing_declarations", subject=Subject.UNIT)
    say_codes(kind=lambda: ReturnKind.choices, to=lambda: ReminderTarget.choices)
    say_codes(**{"as": lambda: [(workflow.DUTY_OFFICER, _("duty officer"))]})
    badges.register("return", RETURN_BADGES)
    badges.register("delivery", DELIVERY_BADGES)
    badges.register("finding", FINDING_BADGES)
    badges.register("reader", READER_BADGES)
    duties.register(*DUTIES)
    indicators.register(*INDICATORS)
    topics.register(*TOPICS)
    events.register(*EVENTS)
    connections.register(SOURCE)
    schedule.every("risk.assess_today", cron="15 0 * * *", path="vungxanh.risk.tasks.assess_today")
    schedule.every("risk.assess_zones", cron="*/15 5-20 * * *", path="vungxanh.risk.tasks.assess_zones_now")
    schedule.every("risk.prepare_returns", cron="0 14 * * *", path="vungxanh.risk.tasks.prepare_today")
    schedule.every("risk.remind_of_returns", cron="* * * * *", path="vungxanh.risk.tasks.remind_today")
    schedule.every("risk.check_today", cron="0 15 * * *", path="vungxanh.risk.tasks.check_today")
    schedule.every("risk.check_yesterday", cron="40 0 * * *", path="vungxanh.risk.tasks.check_yesterday")
    schedule.every("risk.check_counts", cron="50 23 * * *", path="vungxanh.risk.tasks.check_counts")
    schedule.every("risk.send_deliveries", cron="* * * * *", path="vungxanh.risk.tasks.send_deliveries")
    schedule.every("risk.send_to_dhis2", cron="* * * * *", path="vungxanh.risk.tasks.send_to_dhis2")
    schedule.every("risk.write_files", cron="* * * * *", path="vungxanh.risk.tasks.write_files")
    schedule.every("risk.erase_proofs", cron="20 1 * * *", path="vungxanh.risk.tasks.erase_proofs")
    navigation.open_only_to({"risk:map_today": sees_deliveries})
    navigation.register(
        navigation.Entry(_("Map updates"), "risk:map_today", "map", 33, sees_deliveries, short_label=_("Map")),
        navigation.Entry(_("My risk"), "risk:own_level", "shield-check", 30, is_person, short_label=_("Risk")),
        navigation.Entry(_("To clarify"), "risk:findings_today", "help", 35, reads_findings, short_label=_("Clarify")),
    )


def is_person(request: HttpRequest) -> bool:
    """A technical account has no level of its own."""
    return navigation.is_signed_in(request) and hasattr(request.user, "person")


@receiver(person_days_changed)
def count_units(
    sender: object,
    *,
    days: Collection[datetime.date],
    people: Collection[int] | None,
    unit_ids: Collection[int] | None,
    **_more: object,
) -> None:
    follow_person_days(days, people=people, unit_ids=unit_ids)


@receiver(working_days_changed)
def follow_absences(
    sender: object,
    *,
    people: Collection[int] | None,
    first_day: datetime.date,
    last_day: datetime.date | None,
    at: datetime.datetime,
    **_more: object,
) -> None:
    """An isolation that covers today counts at once; a change of the whole calendar says nothing of anybody's risk."""
    today = at.astimezone(ZONE).date()
    if people and first_day <= today <= (last_day or today):
        subjects = Person.objects.filter(pk__in=people).values_list("pseudonym", flat=True)
        assess_people(subjects, day=today, at=at, cause=Cause.ABSENCE)


@receiver(areas_changed)
def follow_areas(sender: object, *, at: datetime.datetime, **_more: object) -> None:
    """A level that is published counts at once, and not in a quarter of an hour."""
    today = at.astimezone(ZONE).date()
    assess_zones([node.id for node in all_tree_on(today)], day=today, at=at)


@receiver(zones_changed)
def follow_zones(
    sender: object, *, new: Collection[UnitZone], before: dict[int, UnitZone], at: datetime.datetime, **_more: object
) -> None:
    note_areas(new, before, at=at)
    publish_zones(new, before, at=at)
