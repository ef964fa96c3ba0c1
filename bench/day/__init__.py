"""Everybody's day at once: levels, counts of units, who was together; ours beside an ORM, SQL and polars by hand."""
