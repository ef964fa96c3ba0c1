"""Bringing files in: staff lists, absences, the front line, production, areas and their levels, editions of rules.

A file with any fault imports nothing; every fault is named with its place.
"""

import datetime
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.exceptions import ValidationError

from vungxanh.accounts.models import User
from vungxanh.areas import operations as areas
from vungxanh.areas.imports import AreaFileError
from vungxanh.common import clock
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.common.decision_tables.overlay import RulesRefusedError
from vungxanh.common.decision_tables.overlay import load_rules as load_rule_files
from vungxanh.movement.operations import campaigns
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.rulebook import decoded, questions_to_issuer
from vungxanh.organization.operations import absences, front_line_lists
from vungxanh.organization.operations.imports import import_people as import_staff
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.production.operations import lists as production

TAKEN = {
    campaigns.Taken.SAME: "Đã có sẵn, không đổi:",
    campaigns.Taken.NEW: "Đã nạp",
    campaigns.Taken.REVIVED: "Đã nạp lại, đưa về bản nháp sau khi rút:",
}
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
as_json = click.option("--json", "machine", is_flag=True, help="Kết quả cho máy đọc.")
acting = click.option("--by", default="", help="Tên đăng nhập của người nhập; không có thì là hệ thống.")


@click.command("import-people")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.")
@acting
@as_json
def import_people(file: Path, dry_run: bool, by: str, machine: bool) -> None:
    """Import a staff list (XLSX or CSV)."""
    result = import_staff(file.read_bytes(), file_name=file.name, dry_run=dry_run, actor=actor(by), at=clock.now())
    figures = {name: getattr(result, name) for name in ("rows", "created", "updated", "unchanged", "duplicates")}
    if machine:
        click.echo(json.dumps({**figures, "dry_run": dry_run, "faults": result.faults}, ensure_ascii=False))
    elif not result.is_refused:
        did = "Sẽ" if dry_run else "Đã"
        click.echo(
            f"{did} thêm {result.created}, sửa {result.updated}, giữ nguyên {result.unchanged}; "
            f"nghi trùng {result.duplicates} cặp."
        )
    refuse(result.faults, quiet=machine)


@click.command("import-absences")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.")
@acting
@as_json
def import_absences(file: Path, dry_run: bool, by: str, machine: bool) -> None:
    """Import absences (XLSX or CSV)."""
    _import_list(absences.import_absences, "lần vắng mặt", file, dry_run, by, machine)


@click.command("import-front-line")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.")
@acting
@as_json
def import_front_line(file: Path, dry_run: bool, by: str, machine: bool) -> None:
    """Import assignments to the front line (XLSX or CSV)."""
    _import_list(front_line_lists.import_front_line, "phân công tuyến đầu", file, dry_run, by, machine)


@click.command("import-production")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.")
@acting
@as_json
def import_production(file: Path, dry_run: bool, by: str, machine: bool) -> None:
    """Import production figures of months (XLSX or CSV)."""
    _import_list(production.import_figures, "số liệu", file, dry_run, by, machine)


@click.command("import-production-targets")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.")
@acting
@as_json
def import_production_targets(file: Path, dry_run: bool, by: str, machine: bool) -> None:
    """Import production targets (XLSX or CSV)."""
    _import_list(production.import_targets, "chỉ tiêu", file, dry_run, by, machine)


def _import_list(load: Callable[..., Any], what: str, file: Path, dry_run: bool, by: str, machine: bool) -> None:
    """Of rows that are new or there already; `load` gives how many, or the faults."""
    result = load(file.read_bytes(), file_name=file.name, dry_run=dry_run, actor=actor(by), at=clock.now())
    figures = {name: getattr(result, name) for name in ("rows", "created", "unchanged")}
    if machine:
        click.echo(json.dumps({**figures, "dry_run": dry_run, "faults": result.faults}, ensure_ascii=False))
    elif not result.is_refused:
        did = "Sẽ" if dry_run else "Đã"
        click.echo(f"{did} ghi {result.created} {what}, giữ nguyên {result.unchanged}.")
    refuse(result.faults, quiet=machine)


