"""A key is made once, however many come for it first at the same moment."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from vungxanh.common.made_once import made_once

AT_ONCE = 8


def test_all_who_come_first_have_the_same_and_the_whole(tmp_path: Path) -> None:
    together = Barrier(AT_ONCE)

    def come(number: int) -> bytes:
        together.wait()
        return made_once(tmp_path / str(number), lambda: os.urandom(64))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(50):
            found = set(pool.map(come, [number] * AT_ONCE))
            assert len(found) == 1
            assert [len(one) for one in found] == [64]
    assert len(list(tmp_path.iterdir())) == 50


def test_it_is_for_its_owner_only_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert made_once(path, lambda: b"first") == b"first"
    assert made_once(path, lambda: b"second") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
