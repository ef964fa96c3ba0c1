"""Somebody says which party is meant by what visitors wrote; and a merge of parties moves their visits."""

import datetime
from collections.abc import Collection

from django.db import transaction

from vungxanh.accounts.models import User
from vungxanh.admission.models import Visit, Visitor
from vungxanh.admission.queries.parties import all_unnamed
from vungxanh.audit.operations import record
from vungxanh.organization.models import Party
from vungxanh.organization.operations.parties import add_alias
from vungxanh.organization.permissions import may_keep_parties
from vungxanh.organization.tree import all_tree_on


@transaction.atomic
def name_visits(text: str, party: Party, *, actor: User, at: datetime.datetime) -> int:
    """All visits with exactly this text belong to the party from now on, which is also called so; returns how many.

    Later ones with the same text are suggested again: nothing joins by itself.
    """
    may_keep_parties(actor, party.agency_id, on=at.date()).or_refuse()
    rows = all_unnamed(party.agency_id, tree=all_tree_on(at.date())).filter(party_name=text)
    visits = dict(rows.select_for_update().values_list("pk", "visitor_id"))
    if not visits:
        return 0
    Visit.objects.filter(pk__in=visits).update(party=party)
    Visitor.objects.filter(pk__in=visits.values(), party__isnull=True, party_name=text).update(party=party)
    add_alias(party, text, actor=actor, at=at)
    detail = {"text": text, "visits": len(visits)}
    record("admission.name_party", actor=actor, at=at, subject=party, unit_id=party.agency_id, detail=detail)
    return len(visits)


def move_visits(gone: int, keep: int, ids: Collection[int] | None) -> list[int]:
    """See `party_links.PartyLink`; called in the transaction of the merge."""
    rows = Visit.objects.filter(party=gone) if ids is None else Visit.objects.filter(party=gone, pk__in=ids)
    moved = list(rows.values_list("pk", flat=True))
    Visit.objects.filter(pk__in=moved).update(party=keep)
    return moved


def move_visitors(gone: int, keep: int, ids: Collection[int] | None) -> list[int]:
    rows = Visitor.objects.filter(party=gone) if ids is None else Visitor.objects.filter(party=gone, pk__in=ids)
    moved = list(rows.values_list("pk", flat=True))
    Visitor.objects.filter(pk__in=moved).update(party=keep)
    return moved
