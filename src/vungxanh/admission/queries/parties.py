"""What visitors wrote as the organisation they come from, as long as nobody has said whom it means."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from vungxanh.admission.models import Visit, Visitor
from vungxanh.organization.models import Party
from vungxanh.organization.queries.parties import all_meant
from vungxanh.organization.tree import Tree


@dataclass(frozen=True, slots=True)
class WrittenName:
    """`meant`: parties with that name, or that are also called so; suggested, never joined by themselves."""

    text: str
    visits: int
    meant: tuple[Party, ...]


def all_written_names(agency_id: int, *, tree: Tree, most: int) -> list[WrittenName]:
    """Of visits to the agency's sites, the latest first; a flat number of queries."""
    rows = all_unnamed(agency_id, tree=tree).values("party_name").annotate(count=Count("pk"), last=Max("created_at"))
    found = list(rows.order_by("-last", "party_name")[:most])
    meant = all_meant([row["party_name"] for row in found], agency_id)
    return [WrittenName(row["party_name"], row["count"], tuple(meant[row["party_name"]])) for row in found]


def all_unnamed(agency_id: int, *, tree: Tree) -> QuerySet[Visit]:
    below = [node.id for node in tree.below(agency_id)]
    return Visit.objects.filter(site__unit_id__in=below, party__isnull=True).exclude(party_name="")


def all_visit_counts(party_ids: Collection[int]) -> Mapping[int, int]:
    return _counts(Visit.objects.filter(party__in=list(party_ids)))


def all_visitor_counts(party_ids: Collection[int]) -> Mapping[int, int]:
    return _counts(Visitor.objects.filter(party__in=list(party_ids)))


def _counts(rows: QuerySet[Visit] | QuerySet[Visitor]) -> Mapping[int, int]:
    return dict(rows.values_list("party").annotate(Count("pk")).order_by())
