"""Forms of the movement."""
