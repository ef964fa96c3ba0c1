"""The page of the manual about speed, drawn from the newest results: `python -m bench.manual`."""

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.day import results as day
from bench.intake import pages
from bench.intake import results as intake
from bench.intake.databases import ROOT
from bench.intake.people import EACH_UNIT

TEMPLATE, FOLDER = ROOT / "bench/toc-do.md", ROOT / "bench/results"
PAGE, PICTURES = ROOT / "docs/vi/toc-do.md", ROOT / "docs/pictures"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
DECLARING = {
    "ours": "Vùng Xanh",
    "ours-intake": "Vùng Xanh, chỉ API",
    "drf": "Django REST framework",
    "plain": "Django viết gọn nhất",
    "fastapi": "FastAPI, SQLAlchemy",
    "one-table": "chỉ ghi một bảng",
    "nothing": "không ghi gì",
}
LIMITS = ("one-table", "nothing")
WHOLE_DAY = {
    "risk": (
        "Xếp mức nguy cơ cho mọi người",
        "người",
        {
            "ours": "Vùng Xanh, mọi người đổi",
            "again": "Vùng Xanh, sáng hôm sau",
            "sql": "một câu SQL",
            "polars": "polars viết tay",
            "orm": "từng người một bằng ORM",
        },
    ),
    "compliance": (
        "Ai đã khai, ai thiếu, cả nước",
        "người",
        {"ours": "Vùng Xanh", "recomputed": "đếm lại từ từng người"},
    ),
    "tracing": (
        "Ai ở chung phòng với một ca bệnh",
        "lượt có mặt",
        {"ours": "Vùng Xanh", "named": "Vùng Xanh, kèm tên và đơn vị", "sql": "một câu SQL"},
    ),
}
LOOKED_AT = {
    "control-room": "màn hình điều hành {units} đơn vị",
    "unit": "hôm nay của một đơn vị",
    "declaring": "khai qua trang",
}
WIDTH, ROW, TOP = 400, 42, 34


def draw(folder: Path = FOLDER) -> dict[Path, str]:
    """What each file should hold: the page and its charts."""
    files: dict[Path, str] = {}
    made = {"intake": _declaring(folder, files), "pages": _meanwhile(folder), "day": _whole_day(folder, files)}
    parts = {name: "\n".join(lines) for name, lines in made.items()}
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"[[{name}]]", part.strip() or "Chưa đo.")
    return {PAGE: text} | files


def _declaring(folder: Path, files: dict[Path, str]) -> Iterator[str]:
    for vendor, kept in _newest(folder, "intake").items():
        medians = intake.median_of(kept["runs"])
        crowds = sorted({connections for _name, connections in medians})
        at = max((one for one in crowds if one <= intake.COMPARED_AT), default=crowds[0])
        compared = {name: medians[name, at] for name in DECLARING if (name, at) in medians}
        rates = [
            (DECLARING[name], found["per_second"], name.startswith("ours"))
            for name, found in compared.items()
            if name not in LIMITS
        ]
        title = f"Tờ khai mỗi giây, {at} kết nối, {DATABASES[vendor]}"
        yield f"### {DATABASES[vendor]}\n"
        yield from _chart(files, f"toc-do-to-khai-{vendor}.svg", title, rates)
        yield f"{_day_of(kept)}; số giữa của {kept['settings']['repeats']} lượt xen kẽ.\n"
        yield "Tờ khai mỗi giây theo số kết nối:\n"
        yield f"| | {' | '.join(map(str, crowds))} |"
        yield "|---" * (1 + len(crowds)) + "|"
        for name, says in DECLARING.items():
            known = [medians.get((name, one)) for one in crowds]
            if any(known):
                yield f"| {says} | {' | '.join(_number(one['per_second']) if one else '–' for one in known)} |"
        yield f"\nMỗi tờ khai, {at} kết nối:\n"
        yield "| | nửa số người chờ dưới | 99 % chờ dưới | xử lý |"
        yield "|---|---|---|---|"
        for name, found in compared.items():
            yield (
                f"| {DECLARING[name]} | {_number(found['p50_ms'])} ms | {_number(found['p99_ms'])} ms "
                f"| {_number(found['server_us'] + found['database_us'])} µs |"
            )
        yield ""


