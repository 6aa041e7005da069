"""The pages of the line in the demonstration: whose they are, and where. Addresses without their language."""

from licensing.agreements.models import Agreement
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.organisations.models import Organisation
from licensing.payments.models import Invoice
from licensing.terms.models import TermsOffer
from media.models import KitItem, KitRelease
from portal.core.models import SentMail
from tests.demo_world import organisation, person

UNKNOWN_CODE = "0000-0000-0000-0000"
STEPS = ("organisation", "signatories", "finance", "activity", "faculty", "independence", "declarations")


def public() -> list[str]:
    """Return what anybody reads: every verdict of a code is a page of its own."""
    kinds = ("TOQA", "SOQG", "KOF", "HICCQ", "SMQO")
    codes = {Licence.objects.filter(organisation__short_name=short).values_list("code", flat=True).first() for short in kinds} - {None}
    return [
        "", "availability/", "availability/?programme=QTP1", "countries/", "countries/ES/", "countries/KE/", "programmes/QOPI/", "programmes/QTP1/",
        "licensing/", "licensing/QTP1-L/", "licensing/QCS-DH/", "register/", "verify/", *(f"verify/{code}/" for code in sorted(codes)), f"verify/{UNKNOWN_CODE}/",
        "about/", "accessibility/", "accounts/login/", "accounts/signup/", "accounts/password/reset/", "no-such-page/",
        "demo/inbox/", f"demo/inbox/{SentMail.objects.order_by('pk')[0].pk}/",
    ]  # fmt: skip


def desk() -> dict[str, list[str]]:
    """Return what people of societies read, by their address."""
    eco, chile = organisation("ECO"), organisation("CHILE")
    member = person("faculty@eco").pk
    approved = Application.objects.filter(organisation=eco).latest("pk")
    draft = Application.objects.get(organisation=organisation("KENYA")).number
    return {
        "owner@eco": [
            "desk/", "desk/organisation/", "desk/organisation/edit/", "desk/organisation/invite/", f"desk/organisation/people/{member}/",
            "desk/organisation/leave/", "desk/organisation/start/", "desk/organisation/new/", "accounts/profile/", "accounts/email/", "accounts/2fa/",
            f"desk/applications/{approved.number}/", f"desk/applications/{approved.number}/answers/", f"desk/offers/{approved.number}/",
            "desk/invoices/", f"desk/invoices/{Invoice.objects.filter(organisation=eco).latest('pk').number}/",
            "desk/agreements/", f"desk/agreements/{Agreement.objects.filter(organisation=eco).latest('pk').number}/",
            "desk/licences/", f"desk/licences/{Licence.objects.filter(organisation=eco).latest('pk').number}/", "desk/kits/", "desk/kits/qtp1/2.1/",
        ],
        "owner@kenya": [
            "desk/", "licensing/QTP1-L/apply/", f"desk/applications/{draft}/", *(f"desk/applications/{draft}/{step}/" for step in STEPS),
            f"desk/applications/{draft}/check/", f"desk/applications/{draft}/withdraw/", "desk/invoices/", "desk/licences/", "desk/kits/",
        ],
        "owner@chile": ["desk/", f"desk/applications/{Application.objects.get(organisation=chile).number}/sent/"],
        "owner@sbqo": ["desk/", f"desk/invoices/{Invoice.objects.get(organisation=organisation('SBQO')).number}/", "desk/kits/qtp1/2.1/"],
    }  # fmt: skip


def cms() -> dict[str, list[str]]:
    """Return our own pages inside the CMS, by the colleague who reads them."""
    india = TermsOffer.objects.get(application__organisation=organisation("INDIA"))
    return {
        "manager@demo": [
            "applications/", f"applications/{Application.objects.get(organisation=organisation('CHILE')).number}/",
            "organizations/", f"organizations/{Organisation.objects.get(short_name='KCCQN').pk}/",
            "offers/", f"offers/{india.pk}/", f"offers/{india.pk}/edit/", "licences/", f"licences/{Licence.objects.latest('pk').number}/",
        ],
        "second@demo": [f"offers/{india.pk}/"],
        "legal@demo": ["agreements/", f"agreements/{Agreement.objects.latest('pk').number}/"],
        "finance@demo": ["invoices/", f"invoices/{Invoice.objects.get(organisation=organisation('SBQO')).number}/"],
        "kits@demo": [
            "kits/", "kits/new/", "kits/log/", "kits/qtp1/releases/new/", f"kits/releases/{KitRelease.objects.latest('pk').pk}/",
            f"kits/items/{KitItem.objects.latest('pk').pk}/", f"kits/releases/{KitRelease.objects.latest('pk').pk}/items/new/",
        ],
    }  # fmt: skip
