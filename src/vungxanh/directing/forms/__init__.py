"""Forms of directing: input → clean values."""
