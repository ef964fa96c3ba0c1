"""Reads of screening: a day's counts, who is missing, a person's declarations."""
