"""What keeps machines from the form that is open to everybody, without any foreign service.

A page gives the form a signed token with the moment when it was shown: what comes back at once, or much too late, is
sent back. Where a place is flooded, the token carries a question that a person answers in a moment.

Many people may stand behind one network address (a bus, an office): what one address may send is generous, what one
telephone number may is not. The link of an invitation is proof enough: it counts for itself alone.
"""

import math
import secrets
from dataclasses import dataclass

import msgspec
from django.core import signing
from django.utils.translation import gettext as _

from vungxanh.admission.rulebook import VisitRule
from vungxanh.common import limits
from vungxanh.common.encryption import digest

SALT = "vungxanh.admission.visit"
HOUR = 3600
BY_ADDRESS, BY_SITE, BY_PHONE, BY_INVITATION = "visit-address", "visit-site", "visit-phone", "visit-invitation"


@dataclass(frozen=True, slots=True)
class FormGuard:
    """For one place and one network address at the real moment `now`, in seconds; or for the key of an `invitation`."""

    rule: VisitRule
    site_code: str
    address: str
    now: float
    invitation: str = ""

    def token(self) -> str:
        question = (secrets.randbelow(8) + 2, secrets.randbelow(8) + 2) if self.is_flooded else None
        return signing.dumps(msgspec.to_builtins(Token(self.site_code, self.now, question)), salt=SALT)

    @property
    def is_flooded(self) -> bool:
        return not self.invitation and limits.tried(BY_SITE, self.site_code) >= self.rule.question_from

    def minutes_to_wait(self) -> int:
        """Counts this sending; 0, or after how many minutes to send again, where there were too many in this hour.

        What an address sends beyond its own limit does not count for the place: it shuts out nobody else.
        """
        if self.invitation:
            return self._minutes_over(BY_INVITATION, self.invitation, self.rule.invitation_hour)
        return self._minutes_over(BY_ADDRESS, self.address, self.rule.address_hour) or self._minutes_over(
            BY_SITE, self.site_code, self.rule.site_hour
        )

    def minutes_to_wait_with(self, phone: str) -> int:
        """The same for the telephone number of a form that is complete; that of an invitation was the host's."""
        return 0 if self.invitation else self._minutes_over(BY_PHONE, digest(phone), self.rule.phone_hour)

    def _minutes_over(self, name: str, who: str, most: int) -> int:
        if limits.count(name, who, seconds=HOUR) <= most:
            return 0
        return max(1, math.ceil(limits.seconds_left(name, who) / 60))

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
