"""A connection tried: something real is sent, and the trail keeps who did it and what became of it."""

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.administration.permissions import may_change_settings
from vungxanh.administration.rulebook import SETTINGS
from vungxanh.audit.operations import record
from vungxanh.common import limits
from vungxanh.common.connections import Connection, Moment, Source, TrialError

LIMIT = "connection-trial"


class TooManyTrialsError(TrialError):
    """Nothing was sent."""


def try_connection(source: Source, connection: Connection, *, actor: User, moment: Moment) -> str:
    """What became of it in words. Raises `TrialError` with the words where it did not go through; both are kept."""
    may_change_settings(actor, on=moment.at.date()).or_refuse()
    rule = SETTINGS.current().in_force(moment.at.date())
    if limits.tried(LIMIT, str(actor.pk)) >= rule.trials:
        minutes = {"minutes": rule.trial_minutes}
        raise TooManyTrialsError(_("Too many trials: wait up to %(minutes)d minutes.") % minutes)
    limits.count(LIMIT, str(actor.pk), seconds=rule.trial_minutes * 60)
    try:
        words = source.attempt(connection.code, actor, moment)
    except TrialError as error:
        _keep(source, connection, actor, moment, str(error), is_through=False)
        raise
    _keep(source, connection, actor, moment, words, is_through=True)
    return words


def _keep(source: Source, connection: Connection, actor: User, moment: Moment, words: str, *, is_through: bool) -> None:
    record(
        "administration.try_connection",
        actor=actor,
        at=moment.at,
        subject=("administration.connection", f"{source.name}:{connection.code}"),
        subject_name=str(connection.name),
        detail={"through": is_through, "words": words[:300]},
    )
