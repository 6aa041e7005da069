"""JN6: a licence near its end is renewed by a new application with the old answers; the new term follows the old one without a gap."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from i18n.places.models import PlaceTier
from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.agreements import load as agreements_load
from licensing.applications.actions import AlreadyOpen
from licensing.applications.answers import answers_of
from licensing.applications.models import Application
from licensing.applications.rules import Side
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import NotAllowed
from licensing.history.models import Event
from tests import build
from tests.clock import NOW, TICK, instant
from tests.journeys.test_activation import Line
from tests.licensing.deal import CLAUSES, KEY_TERMS, LICENSOR, TEMPLATES
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault"), pytest.mark.check("JN6")]
END = instant("2028-11-21T23:00")
OPENS = END - timedelta(days=91)


@pytest.fixture
def line():
    made = Line()
    made.signatures(now=NOW)
    made.payment(now=NOW)
    made.evidence(now=NOW)
    return made


@pytest.mark.row("H2")
def test_the_old_answers_are_filled_in_and_the_new_term_begins_when_the_old_one_ends(line):
    old = Licence.objects.get()
    assert old.valid_to == END
    renewal = lifecycle.renew(old.pk, by=line.owner, now=OPENS)
    former = answers_of(line.terms.application)
    assert (renewal.renews, renewal.organisation_id, renewal.state) == (old, old.organisation_id, "draft")
    filled = answers_of(renewal)
    assert {key: filled[key] for key in ("need", "activity_places")} == {key: former[key] for key in ("need", "activity_places")}
    manager = build.actor(build.staff("Licensing managers"))
    for command, side, who in (("submit", Side.OWNER, line.owner), ("take", Side.STAFF, manager), ("approve", Side.DECIDER, manager)):
        lifecycle.advance(renewal.pk, command, side=side, by=who, now=OPENS, reason="As before (DEMO)" if side is Side.DECIDER else "")
    assert renewal.terms.get().starts_on == date(2028, 11, 22)


@pytest.mark.row("H2")
def test_a_renewal_follows_the_last_day_that_notice_has_given_meanwhile(line):
    old = Licence.objects.get()
    renewal = lifecycle.renew(old.pk, by=line.owner, now=OPENS)
    stop(old.pk, "end", reason="Agreed", now=OPENS, last_day=date(2028, 10, 31))
    manager = build.actor(build.staff("Licensing managers"))
    for command, side, who in (("submit", Side.OWNER, line.owner), ("take", Side.STAFF, manager), ("approve", Side.DECIDER, manager)):
        lifecycle.advance(renewal.pk, command, side=side, by=who, now=OPENS, reason="As before (DEMO)" if side is Side.DECIDER else "")
    assert renewal.terms.get().starts_on == date(2028, 11, 1)


@pytest.mark.row("H2")
def test_the_offer_says_which_group_is_kept_and_the_agreement_which_clauses_changed(line, monkeypatch):
    spain, old = build.place("ES"), Licence.objects.get()
    PlaceTier.objects.bulk_create(
        PlaceTier(place=spain, tier=tier, list_date=date(year, 7, 1))
        for year, tier in zip(range(2024, 2029), ("UM",) * 4 + ("H",), strict=True)
    )
    monkeypatch.setattr("django.utils.timezone.now", lambda: OPENS)
    renewal = lifecycle.renew(old.pk, by=line.owner, now=OPENS)
    manager = build.actor(build.staff("Licensing managers"))
    for command, side, who in (("submit", Side.OWNER, line.owner), ("take", Side.STAFF, manager), ("approve", Side.DECIDER, manager)):
        lifecycle.advance(renewal.pk, command, side=side, by=who, now=OPENS, reason="As before (DEMO)" if side is Side.DECIDER else "")
    offer = lifecycle.issue_terms(renewal.terms.get().pk, by=manager, now=OPENS)
    assert (offer.quote.tier, offer.quote.tier_listed, offer.quote.gross_minor) == ("UM", "H", 168_000)
    client = Client()
    client.force_login(build.owner_of(old.organisation))
    page = " ".join(client.get(reverse("offer", args=[renewal.number])).content.decode().split())
    assert "Income group: Upper-middle income, kept on renewal: Spain had it in four of the last five list years." in page
    assert re.search(r"The World Bank list of (<time[^>]*>)?1 July 2028(</time>)? says: High income\.", page)

    fees = {
        **CLAUSES[1],
        "version": 2,
        "body": {"en": "In {territory}: {rights}. Pay {fee}.", "es": "En {territory}: {rights}. Pague {fee}."},
    }
    added = {**CLAUSES[0], "code": "C09", "title": {"en": "Marks", "es": "Marcas"}, "body": {"en": "As given.", "es": "Tal cual."}}
    template = {**TEMPLATES[0], "code": renewal.offering.template_code, "version": 2, "clauses": ["C03", "C09"]}
    agreements_load.load([fees, added], [template], key_terms=KEY_TERMS, licensor=LICENSOR, now=OPENS)
    lifecycle.accept_terms(offer.pk, by=line.owner, now=OPENS)
    invoice = offer.invoices.get()
    assert "Upper-middle income, kept on renewal; World Bank list of 1 July 2028: High income; schedule FS-2028" in str(invoice.lines)
    agreement = offer.agreements.get()
    assert "Income group: upper-middle income, kept on renewal (list of 1 July 2028: high income)" in str(
        agreement.context["text"]["key_terms"]
    )
    for act in (agreements.approve_to_send, agreements.send):
        act(agreement.pk, by=line.legal, now=OPENS)
    legal = Client()
    legal.force_login(build.staff("Legal"))
    for reader, address, former in (
        (client, f"/en/desk/agreements/{agreement.number}/", f"/en/desk/agreements/{line.agreement.number}/"),
        (legal, f"/cms/agreements/{agreement.number}/", f"/cms/agreements/{line.agreement.number}/"),
    ):
        page = " ".join(reader.get(address).content.decode().split())
        section = page.partition('id="changes"')[2].partition("</section>")[0]
        assert f"What changed since agreement {line.agreement.number}" in section and f'href="{former}"' in section
        assert "1 clause changed. 1 clause is new. 1 clause is gone." in section
        assert "<del>Fee: </del>EUR <del>2,800.00.</del>" in section and "<ins>Pay </ins>EUR <ins>1,680.00.</ins>" in section
        assert "As given." in section and "Parties and capacity" in section
        stated = section.partition("On the front page and in the schedules")[2].partition("</table>")[0]
        assert re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', stated) == ["Fee", "Schedule B: Fee calculation"]
        assert "EUR <del>2,800.00" in stated and "EUR <ins>1,680.00" in stated and "upper-middle income, kept on renewal" in stated
        assert 'id="changes"' not in reader.get(former).content.decode()


def test_a_renewal_is_begun_once(line):
    old = Licence.objects.get()
    first = lifecycle.renew(old.pk, by=line.owner, now=OPENS)
    with pytest.raises(AlreadyOpen) as told:
        lifecycle.renew(old.pk, by=line.owner, now=OPENS)
    assert told.value.application == first
    assert Application.objects.filter(renews=old).count() == 1


@pytest.mark.parametrize(
    "at, allowed", [(OPENS - TICK, False), (OPENS, True), (END + timedelta(days=91), True), (END + timedelta(days=91) + TICK, False)]
)
def test_it_opens_with_the_first_reminder_and_closes_as_long_after_the_end(line, at, allowed):
    old, before = Licence.objects.get(), Event.objects.count()
    if allowed:
        lifecycle.renew(old.pk, by=line.owner, now=at)
    else:
        with pytest.raises(NotAllowed) as refused:
            lifecycle.renew(old.pk, by=line.owner, now=at)
        assert refused.value.code == "not_renewable"
    assert (Application.objects.filter(renews=old).exists(), Event.objects.count() > before) == (allowed, allowed)


def test_another_society_cannot_renew_it(line):
    old, stranger = Licence.objects.get(), build.society("Another Society (DEMO)", at="KE")
    owner = build.owner_of(stranger)
    with pytest.raises(NotAllowed):
        lifecycle.renew(old.pk, by=build.actor(owner, stranger), now=OPENS)
    client = Client()
    client.force_login(owner)
    assert client.post(reverse("licence_renew", args=[old.number])).status_code == 404
    assert Application.objects.filter(renews=old).count() == 0


def test_the_page_offers_it_and_leads_to_the_draft(line, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: OPENS)
    old, client = Licence.objects.get(), Client()
    client.force_login(build.owner_of(line.terms.application.organisation))
    page = reverse("licence", args=[old.number])
    assert "Renew this license" in client.get(page).content.decode()
    answer = client.post(f"{reverse('licence_renew', args=[old.number])}?for={old.organisation_id}")
    draft = Application.objects.get(renews=old)
    assert answer.headers["Location"] == reverse("application", args=[draft.number])
    shown = client.get(page).content.decode()
    assert "A renewal is on its way" in shown and "Renew this license" not in shown


@pytest.mark.parametrize(
    "at, told", [(OPENS - TICK, False), (OPENS, True), (END, True), (END + timedelta(days=91), True), (END + timedelta(days=92), False)]
)
def test_the_desk_says_whose_turn_a_renewal_is(line, monkeypatch, at, told):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    old = Licence.objects.get()

    def desk(user) -> tuple[str, str]:
        client = Client()
        client.force_login(user)
        yours, _cut, theirs = client.get("/en/desk/").content.decode().partition('id="theirs"')
        return yours, theirs

    society = line.terms.application.organisation
    owner, observer = build.owner_of(society), build.person(society, "observer")
    words = f"Renew license {old.number}"
    assert (words in desk(owner)[0], words in desk(observer)[1]) == (told, told)
    if told:
        assert "With whoever applies for your organization" in desk(observer)[1]
        lifecycle.renew(old.pk, by=line.owner, now=at)
        assert words not in "".join(desk(owner))
        assert f"renewal of {old.number}" in desk(owner)[0]
