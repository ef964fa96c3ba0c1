"""Reads of the settings pages. They show what holds for the whole installation; the views ask who is looking."""

from vungxanh.organization import roles
from vungxanh.organization.enums import Role

SEE = roles.LEADERS | {Role.OFFICE, Role.ADMINISTRATOR}
"""Who sees the settings."""
