"""How the period is scored in the play: units score themselves with evidence, others check it, it is appraised, a
sample is inspected, points are given with their cause; scores are shown, reviewed and frozen. And every total."""

from __future__ import annotations

import datetime
import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.movement import MEASURES, TAKING_PART, counted_of
from vungxanh.cli.simulate.played.steps import DONE, NOT_THERE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import Act

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

OFFICE, PERSONNEL = "PA OFFICE", "PB PERSONNEL"
PROPOSALS, ACTIVITIES = "4.4", "5.2"
"""What units score themselves by the shipped plan; 3 points each."""
MOST = {"1.1": 14, "1.2": 6, "2.1": 6, "2.2": 10, "2.3": 4, "3.1": 9, "3.2": 9, "3.3": 3, "4.3": 6, "5.1": 4}
MOST |= {PROPOSALS: 3, ACTIVITIES: 3}
TARGETS = {"3.3": 95}
"""Of the others everything, 100 per cent."""
BLOCKS = {"PA": "phong", "PB": "phong", "TT": "don-vi", "C1": "don-vi", "C2": "don-vi"}
SAMPLED = 0.2
"""Of each block, rounded up."""


def _on(day: int) -> datetime.date:
    return datetime.date(2022, 1, day)


def _own(day: int, hour: str, who: str, expect: str, act: str, points: Sequence[float], evidence: str = "") -> Step:
    """Both measures at once; `evidence`: PDF or TEXT, or none."""
    unit = who.split(" ")[0]
    told = dict(zip((PROPOSALS, ACTIVITIES), points, strict=True))
    return Step(
        _on(day), hour, who, "score_self", expect, {"unit": unit, "act": act, "told": told, "evidence": evidence}
    )


def _one(day: int, hour: str, who: str, do: str, of: str, expect: str = DONE, **more: Any) -> Step:
    """`of`: unit and measure."""
    unit, measure = of.split(" ")
    return Step(_on(day), hour, who, do, expect, {"unit": unit, "measure": measure, **more})


def _given(
    hour: str, who: str, unit: str, code: str, points: float, day: datetime.date, cause: str, expect: str
) -> Step:
    told = {"unit": unit, "code": code, "points": points, "day": str(day), "cause": cause}
    return Step(_on(12), hour, who, "adjust", expect, told)


def _moved(day: int, hour: str, who: str, verb: str, expect: str) -> Step:
    return Step(_on(day), hour, who, "move_standing", expect, {"verb": verb})


