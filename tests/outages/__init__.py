"""A served agency that is damaged on purpose, and what must stand afterwards."""
