"""Reads: the sums of this installation, and what came from those below."""
