"""The page about speed says what the results say."""

import json
from pathlib import Path

from bench.manual import PAGE, PICTURES, draw


def test_page_and_charts_are_drawn_from_the_newest_results() -> None:
    """`python -m bench.manual` writes them."""
    files = draw()
    assert {path: path.read_text(encoding="utf-8") for path in files} == files
    assert set(PICTURES.glob("toc-do-*.svg")) == set(files) - {PAGE}


def test_what_is_measured_anew_is_what_is_drawn(tmp_path: Path) -> None:
    def measured(day: str, per_second: float) -> None:
        run = {"contestant": "ours", "connections": 64, "acknowledged": 9, "per_second": per_second, "p50_ms": 1.5}
        run |= {"p99_ms": 12.25, "server_us": 900.0, "database_us": 0.0, "client_share": 0.1}
        kept = {"date": day, "runs": [run], "settings": {"repeats": 1}, "machine": {"cores": 2, "memory_gib": 23.5}}
        (tmp_path / f"intake-sqlite-{day}.json").write_text(json.dumps(kept), encoding="utf-8")

    measured("2026-11-01", 500.0)
    measured("2026-11-02", 1234.0)
    files = draw(tmp_path)
    assert "| | 64 |\n|---|---|\n| Vùng Xanh | 1.234 |\n" in files[PAGE]
    assert "| Vùng Xanh | 1,50 ms | 12,2 ms | 900 µs |" in files[PAGE]
    assert "02/11/2026, 2 lõi, 23,5 GiB; số giữa của 1 lượt" in files[PAGE]
    assert ">1.234</text>" in files[PICTURES / "toc-do-to-khai-sqlite.svg"]
    assert "Chưa đo." in files[PAGE]
