"""The plans of the units in the play: who starts, writes, sends, returns, accepts and issues them, and what is refused;
and how each stands in the end."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.steps import DONE, NOT_THERE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import Act

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

MOVEMENT, GREEN = "MOVEMENT", "GREEN"
OFFICE, RECORDS = "PA OFFICE", "PA RECORDS_CLERK"
AFTER = {
    "start_plan": "DRAFT",
    "write_plan": "DRAFT",
    "send_plan": "SENT",
    "return_plan": "RETURNED",
    "accept_plan": "ACCEPTED",
    "issue_plan": "ISSUED",
    "number_plan": "ISSUED",
}
OPENING = "Thực hiện phong trào do Sở phát động, Phòng A xây dựng kế hoạch như sau:"
CRITERIA = "- Không ai quên khai báo buổi chiều.\n- Mỗi tuần một buổi tổng vệ sinh nơi làm việc."
SITUATION = """1. Có người nghi mắc: đưa ngay sang phòng 101, báo trạm y tế phường.
2. Phòng cách ly tạm: phòng 101; điện thoại trạm y tế: 0211 000 115.
3. Người thay thế: cấp phó; trụ sở đóng thì làm việc tại nhà."""
NUMBER, SYMBOL = "45", "KH-CC1"


def _on(day: int) -> datetime.date:
    return datetime.date(2021, 12, day)


def _plan(day: int, hour: str, who: str, verb: str, unit: str, kind: str, expect: str = DONE, **more: Any) -> Step:
    return Step(_on(day), hour, who, f"{verb}_plan", expect, {"unit": unit, "kind": kind, **more})


STEPS = (
    # The plan of a phòng: sent too early, returned with a comment, written again, accepted, signed by its head.
    _plan(21, "09:00", "PA UNIT_CLERK", "start", "PA", MOVEMENT),
    _plan(21, "09:02", "TT 1", "start", "TT", MOVEMENT, REFUSED),
    _plan(21, "09:04", "PA UNIT_CLERK", "start", "PB", MOVEMENT, REFUSED),
    _plan(21, "09:10", "PA UNIT_HEAD", "send", "PA", MOVEMENT, WRONG),
    _plan(21, "09:20", "PA UNIT_CLERK", "write", "PA", MOVEMENT, texts={"mo-dau": OPENING}),
    _plan(21, "09:25", "PB UNIT_CLERK", "write", "PA", MOVEMENT, NOT_THERE, texts={"mo-dau": ""}),
    _plan(21, "09:30", "PA UNIT_CLERK", "send", "PA", MOVEMENT, REFUSED),
    _plan(21, "10:00", "PA UNIT_HEAD", "send", "PA", MOVEMENT),
    _plan(22, "09:00", "PA UNIT_CLERK", "accept", "PA", MOVEMENT, REFUSED),
    _plan(22, "09:02", "PA UNIT_HEAD", "comment", "PA", MOVEMENT, REFUSED, section="tieu-chi", text="Đã đủ."),
    _plan(22, "09:05", OFFICE, "comment", "PA", MOVEMENT, WRONG, section="tieu-chi", text=""),
    _plan(22, "09:10", OFFICE, "comment", "PA", MOVEMENT, section="tieu-chi", text="Nêu thêm một việc đo được."),
    _plan(22, "09:20", OFFICE, "return", "PA", MOVEMENT, text=""),
    _plan(23, "08:30", "PA UNIT_CLERK", "write", "PA", MOVEMENT, texts={"tieu-chi": CRITERIA}),
    _plan(23, "08:40", "PA UNIT_HEAD", "send", "PA", MOVEMENT),
    _plan(23, "09:00", "PA UNIT_HEAD", "issue", "PA", MOVEMENT, WRONG),
    _plan(23, "09:10", OFFICE, "accept", "PA", MOVEMENT),
    _plan(23, "14:00", "PA UNIT_CLERK", "issue", "PA", MOVEMENT, REFUSED),
    _plan(24, "08:20", "PA UNIT_HEAD", "issue", "PA", MOVEMENT),
    # Plans to stay a Green Zone: what the template leaves open has to be written first.
    _plan(21, "14:00", "PB UNIT_CLERK", "start", "PB", GREEN),
    _plan(21, "14:05", "PB UNIT_HEAD", "send", "PB", GREEN, WRONG),
    _plan(21, "14:10", "PB UNIT_CLERK", "write", "PB", GREEN, texts={"tinh-huong": SITUATION}),
    _plan(21, "14:20", "PB UNIT_HEAD", "send", "PB", GREEN),
    _plan(22, "15:00", OFFICE, "accept", "PB", GREEN),
    _plan(22, "15:30", "PB UNIT_HEAD", "issue", "PB", GREEN),
    _plan(23, "10:00", "PA UNIT_CLERK", "start", "PA", GREEN),
    _plan(23, "10:10", "PA UNIT_CLERK", "write", "PA", GREEN, texts={"tinh-huong": SITUATION}),
    _plan(23, "10:20", "PA UNIT_HEAD", "send", "PA", GREEN),
    _plan(24, "08:00", OFFICE, "accept", "PA", GREEN),
    _plan(24, "08:30", "PA UNIT_HEAD", "issue", "PA", GREEN),
    # A Chi cục numbers its own papers.
    _plan(22, "08:00", "C1 UNIT_HEAD", "start", "C1", GREEN),
    _plan(22, "08:10", "C1 UNIT_DEPUTY", "write", "C1", GREEN, texts={"tinh-huong": SITUATION}),
    _plan(22, "08:20", "C1 UNIT_DEPUTY", "send", "C1", GREEN),
    _plan(24, "09:00", OFFICE, "accept", "C1", GREEN),
    _plan(24, "09:10", "C1 UNIT_HEAD", "issue", "C1", GREEN, REFUSED),
    _plan(27, "10:00", RECORDS, "number", "C1", GREEN, number=NUMBER, symbol=SYMBOL),
    # One that stays returned, and one that is never sent.
    _plan(28, "08:30", "C2 UNIT_CLERK", "start", "C2", GREEN),
    _plan(28, "08:40", "C2 UNIT_CLERK", "write", "C2", GREEN, texts={"tinh-huong": SITUATION}),
    _plan(28, "08:50", "C2 UNIT_HEAD", "send", "C2", GREEN),
    _plan(28, "10:00", OFFICE, "return", "C2", GREEN, WRONG, text=""),
    _plan(28, "10:05", OFFICE, "return", "C2", GREEN, text="Ghi rõ người thay thế ở từng vị trí."),
    _plan(29, "08:30", "TT UNIT_HEAD", "start", "TT", GREEN),
)


@dataclass
class Standing:
    """How a plan stands; days as they are written."""

    state: str = ""
    versions: int = 0
    comments: int = 0
    accepted: str = ""
    issued: str = ""
    number: str = ""


def acts_of_plans(weeks: Weeks) -> Iterator[Act]:
    return acts_of(weeks, STEPS)


def truth_of_plans(_weeks: Weeks) -> dict[str, Any]:
    """State, number of versions and comments, days of accepting and issuing, the number."""
    return {
        "plans": {
            f"{unit} {kind}": [one.state, one.versions, one.comments, one.accepted, one.issued, one.number]
            for (unit, kind), one in _standing().items()
        }
    }


def has_green_plan(unit: str, day: datetime.date) -> bool:
    """Accepted by then, or issued."""
    plan = _standing().get((unit, GREEN), Standing())
    return "" < plan.accepted <= f"{day:%Y-%m-%d}"


def _standing() -> dict[tuple[str, str], Standing]:
    """After everything that was done."""
    found: dict[tuple[str, str], Standing] = {}
    for step in sorted((one for one in STEPS if one.is_done), key=lambda one: (one.day, one.hour)):
        plan = found.setdefault((step.body["unit"], step.body["kind"]), Standing())
        plan.state = AFTER.get(step.do, plan.state)
        plan.versions += step.do in ("start_plan", "write_plan")
        plan.comments += step.do == "comment_plan"
        if step.do == "accept_plan":
            plan.accepted = f"{step.day:%Y-%m-%d}"
        elif plan.state == "ISSUED":
            plan.issued = f"{step.day:%Y-%m-%d}"
        if step.do == "number_plan":
            plan.number = f"{NUMBER}/{SYMBOL}"
    return found
