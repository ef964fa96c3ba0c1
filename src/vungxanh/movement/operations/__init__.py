"""Writes of the movement."""
