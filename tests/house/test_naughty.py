"""Naughty words wherever somebody may type: in queries, forms and addresses. No page breaks, and none prints them as they are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from django.http import QueryDict
from django.urls import Resolver404, resolve

from tests import demo_world as world
from tests.house.address_rules import RULES, Kind
from tests.house.addresses import addresses
from tests.house.test_urls import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S39")]

NAUGHTY = [
    '"><script>alert(1)</script><img src=x onerror=alert(1)>', "x" * 10_000, "a\x00b", "9" * 40, "'; DROP TABLE licensing_licence; --", "\u202egnp.exe", "-1",
    "../../etc/passwd", "٣ 😀",
]  # fmt: skip
HARSH = NAUGHTY[:4]
QUERIES = """q name programme as_of known_at place offering page p sort next for country currency code to copy edition format lang status region history
view zone language year amount""".split()
ALONE = {
    "availability": ["as_of", "known_at", "region", "status", "format", "page"], "api-v1:availability": ["as_of", "known_at", "format", "region"],
    "country": ["as_of", "known_at"], "programme": ["as_of", "known_at"], "register": ["q", "place", "offering", "page"], "offering": ["place", "currency"],
    "api-v1:register": ["q", "place", "offering", "page"], "organisation_start": ["name"], "demo_inbox": ["to", "page"], "apply": ["for"],
}  # fmt: skip
READ = [key for key, rule in RULES.items() if rule.kind in (Kind.PUBLIC, Kind.PERSON, Kind.DEMO) and not key.startswith("cms/")]
EVERYWHERE = {"for"}  # whom a member acts for: looked for at every address, tried in full at one that looks for it itself
ONE, ALL = ("__getitem__", "__contains__", "getlist"), ("__iter__", "keys", "values", "items", "lists", "urlencode", "copy", "dict")


@contextmanager
def looked_for() -> Iterator[set[str]]:
    """Give the names that are looked for in a query or a form while the block runs; "*" where all are taken as they come."""
    names: set[str] = set()

    def noting(method: str):
        ordinary = getattr(QueryDict, method)

        def noted(self, *given, **more):
            if not self._mutable:  # it is while it is filled
                names.add(given[0] if method in ONE else "*")
            return ordinary(self, *given, **more)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for method in (*ONE, *ALL):
            patch.setattr(QueryDict, method, noting(method))
        yield names


def arguments_of(key):
    """Return what names an object the owner of ECO may open; None where the demonstration has none."""
    rule = RULES[key]
    return rule.of(world.organisation("ECO")) if rule.of else rule.one() if rule.one else {"code": "QTP1-L"} if key == "apply" else {}


@pytest.mark.parametrize("key", READ)
def test_naughty_words_in_a_query_never_break_a_page(enter, key):
    """All parameters at once, and each alone where a page reads it, beside ones that are right; one word is enough for who looks for none."""
    page, client = at(key, arguments_of(key)), enter("" if RULES[key].kind is Kind.PUBLIC else "owner@eco")
    for word in NAUGHTY:
        alone = ALONE.get(key, ()) if word in HARSH else ()
        with looked_for() as names:
            for asked in (dict.fromkeys(QUERIES, word), *({"programme": "QOPI", name: word} for name in alone)):
                answer = client.get(page, asked)
                assert answer.status_code in (200, 301, 302, 400, 403, 404, 405, 410, 422), (word[:40], list(asked))
                told = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert b"<script>alert(1)" not in told and b"<img src=x" not in told, word[:40]
        if not names & {"*", *QUERIES} - EVERYWHERE and key != "apply":
            return


FIELDS = """q name names legal_name register_name short_name address registration_number registry tax_number place language email roles organisation office
position valid_from valid_to reason cause purchase_order percent typed_name consent seen password edition offering message subject step timezone code
country currency token kind number key value search""".split()


@pytest.mark.parametrize(
    "key", [key for key, rule in RULES.items() if rule.kind in (Kind.PUBLIC, Kind.PERSON, Kind.OWN) and key != "cms/logout/"]
)
def test_naughty_words_in_a_form_never_break_a_page(enter, key):
    own, owner = arguments_of(key), enter("owner@eco")
    for word in HARSH if own is not None else ():
        with looked_for() as names:
            answer = owner.post(at(key, own), dict.fromkeys(FIELDS, word))
        assert answer.status_code < 500 and b"<script>alert(1)" not in answer.getvalue(), word[:40]
        if not names & {"*", *FIELDS}:
            return


def test_what_is_looked_for_is_known(enter):
    """Otherwise pages that read a query or a form would be asked one word only."""
    owner, seen = enter("owner@eco"), {}
    for page in ("/en/logo-rules/", "/en/verify/", "/en/register/", "/api/v1/register"):
        with looked_for() as names:
            owner.get(page, {"q": "x", "code": "x", "other": "x"})
        seen[page] = names - EVERYWHERE
    with looked_for() as names:
        owner.post("/en/desk/organisation/edit/", {"legal_name": "x"})
    assert seen.pop("/api/v1/register") >= {"*"}
    assert seen == {"/en/logo-rules/": set(), "/en/verify/": {"code"}, "/en/register/": {"q", "place", "offering", "page"}}
    assert names > {"legal_name", "short_name"}


@pytest.mark.parametrize(
    "key", [key for key, rule in RULES.items() if rule.unknown and rule.kind is not Kind.STAFF and "pk" not in rule.unknown]
)
def test_naughty_words_in_an_address_name_nothing(enter, key):
    """Words that cannot stand there, letters for a number, are all the same address nobody has: one of them is enough."""
    owner, elsewhere = enter("owner@eco"), False
    route = next(address.route for address in addresses() if address.key == key)
    for word in ["'; --", "<script>", "\u202eabc", "%00", "%2e%2e%2f", "x" * 2_000, "9" * 30, "a%0d%0aSet-Cookie:%20x=1"]:
        page = "/" + re.sub(r"<[^>]+>", lambda _, word=word: word, route)
        if leads_to(page) == key or not elsewhere:
            elsewhere = elsewhere or leads_to(page) != key
            answer = owner.get(page)
            assert answer.status_code in (301, 302, 404, 405, 422), (word[:20], answer.status_code)
            assert "x" not in answer.cookies


def leads_to(page):
    try:
        return resolve(unquote(page)).view_name
    except Resolver404:
        return None
