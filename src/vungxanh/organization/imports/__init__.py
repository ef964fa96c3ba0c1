"""Reads staff lists: spreadsheets and CSV as people type them, every fault named by its cell."""
