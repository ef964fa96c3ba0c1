"""Keeps files of evidence: judged by what is in them, encrypted in the database, where nothing can run them."""

import datetime
import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.attached_files import (
    DOCX,
    ENDINGS,
    PDF,
    XLSX,
    AttachedFileError,
    UnknownKindError,
    media_type_of,
    safe_name,
)
from vungxanh.common.encryption import encrypt
from vungxanh.common.photographs import PhotographError, cleaned_photograph
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import AdjustmentState, SelfScoreState
from vungxanh.movement.models import Adjustment, EvidenceFile, SelfScore
from vungxanh.movement.operations.self_scores import SelfScoreError, late_words, open_season, words_of_score
from vungxanh.movement.permissions import may_adjust, may_score
from vungxanh.movement.queries.self_scores import Season, day_of
from vungxanh.movement.rulebook import SelfScoreRule
from vungxanh.movement.workflow import SELF_SCORE

JPEG = "image/jpeg"
KINDS = (PDF, DOCX, XLSX)


@transaction.atomic
def add_evidence(score: SelfScore, name: str, content: bytes, *, actor: User, at: datetime.datetime) -> EvidenceFile:
    """To a draft or to what was returned; the same file again is the same evidence. Raises `SelfScoreError`."""
    may_score(actor, score.unit_id, on=day_of(at)).or_refuse()
    score, season = _written(score, at)
    return _kept({"self_score": score}, score.unit_id, season.rule, name, content, actor, at)


@transaction.atomic
def add_adjustment_evidence(
    adjustment: Adjustment, name: str, content: bytes, *, actor: User, at: datetime.datetime
) -> EvidenceFile:
    """The same file again is the same evidence. Raises `SelfScoreError`."""
    may_adjust(actor, adjustment.campaign, adjustment.unit_id, on=day_of(at)).or_refuse()
    season = open_season(adjustment.campaign, adjustment.period, adjustment.unit_id, at=at)
    adjustment = Adjustment.objects.get(pk=adjustment.pk)
    if adjustment.state != AdjustmentState.GIVEN:
        raise SelfScoreError(_("These points were taken back meanwhile."))
    return _kept({"adjustment": adjustment}, adjustment.unit_id, season.rule, name, content, actor, at)


@transaction.atomic
def withdraw_evidence(evidence: EvidenceFile, *, actor: User, at: datetime.datetime) -> None:
    """Of a self-score that is not sent, by the unit; once more changes nothing. Raises `SelfScoreError`."""
    if evidence.self_score is None:
        raise SelfScoreError(_("Evidence of bonus and penalty points stays."))
    may_score(actor, evidence.self_score.unit_id, on=day_of(at)).or_refuse()
    score, _season = _written(evidence.self_score, at)
    evidence = EvidenceFile.objects.get(pk=evidence.pk)
    if evidence.withdrawn_at is None:
        evidence.content, evidence.withdrawn_at = None, at
        evidence.save(update_fields=["content", "withdrawn_at"])
        _record("withdraw", evidence, score.unit_id, actor, at)


def _written(score: SelfScore, at: datetime.datetime) -> tuple[SelfScore, Season]:
    """As it stands once nobody else changes it, where the unit may still write. Raises `SelfScoreError`."""
    season = open_season(score.campaign, score.period, score.unit_id, at=at)
    score = SelfScore.objects.get(pk=score.pk)
    try:
        SELF_SCORE.find(score.state, "write")
    except NoSuchMoveError as error:
        raise SelfScoreError(words_of_score(score)) from error
    if score.state == SelfScoreState.DRAFT and not season.takes_sending:
        raise SelfScoreError(late_words(season))
    return score, season


def _kept(
    owner: Mapping[str, SelfScore | Adjustment],
    unit_id: int,
    rule: SelfScoreRule,
    name: str,
    content: bytes,
    actor: User,
    at: datetime.datetime,
) -> EvidenceFile:
    standing = EvidenceFile.objects.filter(withdrawn_at__isnull=True, **owner)
    received = hashlib.sha256(content).hexdigest()
    if there := standing.filter(received_sha256=received).first():
        return there
    if standing.count() >= rule.most_files:
        words = _("At most %(count)d files stand there; this one is not kept.")
        raise SelfScoreError(words % {"count": rule.most_files})
    media_type, kept = judged(content, rule)
    made = EvidenceFile.objects.create(
        **owner,
        name=safe_name(name, ENDINGS.get(media_type, ".jpg"), otherwise="minh-chung"),
        media_type=media_type,
        content=encrypt(kept),
        sha256=hashlib.sha256(kept).hexdigest(),
        received_sha256=received,
        size_bytes=len(kept),
        added_at=at,
        added_by=actor,
    )
    _record("add", made, unit_id, actor, at)
    return made


def judged(content: bytes, rule: SelfScoreRule) -> tuple[str, bytes]:
    """Its kind by what is in it, and what is kept of it: a picture encoded anew, everything else as it came. Raises
    `SelfScoreError`."""
    if len(content) > rule.largest_mb * 1024 * 1024:
        raise SelfScoreError(_("The file is larger than %(size)d MB.") % {"size": rule.largest_mb})
    try:
        return media_type_of(content, kinds=KINDS), content
    except UnknownKindError:
        pass
    except AttachedFileError as error:
        raise SelfScoreError(str(error)) from error
    try:
        return JPEG, cleaned_photograph(content, longest_edge=rule.longest_edge).content
    except PhotographError as error:
        raise SelfScoreError(_("Only PDF, DOCX, XLSX and pictures (JPEG, PNG, WebP) are taken.")) from error


def _record(verb: str, evidence: EvidenceFile, unit_id: int, actor: User, at: datetime.datetime) -> None:
    detail = {"name": evidence.name, "sha256": evidence.sha256}
    record(f"movement.{verb}_evidence", actor=actor, at=at, subject=evidence, unit_id=unit_id, detail=detail)
