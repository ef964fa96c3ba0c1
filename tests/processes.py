"""Processes that tests start: finding and ending all of them at once."""

import contextlib
import os
import signal
import subprocess


def family_of(pid: int) -> list[int]:
    """The process and everything below it, parents before children."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(its_parent) for child, its_parent in map(str.split, listed.splitlines())}
    family = [pid]
    for parent in family:
        family += [child for child, its_parent in parents.items() if its_parent == parent]
    return family


def kill_family(pid: int) -> None:
    """Without a chance to end in order; children first, so that nobody hears of a death and tidies up."""
    for one in reversed(family_of(pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
