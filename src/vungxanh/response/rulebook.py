"""The template of a response plan: who is to be named, what may happen, what is done then and how soon."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from vungxanh.common.decision_tables import Edition, Fault, edition_file

LONGEST_WITHIN = 7 * 24 * 60
"""Minutes."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; a key that is not in it is a fault."""


class Duty(Strict, frozen=True, kw_only=True):
    code: str
    name: str


class Step(Strict, frozen=True, kw_only=True):
    """`within`: minutes from the start; `duty`: the code of who does it."""

    text: str
    within: int
    duty: str


class Scenario(Strict, frozen=True, kw_only=True):
    code: str
    name: str
    step: tuple[Step, ...]


class ResponseRule(Edition, frozen=True, kw_only=True):
    """`drill_every_days`: so long after it was put in force, or tried last, a plan is to be tried."""

    drill_every_days: int
    duty: tuple[Duty, ...]
    scenario: tuple[Scenario, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        if self.drill_every_days < 1:
            yield Fault(f"{at}.drill_every_days", "phải từ 1 trở lên")
        for name, codes in (
            ("duty", [one.code for one in self.duty]),
            ("scenario", [one.code for one in self.scenario]),
        ):
            if not codes:
                yield Fault(f"{at}.{name}", "cần ít nhất một mục")
            for code, count in Counter(codes).items():
                if count > 1:
                    yield Fault(f"{at}.{name}", f"mã {code} dùng {count} lần")
        known = {one.code for one in self.duty}
        for number, scenario in enumerate(self.scenario, start=1):
            if not scenario.step:
                yield Fault(f"{at}.scenario[{number}].step", "cần ít nhất một việc")
            for place, step in enumerate(scenario.step, start=1):
                here = f"{at}.scenario[{number}].step[{place}]"
                if step.duty not in known:
                    yield Fault(f"{here}.duty", f"không có người làm mã {step.duty}")
                if not 1 <= step.within <= LONGEST_WITHIN:
                    yield Fault(f"{here}.within", f"phải từ 1 đến {LONGEST_WITHIN} phút")


RESPONSE_RULE = edition_file(
    Path(__file__).parent / "rules/response.toml", title="Phương án xử lý tình huống", schema=ResponseRule
)
