"""`vungxanh doctor`: whether an installation is well, in words that say what to do."""

import json
import sys

import click

from vungxanh.administration import examination
from vungxanh.cli.integrity import all_count_faults, all_record_faults
from vungxanh.common import clock
from vungxanh.risk.queries.dhis2 import all_dhis2_faults
from vungxanh.screening.queries.months import all_month_faults


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Kết quả cho máy đọc.")
def doctor(as_json: bool) -> None:
    """Look whether settings, database, keys, disk, clock and records are well."""
    findings = examine()
    is_well = not any(findings.values())
    if as_json:
        click.echo(json.dumps({"well": is_well, **findings}, ensure_ascii=False))
    else:
        for name, faults in findings.items():
            click.echo(f"{'✗' if faults else '✓'} {name}")
            for fault in faults:
                click.echo(f"    {fault}")
    sys.exit(0 if is_well else 1)


def examine() -> dict[str, list[str]]:
    """What the page of the system shows, thoroughly, and whether the records agree with each other."""
    findings = examination.examine(at=clock.now(), is_thorough=True)
    if "clock" in findings:
        findings["records"] = all_record_faults()
        findings["months"] = all_month_faults(at=clock.now())
        findings["counts"] = all_count_faults(clock.today())
        findings["dhis2"] = all_dhis2_faults(clock.today())
    return findings
