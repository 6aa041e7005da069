from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from portal.core.text import one_form

LANGUAGES = [("en", "English"), ("es", "Español"), ("pt-br", "Português (Brasil)"), ("fr", "Français"), ("ar", "العربية")]


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Create a person who can sign in; without a password only by invitation or reset."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, **{**fields, "is_superuser": True})

    def who_may(self, permission: str) -> models.QuerySet["User"]:
        """Return the active people who hold ``app_label.codename``, themselves or by a group; superusers are not asked for their work."""
        label, codename = permission.split(".")
        of_group = models.Q(groups__permissions__content_type__app_label=label, groups__permissions__codename=codename)
        own = models.Q(user_permissions__content_type__app_label=label, user_permissions__codename=codename)
        return self.filter(of_group | own, is_active=True).distinct().order_by("pk")

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. One name, as it should appear; which organisation the person acts for is kept by licensing."""

    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name, as it should appear"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="en")
    timezone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)  # type: ignore[misc,assignment]
    date_joined = models.DateTimeField(default=now)
    warned_at = models.DateTimeField(null=True, editable=False)  # that the account ends by itself
    # Raised whenever what the person may do changes; every session of theirs gets a new key then (portal.accounts.sessions).
    rights_version = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_address")]

    def __str__(self) -> str:
        return self.name or self.email

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(None if raw_password is None else one_form(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(None if raw_password is None else one_form(raw_password))

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_staff(self) -> bool:
        """Whether the person may enter the CMS."""
        return self.is_active and self.has_perm("wagtailadmin.access_admin")
