"""What keeps machines from the form that is open to everybody, without any foreign service.

A page gives the form a signed token with the moment when it was shown: what comes back at once, or much too late, is
sent back. Where a place is flooded, the token carries a question that a person answers in a moment.
"""

import secrets
from dataclasses import dataclass

import msgspec
from django.core import signing
from django.utils.translation import gettext as _

from vungxanh.admission.rulebook import VisitRule
from vungxanh.common import limits

SALT = "vungxanh.admission.visit"
HOUR = 3600
BY_ADDRESS, BY_SITE = "visit-address", "visit-site"


@dataclass(frozen=True, slots=True)
class FormGuard:
    """For one place and one network address at the real moment `now`, in seconds."""

    rule: VisitRule
    site_code: str
    address: str
    now: float

    def token(self) -> str:
        question = (secrets.randbelow(8) + 2, secrets.randbelow(8) + 2) if self.is_flooded else None
        return signing.dumps(msgspec.to_builtins(Token(self.site_code, self.now, question)), salt=SALT)

    @property
    def is_flooded(self) -> bool:
        return limits.tried(BY_SITE, self.site_code) >= self.rule.question_from

    def is_over_limit(self) -> bool:
        """Counts this sending, and says whether address or place have had too many."""
        of_address = limits.count(BY_ADDRESS, self.address, seconds=HOUR)
        of_site = limits.count(BY_SITE, self.site_code, seconds=HOUR)
        return of_address > self.rule.address_hour or of_site > self.rule.site_hour

    def fault(self, token: str, answer: str) -> str:
        """Why what came in must be sent once more; empty where it need not."""
        said = self.opened(token)
        if said is None:
            return _("The page was open for too long. Your answers are kept below: send them once more.")
        if self.now - said.shown < self.rule.min_seconds:
            return _("That was very quick. Look over your answers and send them once more.")
        if said.question and answer.strip() != str(sum(said.question)):
            return _("Answer the question at the end as well.")
        return ""

    def opened(self, token: str) -> "Token | None":
        """What we signed for this place, as long as it is good."""
        try:
            said = msgspec.convert(signing.loads(token, salt=SALT), Token)
        except (signing.BadSignature, msgspec.ValidationError):
            return None
        is_fresh = 0 <= self.now - said.shown <= self.rule.form_hours * HOUR
        return said if said.site == self.site_code and is_fresh else None


class Token(msgspec.Struct, frozen=True):
    """What the form carries along: where and when it was shown, and two numbers to be added."""

    site: str
    shown: float
    question: tuple[int, int] | None = None
