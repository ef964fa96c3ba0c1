"""Signs of formalism in a month: what looks done for the look of it, for the Office to ask about. A sign is no verdict:
each one leads to the very returns, texts and pictures, and keeps what the Office found out."""

import datetime
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE, moment
from vungxanh.common.vietnamese import folded
from vungxanh.directing.enums import RecommendationVerb
from vungxanh.directing.models import RecommendationEntry, SupervisionPhotograph
from vungxanh.movement.enums import ActivityState, LaunchState
from vungxanh.movement.models import (
    ActivityPhotograph,
    CrossCheck,
    EvidenceFile,
    Launch,
    LaunchPhotograph,
    SelfScore,
)
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.reports.models import FormalismNote
from vungxanh.reports.queries.sight import SEE_FORMALISM
from vungxanh.reports.rulebook import FORMALISM, FormalismRule
from vungxanh.risk.queries.returns import all_first_sent

LAST_MINUTE, SAME_TEXT, SAME_PICTURE, ABOVE_CHECK = "LAST_MINUTE", "SAME_TEXT", "SAME_PICTURE", "ABOVE_CHECK"
KINDS = {
    LAST_MINUTE: _("Returns that come in the last minutes"),
    SAME_TEXT: _("The same words in two places"),
    SAME_PICTURE: _("The same picture or evidence in two places"),
    ABOVE_CHECK: _("Self-scores far above what others found"),
}
ONE_DAY = datetime.timedelta(days=1)
NO_LETTERS = re.compile(r"[^a-z ]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A text or a picture where it stands. `what` says what it belongs to, `same` is equal for what is the same."""

    unit: UnitNode
    on: datetime.date
    what: str | Promise
    address: str
    same: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: units by id, the days of the month as far as they are over, what was known at a moment."""

    nodes: Mapping[int, UnitNode]
    first: datetime.date
    last: datetime.date
    at: datetime.datetime
    rule: FormalismRule

    @property
    def month(self) -> tuple[datetime.datetime, datetime.datetime]:
        return moment(self.first, datetime.time()), min(self.at, moment(self.last + ONE_DAY, datetime.time()))

    @property
    def compared(self) -> tuple[datetime.datetime, datetime.datetime]:
        """The month, and before it as far as the rule compares."""
        began = moment(self.last - self.rule.compared_days * ONE_DAY, datetime.time())
        return min(began, self.month[0]), self.month[1]

    def found(
        self, unit: int, at: datetime.datetime, what: str | Promise, address: str, same: str, text: str = ""
    ) -> Found:
        return Found(self.nodes[unit], at.astimezone(ZONE).date(), what, address, same, text)


@dataclass(frozen=True, slots=True)
class Source:
    """Where pictures stand. `unit` and `of` are columns; `address` is made of a unit's code and of what `of` gives."""

    rows: QuerySet[Any]
    what: str | Promise
    unit: str
    of: Sequence[str]
    address: Callable[..., str]


@dataclass(frozen=True, slots=True)
class Sign:
    """`part` of `whole`: of the returns, or what others found of what the unit gave itself; `places`: of what stands in
    several. `notes`: the newest first."""

    kind: str
    key: str
    places: Sequence[Found]
    part: float = 0
    whole: float = 0
    notes: Sequence[FormalismNote] = ()

    @property
    def unit(self) -> UnitNode:
        return self.places[0].unit

    @property
    def text(self) -> str:
        return self.places[0].text

    @property
    def is_looked_into(self) -> bool:
        """Somebody wrote down what came of it, and nothing was added since."""
        newest = max(place.on for place in self.places)
        return bool(self.notes) and (
            self.kind == LAST_MINUTE or self.notes[0].noted_at.astimezone(ZONE).date() >= newest
        )


def signs(
    viewer: User, first: datetime.date, last: datetime.date, *, at: datetime.datetime, tree: Tree
) -> dict[str, list[Sign]]:
    """By kind, of the units for which the viewer asks: those that nobody has looked into come first. A flat number
    of queries, however many units there are."""
    today = at.astimezone(ZONE).date()
    day = min(last, today)
    units = roles.unit_ids_where(viewer, SEE_FORMALISM, on=today, tree=tree)
    look = Look({unit: tree[unit] for unit in units}, first, day, at, FORMALISM.current().in_force(day))
    found = {
        LAST_MINUTE: list(_last_minute(look)),
        SAME_TEXT: list(_repeated(SAME_TEXT, _texts(look), first)),
        SAME_PICTURE: list(_repeated(SAME_PICTURE, _pictures(look), first)),
        ABOVE_CHECK: list(_above(look)),
    }
    notes = _notes([one.key for some in found.values() for one in some])
    return {kind: _arranged(some, notes) for kind, some in found.items()}


def _last_minute(look: Look) -> Iterator[Sign]:
    """Of the first version of each daily return: a later one adds to it."""
    window, rule = datetime.timedelta(minutes=look.rule.last_minutes), look.rule
    sent = all_first_sent(look.first, look.last)
    rows = sent.filter(unit_id__in=look.nodes, submitted_at__lte=look.at).values("unit_id")
    late_in_time = Q(is_on_time=True, submitted_at__gte=F("due_at") - window)
    counted = rows.annotate(whole=Count("pk"), part=Count("pk", filter=late_in_time)).order_by("unit_id")
    for unit, whole, part in counted.values_list("unit_id", "whole", "part"):
        if whole >= rule.least_returns and part * 100 >= whole * rule.last_minute_percent:
            address = f"{reverse('reports:ledger')}?thang={look.first:%Y-%m}"
            place = Found(look.nodes[unit], look.last, _("ledger of returns"), address, "")
            yield Sign(LAST_MINUTE, _key(LAST_MINUTE, str(unit), f"{look.first:%Y-%m}"), [place], part, whole)


def _texts(look: Look) -> Iterator[Found]:
    """How units launched, what they reported of recommendations; those of enough words."""
    launches = Launch.objects.filter(
        state=LaunchState.RECORDED, unit_id__in=look.nodes, made_at__range=look.compared
    ).values_list("unit_id", "made_at", "text", "campaign__code")
    reports = RecommendationEntry.objects.filter(
        verb=RecommendationVerb.REPORT,
        recommendation__supervision__unit_id__in=look.nodes,
        at__range=look.compared,
    ).values_list("recommendation__supervision__unit_id", "at", "text", "recommendation_id")
    told: list[tuple[Any, ...]] = [(*one, _("launch of the movement"), _launch_address) for one in launches]
    told += [(*one, _("report on a recommendation"), _report_address) for one in reports]
    for unit, made, text, of, what, address in told:
        node = look.nodes[unit]
        same = _plain(text, node)
        if len(same.split()) >= look.rule.least_words:
            yield look.found(unit, made, what, address(node.code, of), same, text)


def _pictures(look: Look) -> Iterator[Found]:
    """The same file is known by its bytes."""
    for source in _sources(look):
        columns = "received_sha256", "added_at", source.unit, *source.of
        for sha, added, unit, *of in source.rows.values_list(*columns):
            address = source.address(look.nodes[unit].code, *of)
            yield look.found(unit, added, source.what, address, sha)


def _sources(look: Look) -> list[Source]:
    """Of launches, activities, what was done about recommendations, and evidence of self-scores."""
    span = {"withdrawn_at__isnull": True, "added_at__range": look.compared}
    launches = LaunchPhotograph.objects.filter(**span, launch__state=LaunchState.RECORDED)
    done = SupervisionPhotograph.objects.filter(**span, entry__isnull=False)
    activities = ActivityPhotograph.objects.filter(**span).exclude(activity__state=ActivityState.WITHDRAWN)
    scores = EvidenceFile.objects.filter(**span)
    scored = [f"self_score__{one}" for one in ("campaign__code", "measure", "period")]
    launch, report = "launch__unit_id", "supervision__unit_id"
    activity, score = "activity__group__unit_id", "self_score__unit_id"
    found = [
        Source(launches, _("launch of the movement"), launch, ["launch__campaign__code"], _launch_address),
        Source(done, _("report on a recommendation"), report, ["entry__recommendation_id"], _report_address),
        Source(activities, _("activity of a group"), activity, ["activity_id"], _activity_address),
        Source(scores, _("evidence of a self-score"), score, scored, _self_score_address),
    ]
    return [replace(one, rows=one.rows.filter(**{f"{one.unit}__in": look.nodes})) for one in found]


def _above(look: Look) -> Iterator[Sign]:
    """Of what the unit gave itself, the lowest that a cross-check or the appraisal found in the month."""
    columns = "unit_id", "campaign__code", "period", "measure", "most", "points"
    checks = CrossCheck.objects.filter(checked_at__range=look.month, self_score__unit_id__in=look.nodes)
    told = checks.values_list(*(f"self_score__{one}" for one in columns), "points", "checked_at")
    appraised = SelfScore.objects.filter(appraised_at__range=look.month, unit_id__in=look.nodes)
    both = [*told, *appraised.values_list(*columns, "appraised_points", "appraised_at")]
    lowest: dict[tuple[int, str, str, str], Sign] = {}
    for unit, code, period, measure, most, own, found, when in sorted(both, key=lambda one: one[6]):
        if own is None or (own - found) * 100 < look.rule.above_check_percent * most:
            continue
        address = _self_score_address(look.nodes[unit].code, code, measure, period)
        place = look.found(unit, when, measure, address, "")
        key = _key(ABOVE_CHECK, str(unit), code, period, measure)
        lowest.setdefault((unit, code, period, measure), Sign(ABOVE_CHECK, key, [place], found, own))
    yield from lowest.values()


def _launch_address(unit: str, campaign: str) -> str:
    return reverse("movement:launch_page", args=[campaign, unit])


def _report_address(_unit: str, recommendation: int) -> str:
    return reverse("directing:recommendation_page", args=[recommendation])


def _activity_address(_unit: str, activity: object) -> str:
    return reverse("movement:activity_page", args=[activity])


def _self_score_address(unit: str, campaign: str, measure: str, period: str) -> str:
    return f"{reverse('movement:self_score_page', args=[campaign, unit, measure])}?ky={period}"


def _repeated(kind: str, found: Iterable[Found], first: datetime.date) -> Iterator[Sign]:
    """What stands at two addresses, and came to one of them since the first day."""
    groups: dict[str, dict[str, Found]] = defaultdict(dict)
    for one in sorted(found, key=lambda one: (one.on, one.unit.id, one.address)):
        groups[one.same].setdefault(one.address, one)
    for same, places in groups.items():
        if len(places) > 1 and any(one.on >= first for one in places.values()):
            yield Sign(kind, _key(kind, same), list(places.values()))


def _plain(text: str, node: UnitNode) -> str:
    """Without what every unit writes otherwise: its own name, figures, marks, signs, capital letters."""
    plain = folded(text)
    for name in sorted({folded(node.name), folded(node.short_name), folded(node.code)}, key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", plain) if name else plain
    return " ".join(NO_LETTERS.sub(" ", plain).split())


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _notes(keys: Collection[str]) -> Mapping[str, list[FormalismNote]]:
    found: dict[str, list[FormalismNote]] = defaultdict(list)
    for note in FormalismNote.objects.filter(sign__in=keys).select_related("noted_by").order_by("-noted_at", "-pk"):
        found[note.sign].append(note)
    return found


def _arranged(found: Iterable[Sign], notes: Mapping[str, list[FormalismNote]]) -> list[Sign]:
    with_notes = [replace(one, notes=tuple(notes.get(one.key, ()))) for one in found]
    return sorted(with_notes, key=lambda one: (one.is_looked_into, -len(one.places), -one.part, one.unit.position))
