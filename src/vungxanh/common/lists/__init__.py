"""Reads lists from spreadsheets and CSV as people type them: typed rows, and every fault named by its cell."""
