"""Importing a staff list: checked first and kept for a human's word, or at once; the whole file or nothing."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.audit.operations import record
from vungxanh.common.dated import in_force
from vungxanh.common.encryption import decrypt, digest, encrypt
from vungxanh.common.lists.sheets import read_sheet
from vungxanh.organization import roles
from vungxanh.organization.enums import ImportStatus
from vungxanh.organization.imports.staff import Known, read_staff
from vungxanh.organization.models import Site, StaffImport
from vungxanh.organization.operations.lists import ImportResult, whole_or_nothing
from vungxanh.organization.operations.staff_rows import StaffRows
from vungxanh.organization.permissions import PERSONNEL, may_import
from vungxanh.organization.tree import all_tree_on

KEPT_FOR = datetime.timedelta(days=1)
"""A checked file waits so long for its confirmation; then its content is dropped."""


class ImportEndedError(ValueError):
    """The checked file was applied already, was refused, or has waited too long."""


def import_people(
    content: bytes,
    *,
    file_name: str,
    dry_run: bool,
    actor: User | None,
    at: datetime.datetime,
) -> ImportResult:
    """Read, check and apply. The same file again changes nothing. `actor` None: the system itself."""
    may_import(actor, on=at.date()).or_refuse()

    def keep(result: ImportResult) -> None:
        done = StaffImport(file_name=file_name[:200], file_digest=_digest(content), at=at, by=actor)
        _finish(done, ImportStatus.APPLIED, result, actor, at)

    return whole_or_nothing(lambda result: _run(content, result, actor, at), keep, dry_run=dry_run)


def check_people(content: bytes, *, file_name: str, actor: User, at: datetime.datetime) -> StaffImport:
    """A dry run that is kept, encrypted, until somebody confirms it or it has faults."""
    result = import_people(content, file_name=file_name, dry_run=True, actor=actor, at=at)
    with transaction.atomic():
        StaffImport.objects.filter(at__lt=at - KEPT_FOR).exclude(content=b"").update(content=b"")
        checked = StaffImport(file_name=file_name[:200], file_digest=_digest(content), at=at, by=actor)
        checked.content = b"" if result.is_refused else encrypt(content)
        _finish(checked, ImportStatus.REFUSED if result.is_refused else ImportStatus.CHECKED, result, actor, at)
    return checked


def apply_checked(checked: StaffImport, *, actor: User, at: datetime.datetime) -> ImportResult:
    """The confirmed file, read and checked once more: somebody may have changed something since."""
    may_import(actor, on=at.date()).or_refuse()
    with transaction.atomic():
        checked = StaffImport.objects.select_for_update().get(pk=checked.pk)
        content = bytes(checked.content)
        if checked.status != ImportStatus.CHECKED or checked.by_id != actor.pk or not content:
            raise ImportEndedError(_("This file waits for nothing more; choose it again."))

        def keep(result: ImportResult) -> None:
            checked.content = b""
            _finish(checked, ImportStatus.APPLIED, result, actor, at)

        return whole_or_nothing(lambda result: _run(decrypt(content), result, actor, at), keep, dry_run=False)


def _run(content: bytes, result: ImportResult, actor: User | None, at: datetime.datetime) -> None:
    tree = all_tree_on(at.date())
    known = Known(
        unit_ids={node.code.upper(): node.id for node in tree},
        site_ids={code.upper(): pk for code, pk in Site.objects.filter(closed_on=None).values_list("code", "pk")},
        area_ids=dict(AdministrativeUnit.objects.filter(in_force(at.date())).values_list("code", "pk")),
    )
    staff = read_staff(read_sheet(content), known, today=at.date())
    result.refuse(staff.sorted_faults)
    if result.is_refused:
        return
    permitted = roles.unit_ids_where(actor, PERSONNEL, on=at.date(), tree=tree) if actor else None
    rows = StaffRows(staff.rows, known, permitted, at)
    result.refuse(rows.refusals())
    if not result.is_refused:
        rows.apply(result)


def _finish(
    done: StaffImport, status: ImportStatus, result: ImportResult, actor: User | None, at: datetime.datetime
) -> None:
    done.status, done.faults = status, result.faults
    done.rows, done.created, done.updated = result.rows, result.created, result.updated
    done.unchanged, done.duplicates = result.unchanged, result.duplicates
    done.save()
    if status == ImportStatus.APPLIED:
        detail = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
        record("organization.import_people", actor=actor, at=at, subject=done, detail=detail)


def _digest(content: bytes) -> str:
    return digest(content.hex())
