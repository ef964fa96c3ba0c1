"""Plays the plans of the units through their pages, and reads how they stand."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.forms import form_with, press
from vungxanh.cli.simulate.played.movement import CODE
from vungxanh.cli.simulate.played.plans import GREEN
from vungxanh.cli.simulate.played.world import Act
from vungxanh.cli.simulate.wire import Browser
from vungxanh.cli.simulate.words import PLANS, plain

LIST = f"/ke-hoach/?phong-trao={CODE}"
VERBS = {"send_plan": "gui", "return_plan": "tra-lai", "accept_plan": "chap-thuan", "issue_plan": "ky"}
PLAN = re.compile(r"/ke-hoach/([0-9a-f-]{36})/")
PAPER = re.compile(r'href="/van-ban/(\d+)/"')
FACTS = re.compile(r'<p class="vx-cluster">(.*?)</p>', re.DOTALL)


@dataclass
class PlansPlay(Play):
    """`plans`: by unit and kind, the key of the plan that was begun."""

    plans: dict[tuple[str, str], str] = field(default_factory=dict)

    def start_plan(self, act: Act) -> str:
        unit, kind = act.body["unit"], act.body["kind"]
        path = f"/ke-hoach/lap/{unit}/{'vung-xanh' if kind == GREEN else f'phong-trao/{CODE}'}/"
        browser = self.browsers[act.who]
        form = form_with(browser.get(LIST).page, action=path)
        # Whoever may not begin it is shown no button; the address is there all the same.
        answer = browser.post(path, form.fields if form else {"key": uuid.uuid4()})
        begun = PLAN.search(answer.headers.get("Location", ""))
        if begun:
            self.plans[unit, kind] = begun[1]
        return str(answer.status)

    def write_plan(self, act: Act) -> str:
        """What was typed into some of its sections; the others stay."""
        path, browser = f"{self._plan(act)}soan/", self.browsers[act.who]
        page = browser.get(path)
        form = form_with(page.page, name="seen")
        if form is None:
            return str(page.status)
        typed = {f"muc-{code}": text for code, text in act.body["texts"].items()}
        return str(browser.post(path, {**form.fields, **typed}).status)

    def comment_plan(self, act: Act) -> str:
        path, browser = self._plan(act), self.browsers[act.who]
        number = max(map(int, re.findall(rf"{path}ban/(\d+)/", browser.get(path).text)), default=1)
        fields = {"version": number, "section": act.body["section"], "text": act.body["text"]}
        return str(browser.post(f"{path}gop-y/", fields).status)

    def send_plan(self, act: Act) -> str:
        return self._move_plan(act)

    def return_plan(self, act: Act) -> str:
        return self._move_plan(act)

    def accept_plan(self, act: Act) -> str:
        return self._move_plan(act)

    def issue_plan(self, act: Act) -> str:
        return self._move_plan(act)

    def number_plan(self, act: Act) -> str:
        """By its paper, which accepting has drafted."""
        browser = self.browsers[act.who]
        found = PAPER.search(browser.get("/van-ban/?kind=plans.unit_plan").text)
        if found is None:
            return "nothing"
        fields = {"number": act.body["number"], "symbol": act.body["symbol"], "issued_on": f"{act.at:%Y-%m-%d}"}
        return str(browser.fill(f"/van-ban/{found[1]}/ban-hanh/", fields).status)

    def _move_plan(self, act: Act) -> str:
        path = self._plan(act)
        fields = {"text": act.body.get("text", "")}
        return press(self.browsers[act.who], path, f"{path}{VERBS[act.do]}/", fields)

    def _plan(self, act: Act) -> str:
        return f"/ke-hoach/{self.plans.get((act.body['unit'], act.body['kind']), uuid.UUID(int=0))}/"


def found(play: PlansPlay, office: Browser) -> dict[str, Any]:
    """In the shape of the truth, as the Office reads each on its page."""
    return {"plans": dict(_plans(play, office))}


def _plans(play: PlansPlay, office: Browser) -> Iterator[tuple[str, list[Any]]]:
    for (unit, kind), key in play.plans.items():
        path = f"/ke-hoach/{key}/"
        page = office.get(path).text
        facts = FACTS.search(page)
        words = plain(facts[1]) if facts else ""
        state = next((code for said, code in PLANS.items() if words.startswith(said)), words)
        number = re.search(r"Số (\S+),", words)
        counts = [len(set(re.findall(rf"{path}ban/(\d+)/", page))), len(re.findall(r", góp ý bản \d+", page))]
        days = [_day_of(page, verb) for verb in ("Đã chấp thuận", "Đã ban hành")]
        yield f"{unit} {kind}", [state, *counts, *days, number[1] if number else ""]


def _day_of(page: str, verb: str) -> str:
    """Of the last such event in what happened to it."""
    for event in reversed(re.findall(r'<li class="vx-event">(.*?)</li>', page, re.DOTALL)):
        at = re.search(r'<time datetime="(\d{4}-\d{2}-\d{2})', event)
        if at and plain(event).startswith(verb):
            return at[1]
    return ""
