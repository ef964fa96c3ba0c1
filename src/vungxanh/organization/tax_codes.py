"""Tax codes (mã số thuế): ten digits of which the last is a check digit, three more for a branch.

Structure: Circular 105/2020/TT-BTC, article 5. Since 1 July 2025 a household uses the twelve digits of the personal
identification of whoever represents it (Circular 86/2024/TT-BTC, article 5). The weights of the check digit stand in
neither text; they are those in public use, and agree with the published codes of the tests.
"""

import re

from django.utils.translation import gettext_lazy as _

from vungxanh.common.lists.columns import CellError

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tax_code(text: str) -> str:
    """Digits alone, with a hyphen before those of a branch: 0100109106 or 0100109106-001. Raises CellError."""
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"\d{10}|\d{12}|\d{13}", digits, re.ASCII):
        raise CellError(_("a tax code has 10 digits, 13 for a branch, or the 12 of a personal identification"))
    if len(digits) == 12:
        return digits
    if digits[9] != check_digit(digits):
        raise CellError(_("this tax code is mistyped: its check digit, the tenth, does not fit"))
    if digits[10:] == "000":
        raise CellError(_("branches are numbered from 001"))
    return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"


def check_digit(digits: str) -> str:
    """Of the first nine; "10" fits no digit: such a number is not given to anybody."""
    return str(10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=False)) % 11)
