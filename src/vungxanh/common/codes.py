"""Codes that people read from paper and type: letters and digits that cannot be mistaken for one another."""

import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""31 characters, about 4.95 bits each."""

LONGEST = 80


def fresh_code(groups: int = 3) -> str:
    """Groups of four with hyphens between; three of them hold 59 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))


def canonical_code(text: str) -> str:
    """As typed or scanned: capitals, blanks and hyphens make no difference."""
    return "".join(character for character in text.casefold() if character.isalnum())[:LONGEST]