@click.command("import-areas")
@click.argument("file", type=EXISTING)
def import_areas(file: Path) -> None:
    """Import administrative units (CSV: code, name, tier, parent_code, valid_from, valid_to)."""
    try:
        added = areas.import_areas(file, at=clock.now())
    except AreaFileError as error:
        refuse(error.faults)
    else:
        click.echo(f"Đã thêm {added} địa bàn.")


@click.command("import-area-levels")
@click.argument("file", type=EXISTING)
@click.option("--document", required=True, help="Số văn bản công bố.")
@click.option("--date", "document_date", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Ngày văn bản.")
def import_area_levels(file: Path, document: str, document_date: datetime.datetime | None) -> None:
    """Import published levels of areas (CSV: code, level, valid_from)."""
    try:
        new = areas.import_levels(
            file,
            document_number=document,
            document_date=document_date.date() if document_date else None,
            at=clock.now(),
        )
    except AreaFileError as error:
        refuse(error.faults)
    else:
        click.echo(f"Đã ghi {new} cấp độ theo {document}.")


@click.command("load-rules")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def load_rules(directory: Path) -> None:
    """Check later editions of rules and keep them for this installation."""
    try:
        loaded = load_rule_files(directory, into=Path(settings.HOME) / "rules", on=clock.today())
    except RulesRefusedError as error:
        refuse([str(one) for one in error.errors])
    else:
        for one in loaded:
            click.echo(f"Đã nhận {one.file}, có hiệu lực từ {one.in_force_from:%d/%m/%Y}.")
        if not loaded:
            click.echo("Không có bản mới; không có gì thay đổi.")


@click.command("load-campaign")
@click.argument("file", type=EXISTING)
@click.option("--unit", "code", default="", help="Mã cơ quan chủ trì; không có thì là cơ quan gốc duy nhất.")
@acting
@as_json
def load_campaign(file: Path, code: str, by: str, machine: bool) -> None:
    """Take in the file of a movement as a new campaign, or as the next edition of the one with its code."""
    agency, faults, told = agency_of(code), [], {}
    try:
        text = decoded(file.read_bytes(), name=file.name)
        campaign, taken = campaigns.load_campaign(text, agency.id, name=file.name, actor=actor(by), at=clock.now())
    except RuleFileError as error:
        faults = [str(fault) for fault in error.faults]
    except ValidationError as error:
        faults = error.messages
    else:
        edition = newest_edition(campaign)
        asked = [one.text for one in questions_to_issuer(edition.plan)]
        told = {"code": campaign.code, "edition": edition.number, "is_new": bool(taken), "questions": asked}
        if not machine:
            click.echo(f"{TAKEN[taken]} phong trào {campaign.code}, bản {edition.number}, tại {agency.code}.")
            for one in asked:
                click.echo(f"Hỏi nơi ban hành: {one}")
    if machine:
        click.echo(json.dumps({**told, "faults": faults}, ensure_ascii=False))
    refuse(faults, quiet=machine)


def agency_of(code: str) -> UnitNode:
    tree = all_tree_on(clock.today())
    found = [tree.by_code(code)] if code else list(tree.roots)
    if len(found) != 1 or found[0] is None:
        known = ", ".join(root.code for root in tree.roots) or "chưa có cơ quan nào, chạy init trước"
        words = f"không có cơ quan {code}" if code else "hãy nói cơ quan nào"
        raise click.BadParameter(f"{words} ({known})", param_hint="--unit")
    return found[0]


def actor(name: str) -> User | None:
    if not name:
        return None
    user = User.objects.filter(username=name.casefold()).first()
    if user is None:
        raise click.BadParameter(f"không có tài khoản {name}", param_hint="--by")
    return user


def refuse(faults: Sequence[str], *, quiet: bool = False) -> None:
    """Say every fault and end with 1; nothing was kept."""
    if not faults:
        return
    if not quiet:
        for fault in faults:
            click.echo(fault, err=True)
        click.echo(f"Không nhập gì: {len(faults)} lỗi.", err=True)
    sys.exit(1)
