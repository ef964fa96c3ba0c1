"""Reads through the interface what the product knows, as those who come to read it, and compares it with the truth."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vungxanh.cli.simulate.acting import Difference
from vungxanh.cli.simulate.played.world import ROOT
from vungxanh.cli.simulate.wire import Answer, Browser
from vungxanh.cli.simulate.words import CONFLICTS, LEVELS, TIMELINESS, VISITS, plain, rows_of

TOPICS = {
    "answers": "Câu trả lời từng việc",
    "units": "Đơn vị: phải khai, đã khai, còn thiếu, cần lưu ý",
    "people": "Từng người: hai lần khai, mức nguy cơ",
    "own": "Các lần khai của chính mình",
    "inside": "Ai đang ở trong",
    "conflicts": "Lượt ra vào chưa khớp",
    "visits": "Lượt khách",
    "contacts": "Ai đã ở cùng phòng, cùng xe",
    "returns": "Báo cáo ngày",
    "calls": "Danh sách gọi điện",
    "findings": "Điểm cần làm rõ",
    "ledger": "Sổ báo cáo: đơn vị và ngày",
    "zones": "Màu của đơn vị từng ngày",
    "escalations": "Nhắc việc và báo cấp trên từng ngày",
    "deliveries": "Cập nhật bản đồ, gửi nơi nhận từng ngày",
    "received": "Nơi nhận có gì, theo thứ tự, mỗi bản một lần",
    "launches": "Phát động, giao ước, cam kết của đơn vị",
    "scores": "Bảng chấm điểm: đã làm trên phải làm",
    "plans": "Kế hoạch của đơn vị: trạng thái, các bản, góp ý, số",
    "activities": "Hoạt động, giao ước của đoàn thể",
    "opinions": "Ý kiến cấp ủy về kế hoạch",
    "production": "Chỉ tiêu sản xuất: giao, đạt",
    "front_line": "Người phục vụ tuyến đầu",
    "responses": "Phương án xử lý tình huống: áp dụng, diễn tập, thực hiện",
    "self_scores": "Điểm tự chấm và điểm thẩm định",
    "adjustments": "Điểm thưởng, điểm trừ",
    "sample": "Mẫu kiểm tra theo số rút",
    "totals": "Tổng điểm và xếp thứ",
    "standing": "Chốt điểm: bản lưu, mã SHA-256, tính lại",
    "frozen": "Số liệu trong bản đã chốt",
    "papers": "Sổ văn bản đi, trang kiểm tra văn bản",
    "tables": "Bảng trong báo cáo phát động, sơ kết",
    "honours": "Gương tốt do dữ liệu phát hiện",
}


@dataclass
class Reader:
    """Those who look: heads, guards, the health officer, the director, each with the own browser."""

    day: datetime.date
    browsers: Mapping[str, Browser]
    people: list[dict[str, Any]]
    units: list[dict[str, Any]]
    places: list[dict[str, Any]]

    def found(self, truth: Mapping[str, Any]) -> dict[str, Any]:
        """By topic, in the shape of the truth, which tells whose contacts are asked for."""
        tops = [one["code"] for one in self.units if one["parent"] == ROOT]
        gates = {one["site"]: one["code"] for one in reversed(self.places) if one["kind"] == "GATE"}
        return {
            "units": {one["code"]: self.unit(one["code"]) for one in self.units if one["parent"]},
            "people": {name: line for top in tops for name, line in self.board(top).items()},
            "own": {one["name"]: self.own(one["code"]) for one in self.people if one["way"] == "APP"},
            "inside": {site: self.inside(site, gate) for site, gate in gates.items()},
            "conflicts": {site: self.conflicts(site, gate) for site, gate in gates.items()},
            "visits": self.visits(),
            "contacts": self.contacts(truth["contacts"]),
            "returns": self.returns(),
            "calls": {"names": self.calls()},
            "findings": {top: self.findings(top) for top in tops},
        }

    def holder(self, role: str, unit: str = "") -> Browser:
        code = next(one["code"] for one in self.people if one["role"] == role and unit in ("", one["unit"]))
        return self.browsers[code]

    def keeper(self, site: str) -> Browser:
        unit = site.removeprefix("S-")
        return self.holder("GUARD") if unit == "PA" else self.holder("UNIT_CLERK", unit)

    def unit(self, code: str) -> dict[str, Any]:
        """As its head reads it."""
        told = _json(self.holder("UNIT_HEAD", code).get(f"/api/v1/units/{code}/days/{self.day}"))
        return {
            **{key: told.get(key) for key in ("expected", "excused", "declared")},
            "missing": sorted(one["name"] for one in told.get("missing", [])),
            "flagged": sorted([one["name"], one["level"]] for one in told.get("flagged") or []),
        }

    def board(self, top: str) -> dict[str, list[str]]:
        """The spreadsheet of the board of the unit and everything below it."""
        rows = self.holder("UNIT_HEAD", top).get(f"/hom-nay/{top}/{self.day}/xlsx/").sheet()
        heads = next(index for index, row in enumerate(rows) if "Họ và tên" in row)
        columns = {word: place for place, word in enumerate(rows[heads])}
        places = [columns[word] for word in ("Họ và tên", "Khi đến", "Khi về", "Nguy cơ")]
        lines = [[str(row[place]) for place in places] for row in rows[heads + 1 :]]
        return {
            name: [TIMELINESS.get(arrival, ""), TIMELINESS.get(leaving, ""), LEVELS.get(level, level)]
            for name, arrival, leaving, level in lines
        }

    def own(self, code: str) -> dict[str, str]:
        rows = _json(self.browsers[code].get("/api/v1/declarations")).get("items", [])
        return {row["window"]: row["timeliness"] for row in rows if row["day"] == self.day.isoformat()}

    def inside(self, site: str, gate: str) -> list[str]:
        return sorted(name for name, _row in self.pages(site, f"/cong/{gate}/"))

    def conflicts(self, site: str, gate: str) -> list[list[str]]:
        rows = self.pages(site, f"/cong/{gate}/chua-khop/")
        return sorted([name, _first(CONFLICTS, row)] for name, row in rows)

    def pages(self, site: str, path: str) -> list[tuple[str, str]]:
        """The rows of a list on all its pages."""
        keeper, rows, number = self.keeper(site), [], 1
        while True:
            page = keeper.get(f"{path}?page={number}").text
            rows += rows_of(page)
            number += 1
            if f"?page={number}" not in page:
                return rows

    def visits(self) -> dict[str, str]:
        """The guard's queue: each state is a table of its own."""
        page = self.keeper("S-PA").get("/khach-tai-cong/S-PA/").text
        found: dict[str, str] = {}
        for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
            caption = re.search(r"<caption[^>]*>\s*(.*?)\s*\(\d+\)", table, re.DOTALL)
            words = caption[1].strip() if caption else ""
            found |= {name.split(" +")[0]: VISITS.get(words, words) for name, _row in rows_of(table)}
        return found

    def contacts(self, names: Mapping[str, Any]) -> dict[str, list[str]]:
        """The health officer traces somebody: the room or vehicle, and who was there as well."""
        units = {one["name"]: one["unit"] for one in self.people if one["name"] in names}
        boards = {unit: self.links(unit) for unit in sorted(set(units.values()))}
        return {name: self.traced(boards[unit].get(name, "")) for name, unit in units.items()}

    def links(self, unit: str) -> dict[str, str]:
        """By name the pseudonym that stands in the addresses of the unit's board."""
        page = self.holder("UNIT_HEAD", unit).get(f"/hom-nay/{unit}/{self.day}/").text
        found = re.findall(r'href="/nguy-co/nguoi/([0-9a-f-]{36})/[^"]*"[^>]*>(.*?)</a>', page, re.DOTALL)
        return {plain(words): key for key, words in found}

    def traced(self, pseudonym: str) -> list[str]:
        page = self.holder("HEALTH_OFFICER").get(f"/khai-bao/noi-da-den/{pseudonym}/").text
        for stay in re.findall(
            r"<li>\s*<p class=\"vx-places-head\">.*?(?=<p class=\"vx-places-head\">|\Z)", page, re.DOTALL
        ):
            others = re.findall(r"<li>\s*<span>(.*?)<span", stay, re.DOTALL)
            if others:
                place = re.search(r"<strong>(.*?)</strong>", stay, re.DOTALL)
                return [plain(place[1]) if place else "", ", ".join(sorted(plain(one) for one in others))]
        return []

    def returns(self) -> dict[str, dict[str, Any]]:
        """Of every point in the director's control room, as its head reads it."""
        found = {}
        room = _json(self.holder("DIRECTOR").get(f"/api/v1/control-room/{self.day}?size=200"))
        for code in sorted(row["unit"] for row in room.get("items", [])):
            if code != ROOT:
                told = _json(self.holder("UNIT_HEAD", code).get(f"/api/v1/units/{code}/days/{self.day}"))
                found[code] = {key: (told.get("return") or {}).get(key) for key in ("status", "on_time")}
        return found

    def calls(self) -> list[str]:
        """Whom the Office has to call; the page names heads to call as well."""
        page = self.holder("OFFICE").get(f"/dieu-hanh/{self.day}/goi-dien/").text
        return sorted(one["name"] for one in self.people if not one["role"] and one["name"] in page)

    def findings(self, top: str) -> list[list[str]]:
        """Those for the head and those for the health officer."""
        path = f"/nguy-co/can-lam-ro/{top}/{self.day}/"
        found = []
        for reader in (self.holder("UNIT_HEAD", top), self.holder("HEALTH_OFFICER")):
            for name, row in rows_of(reader.get(path).text):
                code = re.search(r"\((\w+);", row)
                found.append([name, code[1] if code else row])
        return sorted(found)


