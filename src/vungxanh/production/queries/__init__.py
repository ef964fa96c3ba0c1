"""Reads of production."""
