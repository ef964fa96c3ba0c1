"""Passes as they are shown and as a gate without network needs them."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vungxanh.admission import pass_keys
from vungxanh.admission.models import GatePass, Visit
from vungxanh.admission.subjects import all_named
from vungxanh.common.bulk import Select
from vungxanh.common.clock import ZONE
from vungxanh.common.encryption import derived_key, keyed_digest
from vungxanh.organization.models import Site, Unit

TAG_LENGTH = 16
codes_of_units = Select(Unit, ["id", "code"], among=["id"])
codes_of_sites = Select(Site, ["id", "code"], among=["id"])
passes_of = Select(GatePass, among=["subject", "day"], order=["issued_at"])


@dataclass(frozen=True, slots=True)
class Answered:
    """Whose declaration was answered when."""

    subject: uuid.UUID
    day: datetime.date
    at: datetime.datetime

    def was_good(self, row: GatePass) -> bool:
        """At that moment."""
        return row.issued_at <= self.at and not (row.revoked_at and row.revoked_at <= self.at)


def all_tag_of(subject: uuid.UUID, day: datetime.date) -> str:
    """How a pass and a gate's list name somebody on one day; tags of two days cannot be told to be one person."""
    return keyed_digest(derived_key(f"pass-tag:{day.isoformat()}"), subject.bytes)[:TAG_LENGTH]


def all_good_pass(subject: uuid.UUID, day: datetime.date, *, at: datetime.datetime) -> GatePass | None:
    """The one that opens a gate now."""
    rows = GatePass.objects.filter(subject=subject, day=day, revoked_at__isnull=True, expires_at__gt=at)
    return rows.first()


def all_pass_of_visit(visit: Visit, *, at: datetime.datetime) -> GatePass | None:
    """The one that the visitor shows; not before its time either, so that it can be kept."""
    return GatePass.objects.filter(visit_id=visit.pk, revoked_at__isnull=True, expires_at__gt=at).first()


def all_passes_answering(answered: Collection[Answered]) -> dict[Answered, GatePass]:
    """Of each the pass that was good when it was answered: for a repeated answer to a repeated declaration."""
    found: dict[tuple[uuid.UUID, datetime.date], list[GatePass]] = {}
    for row in passes_of.models({one.subject for one in answered}, {one.day for one in answered}):
        found.setdefault((row.subject, row.day), []).append(row)
    good = {one: [row for row in found.get((one.subject, one.day), []) if one.was_good(row)] for one in answered}
    return {one: passes[-1] for one, passes in good.items() if passes}


def all_revoked(*, at: datetime.datetime) -> list[uuid.UUID]:
    """Passes that would still be good had they not been revoked."""
    rows = GatePass.objects.filter(revoked_at__isnull=False, expires_at__gt=at).order_by("revoked_at", "jti")
    return list(rows.values_list("jti", flat=True))


def all_tokens(passes: Collection[GatePass], names: Mapping[uuid.UUID, str] | None = None) -> dict[uuid.UUID, str]:
    """The signed text of each pass, by its id; the same row has always the same text. A flat number of queries.

    `names` by subject, where the caller knows who they are.
    """
    names = _names(passes) if names is None else names
    agencies = dict(codes_of_units({row.agency_id for row in passes}))
    sites = dict(codes_of_sites({row.site_id for row in passes if row.site_id}))
    return {
        row.jti: pass_keys.sign(
            _claims(row, names.get(row.subject, ""), agencies[row.agency_id], sites.get(row.site_id, "")), kid=row.kid
        )
        for row in passes
    }


def _names(passes: Collection[GatePass]) -> dict[uuid.UUID, str]:
    names: dict[uuid.UUID, str] = {}
    for day in {row.day for row in passes}:
        named = all_named([row.subject for row in passes if row.day == day], on=day)
        names |= {subject: one.name for subject, one in named.items()}
    return names


def _claims(row: GatePass, name: str, agency: str, site: str) -> dict[str, object]:
    """Only what a guard without network has to know; the name is for comparison with a face or a card.

    `agency` and `site` are codes. A visitor's is good at `site` only, and from `nbf` on where it has one (RFC 7519).
    """
    claims: dict[str, object] = {
        "jti": row.jti.hex,
        "sub": all_tag_of(row.subject, row.day),
        "kind": str(row.kind),
        "name": name,
        "agency": agency,
        "site": site,
        "state": "ALLOWED",
        "iat": int(row.issued_at.astimezone(ZONE).timestamp()),
        "exp": int(row.expires_at.astimezone(ZONE).timestamp()),
    }
    if row.not_before:
        claims["nbf"] = int(row.not_before.astimezone(ZONE).timestamp())
    return claims
