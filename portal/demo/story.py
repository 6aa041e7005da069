"""What a story of the demonstration is, while it is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from licensing.history.actions import Actor
from licensing.models import Agreement, Application, Invoice, Licence, LicenceOffering, OfferingEdition, Organisation, TermsOffer
from portal.accounts.models import User


@dataclass
class Story:
    """One organisation's way through one offering, as far as it has been told."""

    organisation: Organisation
    offering: LicenceOffering
    edition: OfferingEdition | None
    answers: Mapping[str, Any]
    today: datetime
    application: Application | None = None

    @property
    def terms(self) -> TermsOffer:
        return TermsOffer.objects.get(application=self.application, state__in=["draft", "issued", "accepted"])

    @property
    def agreement(self) -> Agreement:
        return Agreement.objects.exclude(state="voided").get(terms__application=self.application)

    @property
    def invoice(self) -> Invoice:
        return Invoice.objects.get(terms__application=self.application, kind="invoice")

    @property
    def licence(self) -> Licence:
        return Licence.objects.get(agreement__terms__application=self.application)

    @property
    def application_id(self) -> int:
        if self.application is None:
            raise KeyError("the story has no application yet: its first step must be create")
        return self.application.pk


Do = Callable[[Story, Mapping[str, Any], User, Actor, datetime], object]
