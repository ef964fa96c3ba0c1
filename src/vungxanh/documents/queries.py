"""Papers, as far as the viewer may see them."""

import datetime
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common.codes import canonical_code
from vungxanh.common.dated import in_force
from vungxanh.common.formats import person_name
from vungxanh.common.vietnamese import folded
from vungxanh.documents.content import abbreviation, type_code_of
from vungxanh.documents.enums import BatchState, FileKind, IncomingState, PaperState, WordReturnState
from vungxanh.documents.fields import ABOVE, CODE, HEAD, NAME, SHORT_NAME
from vungxanh.documents.kinds import Subject
from vungxanh.documents.models import (
    IncomingBook,
    IncomingPaper,
    IncomingScan,
    NumberBook,
    NumberSeries,
    Paper,
    PaperBatch,
    PaperBatchItem,
    PaperFile,
    WordReturn,
)
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
HEADS_OF_UNITS = (Role.UNIT_HEAD, Role.ACTING_HEAD)
"""Who is named as the head of a unit: the first that somebody holds."""


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


def batches_visible_to(viewer: User, *, on: datetime.date) -> QuerySet[PaperBatch]:
    """Of one's own agency, newest first, each with how many papers it has (`total`) and how many are made (`made`)."""
    rows = PaperBatch.objects.filter(unit_id__in=roles.unit_ids_where(viewer, SEE_PAPERS, on=on))
    counts = {"total": Count("items"), "made": Count("items__paper")}
    return rows.annotate(**counts).select_related("ordered_by", "cancelled_by").order_by("-ordered_at", "pk")


def items_of(viewer: User, batch: PaperBatch, *, on: datetime.date) -> QuerySet[PaperBatchItem]:
    """Without their files, in the order of the tree."""
    seen = batches_visible_to(viewer, on=on).order_by()
    rows = PaperBatchItem.objects.filter(batch=batch, batch__in=seen.values("pk")).select_related("unit", "paper")
    return rows.defer("docx", "pdf").order_by("place")


def all_drafts_left(batch: PaperBatch) -> QuerySet[Paper]:
    """Drafts of the batch, in whichever version they are by now."""
    return Paper.objects.filter(unit_id=batch.unit_id, subject_key__startswith=f"{batch.pk}/", state=PaperState.DRAFT)


def units_to_write_to(viewer: User, *, on: datetime.date) -> list[UnitNode]:
    """The node for which the viewer drafts papers, the highest first, and every unit below it; nothing for others."""
    tree = all_tree_on(on)
    nodes = [one.unit_id for one in roles.holdings(viewer, on=on) if one.role == Role.OFFICE and one.unit_id in tree]
    top = min(nodes, key=tree.depth, default=None)
    return list(tree.below(top)) if top is not None else []


def all_batch_item(subject_key: str) -> PaperBatchItem:
    """Of the paper with that key. Raises `PaperBatchItem.DoesNotExist`."""
    batch, _slash, unit_id = subject_key.partition("/")
    return (
        PaperBatchItem.objects.select_related("batch")
        .defer("docx", "pdf")
        .get(batch_id=uuid.UUID(batch), unit_id=int(unit_id))
    )


def all_next_batch() -> PaperBatch | None:
    """The one under way that was ordered first."""
    return PaperBatch.objects.filter(state=BatchState.RUNNING).order_by("ordered_at", "pk").first()


def all_waiting_items(batch: PaperBatch, most: int) -> list[PaperBatchItem]:
    rows = PaperBatchItem.objects.filter(batch=batch, paper__isnull=True).defer("docx", "pdf")
    return list(rows.order_by("place")[:most])


