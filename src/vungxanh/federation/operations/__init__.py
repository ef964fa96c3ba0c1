"""What is done with roll-ups: made here, received from below, and whom they are received from."""

from vungxanh.federation.operations.keeping import thin_out
from vungxanh.federation.operations.making import make_rollups
from vungxanh.federation.operations.receiving import receive_rollup, sender_of

__all__ = ["make_rollups", "receive_rollup", "sender_of", "thin_out"]
