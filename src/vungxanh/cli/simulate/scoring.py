"""Plays how a period is scored through the pages, and reads what came of it."""

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.forms import form_with, press
from vungxanh.cli.simulate.played.movement import CODE, MEASURES, PERIOD
from vungxanh.cli.simulate.played.scoring import drawn_by
from vungxanh.cli.simulate.played.world import Act
from vungxanh.cli.simulate.wire import Browser, File
from vungxanh.cli.simulate.words import REVIEWS, plain

HOME, OF_PERIOD = f"/phong-trao/{CODE}/", f"?ky={PERIOD}"
PDF_FILE, TEXT_FILE = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", b"Chua phai minh chung\n"
FILES = {"PDF": ("minh-chung.pdf", PDF_FILE), "TEXT": ("ghi-chu.txt", TEXT_FILE)}
REVIEW = re.compile(r'formaction="[^"]*/xem-xet-lai/([0-9a-f-]{36})/')
ITEM = re.compile(r"/tu-cham/([\w-]+)/([\d.]+)/\?ky=")
SEED = re.compile(r"\b[0-9a-f]{32}\b")
SHA256 = re.compile(r"SHA-256: ([0-9a-f]{64})")


@dataclass
class ScoringPlay(Play):
    """Each answers with the status of the page."""

    def score_self(self, act: Act) -> str:
        """Both measures on one page, each with its file."""
        path, browser = f"{HOME}tu-cham/{act.body['unit']}/{OF_PERIOD}", self.browsers[act.who]
        page = browser.get(path).page
        form = form_with(page, name="4.4-seen") or form_with(page, name="5.2-seen")
        fields: dict[str, Any] = {**(form.fields if form else {}), "act": act.body["act"]}
        files = []
        for measure, points in act.body["told"].items():
            fields |= {f"{measure}-points": points, f"{measure}-explanation": "Đã làm trong kỳ, có văn bản kèm theo."}
            if act.body["evidence"]:
                files.append(File(f"{measure}-evidence", *FILES[act.body["evidence"]]))
        return str(browser.post_files(path, fields, files).status)

    def ask_check(self, act: Act) -> str:
        return self._judge(act, "nho-kiem-tra", {"ask-unit": act.body["to"]})

    def check_score(self, act: Act) -> str:
        told = {f"check-{name}": act.body[name] for name in ("points", "difference")}
        return self._judge(act, "ket-qua-kiem-tra", told)

    def return_score(self, act: Act) -> str:
        return self._judge(act, "tra-lai", {"return-reason": act.body["reason"]})

    def appraise(self, act: Act) -> str:
        return self._judge(act, "tham-dinh", {name: act.body[name] for name in ("points", "difference")})

    def _judge(self, act: Act, verb: str, fields: Mapping[str, object]) -> str:
        path = f"{HOME}tu-cham/{act.body['unit']}/{act.body['measure']}/"
        return press(self.browsers[act.who], f"{path}{OF_PERIOD}", f"{path}{verb}/{OF_PERIOD}", fields)

    def draw_sample(self, act: Act) -> str:
        return str(self.browsers[act.who].post(f"{HOME}mau-kiem-tra/{OF_PERIOD}", {}).status)

    def inspect(self, act: Act) -> str:
        place = act.body["place"]
        fields = {f"{place}-result": "AS_SCORED", f"{place}-inspected_on": act.body["day"]}
        path = f"{HOME}mau-kiem-tra/"
        return press(self.browsers[act.who], f"{path}{OF_PERIOD}", f"{path}{place}/{OF_PERIOD}", fields)

    def adjust(self, act: Act) -> str:
        path, browser = f"{HOME}thuong-phat/{OF_PERIOD}", self.browsers[act.who]
        form = form_with(browser.get(path).page, name="cause")
        return str(browser.post(path, {**(form.fields if form else {}), **act.body}).status)

    def move_standing(self, act: Act) -> str:
        path, told = f"{HOME}chot-diem/", {"reason": "Tính lại một chỉ tiêu"}
        return press(self.browsers[act.who], f"{path}{OF_PERIOD}", f"{path}{act.body['verb']}/{OF_PERIOD}", told)

    def ask_review(self, act: Act) -> str:
        path, browser = f"{HOME}xem-xet-lai/{act.body['unit']}/{OF_PERIOD}", self.browsers[act.who]
        form = form_with(browser.get(path).page, name="reason")
        told = {"measure": act.body["measure"], "reason": act.body["reason"]}
        # Where nothing can be asked the page shows no form; the address is there all the same.
        return str(browser.post(path, {**(form.fields if form else {"key": uuid.uuid4()}), **told}).status)

    def answer_review(self, act: Act) -> str:
        """The only one that waits."""
        browser = self.browsers[act.who]
        found = REVIEW.search(browser.get(f"{HOME}xem-xet-lai/{OF_PERIOD}").page)
        if found is None:
            return "nothing"
        path = f"{HOME}xem-xet-lai/{found[1]}/{act.body['verb']}/{OF_PERIOD}"
        return str(browser.post(path, {"answer": act.body["answer"]}).status)


