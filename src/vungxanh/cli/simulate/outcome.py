"""What came of a play."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from vungxanh.cli.simulate.acting import Difference

Step = Callable[[str], None]


@dataclass
class Outcome:
    """What came of it: how many things were compared by topic, where they differ, what it took."""

    compared: Counter[str]
    differences: list[Difference]
    requests: int
    seconds: float