IDEA, HELD = (
    "Tiếp nhận hồ sơ qua một cửa kính, hai đơn vị khác đã làm theo",
    "Chậm đưa người nghi mắc ra khỏi phòng làm việc",
)
WHY = "Một văn bản đề xuất là của kỳ trước"
STEPS = (
    # Units score themselves, by 11 January.
    _own(10, "08:30", "TT UNIT_HEAD", DONE, "keep", (2, 1)),
    _own(10, "08:35", "TT UNIT_HEAD", WRONG, "send", (2, 1)),
    _own(10, "08:40", "TT UNIT_HEAD", WRONG, "send", (5, 1), "PDF"),
    _own(10, "08:45", "TT UNIT_HEAD", WRONG, "send", (2, 1), "TEXT"),
    _own(10, "08:50", "TT UNIT_HEAD", DONE, "send", (2, 1), "PDF"),
    _own(10, "09:00", "PB UNIT_CLERK", DONE, "keep", (2, 1.5), "PDF"),
    _own(10, "09:05", "PB UNIT_CLERK", REFUSED, "send", (2, 1.5)),
    _own(10, "09:10", "PB UNIT_HEAD", DONE, "send", (2, 1.5)),
    _own(10, "09:30", "PA UNIT_HEAD", DONE, "send", (3, 2), "PDF"),
    _own(10, "10:00", "C1 UNIT_HEAD", DONE, "send", (2.5, 3), "PDF"),
    _own(10, "10:30", "TT 1", NOT_THERE, "send", (3, 3), "PDF"),
    _own(12, "08:20", "C2 UNIT_HEAD", WRONG, "send", (3, 3), "PDF"),
    # Another unit checks, the Office returns what is not enough.
    _one(11, "08:25", "PB UNIT_HEAD", "ask_check", "TT 4.4", NOT_THERE, to="C2"),
    _one(11, "08:30", OFFICE, "ask_check", "TT 4.4", to="PB"),
    _one(11, "08:40", "C2 UNIT_HEAD", "check_score", "TT 4.4", NOT_THERE, points=1.5, difference=WHY),
    _one(11, "09:00", "PB UNIT_HEAD", "check_score", "TT 4.4", WRONG, points=1.5, difference=""),
    _one(11, "09:05", "PB UNIT_HEAD", "check_score", "TT 4.4", points=1.5, difference=WHY),
    _one(11, "09:30", OFFICE, "return_score", "C1 5.2", WRONG, reason=""),
    _one(11, "09:35", OFFICE, "return_score", "C1 5.2", reason="Bổ sung danh sách người tham gia."),
    _own(12, "08:30", "C1 UNIT_HEAD", DONE, "send", (2.5, 2), "PDF"),
    # The sample is drawn once nobody sends any more.
    Step(_on(11), "10:00", OFFICE, "draw_sample", WRONG),
    Step(_on(12), "08:40", "PB UNIT_HEAD", "draw_sample", REFUSED),
    Step(_on(12), "08:45", OFFICE, "draw_sample", DONE),
    Step(_on(12), "09:00", OFFICE, "inspect", WRONG, {"place": 1, "day": "2022-01-13"}),
    Step(_on(12), "09:05", OFFICE, "inspect", DONE, {"place": 1, "day": "2022-01-12"}),
    # Appraised by somebody of another unit.
    _one(12, "09:30", OFFICE, "appraise", "TT 4.4", WRONG, points=1.5, difference=""),
    _one(12, "09:31", OFFICE, "appraise", "TT 4.4", points=1.5, difference=WHY),
    _one(12, "09:32", OFFICE, "appraise", "TT 5.2", points=1, difference=""),
    _one(12, "09:33", OFFICE, "appraise", "PB 4.4", points=1, difference="Mới thấy một văn bản đề xuất"),
    _one(12, "09:34", OFFICE, "appraise", "PB 5.2", points=1.5, difference=""),
    _one(12, "09:35", OFFICE, "appraise", "C1 4.4", points=2.5, difference=""),
    _one(12, "09:36", OFFICE, "appraise", "C1 5.2", points=2, difference=""),
    _one(12, "09:37", OFFICE, "appraise", "PA 4.4", REFUSED, points=3, difference=""),
    _one(12, "09:38", PERSONNEL, "appraise", "PB 5.2", REFUSED, points=3, difference=""),
    _one(12, "09:40", PERSONNEL, "appraise", "PA 4.4", points=3, difference=""),
    _one(12, "09:41", PERSONNEL, "appraise", "PA 5.2", points=2, difference=""),
    # Bonus and penalty with their cause.
    _given("10:30", "PB UNIT_HEAD", "PB", "T1", 2, _on(5), IDEA, REFUSED),
    _given("10:32", OFFICE, "PA", "T1", 2, _on(5), IDEA, REFUSED),
    _given("10:34", OFFICE, "PB", "T1", 2, _on(5), "", WRONG),
    _given("10:36", OFFICE, "PB", "T1", 6, _on(5), IDEA, WRONG),
    _given("10:38", OFFICE, "PB", "T1", 2, _on(11), IDEA, WRONG),
    _given("10:40", OFFICE, "PB", "T1", 2, _on(5), IDEA, DONE),
    _given("10:42", OFFICE, "C2", "P1", 1.5, datetime.date(2021, 12, 28), HELD, DONE),
    # Shown to the heads, reviewed, frozen.
    _moved(7, "10:00", OFFICE, "cong-bo", WRONG),
    _moved(10, "11:00", "PB UNIT_HEAD", "cong-bo", REFUSED),
    _one(12, "15:00", "PB UNIT_HEAD", "ask_review", "PB 4.4", WRONG, reason="Có hai văn bản."),
    _moved(12, "16:00", OFFICE, "cong-bo", DONE),
    _moved(12, "16:05", OFFICE, "cong-bo", WRONG),
    _one(13, "09:00", "PB UNIT_CLERK", "ask_review", "PB 4.4", REFUSED, reason="Có hai văn bản."),
    _moved(14, "09:00", OFFICE, "chot", WRONG),
    _one(17, "15:00", "PB UNIT_HEAD", "ask_review", "PB 4.4", WRONG, reason=""),
    _one(17, "15:05", "PB UNIT_HEAD", "ask_review", "PB 4.4", reason="Có hai văn bản, số 12 và số 15."),
    _one(18, "08:00", "C1 UNIT_HEAD", "ask_review", "C1 3.2", WRONG, reason="Có người khai rồi."),
    _moved(18, "08:30", OFFICE, "chot", WRONG),
    _one(18, "08:35", "PB UNIT_HEAD", "answer_review", "PB 4.4", REFUSED, verb="chap-nhan", answer="Đúng."),
    _one(18, "08:40", OFFICE, "appraise", "PB 4.4", points=2, difference=""),
    _one(18, "08:45", OFFICE, "answer_review", "PB 4.4", WRONG, verb="chap-nhan", answer=""),
    _one(18, "08:46", OFFICE, "answer_review", "PB 4.4", verb="chap-nhan", answer="Đã tính đủ hai văn bản."),
    _moved(18, "08:55", "PB UNIT_HEAD", "chot", REFUSED),
    _moved(18, "09:00", OFFICE, "chot", DONE),
    _one(18, "09:10", OFFICE, "appraise", "PB 4.4", WRONG, points=3, difference="Thêm"),
    _moved(18, "09:15", OFFICE, "mo-lai", REFUSED),
)


