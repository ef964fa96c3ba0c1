"""Signing in by user name or by phone number."""

from django.contrib.auth.backends import BaseBackend


class NameOrPhoneBackend(BaseBackend):
    """Finds the user by name, or by the digest of a phone number."""
