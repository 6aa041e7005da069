import re
from datetime import date, timedelta

import pytest
from django.test import Client

from licensing import effect
from licensing.entitlements import actions, stopping
from licensing.history.actions import SYSTEM, Actor
from tests.clock import NOW
from tests.licensing import deal as deals
from tests.licensing.deal import Deal
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault", "frozen")]


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def staff(email="manager@demo.example") -> Actor:
    user = deals.person(email)
    return Actor(user.pk, str(user))


@pytest.fixture
def licence():
    deal = Deal()
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    return actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW - timedelta(hours=1))


def as_(email: str) -> Client:
    client = Client()
    client.force_login(deals.person(email))
    return client


def test_the_page_says_what_is_in_force_where_until_when_and_shows_the_code(licence):
    page = as_("owner@eco.example").get(f"/en/desk/licences/{licence.number}/").content.decode()
    for text in ("In force", licence.number, "Spain", "21 November 2028, 24:00 in Madrid", licence.code, "<svg", "Slides", "AG-2026-0001"):
        assert text in page


@pytest.mark.parametrize("role, kits, logos", [("owner", True, True), ("faculty", True, False), ("finance", False, False)])
def test_the_page_leads_on_to_what_the_reader_may_use(licence, role, kits, logos):
    if role != "owner":
        deals.member(licence.organisation, f"{role}@eco.example", role)
    page = as_(f"{role}@eco.example").get(f"/en/desk/licences/{licence.number}/").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    assert ('href="/en/desk/kits/"' in main, 'href="/en/desk/logos/"' in main) == (kits, logos)
    assert main.count("May be shown on approved pieces only.") == 1


def test_a_suspended_licence_says_since_when_why_and_that_nothing_works(licence):
    stop(licence.pk, reason="Report overdue", now=NOW)
    page = as_("owner@eco.example").get(f"/en/desk/licences/{licence.number}/").content.decode()
    assert "Report overdue" in page
    assert page.count("<span>Suspended</span>") == 4  # the head and three rights


def test_an_early_end_that_lies_ahead_is_said_while_everything_still_works(licence):
    stop(licence.pk, "end", reason="By notice", now=NOW, last_day=date(2027, 6, 30))
    owner, words = as_("owner@eco.example"), "30 June 2027, 24:00 in Madrid"
    page = owner.get(f"/en/desk/licences/{licence.number}/").content.decode()
    assert re.search(f'data-tone="turn"><h2>Terminated, ends on <time[^>]*>{words}', page)
    assert re.search(f"<span>until <time[^>]*>{words}", page)
    assert page.count("<span>In force</span>") == 4  # the head and three rights
    assert "Renew this license" not in page
    assert re.search("– <time[^>]*>30 June 2027</time><br><span class=.soft.>early end", owner.get("/en/desk/licences/").content.decode())
    public = Client().get(f"/en/verify/{licence.code}/").content.decode()
    assert "in force today" in public
    assert words in public
    assert Client().get(f"/api/v1/verify/{licence.code}").json()["valid_to"] == "2027-06-30T22:00:00Z"


def test_a_request_to_revoke_is_not_told_until_it_is_confirmed(licence):
    stopping.ask(licence.pk, "revoke", reason="Misuse of the logo", by=staff(), now=NOW)
    owner = as_("owner@eco.example")
    assert "Misuse" not in owner.get(f"/en/desk/licences/{licence.number}/").content.decode()
    stopping.confirm(licence.pk, by=staff("second@demo.example"), now=NOW)
    page = owner.get(f"/en/desk/licences/{licence.number}/").content.decode()
    assert "Misuse of the logo" in page
    assert "Revoked on <time" in page


def test_everybody_of_the_organisation_sees_licences_and_nobody_else(licence):
    deals.member(licence.organisation, "faculty@eco.example", "faculty")
    deals.organisation("Other", mail="other.example")
    faculty, stranger = as_("faculty@eco.example"), as_("owner@other.example")
    assert licence.number in faculty.get("/en/desk/licences/").content.decode()
    page = faculty.get(f"/en/desk/licences/{licence.number}/")
    assert page.status_code == 200
    assert "AG-2026-0001" not in page.content.decode()
    for path in ("", "certificate.pdf"):
        assert stranger.get(f"/en/desk/licences/{licence.number}/{path}").status_code == 404
    assert licence.number not in stranger.get("/en/desk/licences/").content.decode()


def test_the_certificate_waits_for_the_worker_then_can_be_kept(licence):
    owner = as_("owner@eco.example")
    address = f"/en/desk/licences/{licence.number}/"
    assert owner.get(f"{address}certificate.pdf")["Location"] == address
    effect.certify(licence.pk, now=NOW)
    assert b"".join(owner.get(f"{address}certificate.pdf").streaming_content).startswith(b"%PDF")


def test_the_desk_lists_the_licences(licence):
    assert licence.number in as_("owner@eco.example").get("/en/desk/").content.decode()
