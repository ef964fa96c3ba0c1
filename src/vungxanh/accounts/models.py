"""The user, the sessions and the tokens by which a user is known."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from vungxanh.accounts import devices, phones
from vungxanh.common.encryption import EncryptedTextField, digest


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").casefold())


class User(AbstractBaseUser):
    """An account. What it may do comes from the roles that it holds at nodes of the organization, never from flags."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=160)
    search_name = models.CharField(max_length=160, default="", blank=True)
    phone = EncryptedTextField()
    phone_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="vi")
    must_change_password = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(username=""), name="user_has_a_name"),
            models.CheckConstraint(condition=Q(username=Lower(F("username"))), name="user_name_is_lower"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def spoken_phone(self) -> str:
        return phones.spoken(self.phone)


class UserSession(AbstractBaseSession):
    """A browser that is signed in; its owner sees it in a list and can end it."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "expire_date"], name="session_by_user")]

    def __str__(self) -> str:
        return self.spoken_device or "–"

    @property
    def spoken_device(self) -> str:
        return devices.spoken(self.device)

    @property
    def handle(self) -> str:
        """What a page calls the session; the key itself would open it for whoever reads the page."""
        return digest(f"session:{self.session_key}")[:32]


class AccessToken(models.Model):
    """A bearer token of the API. The token itself is signed and not stored; this row can revoke it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=200, blank=True)
    key_thumbprint = models.CharField(max_length=43, blank=True)
    """RFC 7638, of the key that never leaves the device; empty for a plain bearer token."""

    class Meta:
        indexes = [models.Index(fields=["user", "expires_at"], name="token_by_user")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_it_is_made"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%d/%m/%Y}"

    @property
    def spoken_device(self) -> str:
        return devices.spoken(self.device)


class ActivationSlip(models.Model):
    """A printed code that signs its owner in once. The code itself stands on the paper only."""

    user = models.ForeignKey(User, models.CASCADE, related_name="slips")
    code_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="slip_expires_after_it_is_made"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True), name="slip_used_or_withdrawn"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="slip_one_open_for_a_user",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%d/%m/%Y}"
