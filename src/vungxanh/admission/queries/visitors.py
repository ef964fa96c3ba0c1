"""Visitors at the gate, as a source of people: found by their code or name; their own page decides about them."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q, QuerySet

from vungxanh.admission import workflow
from vungxanh.admission.enums import SubjectKind, VisitState
from vungxanh.admission.models import Visit, Visitor
from vungxanh.admission.queries.gate import rule_at
from vungxanh.admission.subjects import GateSubject
from vungxanh.common.clock import ZONE, moment
from vungxanh.common.codes import canonical_code
from vungxanh.common.vietnamese import folded
from vungxanh.organization.models import Place, Site

MOST_FOUND = 20
OVER = {VisitState.LEFT: "HAS_LEFT", VisitState.EXPIRED: "EXPIRED"}


class VisitorSource:
    """See `subjects.SubjectSource`. The code is that of the visit, by which a guard opens its page."""

    kind = SubjectKind.VISITOR

    def named(self, subjects: Collection[uuid.UUID], *, on: datetime.date) -> Mapping[uuid.UUID, GateSubject]:
        rows = Visitor.objects.filter(pseudonym__in=list(subjects), erased_at__isnull=True)
        visits = Visit.objects.filter(visitor__in=rows, state__in=workflow.OPEN).order_by("pk")
        codes = dict(visits.values_list("visitor_id", "code"))
        return {
            subject: GateSubject(subject, self.kind, name, party, codes.get(pk, ""))
            for pk, subject, name, party in rows.values_list("pk", "pseudonym", "full_name", "party_name")
        }

    def reasons(
        self, subjects: Collection[uuid.UUID], place: Place, *, at: datetime.datetime
    ) -> Mapping[uuid.UUID, Collection[str]]:
        """By the visit that is due here today; whoever has several comes in by the one that lets in."""
        rows = Visitor.objects.filter(pseudonym__in=list(subjects)).values_list("pseudonym", flat=True)
        found: dict[uuid.UUID, list[set[str]]] = {one: [] for one in rows}
        on = at.astimezone(ZONE).date()
        for visit in _due(place.site, on).filter(visitor__pseudonym__in=list(found)):
            found[visit.visitor.pseudonym].append(_reasons(visit))
        return {one: min(several, key=len) if several else {"NOT_DECLARED"} for one, several in found.items()}

    def found(self, text: str, place: Place, *, on: datetime.date) -> list[GateSubject]:
        words = folded(text).split()
        rows = _due(place.site, on)
        same = Q(code=visit_code(text))
        by_name = Q()
        for word in words:
            by_name &= Q(visitor__search_name__contains=word)
        return _shown(rows.filter(same | by_name)[:MOST_FOUND]) if words else []

    def by_identity(self, number: str, *, on: datetime.date) -> GateSubject | None:
        """A card that names no member of staff leads to the form of visitors."""
        return None

    def expected(self, site: Site, *, on: datetime.date) -> list[GateSubject]:
        return _shown(_due(site, on))

    def expected_subjects(self, site: Site, *, on: datetime.date) -> Collection[uuid.UUID]:
        return list(_due(site, on).values_list("visitor__pseudonym", flat=True))


def visit_code(text: str) -> str:
    """As it is kept, of what somebody typed."""
    return canonical_code(text).upper()


def all_visits_coded(codes: Collection[str]) -> dict[str, Visit]:
    """By their codes, at whatever site."""
    rows = Visit.objects.filter(code__in=list(codes), erased_at__isnull=True)
    return {visit.code: visit for visit in rows.select_related("visitor")}


def shut_reason(visit: Visit, site: Site, *, at: datetime.datetime) -> str:
    """Why its code opens nothing at the site at the moment: by what the code says, as that of a pass. Empty where the
    visit is judged like everybody who is expected."""
    codes = set()
    if visit.ended_at and visit.ended_at <= at:
        codes.add(OVER.get(VisitState(visit.state), "REVOKED"))
    elif visit.planned_at.astimezone(ZONE).date() > at.astimezone(ZONE).date():
        codes.add("EARLY")
    if visit.site_id != site.pk:
        codes.add("OTHER_SITE")
    return rule_at(at).first(codes).code if codes else ""


def all_shut_codes(site: Site, *, at: datetime.datetime) -> dict[str, str]:
    """Codes of visits of the site that open nothing now, with the reason: of later days, or over since yesterday."""
    begin = moment(at.astimezone(ZONE).date() - datetime.timedelta(days=1), datetime.time())
    is_later = Q(state__in=workflow.OPEN, planned_at__gt=at)
    rows = Visit.objects.filter(is_later | Q(ended_at__gte=begin), site=site, erased_at__isnull=True)
    reasons = {visit.code: shut_reason(visit, site, at=at) for visit in rows.order_by("pk")}
    return {code: reason for code, reason in reasons.items() if reason}


def all_ended_visitors(site: Site, *, since: datetime.date) -> list[uuid.UUID]:
    """Who was expected at the site on that day or later and is not any more: a list of that day may name them."""
    rows = Visit.objects.filter(site=site, ended_at__gte=moment(since, datetime.time()))
    return list(rows.values_list("visitor__pseudonym", flat=True).distinct())


def _reasons(visit: Visit) -> set[str]:
    if visit.may_enter or visit.state == VisitState.ADMITTED:
        return set()
    held = {VisitState.INVITED: "NOT_DECLARED", VisitState.HELD: "LEVEL"}
    return {held.get(VisitState(visit.state), "HOST")}


def _due(site: Site, on: datetime.date) -> QuerySet[Visit]:
    last = moment(on, datetime.time(23, 59, 59))
    rows = Visit.objects.filter(site=site, state__in=workflow.OPEN, planned_at__lte=last, erased_at__isnull=True)
    return rows.select_related("visitor").order_by("planned_at", "pk")


def _shown(visits: Iterable[Visit]) -> list[GateSubject]:
    return [
        GateSubject(visit.visitor.pseudonym, SubjectKind.VISITOR, visit.visitor.full_name, visit.party_name, visit.code)
        for visit in visits
    ]