def found(office: Browser) -> dict[str, Any]:
    """In the shape of the truth."""
    cards = office.get(f"/api/v1/campaigns/{CODE}/scorecards?period={PERIOD}&size=200").json["items"]
    return {
        "self_scores": dict(_self_scores(cards)),
        "adjustments": {
            card["unit"]: [[one["code"], one["points"]] for one in card["adjustments"]]
            for card in cards
            if card["adjustments"]
        },
        "sample": _sample(office),
        "totals": {card["unit"]: [card["total"], card["rank"]] for card in cards},
        "standing": _standing(office, cards),
        "frozen": dict(_frozen(office)),
    }


def _self_scores(cards: list[dict[str, Any]]) -> Iterator[tuple[str, list[float]]]:
    for card in cards:
        for line in card["lines"]:
            if line["self_score"] is not None:
                yield f"{card['unit']} {line['measure']}", [line["self_score"], line["points"]]


def _sample(office: Browser) -> dict[str, list[Any]]:
    """How many were drawn of how many; and whether those were, by the seed that the page tells."""
    page = office.get(f"{HOME}mau-kiem-tra/{OF_PERIOD}").text
    items, seed = ITEM.findall(page), SEED.search(page)
    drawn_from = re.search(r"% của (\d+) điểm tự chấm", plain(page))
    is_by_seed = bool(seed) and items == drawn_by(seed[0] if seed else "")
    return {"drawn": [int(drawn_from[1]) if drawn_from else None, len(items)], "by its seed": [is_by_seed]}


def _standing(office: Browser, cards: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The state; whether the kept bytes have the SHA-256 of the page and of the cards; how much differs when it is
    counted again."""
    shown = SHA256.search(office.get(f"{HOME}chot-diem/{OF_PERIOD}").text)
    told = {card["sha256"] for card in cards}
    state = ", ".join(sorted({card["standing"] for card in cards}))
    kept = hashlib.sha256(office.get(f"{HOME}chot-diem/ban/1/{OF_PERIOD}").content).hexdigest()
    again = office.get(f"{HOME}chot-diem/doi-chieu/{OF_PERIOD}").text
    badge = re.search(r'<span class="vx-badge[^"]*"[^>]*>(.*?)</span>', _reviews(office), re.DOTALL)
    words = plain(badge[1]) if badge else ""
    differing = again.count('<th scope="row">')
    return {
        "period": [state, shown is not None and kept == shown[1], told == {kept}, differing],
        "review PB 4.4": [REVIEWS.get(words, words)],
    }


def _reviews(office: Browser) -> str:
    page = office.get(f"{HOME}xem-xet-lai/{OF_PERIOD}").text
    return page[page.find("vx-stack") :]


def _frozen(office: Browser) -> Iterator[tuple[str, list[Any]]]:
    """What the kept bytes hold, letter by letter what was frozen."""
    for card in office.get(f"{HOME}chot-diem/ban/1/{OF_PERIOD}").json["cards"]:
        lines = {line["measure"]["id"]: line["measured"] for line in card["lines"]}
        for name, measure in MEASURES.items():
            yield f"{card['unit']['code']} {name}", lines[measure] or [None, None]