def _meanwhile(folder: Path) -> Iterator[str]:
    for vendor, kept in _newest(folder, "pages").items():
        yield f"### Trang trong lúc mọi người khai, {DATABASES[vendor]}\n"
        yield f"{_day_of(kept)}; mili giây từ lúc bấm đến chữ cuối cùng, {kept['settings']['repeats']} lượt.\n"
        yield "| | kết nối đang khai | tờ khai mỗi giây | một nửa dưới | 90 % dưới | lâu nhất |"
        yield "|---|---|---|---|---|---|"
        units = _number(kept["settings"]["people"] // EACH_UNIT)
        for name, connections, row in pages.summed(kept):
            figures = " | ".join(_number(round(row[one])) for one in ("rate", "p50", "p90", "worst"))
            yield f"| {LOOKED_AT[name].format(units=units)} | {connections} | {figures} |"
        yield ""


def _whole_day(folder: Path, files: dict[Path, str]) -> Iterator[str]:
    for what, (title, unit, names) in WHOLE_DAY.items():
        for vendor, kept in _newest(folder, what).items():
            medians = day.median_of(kept["runs"])
            largest = max(size for _name, size in medians)
            seconds = [
                (says, medians[name, largest]["seconds"], name in ("ours", "again", "named"))
                for name, says in names.items()
                if (name, largest) in medians
            ]
            yield f"### {title}, {DATABASES[vendor]}\n"
            head = f"Giây, {_number(largest)} {unit}, {DATABASES[vendor]}"
            yield from _chart(files, f"toc-do-{what}-{vendor}.svg", head, seconds)
            yield f"{_day_of(kept)}; số giữa của {kept['settings']['repeats']} lượt xen kẽ.\n"
            yield f"| | {unit} | giây | bộ nhớ cao nhất |"
            yield "|---|---|---|---|"
            for (name, size), run in medians.items():
                if name in names:
                    memory = f"{_number(run['peak_mb'])} MB"
                    yield f"| {names[name]} | {_number(size)} | {_number(run['seconds'])} | {memory} |"
            yield ""


def _newest(folder: Path, what: str) -> dict[str, dict[str, Any]]:
    """By database, in the order of the page."""
    found = intake.newest(folder, what)
    return {vendor: found[vendor] for vendor in DATABASES if vendor in found}


def _day_of(kept: dict[str, Any]) -> str:
    year, month, number = kept["date"].split("-")
    about = kept["machine"]
    return f"{number}/{month}/{year}, {about['cores']} lõi, {_number(about['memory_gib'])} GiB"


def _chart(files: dict[Path, str], name: str, title: str, rows: Sequence[tuple[str, float, bool]]) -> Iterator[str]:
    """Bars one below another, with names and figures that can be read on a phone."""
    top = max((value for _says, value, _is_ours in rows), default=0) or 1
    lines = [f'<text x="0" y="18" font-weight="700">{html.escape(title)}</text>']
    for place, (says, value, is_ours) in enumerate(rows):
        y, length = TOP + place * ROW, max(2, round(value / top * (WIDTH - 84)))
        tone = "#0f7b4f" if is_ours else "#8a9a94"
        lines += [
            f'<text x="0" y="{y + 12}">{html.escape(says)}</text>',
            f'<rect x="0" y="{y + 17}" width="{length}" height="14" rx="3" fill="{tone}"/>',
            f'<text x="{length + 6}" y="{y + 29}" font-weight="600">{_number(value)}</text>',
        ]
    height = TOP + len(rows) * ROW
    files[PICTURES / name] = "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -6 {WIDTH + 20} {height + 12}" role="img" '
            f'width="{WIDTH + 20}" height="{height + 12}" font-family="system-ui, sans-serif" font-size="14" '
            'fill="#14231c">',
            f'<rect x="-10" y="-6" width="{WIDTH + 20}" height="{height + 12}" rx="8" fill="#ffffff"/>',
            *lines,
            "</svg>\n",
        ]
    )
    yield f"![{title}](../pictures/{name})\n"


def _number(value: float) -> str:
    """As Vietnamese writes it: two figures behind the comma below ten, one below a hundred, none above."""
    places = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2 if value >= 0.1 else 4
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def main() -> None:
    files = draw()
    for old in PICTURES.glob("toc-do-*.svg"):
        if old not in files:
            old.unlink()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
