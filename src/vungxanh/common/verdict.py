"""The answer to "may this person do that?": yes, or no with the reason in words."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """True when allowed; otherwise `reason` is the sentence that page, API and operation all show."""

    allowed: bool
    reason: Words = ""

    def __bool__(self) -> bool:
        return self.allowed

    def or_refuse(self) -> None:
        """Raise PermissionDenied with the reason when the answer is no."""
        if not self.allowed:
            raise PermissionDenied(str(self.reason))


ALLOWED = Verdict(True)


def refused(reason: Words) -> Verdict:
    return Verdict(False, reason)
