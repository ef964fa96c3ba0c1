"""The reports of the movement in the play: drafted by the Office, numbered and kept with their signature by the records
clerk; and what must stand in the register, on the page of checking and in their tables."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.movement import LAUNCH_BY, LAUNCHED, TAKING_PART, counted_of, people_of, pledges
from vungxanh.cli.simulate.played.rules import moment
from vungxanh.cli.simulate.played.scoring import ranked
from vungxanh.cli.simulate.played.steps import DONE, NOT_THERE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import ROOT, Act

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

LAUNCH, INTERIM = "ket-qua-phat-dong", "so-ket"
OFFICE, RECORDS, HEAD = "PA OFFICE", "PA RECORDS_CLERK", "PB UNIT_HEAD"
LAUNCH_DAY, DRAFT_DAY, ISSUE_DAY = (datetime.date(2021, 12, 28), datetime.date(2022, 1, 18), datetime.date(2022, 1, 19))
LAUNCH_HOUR = "09:04"
SYMBOL, TYPED_NUMBER, GIVEN_NUMBER = "BC-STN", "318", "1"
"""In 2021 the agency's own system gives the numbers, from 2022 on they are given here."""
CAUSES = {"Nguyên nhân": "Đơn vị ở xa, người phụ trách nghỉ phép mà không có người thay."}
NOTHING = "–"


def _of(day: datetime.date, hour: str, who: str, do: str, report: str, expect: str = DONE, **more: Any) -> Step:
    return Step(day, hour, who, do, expect, {"report": report, **more})


def _numbered(day: datetime.date, hour: str, who: str, unit: str, expect: str) -> Step:
    return Step(day, hour, who, "choose_numbers", expect, {"unit": unit, "year": 2022})


TYPED = {"symbol": SYMBOL, "number": TYPED_NUMBER, "issued_on": str(LAUNCH_DAY)}
STEPS = (
    _of(LAUNCH_DAY, "09:00", HEAD, "draft_report", LAUNCH, REFUSED),
    _of(LAUNCH_DAY, "09:02", RECORDS, "draft_report", LAUNCH, REFUSED),
    _of(LAUNCH_DAY, LAUNCH_HOUR, OFFICE, "draft_report", LAUNCH),
    _of(LAUNCH_DAY, "09:20", RECORDS, "issue_report", LAUNCH, WRONG, **TYPED),
    _of(LAUNCH_DAY, "09:22", RECORDS, "edit_report", LAUNCH, REFUSED, texts=CAUSES),
    _of(LAUNCH_DAY, "09:30", OFFICE, "edit_report", LAUNCH, texts=CAUSES),
    _of(LAUNCH_DAY, "13:50", RECORDS, "issue_report", LAUNCH, WRONG, **TYPED | {"number": "31/8"}),
    _of(LAUNCH_DAY, "13:52", RECORDS, "issue_report", LAUNCH, WRONG, **TYPED | {"issued_on": "2021-12-29"}),
    _of(LAUNCH_DAY, "13:54", HEAD, "issue_report", LAUNCH, NOT_THERE, **TYPED),
    _of(LAUNCH_DAY, "14:00", RECORDS, "issue_report", LAUNCH, **TYPED),
    _of(LAUNCH_DAY, "14:10", RECORDS, "issue_report", LAUNCH, WRONG, **TYPED | {"number": "319"}),
    _of(LAUNCH_DAY, "14:12", OFFICE, "edit_report", LAUNCH, WRONG, texts=CAUSES),
    _of(LAUNCH_DAY, "15:00", RECORDS, "sign_report", LAUNCH, WRONG, file="TEXT"),
    _of(LAUNCH_DAY, "15:05", RECORDS, "sign_report", LAUNCH, file="PDF"),
    _of(DRAFT_DAY, "09:30", HEAD, "draft_report", INTERIM, REFUSED),
    _of(DRAFT_DAY, "10:00", OFFICE, "draft_report", INTERIM),
    _of(DRAFT_DAY, "10:20", OFFICE, "edit_report", INTERIM, texts=CAUSES),
    _numbered(DRAFT_DAY, "14:00", HEAD, ROOT, REFUSED),
    _numbered(DRAFT_DAY, "14:02", RECORDS, "PB", REFUSED),
    _numbered(DRAFT_DAY, "14:05", RECORDS, ROOT, DONE),
    _of(ISSUE_DAY, "08:30", RECORDS, "issue_report", INTERIM, symbol=SYMBOL),
    _of(ISSUE_DAY, "08:35", RECORDS, "issue_report", INTERIM, WRONG, symbol=SYMBOL),
    _of(ISSUE_DAY, "09:30", RECORDS, "sign_report", INTERIM, file="PDF"),
)


def acts_of_papers(weeks: Weeks) -> Iterator[Act]:
    return acts_of(weeks, STEPS)


def truth_of_papers(weeks: Weeks, days: list[datetime.date]) -> dict[str, Any]:
    """`register`: number, symbol and day; `check`: what everybody reads there, and which file is which; the tables of
    both reports, a row for each unit."""
    launched, issued = f"{LAUNCH_DAY:%d/%m/%Y}", f"{ISSUE_DAY:%d/%m/%Y}"
    return {
        "papers": {
            "register 2021": [[TYPED_NUMBER, SYMBOL, launched]],
            "register 2022": [[GIVEN_NUMBER, SYMBOL, issued]],
            f"check {LAUNCH}": [f"{TYPED_NUMBER}/{SYMBOL}", launched, "PDF", "SIGNED", "OTHER"],
            f"check {INTERIM}": [f"{GIVEN_NUMBER}/{SYMBOL}", issued, "PDF", "SIGNED", "OTHER"],
        },
        "tables": {
            f"{report} {unit}": rows
            for unit in TAKING_PART
            for report, rows in (
                (LAUNCH, {"launch": _launch_row(weeks, unit, moment(LAUNCH_DAY, LAUNCH_HOUR))}),
                (INTERIM, _interim_rows(weeks, unit, days)),
            )
        },
    }


def _interim_rows(weeks: Weeks, unit: str, days: list[datetime.date]) -> dict[str, list[str]]:
    counted = dict(counted_of(weeks, unit, days))
    total, rank = ranked(weeks, days)[unit]
    return {
        "launch": _launch_row(weeks, unit, moment(DRAFT_DAY, "10:00")),
        "days": [share(*counted[name]) for name in ("GREEN_DAYS", "ARRIVAL", "LEAVING", "RETURNS")],
        "score": [str(rank), figure(total)],
    }


def _launch_row(weeks: Weeks, unit: str, at: datetime.datetime) -> list[str]:
    """Day, form, result, how many took part, how many have pledged."""
    people = people_of(weeks, unit)
    pledged = f"{sum(pledges(weeks).get(one.code, at) < at for one in people)}/{len(people)}"
    if unit not in LAUNCHED:
        return [NOTHING, NOTHING, "Chưa phát động", NOTHING, pledged]
    day, _hour, present = LAUNCHED[unit]
    return [f"{day:%d/%m/%Y}", "Hội nghị", "Muộn" if day > LAUNCH_BY else "Đúng hạn", str(present), pledged]


def share(done: int, due: int) -> str:
    """`94,9% (112/118)`, rounded towards less."""
    per_cent = f"{math.floor(done * 1000 / due) / 10:.1f}".removesuffix(".0").replace(".", ",")
    return f"{per_cent}% ({done}/{due})"


def figure(points: float) -> str:
    return f"{points:.2f}".replace(".", ",")
