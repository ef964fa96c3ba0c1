"""Signs of formalism in a month: what looks done for the look of it, for the Office to ask about. A sign is no verdict:
each one leads to the very returns, texts and pictures, and keeps what the Office found out."""

import datetime
import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, F, Q
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
    day = min(last, at.astimezone(ZONE).date())
    units = roles.unit_ids_where(viewer, SEE_FORMALISM, on=at.astimezone(ZONE).date(), tree=tree)
    rule = FORMALISM.current().in_force(day)
    nodes = {unit: tree[unit] for unit in units}
    found = {
        LAST_MINUTE: list(_last_minute(nodes, first, day, at, rule)),
        SAME_TEXT: list(_repeated(SAME_TEXT, _texts(nodes, first, day, at, rule), first)),
        SAME_PICTURE: list(_repeated(SAME_PICTURE, _pictures(nodes, first, day, at, rule), first)),
        ABOVE_CHECK: list(_above(nodes, first, day, at, rule)),
    }
    notes = _notes([one.key for some in found.values() for one in some])
    return {kind: _arranged(some, notes) for kind, some in found.items()}


def _last_minute(
    nodes: Mapping[int, UnitNode], first: datetime.date, last: datetime.date, at: datetime.datetime, rule: FormalismRule
) -> Iterator[Sign]:
    """Of the first version of each daily return: a later one adds to it."""
    window = datetime.timedelta(minutes=rule.last_minutes)
    rows = all_first_sent(first, last).filter(unit_id__in=nodes, submitted_at__lte=at).values("unit_id")
    late_in_time = Q(is_on_time=True, submitted_at__gte=F("due_at") - window)
    counted = rows.annotate(whole=Count("pk"), part=Count("pk", filter=late_in_time)).order_by("unit_id")
    for unit, whole, part in counted.values_list("unit_id", "whole", "part"):
        if whole >= rule.least_returns and part * 100 >= whole * rule.last_minute_percent:
            address = f"{reverse('reports:ledger')}?thang={first:%Y-%m}"
            place = Found(nodes[unit], last, _("ledger of returns"), address, "")
            yield Sign(LAST_MINUTE, _key(LAST_MINUTE, str(unit), f"{first:%Y-%m}"), [place], part, whole)


def _texts(
    nodes: Mapping[int, UnitNode], first: datetime.date, last: datetime.date, at: datetime.datetime, rule: FormalismRule
) -> Iterator[Found]:
    """How units launched, what they reported of recommendations; those of enough words."""
    began, ended = _span(first, last, at, rule)
    launches = Launch.objects.filter(state=LaunchState.RECORDED, unit_id__in=nodes, made_at__range=(began, ended))
    reports = RecommendationEntry.objects.filter(
        verb=RecommendationVerb.REPORT, recommendation__supervision__unit_id__in=nodes, at__range=(began, ended)
    )
    told = [
        (
            nodes[unit],
            made,
            _("launch of the movement"),
            reverse("movement:launch_page", args=[code, nodes[unit].code]),
            text,
        )
        for unit, made, code, text in launches.values_list("unit_id", "made_at", "campaign__code", "text")
    ]
    told += [
        (nodes[unit], made, _("report on a recommendation"), reverse("directing:recommendation_page", args=[pk]), text)
        for unit, made, pk, text in reports.values_list(
            "recommendation__supervision__unit_id", "at", "recommendation_id", "text"
        )
    ]
    for node, made, what, address, text in told:
        same = _plain(text, node)
        if len(same.split()) >= rule.least_words:
            yield Found(node, made.astimezone(ZONE).date(), what, address, same, text)


