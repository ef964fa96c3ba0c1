"""Telephone numbers in one spelling, so that 0912 345 678 and +84 912345678 are the same."""

import phonenumbers

REGION = "VN"


class PhoneError(ValueError):
    """What was typed is not a telephone number that can exist."""


def normalized(text: str) -> str:
    """The number as +84…; mobile and landline, foreign ones with their country code."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise PhoneError(text) from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken(text: str) -> str:
    """The number as it is read out in Viet Nam: 0912 345 678; what cannot be read stays as it is."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return text
    home = number.country_code == phonenumbers.country_code_for_region(REGION)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
