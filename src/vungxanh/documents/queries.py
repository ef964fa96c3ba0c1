"""Papers, as far as the viewer may see them."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common.codes import canonical_code
from vungxanh.common.dated import in_force
from vungxanh.common.vietnamese import folded
from vungxanh.documents.content import abbreviation, type_code_of
from vungxanh.documents.enums import FileKind, PaperState
from vungxanh.documents.kinds import Subject
from vungxanh.documents.models import NumberBook, NumberSeries, Paper, PaperFile
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

SEE_PAPERS = roles.LEADERS | {Role.OFFICE, Role.RECORDS_CLERK}
"""At the issuing unit or above it: drafts, too."""

KEEP_NUMBERS = frozenset({Role.OFFICE, Role.RECORDS_CLERK})
"""At the issuing unit or above it: write down or give numbers, keep signed papers."""

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


def files_of(viewer: User, paper: Paper, *, on: datetime.date) -> QuerySet[PaperFile]:
    """Without their contents, in the order in which they came; those that were replaced for the issuing unit alone."""
    rows = PaperFile.objects.filter(paper=paper, paper__in=papers_visible_to(viewer, on=on).order_by())
    if paper.unit_id not in roles.unit_ids_where(viewer, SEE_PAPERS, on=on):
        rows = rows.filter(replaced_at__isnull=True)
    return rows.select_related("added_by", "replaced_by").defer("content").order_by("added_at", "pk")


def all_file(paper: Paper, kind: FileKind) -> PaperFile | None:
    """The one that holds; none for a draft, and none of a paper that was issued before files were kept."""
    return PaperFile.objects.filter(paper=paper, kind=kind, replaced_at__isnull=True).first()


def units_registered(viewer: User, *, on: datetime.date) -> list[UnitNode]:
    """Units that issued papers and whose papers the viewer sees, in the order of the tree."""
    tree = all_tree_on(on)
    seen = roles.unit_ids_where(viewer, SEE_PAPERS, on=on, tree=tree)
    rows = Paper.objects.filter(unit_id__in=seen, issued_on__isnull=False)
    issued = set(rows.values_list("unit_id", flat=True).distinct())
    return [node for node in tree if node.id in issued]


def register_of(viewer: User, unit_id: int, year: int, *, words: str = "", on: datetime.date) -> QuerySet[Paper]:
    """What a unit issued in a year, withdrawn papers as well, newest first; with every one of the words, marks or not.
    For those who see the papers of the unit, not for whom a paper goes to."""
    seen = roles.unit_ids_where(viewer, SEE_PAPERS, on=on)
    rows = Paper.objects.filter(unit_id__in=seen & {unit_id}, issued_on__year=year)
    for word in folded(words).split():
        rows = rows.filter(search_text__contains=word)
    return rows.order_by("-issued_on", "-issued_at", "-pk")


def all_years(unit_id: int) -> list[int]:
    """In which the unit issued papers, the newest first."""
    days = Paper.objects.filter(unit_id=unit_id, issued_on__isnull=False).dates("issued_on", "year", order="DESC")
    return [day.year for day in days]


def all_by_check_code(code: str) -> Paper | None:
    """As typed or scanned. Whoever has the code may know what `is_public` of its kind allows."""
    wanted = canonical_code(code)
    return Paper.objects.filter(check_code=wanted).first() if wanted else None


def all_newer_issued(paper: Paper) -> Paper | None:
    """The newest version of the same paper that was issued after it and stands."""
    same = {"unit_id": paper.unit_id, "kind": paper.kind, "subject_key": paper.subject_key}
    rows = Paper.objects.filter(**same, version__gt=paper.version, state=PaperState.ISSUED)
    return rows.order_by("-version").first()


def all_matching_file(paper: Paper, sha256: str) -> PaperFile | None:
    """The file of the paper that has these very bytes, also a signed one that was replaced."""
    return PaperFile.objects.filter(paper=paper, sha256=sha256).defer("content").order_by("-pk").first()


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


def units_numbered_by(viewer: User, *, on: datetime.date) -> list[UnitNode]:
    """Units that number papers of their own and whose numbers the viewer keeps, in the order of the tree."""
    tree = all_tree_on(on)
    kept = roles.unit_ids_where(viewer, KEEP_NUMBERS, on=on, tree=tree)
    return [node for node in tree if node.id in kept and node.has_number_series]


def all_own_book(unit_id: int, year: int) -> NumberBook | None:
    """Where the unit numbers its papers of the year here."""
    return NumberBook.objects.filter(unit_id=unit_id, year=year, is_own=True).first()


def all_books(unit_ids: Collection[int], year: int) -> dict[int, NumberBook]:
    """What was chosen, by the unit; one query."""
    return {one.unit_id: one for one in NumberBook.objects.filter(unit_id__in=list(unit_ids), year=year)}


def all_series(unit_id: int, year: int) -> list[NumberSeries]:
    return list(NumberSeries.objects.filter(book__unit_id=unit_id, book__year=year).order_by("type_code"))


def all_highest_numbers(unit_id: int, year: int) -> dict[str, int]:
    """The highest number that a unit's papers of the year bear, by their type, withdrawn ones as well."""
    rows = Paper.objects.filter(unit_id=unit_id, issued_on__year=year)
    highest: dict[str, int] = {}
    for number, symbol, type_name in rows.values_list("number", "symbol", "content__type_name"):
        code = type_code_of(type_name, symbol)
        highest[code] = max(highest.get(code, 0), int("".join(c for c in number if c.isdecimal()) or 0))
    return highest


def all_next_number(unit_id: int, type_code: str, year: int) -> int:
    """What would be given now; somebody else may take it meanwhile."""
    series = NumberSeries.objects.filter(book__unit_id=unit_id, book__year=year, type_code=type_code).first()
    return series.next_number if series else all_highest_numbers(unit_id, year).get(type_code, 0) + 1


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


def all_signer(title: str, unit_id: int, day: datetime.date, tree: Tree) -> str:
    """The name of whoever has that post in the agency; empty where nobody or more than one has it."""
    below = [node.id for node in tree.below(unit_id)]
    posts = Post.objects.filter(in_force(day), unit_id__in=below, title__iexact=title).select_related("person")
    names = {post.person.full_name for post in posts}
    return names.pop() if len(names) == 1 else ""
