"""Outside parties as far as the viewer's agencies keep them; who may be the same; whom a free text may mean."""

import datetime
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from vungxanh.accounts.models import User
from vungxanh.common.vietnamese import folded
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Party, PartyAlias
from vungxanh.organization.party_links import links
from vungxanh.organization.queries.people import person_of, unit_ids_of
from vungxanh.organization.tree import all_tree_on

KEEP_PARTIES = frozenset({Role.OFFICE, Role.ADMINISTRATOR})
SEE_PARTIES = KEEP_PARTIES | roles.UNIT_STAFF | roles.LEADERS
SHORTEST_SEARCH = 2
# Legal forms, which people write in full, short or not at all; the longest first.
FORMS = (
    "trach nhiem huu han mot thanh vien",
    "trach nhiem huu han",
    "tnhh mtv",
    "mot thanh vien",
    "ho kinh doanh",
    "doanh nghiep tu nhan",
    "co phan",
    "cong ty",
    "ctcp",
    "tnhh",
    "dntn",
    "mtv",
    "cty",
    "cp",
)
LEGAL_FORM = re.compile(rf"\b(?:{'|'.join(FORMS)})\b")


def match_key(text: str) -> str:
    """A name without marks, punctuation and legal form; the whole name where nothing else would be left."""
    plain = " ".join(re.sub(r"[^\w]+", " ", folded(text)).split())
    return (" ".join(LEGAL_FORM.sub(" ", plain).split()) or plain)[:200]


def agency_ids_where(viewer: User, wanted: Collection[Role], *, on: datetime.date) -> set[int]:
    """The agencies at which the viewer holds one of the roles, at the root or anywhere below."""
    tree = all_tree_on(on)
    held = {one.unit_id for one in roles.holdings(viewer, on=on) if one.role in wanted}
    return {root.id for unit_id in held if unit_id in tree and (root := tree.root_of(unit_id))}


def parties_visible_to(viewer: User, *, on: datetime.date, search: str = "", kind: str = "") -> QuerySet[Party]:
    """In the Vietnamese order; `search`: words of the name or of another name with or without marks, a code, a tax
    code."""
    rows = Party.objects.filter(agency__in=agency_ids_where(viewer, SEE_PARTIES, on=on), merged_into__isnull=True)
    if kind:
        rows = rows.filter(kind=kind)
    if match_key(search):
        rows = rows.filter(_is_found_by(search))
    return rows.order_by("sort_key", "pk")


def parties_to_choose(viewer: User, text: str, *, on: datetime.date, most: int) -> list[Party]:
    """Those whom somebody who types `text` may mean: of the agencies where the viewer works, whatever the role. They
    are found as in the list, and by the tax code of one that was merged into them."""
    if len(match_key(text)) < SHORTEST_SEARCH:
        return []
    rows = Party.objects.filter(agency__in=agency_ids_of(viewer, on=on), merged_into__isnull=True)
    merged = Party.objects.filter(merged_into__isnull=False, tax_code=_digits(text)).exclude(tax_code="")
    found = rows.filter(_is_found_by(text) | Q(pk__in=merged.values("merged_into")))
    return list(found.order_by("sort_key", "pk")[:most])


def party_to_choose(viewer: User, code: str, *, on: datetime.date) -> Party | None:
    """One of the agencies where the viewer works; an old code leads to the party it was merged into."""
    return _kept_under(code, agency_ids_of(viewer, on=on))


def agency_ids_of(viewer: User, *, on: datetime.date) -> set[int]:
    """The agencies where the viewer stands."""
    tree, person = all_tree_on(on), person_of(viewer)
    units = unit_ids_of(person, on) if person else ()
    return {root.id for unit_id in units if (root := tree.root_of(unit_id))}


def _is_found_by(search: str) -> Q:
    """All words in the name, or another name, the code, or how the tax code begins."""
    by_name = Q()
    for word in folded(search).split():
        by_name &= Q(search_name__contains=word)
    by_alias = PartyAlias.objects.filter(match_key__contains=match_key(search)).values("party_id")
    same = Q(code__iexact=search.strip()) | Q(tax_code__startswith=_digits(search))
    return by_name | same | Q(pk__in=by_alias)


def _digits(text: str) -> str:
    return re.sub(r"[\s.]", "", text)


def party_for(viewer: User, code: str, *, on: datetime.date) -> Party | None:
    """Under its code; an old code leads to the party it was merged into."""
    return _kept_under(code, agency_ids_where(viewer, SEE_PARTIES, on=on))


def _kept_under(code: str, agency_ids: Collection[int]) -> Party | None:
    party = Party.objects.filter(code=code, agency__in=agency_ids).select_related("agency").first()
    while party and party.merged_into_id:
        party = Party.objects.select_related("agency").get(pk=party.merged_into_id)
    return party


def all_meant(texts: Iterable[str], agency_id: int) -> dict[str, list[Party]]:
    """By free text the parties that it may mean, by name or other name; two queries."""
    keys = {text: match_key(text) for text in texts}
    wanted = set(keys.values())
    parties = Party.objects.filter(agency=agency_id, merged_into__isnull=True)
    found: dict[str, dict[int, Party]] = {}
    for party in parties.filter(match_key__in=wanted).order_by("sort_key", "pk"):
        found.setdefault(party.match_key, {})[party.pk] = party
    for alias in PartyAlias.objects.filter(match_key__in=wanted, party__in=parties).select_related("party"):
        found.setdefault(alias.match_key, {})[alias.party_id] = alias.party
    return {text: list(found.get(key, {}).values()) for text, key in keys.items()}


def duplicates_of(agency_ids: Collection[int]) -> list[list[Party]]:
    """Groups of parties of one agency that may be one, by what their names mean; a branch beside its head office is
    none. Two queries."""
    rows = Party.objects.filter(agency__in=list(agency_ids), merged_into__isnull=True)
    same = rows.values("agency", "match_key").annotate(many=Count("pk")).filter(many__gt=1)
    keys = {(one["agency"], one["match_key"]) for one in same}
    groups: dict[tuple[int, str], list[Party]] = {}
    for party in rows.filter(match_key__in={key for _agency, key in keys}).order_by("sort_key", "pk"):
        if (party.agency_id, party.match_key) in keys:
            groups.setdefault((party.agency_id, party.match_key), []).append(party)
    return [group for group in groups.values() if not _are_branches(group)]


def _are_branches(group: list[Party]) -> bool:
    return all(party.tax_code for party in group) and len({party.tax_code for party in group}) == len(group)


@dataclass(frozen=True, slots=True)
class Pointing:
    """How many rows of a kind point to a party."""

    label: str | Promise
    count: int


def all_pointing(party_ids: Collection[int]) -> Mapping[int, list[Pointing]]:
    """Of every link that is registered, one query each."""
    counted = [(link.label, link.counts(party_ids)) for link in links()]
    return {one: [Pointing(label, counts.get(one, 0)) for label, counts in counted] for one in party_ids}