def acts_of_scoring(weeks: Weeks) -> Iterator[Act]:
    return acts_of(weeks, STEPS)


def truth_of_scoring(weeks: Weeks, days: list[datetime.date]) -> dict[str, Any]:
    """Self-scores with what was appraised, bonus and penalty, the sample, totals and ranks, and the standing."""
    return {
        "self_scores": {f"{unit} {measure}": found for (unit, measure), found in _self_scored().items()},
        "adjustments": {unit: [[code, points]] for unit, code, points in _adjusted()},
        "sample": {"drawn": [len(_sent()), _drawn_count()], "by its seed": [True]},
        "totals": {unit: [total, rank] for unit, (total, rank) in ranked(weeks, days).items()},
        "standing": {"period": ["FROZEN", True, True, 0], "review PB 4.4": ["ACCEPTED"]},
    }


def _sent() -> set[tuple[str, str]]:
    done = [one for one in STEPS if one.do == "score_self" and one.is_done and one.body["act"] == "send"]
    return {(one.body["unit"], measure) for one in done for measure in one.body["told"]}


def _drawn_count() -> int:
    sizes = [sum(BLOCKS[unit] == block for unit, _measure in _sent()) for block in set(BLOCKS.values())]
    return sum(math.ceil(size * SAMPLED) for size in sizes if size)


def drawn_by(seed: str) -> list[tuple[str, str]]:
    """By the way of drawing that the page tells: in each block those with the smallest SHA-256."""
    found: list[tuple[str, str]] = []
    for block in sorted(set(BLOCKS.values())):
        there = [one for one in _sent() if BLOCKS[one[0]] == block]
        there.sort(key=lambda one: hashlib.sha256(f"{seed}:{one[0]}:{one[1]}".encode()).hexdigest())
        found += there[: math.ceil(len(there) * SAMPLED)]
    return found


def _self_scored() -> dict[tuple[str, str], list[float]]:
    """The points of the unit, and those that were appraised, in the end."""
    found: dict[tuple[str, str], list[float]] = {}
    for step in sorted((one for one in STEPS if one.is_done), key=lambda one: (one.day, one.hour)):
        unit = step.body.get("unit", "")
        if step.do == "score_self":
            for measure, points in step.body["told"].items():
                found[unit, measure] = [float(points), *found.get((unit, measure), [0, 0])[1:]]
        elif step.do == "appraise":
            found[unit, step.body["measure"]][1] = float(step.body["points"])
    return found


def _adjusted() -> list[tuple[str, str, float]]:
    """Below 0 where it is a penalty."""
    done = [one.body for one in STEPS if one.do == "adjust" and one.is_done]
    return [(one["unit"], one["code"], one["points"] * (-1 if one["code"][0] == "P" else 1)) for one in done]


def points_of(weeks: Weeks, unit: str, days: list[datetime.date]) -> dict[str, float]:
    """By measure, where something was due or appraised."""
    found: dict[str, float] = {}
    for name, (done, due) in counted_of(weeks, unit, days):
        if due:
            measure = MEASURES[name]
            share = min(1.0, done / due * 100 / TARGETS.get(measure, 100))
            found[measure] = round(MOST[measure] * share, 2)
    own = {measure: appraised for (of, measure), (_own_points, appraised) in _self_scored().items() if of == unit}
    return found | own


def ranked(weeks: Weeks, days: list[datetime.date]) -> dict[str, tuple[float, int]]:
    """Total and rank within the block: points of what counts, carried on to a hundred, bonus and penalty added."""
    totals = {}
    for unit in TAKING_PART:
        points = points_of(weeks, unit, days)
        given = sum(one for of, _code, one in _adjusted() if of == unit)
        most = sum(MOST[measure] for measure in points)
        totals[unit] = round(max(0.0, round(sum(points.values()), 2) / most * 100 + given), 2)
    within = {unit: [totals[one] for one in TAKING_PART if BLOCKS[one] == BLOCKS[unit]] for unit in TAKING_PART}
    return {unit: (total, 1 + sum(one > total for one in within[unit])) for unit, total in totals.items()}
