"""Reads of the movement."""
