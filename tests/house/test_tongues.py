"""ADR 022: on a page whose own words are English, what is in Arabic says so, wherever it stands; and no other word says it is Arabic."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from licensing.agreements.models import Agreement
from licensing.applications.answers import form_of
from licensing.applications.models import Application
from licensing.applications.rules import State
from licensing.entitlements.models import Licence
from licensing.history.models import Event
from licensing.logos.models import ArtworkPiece
from licensing.payments.models import Invoice
from portal import postbox
from portal.accounts.models import User
from portal.core import outbox
from portal.core.models import SentMail
from tests import demo_world as world
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]
ARABIC, LATIN = re.compile(r"[\u0600-\u06ff]"), re.compile(r"[A-Za-z]")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
PLAIN = {"title", "option", "script", "style", "textarea"}  # where no element can stand, so no word can be marked


class Words(HTMLParser):
    """The texts of a page, each with the language that the nearest element around it says, and where it stands."""

    def __init__(self, page: str):
        super().__init__()
        self.open, self.found = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if text.strip() and self.open and not PLAIN & {tag for tag, _ in self.open}:
            self.found.append((self.open[-1][1], " ".join(text.split())))


def unmarked(page: str) -> list[str]:
    """Return the texts that say another language than the one they are in, and attributes into which a mark has slipped."""
    broken = re.findall(r'="[^"<>]*<(?:span|bdi)', page) + re.findall(r"<(?:title|option|textarea)\b[^>]*>[^<]*<(?:span|bdi)", page)
    return broken + [
        text
        for lang, text in Words(page).found
        if bool(ARABIC.search(text)) != (lang == "ar") and (ARABIC.search(text) or LATIN.search(text))
    ]


ANYBODY = [
    "", "availability/", "availability/?place=ES", "availability/changes/?from=2020-01-01&to=2026-11-22", "countries/", "countries/ES/", "countries/KE/",
    "countries/GB/", "countries/PR/", "countries/ES/badges/", "programmes/QOPI/", "programmes/QTP1/", "licensing/QTP1-L/", "licensing/QTP1-L/?place=ES",
    "licensing/QCS-DH/", "register/", "interest/QOPI/JP/", "licensing/", "logo-rules/", "contact/", "news/", "about/", "countries/JP/", "accounts/login/",
]  # fmt: skip


@pytest.mark.parametrize("path", ANYBODY)
def test_what_anybody_reads(client, path):
    answer = client.get(f"/ar/{path}", follow=True)
    assert (answer.status_code, unmarked(answer.content.decode())) == (200, [])


def members() -> dict[str, list[str]]:
    """Return what people of organizations read, by who they are."""
    desk: dict[str, list[str]] = {}
    for short, account in (
        ("ECO", "owner@eco"),
        ("KENYA", "owner@kenya"),
        ("CHILE", "owner@chile"),
        ("SBQO", "owner@sbqo"),
        ("INDIA", "owner@india"),
    ):
        of = {"organisation": world.organisation(short)}
        found = [f"desk/{page}" for page in ("", "organisation/", "agreements/", "licences/", "invoices/", "kits/", "logos/", "switch/")]
        for row in Application.objects.filter(**of):
            filling = ("check/", *(f"{step.key}/" for step in form_of(row)))
            reading = ("answers/", "sent/", *(("papers/",) if row.terms.exists() else ()))
            found += [
                *(f"desk/applications/{row.number}/{page}" for page in ("", *(filling if row.state == State.DRAFT else reading))),
                *(f"desk/offers/{row.number}/{page}" for page in ("", "waiver/") if row.terms.exclude(issued_at=None).exists()),
            ]
        found += [f"desk/agreements/{row.number}/" for row in Agreement.objects.filter(**of)]
        found += [f"desk/licences/{row.number}/" for row in Licence.objects.filter(**of)]
        found += [f"verify/{row.code}/{page}" for row in Licence.objects.filter(**of) for page in ("", "pieces/")]
        found += [f"desk/logos/licences/{row.number}/new/" for row in Licence.objects.filter(**of)]
        found += [f"desk/logos/{row.number}/" for row in ArtworkPiece.objects.filter(**of)]
        found += [f"desk/invoices/{row.number}/" for row in Invoice.objects.filter(**of)]
        found += ["desk/kits/qtp1/2.1/", "desk/organisation/edit/", "desk/organisation/invite/"]
        found += ["licensing/QTP1-L/apply/", "licensing/QTP1-L/"]
        desk[account] = found
    return desk


def test_what_members_read_at_their_desks():
    told, others = {}, {}
    for account, paths in members().items():
        client = Client()
        client.force_login(world.person(account))
        for path in paths:
            answer = client.get(f"/ar/{path}")
            if answer.status_code != 200:
                others[account, path] = answer.status_code
            elif found := unmarked(answer.content.decode()):
                told[account, path] = found
    assert (told, others) == ({}, {})


def test_letters_to_a_reader_of_arabic():
    """Every letter the demonstration has sent, sent once more to readers of Arabic."""
    before = SentMail.objects.count()
    User.objects.update(language="ar")
    for event in Event.objects.order_by("pk").values_list("pk", flat=True):
        outbox.put("licensing.event", {"event": event}, now=NOW)
    while postbox.deliver(now=NOW, limit=500):
        pass
    letters = SentMail.objects.filter(language="ar").order_by("pk")
    assert {mail.subject: found for mail in letters if (found := unmarked(mail.html))} == {}
    assert not any("<bdi" in mail.text or "<bdi" in mail.subject for mail in letters)
    assert (letters.count() > 100, any(ARABIC.search(mail.html) for mail in letters), before > 0) == (True, True, True)
