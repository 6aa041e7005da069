"""What came of an application: the way from its page to the offer, the invoice, the agreement and the licence."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from licensing.agreements.models import Agreement
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.payments.models import Invoice
from licensing.terms.models import TermsOffer
from portal.accounts.models import User


class Link(NamedTuple):
    label: str
    url: str


def outcome(application: Application, user: User) -> list[Link]:
    """Return what of this application the person may open, in the order it came about."""
    found = []
    if TermsOffer.objects.visible_to(user).filter(application=application).exists():
        found.append(Link(gettext("The offer"), reverse("offer", args=[application.number])))
    for invoice in Invoice.objects.visible_to(user).filter(terms__application=application).order_by("pk"):
        found.append(Link(gettext("Invoice %(number)s") % {"number": invoice.number}, reverse("invoice", args=[invoice.number])))
    for agreement in Agreement.objects.visible_to(user).filter(terms__application=application).order_by("pk"):
        found.append(Link(gettext("Agreement %(number)s") % {"number": agreement.number}, reverse("agreement", args=[agreement.number])))
    for licence in Licence.objects.visible_to(user).filter(agreement__terms__application=application).order_by("pk"):
        found.append(Link(gettext("License %(number)s") % {"number": licence.number}, reverse("licence", args=[licence.number])))
    return found
