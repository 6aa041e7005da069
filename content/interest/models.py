"""Who wants to be told when a programme opens in a place. Rows are deleted, with the letters about them, once they are of no more use."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.interest.rules import CONFIRM_WITHIN, KEPT_TOLD, KEPT_WAITING, State, ends_at, state
from content.programmes.models import Programme


class InterestQuerySet(models.QuerySet):
    def of(self, programme_id: int, place_id: int, email: str):
        """Keep what one address said of one programme in one place."""
        return self.filter(programme=programme_id, place=place_id, email=email)

    def confirmed(self):
        """Keep those whose address is confirmed, told or not: what counts as demand."""
        return self.filter(confirmed_at__isnull=False)

    def waiting(self):
        """Keep those who are told once the programme opens."""
        return self.confirmed().filter(told_at=None)

    def unsent(self):
        """Keep those who are told, but whose letter waits still, or was refused by the mail server and is tried again each day."""
        return self.filter(told_at__isnull=False, known_at=None)

    def told(self, at: datetime):
        """Keep those to whom a letter left that is still to be corrected if need be at ``at``."""
        return self.filter(Q(told_at__gt=at - KEPT_TOLD) | Q(opens_at__gt=at - KEPT_TOLD), known_at__isnull=False)

    def over(self, at: datetime):
        """Keep those whose time is up at ``at``: ``rules.state`` said in SQL."""
        unconfirmed = Q(confirmed_at=None, created_at__lte=at - CONFIRM_WITHIN)
        waited = Q(told_at=None, confirmed_at__lte=at - KEPT_WAITING)
        told = Q(told_at__lte=at - KEPT_TOLD) & (Q(opens_at=None) | Q(opens_at__lte=at - KEPT_TOLD))
        return self.filter(unconfirmed | waited | told)


class Interest(models.Model):
    """That somebody wants to be told when a programme opens in a place; counts once the address is confirmed.

    ``volume`` is the number of new patients a year. ``told_at``: of the last letter that it opens, or that this is corrected; once it left,
    ``known_at`` is the instant as of whose knowledge it was written, ``opens_at`` the one at which the programme opens later, if it says so.
    The secret of the letters is made anew each time: see ``actions.token_of``.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey("i18n.Area", on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    organisation = models.CharField(max_length=200, blank=True)
    practices = models.PositiveIntegerField(null=True)
    volume = models.PositiveIntegerField(null=True)
    message = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField(null=True)
    opens_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=32)  # what makes the secret of each a different one
    token_sha256 = models.CharField(max_length=64, unique=True)
    objects = InterestQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("interest")
        constraints = [
            models.UniqueConstraint(fields=["programme", "place", "email"], condition=Q(confirmed_at__isnull=False), name="interest_once"),
            models.CheckConstraint(name="interest_told_if_confirmed", condition=Q(told_at=None) | Q(confirmed_at__isnull=False)),
            models.CheckConstraint(name="interest_known_if_told", condition=Q(known_at=None) | Q(told_at__isnull=False)),
            models.CheckConstraint(name="interest_opens_if_known", condition=Q(opens_at=None) | Q(known_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} × {self.place_id}: {self.pk}"

    def state(self, *, at: datetime) -> State:
        return state(**self._instants, at=at)

    @property
    def ends_at(self) -> datetime:
        return ends_at(**self._instants)

    @property
    def _instants(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("created_at", "confirmed_at", "told_at", "opens_at")}
