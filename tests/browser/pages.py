"""Every page there is, by whoever reads it: interesting states by hand, whatever else has an address from the rules of the addresses."""

from collections.abc import Iterator

from django.http import Http404
from django.test import Client
from django.urls import resolve

from content.interest import actions as interest
from content.models import Interest, NewsPost
from licensing.agreements.models import Agreement
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.organisations.models import Organisation
from licensing.payments.models import Invoice
from licensing.terms.models import TermsOffer
from media.models import KitItem, KitRelease
from portal.core.models import SentMail
from portal.demo.accounts import STAFF
from tests.clock import NOW
from tests.demo_world import organisation, person
from tests.house.address_rules import RULES, Kind
from tests.house.test_urls import ADDRESSES, allowed, at

UNKNOWN_CODE = "0000-0000-0000-0000"
STEPS = ("organisation", "signatories", "finance", "activity", "faculty", "independence", "declarations")
ANYBODY = ""
SOCIETIES = {"owner@eco": "ECO", "owner@sbqo": "SBQO", "owner@india": "INDIA", "owner@kenya": "KENYA", "owner@chile": "CHILE"}
SNIPPETS = [f"snippets/content/{name}/{page}" for name in ("availabilitychange", "programme") for page in ("", "add/")]


def _letters() -> list[str]:
    """Return the secrets of two letters about an interest: one that counts, one that waits for its answer."""
    counts = Interest.objects.confirmed().order_by("pk")[0]
    said = interest.Said(organisation="A practice (DEMO)")
    waits = interest.register(counts.programme_id, counts.place_id, email="axe@kenya.example", language="en", said=said, now=NOW)
    return [interest.token_of(one) for one in (counts, waits)]


def public() -> list[str]:
    """Return what anybody reads: every verdict of a code is a page of its own."""
    kinds = ("TOQA", "SOQG", "KOF", "HICCQ", "SMQO")
    codes = {Licence.objects.filter(organisation__short_name=short).values_list("code", flat=True).first() for short in kinds} - {None}
    return [
        "", "availability/", "availability/?programme=QTP1", "countries/", "countries/ES/", "countries/KE/", "programmes/QOPI/", "programmes/QTP1/",
        "licensing/", "licensing/QTP1-L/", "licensing/QCS-DH/", "register/", "verify/", *(f"verify/{code}/" for code in sorted(codes)), f"verify/{UNKNOWN_CODE}/",
        "contact/", "contact/?sent=on", "contact/permission/", "interest/QOPI/KE/", "interest/QOPI/KE/?sent=on", "interest/a-token-nobody-sent/",
        *(f"interest/{token}/" for token in _letters()),
        "news/", f"news/{NewsPost.objects.order_by('pk')[0].slug}/",
        "about/", "accessibility/", "accounts/login/", "accounts/signup/", "accounts/password/reset/", "accounts/password/reset/done/",
        "no-such-page/", "demo/inbox/", f"demo/inbox/{SentMail.objects.order_by('pk')[0].pk}/",
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
            "desk/organisation/leave/", "desk/organisation/start/", "desk/organisation/new/", "accounts/profile/", "accounts/email/",
            "accounts/2fa/", "accounts/2fa/totp/activate/", "accounts/2fa/webauthn/", "accounts/2fa/webauthn/add/", "accounts/sessions/",
            "accounts/password/change/", "accounts/reauthenticate/", "accounts/close/", "accounts/logout/",
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


def cms_itself() -> dict[str, list[str]]:
    """Return pages of the CMS that are not ours."""
    offerings = ["snippets/licensing/licenceoffering/", "snippets/licensing/licenceoffering/add/"]
    return {
        "editor@demo": ["", "pages/", "pages/3/", "pages/3/edit/", "images/", "documents/", "reports/site-history/", "account/"],
        "manager@demo": ["", *SNIPPETS, "snippets/i18n/place/", *offerings],
    }


def other(kinds: set[Kind], known: set[str]) -> dict[str, list[str]]:
    """Return a page of each address of these kinds that has none in ``known`` (names of addresses), by whoever may read it."""
    found: dict[str, list[str]] = {}
    for key, rule in RULES.items():
        if rule.kind in kinds and key not in known and key in ADDRESSES and not key.startswith(("cms/", "api-v1:", "en/")):
            for who, path in _readings(key, rule):
                if path.startswith(("/en/", "/cms/")) and _is_page(who, path):
                    found.setdefault(who, []).append(path.removeprefix("/en/").removeprefix("/cms/"))
                    break
    return found


def name(path: str) -> str:
    """Return the name of the address a path leads to; a page of the tree is named by its path."""
    try:
        found = resolve(path.split("?")[0])
    except Http404:
        return path
    return path if found.view_name == "wagtail_serve" else found.view_name


def _readings(key, rule) -> Iterator[tuple[str, str]]:
    if rule.kind is Kind.OWN:
        for who, short in SOCIETIES.items():
            if (arguments := rule.of(organisation(short))) is not None:
                yield who, at(key, arguments)
        return
    arguments = rule.one() if rule.one else {}
    if rule.kind is Kind.STAFF:
        yield f"{next(account for account in STAFF if allowed(account, rule))}@demo", at(key, arguments)
    else:
        yield ANYBODY if rule.kind is Kind.PUBLIC else "owner@eco", at(key, arguments)


def _is_page(who: str, path: str) -> bool:
    client = Client()
    if who:
        client.force_login(person(who))
    answer = client.get(path)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