def compared(truth: Mapping[str, Any], found: Mapping[str, Any], *, at: str) -> list[Difference]:
    """Topic by topic, person by person."""
    return [one for topic in truth for one in _compared(topic, truth[topic], found[topic], at)]


def _compared(topic: str, truth: Mapping[str, Any], found: Mapping[str, Any], at: str) -> list[Difference]:
    keys = sorted({*truth, *found})
    differing = [key for key in keys if truth.get(key) != found.get(key)]
    return [Difference(topic, f"{at} {key}", *_apart(truth.get(key), found.get(key))) for key in differing]


def _apart(truth: object, found: object) -> tuple[object, object]:
    """Of two lists or two records only what the other has not."""
    if isinstance(truth, list) and isinstance(found, list) and truth and isinstance(truth[0], list):
        return [one for one in truth if one not in found], [one for one in found if one not in truth]
    if isinstance(truth, dict) and isinstance(found, dict):
        keys = [key for key in truth if truth[key] != found.get(key)]
        return {key: truth[key] for key in keys}, {key: found.get(key) for key in keys}
    return truth, found


def _first(words: Mapping[str, str], row: str) -> str:
    return next((code for word, code in words.items() if word in row), row)


def _json(answer: Answer) -> dict[str, Any]:
    """What came, or nothing where the reader was refused: then everything differs."""
    return dict(answer.json) if answer.status == 200 else {}
