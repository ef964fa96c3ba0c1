"""Papers, as far as the viewer may see them."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.documents.content import abbreviation
from vungxanh.documents.enums import PaperState
from vungxanh.documents.kinds import Subject
from vungxanh.documents.models import Paper
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree

SEE_PAPERS = roles.LEADERS | {Role.OFFICE, Role.RECORDS_CLERK}
"""At the issuing unit or above it: drafts, too."""

GET_PAPERS = SEE_PAPERS | roles.UNIT_STAFF
"""At the unit to which a paper goes, once it was issued."""


def papers_visible_to(viewer: User, *, on: datetime.date) -> QuerySet[Paper]:
    """Those of one's own agency in every state, and those that were issued to one's unit; newest first."""
    kept = roles.unit_ids_where(viewer, SEE_PAPERS, on=on)
    got = roles.unit_ids_where(viewer, GET_PAPERS, on=on)
    rows = Paper.objects.filter(Q(unit_id__in=kept) | Q(addressee_id__in=got, issued_on__isnull=False))
    people = ("drafted_by", "edited_by", "issued_by", "withdrawn_by")
    return rows.select_related("unit", "addressee", *people).order_by("-day", "-drafted_at", "-pk")


def versions_of(viewer: User, paper: Paper, *, on: datetime.date) -> QuerySet[Paper]:
    """Every version of the same paper that the viewer sees, newest first."""
    same = {"unit_id": paper.unit_id, "kind": paper.kind, "subject_key": paper.subject_key}
    return papers_visible_to(viewer, on=on).filter(**same).order_by("-version")


def all_latest(kind: str, subject: Subject) -> Paper | None:
    """The newest version, in whatever state."""
    rows = Paper.objects.filter(unit_id=subject.unit_id, kind=kind, subject_key=subject.key)
    return rows.order_by("-version").first()


def all_drafted_keys(kind: str, day: datetime.date) -> set[tuple[int, str]]:
    """Issuing unit and key of everything drafted for a day."""
    return set(Paper.objects.filter(kind=kind, day=day).values_list("unit_id", "subject_key"))


def all_issued_to(unit_ids: Collection[int], kind: str, first: datetime.date, last: datetime.date) -> list[Paper]:
    """Of one kind, issued to the units within those days, newest first."""
    rows = Paper.objects.filter(
        addressee_id__in=list(unit_ids), kind=kind, state=PaperState.ISSUED, issued_on__range=(first, last)
    )
    return list(rows.order_by("-issued_on", "-pk"))


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of an agency's papers: who stands above it, its name and how that is abbreviated, where it sits."""

    superior: str
    issuer: str
    code: str
    place: str


def all_letterhead(unit_id: int, tree: Tree) -> Letterhead:
    """Above an agency of a province stands the People's Committee, abbreviated as is usual on papers; above another
    unit the one to which it belongs. What is not known stays empty."""
    node = tree[unit_id]
    parent = tree.nodes.get(node.parent_id or 0)
    area_id = next((one.area_id for one in tree.above(unit_id) if one.area_id), None)
    province = _province(area_id)
    superior = parent.name if parent else f"UBND {province.name}" if province else ""
    place = province.name.removeprefix("Tỉnh ").removeprefix("Thành phố ") if province else ""
    return Letterhead(superior.upper(), node.name.upper(), abbreviation(node.short_name), place)


def _province(area_id: int | None) -> AdministrativeUnit | None:
    area = AdministrativeUnit.objects.select_related("parent__parent").filter(pk=area_id or 0).first()
    while area is not None and area.tier != AreaTier.PROVINCE:
        area = area.parent
    return area
