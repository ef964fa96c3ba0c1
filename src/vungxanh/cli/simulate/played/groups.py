"""What groups do in the play: a trade union pledges and keeps its activities, the Party committee says what it thinks
of a plan; and what is refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.plans import MOVEMENT
from vungxanh.cli.simulate.played.steps import DONE, NOT_THERE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import Act

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

GROUP, GROUP_NAME, OF_UNIT = "CD-PB", "Công đoàn Phòng B", "PB"
OFFICER, COMMITTEE = "PB UNION_OFFICER", "PA PARTY_COMMITTEE"
NAMED = (1, 2)
"""Places in the unit of the group of those who are named."""
CLEANING, MASKS = "Tổng vệ sinh nơi làm việc", "Phát khẩu trang cho đoàn viên"
RESULT = {"what_1": "Khẩu trang đã phát", "amount_1": "50", "measured_in_1": "chiếc"}
OPINION = "Nhất trí với kế hoạch; đề nghị nêu rõ người phụ trách từng việc."


def _activity(
    day: datetime.date, hour: str, who: str, title: str, expect: str, *, held_on: datetime.date, **more: Any
) -> Step:
    """`result`: what, how many, in which measure, as the form has it."""
    told = {"title": title, "held_on": str(held_on), "took_part": 4, "named": NAMED, "picture": False, **more}
    return Step(day, hour, who, "record_activity", expect, told)


def _opinion(hour: str, who: str, text: str, expect: str) -> Step:
    told = {"unit": "PA", "kind": MOVEMENT, "text": text}
    return Step(datetime.date(2021, 12, 21), hour, who, "give_opinion", expect, told)


PLEDGED, HELD, GIVEN = datetime.date(2021, 12, 21), datetime.date(2021, 12, 28), datetime.date(2022, 1, 6)
PLEDGED_AT = "10:10"
STEPS = (
    Step(PLEDGED, "10:05", "PB UNIT_HEAD", "pledge_group", REFUSED),
    Step(PLEDGED, PLEDGED_AT, OFFICER, "pledge_group", DONE),
    _opinion("16:00", COMMITTEE, "", WRONG),
    _opinion("16:05", "PA UNIT_HEAD", OPINION, REFUSED),
    _opinion("16:07", "C2 UNIT_HEAD", OPINION, NOT_THERE),
    _opinion("16:10", COMMITTEE, OPINION, DONE),
    _activity(HELD, "15:00", OFFICER, CLEANING, WRONG, held_on=HELD + datetime.timedelta(days=1)),
    _activity(HELD, "15:05", OFFICER, CLEANING, WRONG, held_on=HELD, took_part=1),
    _activity(HELD, "15:10", OFFICER, CLEANING, DONE, held_on=HELD, picture=True),
    _activity(HELD, "15:20", "PB UNIT_HEAD", CLEANING, REFUSED, held_on=HELD),
    _activity(GIVEN, "16:00", OFFICER, MASKS, DONE, held_on=GIVEN, took_part=5, result=RESULT),
)


def acts_of_groups(weeks: Weeks) -> Iterator[Act]:
    """The persons are named by their staff codes."""
    codes = [weeks.member(OF_UNIT, place).code for place in NAMED]
    named = {"named": codes}
    return acts_of(weeks, (replace(one, body=one.body | named) if "named" in one.body else one for one in STEPS))


def truth_of_groups() -> dict[str, Any]:
    """By month how much the group did, how many took part and were named, and how many pictures there are; each of the
    activities; and what the Party committee said."""
    done = [one.body for one in STEPS if one.do == "record_activity" and one.is_done]
    return {
        "activities": {
            **{f"{GROUP} {month}": _of_month(month, done) for month in ("12/2021", "01/2022")},
            **{one["title"]: [one["held_on"], one["took_part"]] for one in done},
            f"{GROUP} giao ước": [f"{PLEDGED_AT} {PLEDGED:%d/%m/%Y}"],
        },
        "opinions": {f"PA {MOVEMENT}": [OPINION]},
    }


def _of_month(month: str, done: list[dict[str, Any]]) -> list[int]:
    those = [one for one in done if f"{datetime.date.fromisoformat(one['held_on']):%m/%Y}" == month]
    named, pictures = sum(len(one["named"]) for one in those), sum(one["picture"] for one in those)
    return [len(those), sum(one["took_part"] for one in those), named, pictures]
