"""The whole download matrix in one table: who asks × what their organisation has to do with the offering × which kit."""

from itertools import product

import pytest

from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.applications.rules import State
from licensing.terms.rules import State as Terms
from media.delivery import Wanted
from media.kits import actions
from media.ledger.models import Download, DownloadPart
from tests import build, money
from tests.clock import NOW
from tests.media import story
from tests.media.test_delivery import REACH, STANDINGS, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


def signed(society, *, paid: bool = False) -> None:
    """An agreement that both sides signed, its evidence accepted; the money is there or not."""
    terms = money.terms_at(Terms.ACCEPTED, organisation=society)
    owner, legal = build.owner_of(society), build.staff_who_may("licensing.approve_agreement", "licensing.countersign")
    agreement = terms.agreements.get()
    agreements.approve_to_send(agreement.pk, by=build.actor(legal), now=NOW)
    agreement = agreements.send(agreement.pk, by=build.actor(legal), now=NOW)
    shown = {"document_sha256": agreement.document_sha256, "reading_sha256": agreement.reading_sha256, "consent": True}
    for person, by in ((owner, build.actor(owner, society)), (legal, build.actor(legal))):
        lifecycle.sign(agreement.pk, agreements.Signing(user_id=person.pk, typed_name=str(person), **shown), by=by, now=NOW)
    for paper in terms.application.offering.evidence.all():
        lifecycle.tick_evidence(terms.pk, paper.pk, by=money.manager(), now=NOW, note="Seen (DEMO)")
    if paid:
        invoice = terms.invoices.get()
        lifecycle.receive_payment(invoice.pk, money.receipt(invoice.total_minor, invoice.currency), by=money.finance(), now=NOW)


ALL = {
    **STANDINGS,
    "a signed agreement, unpaid": (signed, "no_licence"),
    "a signed agreement, paid": (lambda society: signed(society, paid=True), ""),
    "an approved application whose agreement nobody signed": (lambda society: build.application_at(State.APPROVED, society), "no_licence"),
    "a withdrawn application": (lambda society: build.application_at(State.WITHDRAWN, society), "no_licence"),
}
# Who asks: the roles held in the organisation, or somebody beside it.
BESIDE = ("staff", "no organisation", "another society's owner", "who left")
# The kit asked for: None = the path leads to nothing, for anybody; "" = as the standing says.
KITS = {
    "released": (Wanted("qtp1-l", "1.0", "en", "deck.svg"), ""),
    "another language of it": (Wanted("qtp1-l", "1.0", "es", "deck.svg"), ""),
    "a language it is not in": (Wanted("qtp1-l", "1.0", "fr", "deck.svg"), None),
    "withdrawn": (Wanted("qtp1-l", "1.1", "en", "deck.svg"), "withdrawn"),
    "a draft": (Wanted("qtp1-l", "1.2", "en", "deck.svg"), None),
    "of another program": (Wanted("other", "1.0", "en", "deck.svg"), "stranger"),
    "a release that is none": (Wanted("qtp1-l", "9.9", "en", "deck.svg"), None),
    "a kit that is none": (Wanted("none", "1.0", "en", "deck.svg"), None),
    "its name in other letters": (Wanted("QTP1-L", "1.0", "EN", "Deck.svg"), None),
    "its neighbour by a path": (Wanted("qtp1-l", "1.0", "en", "../es/deck.svg"), None),
}


def shelf(slug: str, code: str, numbers: tuple[str, ...]):
    """Release a kit of unstamped files with one item for each right; the last number stays a draft."""
    kit = story.kit(code, slug)
    for number in numbers:
        draft = actions.draft_release(kit, number, edition=build.edition(code) if code == "QCS-DH" else None)
        for right in kit.offering.rights.values_list("code", flat=True):
            item = story.item(draft, right, right, "faculty", stamped=False)
            for language in ("en", "es"):
                story.take_in(item, story.SVG, name="deck.svg" if right == "slides" else f"{right}.svg", language=language)
        if number != "1.2":
            actions.release(draft.pk, by_id=None, now=NOW - story.YEAR)
    return kit


def expected(standing: str, who: str, kit: str) -> str | None:
    """Return the verdict that the design gives; None = nothing is there, and nothing is written."""
    said = KITS[kit][1]
    if said is None:
        return None
    verdict = ALL[standing][1]
    if kit == "of another program":
        verdict = "" if standing == "a licence of another offering" else "stranger"
    if verdict == "stranger" or who in BESIDE:
        return "stranger"
    if said == "withdrawn":
        return said
    return verdict or ("granted" if "faculty" in REACH[who] else "role")


@pytest.mark.check("S7")
@pytest.mark.parametrize("standing", ALL)
def test_s7_role_and_licence_and_kit(standing):
    kit = shelf("qtp1-l", "QTP1-L", ("1.0", "1.1", "1.2"))
    actions.withdraw(kit.releases.get(number="1.1").pk, reason="A wrong slide", by_id=None, now=NOW)
    shelf("other", "QCS-DH", ("1.0",))
    society, other = build.society(), build.society("Otra sociedad (DEMO)")
    ALL[standing][0](society)
    askers = {role: story.asker(build.user(), society, [role] if role else []) for role in REACH}
    askers["staff"] = story.asker(build.staff("Kit editors", "Licensing managers"), None)
    askers["no organisation"] = story.asker(build.user(), None)
    askers["another society's owner"] = story.asker(build.owner_of(other), other)
    askers["who left"] = story.asker(build.user(), None)
    wrong = []
    for who, name in product(askers, KITS):
        before = Download.objects.count()
        met, due = asked(KITS[name][0], askers[who]), expected(standing, who, name)
        rows = [(row.verdict, row.user_id) for row in Download.objects.order_by("pk")[before:]]
        if (met, rows) != (due or "stranger", [(due, askers[who].user_id)] if due else []):
            wrong.append((who, name, due, met, rows))
    assert wrong == []
    assert DownloadPart.objects.count() == 0