def _pictures(
    nodes: Mapping[int, UnitNode], first: datetime.date, last: datetime.date, at: datetime.datetime, rule: FormalismRule
) -> Iterator[Found]:
    """Of launches, activities, what was done about recommendations, and evidence of self-scores; the same file is known
    by its bytes."""
    span = {"withdrawn_at__isnull": True, "added_at__range": _span(first, last, at, rule)}
    launches = LaunchPhotograph.objects.filter(**span, launch__state=LaunchState.RECORDED, launch__unit_id__in=nodes)
    for sha, added, unit, code in launches.values_list(
        "received_sha256", "added_at", "launch__unit_id", "launch__campaign__code"
    ):
        address = reverse("movement:launch_page", args=[code, nodes[unit].code])
        yield Found(nodes[unit], added.astimezone(ZONE).date(), _("launch of the movement"), address, sha)
    done = SupervisionPhotograph.objects.filter(**span, entry__isnull=False, supervision__unit_id__in=nodes)
    for sha, added, unit, pk in done.values_list(
        "received_sha256", "added_at", "supervision__unit_id", "entry__recommendation_id"
    ):
        address = reverse("directing:recommendation_page", args=[pk])
        yield Found(nodes[unit], added.astimezone(ZONE).date(), _("report on a recommendation"), address, sha)
    activities = ActivityPhotograph.objects.filter(**span, activity__group__unit_id__in=nodes)
    for sha, added, unit, key in activities.exclude(activity__state=ActivityState.WITHDRAWN).values_list(
        "received_sha256", "added_at", "activity__group__unit_id", "activity_id"
    ):
        address = reverse("movement:activity_page", args=[key])
        yield Found(nodes[unit], added.astimezone(ZONE).date(), _("activity of a group"), address, sha)
    evidence = EvidenceFile.objects.filter(**span, self_score__unit_id__in=nodes)
    for sha, added, unit, code, measure, period in evidence.values_list(
        "received_sha256",
        "added_at",
        "self_score__unit_id",
        "self_score__campaign__code",
        "self_score__measure",
        "self_score__period",
    ):
        address = _self_score_address(code, nodes[unit], measure, period)
        yield Found(nodes[unit], added.astimezone(ZONE).date(), _("evidence of a self-score"), address, sha)


def _above(
    nodes: Mapping[int, UnitNode], first: datetime.date, last: datetime.date, at: datetime.datetime, rule: FormalismRule
) -> Iterator[Sign]:
    """Of what the unit gave itself, the lowest that a cross-check or the appraisal found in the month."""
    began, ended = moment(first, datetime.time()), min(at, moment(last + ONE_DAY, datetime.time()))
    columns = "unit_id", "campaign__code", "period", "measure", "most", "points"
    checks = CrossCheck.objects.filter(checked_at__range=(began, ended), self_score__unit_id__in=nodes)
    told = checks.values_list(*(f"self_score__{one}" for one in columns), "points", "checked_at")
    appraised = SelfScore.objects.filter(appraised_at__range=(began, ended), unit_id__in=nodes)
    both = [*told, *appraised.values_list(*columns, "appraised_points", "appraised_at")]
    lowest: dict[tuple[int, str, str, str], Sign] = {}
    for unit, code, period, measure, most, own, found, when in sorted(both, key=lambda one: one[6]):
        if own is None or (own - found) * 100 < rule.above_check_percent * most:
            continue
        day = when.astimezone(ZONE).date()
        place = Found(nodes[unit], day, measure, _self_score_address(code, nodes[unit], measure, period), "")
        key = _key(ABOVE_CHECK, str(unit), code, period, measure)
        lowest.setdefault((unit, code, period, measure), Sign(ABOVE_CHECK, key, [place], found, own))
    yield from lowest.values()


def _self_score_address(code: str, node: UnitNode, measure: str, period: str) -> str:
    return f"{reverse('movement:self_score_page', args=[code, node.code, measure])}?ky={period}"


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


def _span(
    first: datetime.date, last: datetime.date, at: datetime.datetime, rule: FormalismRule
) -> tuple[datetime.datetime, datetime.datetime]:
    began = moment(last - rule.compared_days * ONE_DAY, datetime.time())
    return min(began, moment(first, datetime.time())), min(at, moment(last + ONE_DAY, datetime.time()))


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
