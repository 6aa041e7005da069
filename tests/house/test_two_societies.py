"""Two societies never see each other, nor what staff write of them: a word in every text, and every page, letter and feed the other can reach."""

import re
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from licensing.entitlements.models import Licence
from licensing.organisations.models import Organisation
from portal.core.models import SentMail
from tests import demo_world as world
from tests.house import canary
from tests.house.crawl import crawl, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S4")]

# Who reads → of which organisations everything is their own, the rest is planted with words; and the language of public pages they leave to others.
READERS = {
    "owner@eco": ({"ECO"}, "es"),
    "owner@bigsky": ({"BIGSKY"}, "en"),
    "": (set(), ""),
    "owner@sbqo": ({"SBQO", "INDIA"}, "es"),
}
STARTS = ["/en/", "/es/", "/en/desk/", "/es/desk/", "/en/register/", "/en/verify/", "/en/availability.atom", "/sitemap.xml", "/robots.txt"]
API = [
    "/api/v1/register",
    "/api/v1/availability?programme=QOPI",
    "/api/v1/places",
    "/api/v1/programmes",
    "/api/v1/places/BR",
    "/api/v1/openapi.json",
]
SOUGHT = ("SBQO", "TOQA", "ECO", "KCCQN")


def searches(others):
    """Return the addresses somebody would try who looks for another organisation."""
    names = [
        quote(text)
        for organisation in others
        if organisation.short_name in SOUGHT
        for text in (organisation.legal_name, organisation.short_name)
    ]
    codes = Licence.objects.filter(organisation__short_name__in=SOUGHT, organisation__in=others).values_list("code", flat=True)
    return [
        *(f"/en/register/?q={name}" for name in names),
        *(f"/api/v1/register?q={name}" for name in names),
        *(f"/en/desk/organisation/start/?name={name}" for name in names),
        *(f"/es/verify/{code}/" for code in codes),
        *(f"/api/v1/verify/{code}" for code in codes),
    ]


def test_every_model_of_licensing_says_whose_it_is():
    models = {model._meta.model_name for model in apps.get_app_config("licensing").get_models() if not model._meta.auto_created}
    assert models == canary.BELONGS.keys() | canary.OF_NOBODY


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader or "anybody")
def test_no_word_of_another_organisation_is_ever_read(reader):
    keys, unread = READERS[reader]
    own = [world.organisation(key).pk for key in keys]
    others = Organisation.objects.exclude(pk__in=own)
    asked = searches(list(others))
    planted, secret = canary.plant(others), canary.internal(Organisation.objects.filter(pk__in=own))
    assert len(planted.words) > 300
    client = Client()
    if reader:
        client.force_login(world.person(reader))
        asked += canary.applications(world.person(reader))
    seen = crawl(client, [*STARTS, *API, *asked], each=1, outside=f"/{unread}/(?!desk/)" if unread else "")
    texts = {address: told(address, answer) for address, answer in seen.items()}
    public = re.compile(r"^/((en|es)/)?(register|verify|countries|api/v1/(register|verify)|desk/organisation/start)")
    leaks = {address: planted.found_in(text, public=bool(public.match(address))) + secret.found_in(text) for address, text in texts.items()}
    assert {address: found for address, found in leaks.items() if found} == {}
    assert {address: answer.status_code for address, answer in seen.items() if answer.status_code >= 500} == {}
    assert len([address for address in seen if "/desk/" in address]) > 10 or reader in ("", "owner@bigsky")
    assert sum("pdf" in answer.headers.get("Content-Type", "") for answer in seen.values()) > 3 or reader != "owner@eco"


def test_letters_name_no_organisation_but_the_readers_own():
    named = {organisation.pk: {organisation.legal_name, organisation.register_name} for organisation in Organisation.objects.all()}
    checked = 0
    for mail in SentMail.objects.exclude(recipient__endswith="@demo.example"):
        own = set(Organisation.objects.filter(memberships__user__email=mail.recipient).values_list("pk", flat=True))
        foreign = [
            name for pk, names in named.items() if pk not in own for name in names if name in f"{mail.subject} {mail.text} {mail.html}"
        ]
        assert foreign == [], (mail.recipient, mail.subject)
        checked += 1
    assert checked > 10


def test_the_guards_are_back_for_the_next_test():
    """What ``canary`` lifts is lifted inside the test's transaction only."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'licensing_%'")
            assert cursor.fetchone()[0] > 5
