"""Every form a member is offered, filled in with what nobody expects: never a broken page, and what is kept is shown as text."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests import demo_world as world
from tests.house.crawl import AVOIDED, crawl, kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S39")]

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
# What stands in the text fields, and whether it stands in choices and numbers too.
WORDS = [(SCRIPT, False), ("a\x00b", True), ("\u202egnp.exe\r\nBcc: all@evil.example", False), ("x" * 10_000, True)]
STARTS = [
    "/en/desk/",
    "/en/desk/organisation/",
    "/en/accounts/profile/",
    "/en/accounts/email/",
    "/en/licensing/QTP1-L/apply/",
    "/en/desk/organisation/start/",
]
READERS = ["owner@kenya", "owner@eco", "owner@bigsky"]
TEXTS = {"text", "search", "email", "number", "url", "tel", "date", "hidden", ""}


def forms(address, answer):
    """Return the forms of a page that change something: (where they go, [(name, kind, values offered)])."""
    if "html" not in answer.headers.get("Content-Type", ""):
        return
    soup = BeautifulSoup(answer.told, "lxml")
    for form in soup.find_all("form"):
        target = (form.get("action") or address).split("#")[0]
        if form.get("method", "get").lower() == "post" and target.startswith("/") and not AVOIDED.match(target):
            yield target, [found for found in map(_field, form.find_all(["input", "textarea", "select", "button"])) if found[0]]


def _field(tag):
    name = tag.get("name", "") if tag.get("name") != "csrfmiddlewaretoken" else ""
    if tag.name == "select":
        return name, "choice", [option.get("value", "") for option in tag.find_all("option") if option.get("value")]
    kind = tag.get("type", "")
    return name, "text" if tag.name == "textarea" or (tag.name == "input" and kind in TEXTS) else "choice", [tag.get("value", "on")]


def filled(fields, word, *, everywhere):
    """Put ``word`` into the text fields; into all others too, or there what the form offers."""
    given = {}
    for name, sort, offered in fields:
        keep = sort == "choice" or name in ("seen", "organisation") or name.startswith("seen")
        given[name] = (offered or [""])[-1] if keep and not everywhere else word
    return given


@pytest.mark.parametrize("reader", READERS)
def test_naughty_words_in_a_form_never_break_it_and_stay_text(reader):
    client = Client()
    client.force_login(world.person(reader))
    pages = crawl(client, STARTS, each=0)
    offered = {
        (kind(target), *((name, sort) for name, sort, _ in fields)): (target, fields)
        for address, answer in pages.items()
        for target, fields in forms(address, answer)
    }
    found = dict(offered.values())  # one of each kind: the same view with the same fields
    assert len(found) > 4, "no forms were found"
    for target, fields in found.items():
        for word, everywhere in WORDS:
            answer = client.post(target, filled(fields, word, everywhere=everywhere))
            assert answer.status_code < 500, (target, word[:20])
            assert SCRIPT.encode() not in answer.getvalue()
    after = crawl(client, STARTS, each=0)
    assert {address: answer.status_code for address, answer in after.items() if answer.status_code >= 500} == {}
    assert [address for address, answer in after.items() if re.search(rb"<script>alert|<img src=x", answer.told)] == []
