"""Reads of the reviews: what is due, what was drafted, what is counted for one."""
