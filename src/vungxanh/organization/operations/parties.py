"""Outside parties: registered, changed, called by another name, merged, and taken apart again."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.vietnamese import canonical, folded, text_sort_key
from vungxanh.organization.models import Party, PartyAlias, PartyMerge, Unit
from vungxanh.organization.party_links import links
from vungxanh.organization.permissions import may_keep_parties
from vungxanh.organization.queries.parties import match_key

FIELDS = ("tax_code", "address", "contact_name", "phone", "email")


class PartyChangeError(ValidationError):
    """The code or tax code is taken, or the two cannot be made one; nothing was changed."""


@transaction.atomic
def register_party(agency: Unit, *, values: Mapping[str, Any], actor: User | None, at: datetime.datetime) -> Party:
    """`values`: code, name, kind and those of FIELDS that are known, clean."""
    may_keep_parties(actor, agency.pk, on=at.date()).or_refuse()
    party = Party(agency=agency, code=values["code"])
    if Party.objects.filter(code__iexact=party.code).exists():
        words = _("The code %(code)s is taken; codes are unique in the whole installation.")
        raise PartyChangeError(words % {"code": party.code})
    _fill(party, values)
    party.save(force_insert=True)
    record("organization.register_party", actor=actor, at=at, subject=party, unit_id=agency.pk)
    return party


@transaction.atomic
def change_party(party: Party, *, values: Mapping[str, Any], actor: User, at: datetime.datetime) -> None:
    """A name that is given up stays as another name."""
    may_keep_parties(actor, party.agency_id, on=at.date()).or_refuse()
    party = _locked(party)
    before = {key: getattr(party, key) for key in ("name", "kind", *FIELDS)}
    _fill(party, values)
    party.save()
    if match_key(before["name"]) != party.match_key:
        _alias(party, before["name"])
    changed = sorted(key for key, value in before.items() if getattr(party, key) != value)
    if changed:
        detail = {"fields": changed}
        record("organization.change_party", actor=actor, at=at, subject=party, unit_id=party.agency_id, detail=detail)


@transaction.atomic
def add_alias(party: Party, text: str, *, actor: User, at: datetime.datetime) -> None:
    """Said twice it is kept once."""
    may_keep_parties(actor, party.agency_id, on=at.date()).or_refuse()
    if _alias(_locked(party), canonical(text)):
        record(
            "organization.name_party",
            actor=actor,
            at=at,
            subject=party,
            unit_id=party.agency_id,
            detail={"alias": canonical(text)},
        )


@transaction.atomic
def drop_alias(alias: PartyAlias, *, actor: User, at: datetime.datetime) -> None:
    party = alias.party
    may_keep_parties(actor, party.agency_id, on=at.date()).or_refuse()
    detail = {"alias": alias.text}
    alias.delete()
    record("organization.unname_party", actor=actor, at=at, subject=party, unit_id=party.agency_id, detail=detail)


@transaction.atomic
def merge_parties(gone: Party, keep: Party, *, actor: User, at: datetime.datetime) -> PartyMerge:
    """Everything that points to `gone` points to `keep`, which gets its names, its code as another name, and what it
    did not know. The row of `gone` stays."""
    may_keep_parties(actor, keep.agency_id, on=at.date()).or_refuse()
    if gone.pk == keep.pk or gone.agency_id != keep.agency_id:
        raise PartyChangeError(_("Choose two parties of one agency."))
    both = {one.pk: one for one in Party.objects.select_for_update().filter(pk__in=[gone.pk, keep.pk]).order_by("pk")}
    gone, keep = both[gone.pk], both[keep.pk]
    if gone.merged_into_id or keep.merged_into_id:
        raise PartyChangeError(_("One of the two was merged already."))
    gone.merged_into = keep
    gone.save(update_fields=["merged_into"])
    taken = [key for key in FIELDS if getattr(gone, key) and not getattr(keep, key)]
    for key in taken:
        setattr(keep, key, getattr(gone, key))
    keep.save()
    names = [gone.code, gone.name, *gone.aliases.values_list("text", flat=True)]
    aliases = [match_key(name) for name in names if _alias(keep, name)]
    moved = {link.code: link.move(gone.pk, keep.pk, None) for link in links()}
    made = PartyMerge.objects.create(
        gone=gone, keep=keep, merged_at=at, merged_by=actor, moved=moved, taken=taken, aliases=aliases
    )
    counts = {code: len(ids) for code, ids in moved.items()}
    detail = {"gone": gone.code, "taken": taken, "moved": counts}
    record("organization.merge_parties", actor=actor, at=at, subject=keep, unit_id=keep.agency_id, detail=detail)
    return made


@transaction.atomic
def undo_merge(merge: PartyMerge, *, actor: User, at: datetime.datetime) -> Party:
    """What went over and still is there goes back; what was changed since stays. Returns the one that is back."""
    may_keep_parties(actor, merge.keep.agency_id, on=at.date()).or_refuse()
    merge = PartyMerge.objects.select_for_update().select_related("gone", "keep").get(pk=merge.pk)
    gone, keep = merge.gone, merge.keep
    if merge.undone_at or keep.merged_into_id:
        raise PartyChangeError(_("This merge was taken back already, or the party was merged further."))
    for key in merge.taken:
        if getattr(keep, key) == getattr(gone, key):
            setattr(keep, key, "")
    keep.save()
    _refuse_same_tax_code(gone)
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    keep.aliases.filter(match_key__in=merge.aliases).delete()
    for link in links():
        link.move(keep.pk, gone.pk, merge.moved.get(link.code, []))
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    detail = {"gone": gone.code}
    record("organization.undo_party_merge", actor=actor, at=at, subject=keep, unit_id=keep.agency_id, detail=detail)
    return gone


def set_name(party: Party, name: str) -> None:
    """And what the party is sorted and found by; not saved."""
    party.name = canonical(name)
    party.sort_key, party.search_name = text_sort_key(party.name), folded(party.name)
    party.match_key = match_key(party.name)


def _fill(party: Party, values: Mapping[str, Any]) -> None:
    set_name(party, values["name"])
    party.kind = values["kind"]
    for key in FIELDS:
        setattr(party, key, values.get(key, ""))
    _refuse_same_tax_code(party)


def _refuse_same_tax_code(party: Party) -> None:
    others = Party.objects.filter(agency=party.agency_id, merged_into__isnull=True).exclude(pk=party.pk)
    same = others.filter(tax_code=party.tax_code).first() if party.tax_code else None
    if same:
        words = _("%(name)s (%(code)s) has this tax code already: merge the two, or look at the number again.")
        raise PartyChangeError(words % {"name": same.name, "code": same.code})


def _alias(party: Party, text: str) -> bool:
    """Whether it is a new one."""
    key = match_key(text)
    if not key or key == party.match_key:
        return False
    _row, is_new = PartyAlias.objects.get_or_create(party=party, match_key=key, defaults={"text": text[:200]})
    return is_new


def _locked(party: Party) -> Party:
    party = Party.objects.select_for_update().get(pk=party.pk)
    if party.merged_into_id:
        raise PartyChangeError(_("One of the two was merged already."))
    return party
