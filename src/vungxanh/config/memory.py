"""How a process that serves pages looks for memory that nothing uses any more."""

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 50
"""A page of 2,000 units makes some tens of thousands of objects that die with it; by Python's own figures everything
that lives is looked through several times for it, which takes longer than its queries."""


def settle_memory() -> None:
    """Called once everything is loaded: what lives now lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
