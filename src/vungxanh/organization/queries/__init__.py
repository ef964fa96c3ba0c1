"""Reads of the organization, split by noun: people, working days, expectations."""
