"""What the rows of several modules have in common."""

import datetime
import hashlib
import uuid

from django.db import models
from django.db.models import Q

from vungxanh.common.encryption import DecryptionError, decrypt


class KeptPhotograph(models.Model):
    """A photograph that somebody sent in. `content` is an encrypted JPEG, `sha256` of the JPEG, `received_sha256` of
    the file as it came, by which the same file is known again.

    One sent by mistake is withdrawn, one whose time is over is erased: the content goes, the row stays and tells that
    there was one.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(content__isnull=False, withdrawn_at__isnull=True, erased_at__isnull=True)
                | Q(content__isnull=True) & ~Q(withdrawn_at__isnull=True, erased_at__isnull=True),
                name="%(class)s_gone_or_there",
            )
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def picture(self) -> bytes:
        """The JPEG of one that is still kept. Raises `DecryptionError`."""
        assert self.content is not None
        return decrypt(bytes(self.content))

    @property
    def is_whole(self) -> bool:
        """It can be opened and is what came."""
        try:
            return hashlib.sha256(self.picture).hexdigest() == self.sha256
        except DecryptionError:
            return False

    def withdraw(self, at: datetime.datetime) -> None:
        self.content, self.withdrawn_at = None, at
        self.save(update_fields=["content", "withdrawn_at"])