def all_files_of(batch: PaperBatch, at_once: int = 20) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The code of each unit with its files, in the order of the tree; so many are in memory at once, and no query stays
    open between them. Raises `DecryptionError`."""
    places = list(batch.items.filter(docx__isnull=False).order_by("place").values_list("pk", flat=True))
    for start in range(0, len(places), at_once):
        rows = PaperBatchItem.objects.filter(pk__in=places[start : start + at_once]).select_related("unit")
        for item in rows.order_by("place"):
            yield item.unit.code, item.files


def all_field_values(unit_ids: Collection[int], tree: Tree, *, on: datetime.date) -> dict[int, dict[str, str]]:
    """By unit, what each field gives for it; what is not known is missing. A flat number of queries."""
    heads: dict[tuple[int, Role], str] = {}
    for held in roles.all_held(HEADS_OF_UNITS, unit_ids, on=on):
        if held.principal is None:
            heads.setdefault((held.unit_id, held.role), person_name(held.user))
    values = {unit_id: _field_values(tree[unit_id], tree) for unit_id in unit_ids}
    for unit_id, given in values.items():
        if head := next((heads[unit_id, role] for role in HEADS_OF_UNITS if (unit_id, role) in heads), ""):
            given[HEAD] = head
    return values


def _field_values(node: UnitNode, tree: Tree) -> dict[str, str]:
    parent = tree.nodes.get(node.parent_id or 0)
    given = {NAME: node.name, SHORT_NAME: node.short_name, CODE: node.code, ABOVE: parent.name if parent else ""}
    return {field: value for field, value in given.items() if value.strip()}


def word_returns_of(viewer: User, paper: Paper, *, on: datetime.date) -> QuerySet[WordReturn]:
    """What came back from Word for a draft, the newest first, without the files; for those who see its drafts."""
    seen = roles.unit_ids_where(viewer, SEE_PAPERS, on=on)
    rows = WordReturn.objects.filter(paper=paper, paper__unit_id__in=seen)
    return rows.select_related("added_by", "closed_by").defer("docx").order_by("-added_at", "pk")


def all_waiting_return(paper: Paper) -> WordReturn | None:
    """What was read and waits to be confirmed."""
    return WordReturn.objects.filter(paper=paper, state=WordReturnState.READ).defer("docx").first()


OPEN = (IncomingState.ARRIVED, IncomingState.HANDED)
"""An incoming paper waits for somebody."""


def incoming_visible_to(viewer: User, *, on: datetime.date) -> QuerySet[IncomingPaper]:
    """Of registers of one's own agency, and what was handed to one's unit; the newest first."""
    kept = roles.unit_ids_where(viewer, SEE_PAPERS, on=on)
    got = roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=on)
    rows = IncomingPaper.objects.filter(Q(book__unit_id__in=kept) | Q(handed_unit_id__in=got))
    related = ("book__unit", "handed_unit", "registered_by", "closed_by", "answer")
    return rows.select_related(*related).order_by("-book__year", "book__code", "-number")


@dataclass(frozen=True, slots=True)
class IncomingWish:
    """What of a register is asked for; an empty value asks for nothing."""

    unit_id: int
    year: int
    code: str = ""
    state: str = ""
    urgency: str = ""
    is_overdue: bool = False
    words: str = ""


def incoming_of(viewer: User, wish: IncomingWish, *, on: datetime.date) -> QuerySet[IncomingPaper]:
    """Of one register, the newest number first; with every one of the words, marks or not."""
    rows = incoming_visible_to(viewer, on=on).filter(
        book__unit_id=wish.unit_id, book__year=wish.year, book__code=wish.code
    )
    rows = rows.filter(state=wish.state) if wish.state else rows
    rows = rows.filter(urgency=wish.urgency) if wish.urgency else rows
    rows = rows.filter(due_on__lt=on, state__in=OPEN) if wish.is_overdue else rows
    for word in folded(wish.words).split():
        rows = rows.filter(search_text__contains=word)
    return rows


def incoming_units(viewer: User, *, on: datetime.date) -> list[UnitNode]:
    """Units whose registers the viewer keeps or sees something of, in the order of the tree."""
    tree = all_tree_on(on)
    kept = {node.id for node in units_numbered_by(viewer, on=on)}
    seen = set(incoming_visible_to(viewer, on=on).order_by().values_list("book__unit_id", flat=True).distinct())
    return [node for node in tree if node.id in kept | seen]


def all_incoming_years(unit_id: int) -> list[int]:
    rows = IncomingBook.objects.filter(unit_id=unit_id).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def all_incoming_book(unit_id: int, year: int, code: str) -> IncomingBook | None:
    return IncomingBook.objects.filter(unit_id=unit_id, year=year, code=code).first()


def incoming_scans(viewer: User, paper: IncomingPaper, *, on: datetime.date) -> QuerySet[IncomingScan]:
    """Without their contents, in the order in which they came; those that were replaced for the keepers alone."""
    rows = IncomingScan.objects.filter(paper=paper, paper__in=incoming_visible_to(viewer, on=on).order_by())
    if paper.book.unit_id not in roles.unit_ids_where(viewer, KEEP_NUMBERS, on=on):
        rows = rows.filter(replaced_at__isnull=True)
    return rows.select_related("added_by").defer("content").order_by("added_at", "pk")


def all_issued_as(unit_ids: Collection[int], full_number: str) -> Paper | None:
    """The newest paper that one of the units issued under that number and symbol, and that stands."""
    number, _stroke, symbol = full_number.strip().partition("/")
    rows = Paper.objects.filter(unit_id__in=list(unit_ids), number=number, symbol=symbol, state=PaperState.ISSUED)
    return rows.order_by("-issued_on", "-pk").first()


def all_signer(title: str, unit_id: int, day: datetime.date, tree: Tree) -> str:
    """The name of whoever has that post in the agency; empty where nobody or more than one has it."""
    below = [node.id for node in tree.below(unit_id)]
    posts = Post.objects.filter(in_force(day), unit_id__in=below, title__iexact=title).select_related("person")
    names = {post.person.full_name for post in posts}
    return names.pop() if len(names) == 1 else ""
