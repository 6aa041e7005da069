"""Every address, walked by people it is not for: two societies never see each other (who sees the CMS stands in ``test_cms``)."""

import re
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from media.models import Download, KitFile
from portal.accounts.models import User
from portal.demo.accounts import PASSWORD
from tests import demo_world as world
from tests import snapshot
from tests.house.address_rules import RULES, THEIRS, Kind
from tests.house.addresses import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S1")]

ADDRESSES = {address.key: address for address in addresses()}
READERS = {"owner@eco": "ECO", "owner@sbqo": "SBQO", "owner@india": "INDIA", "owner@bigsky": "BIGSKY"}
LANGUAGES = dict(zip(READERS, ("en", "es", "en", "es"), strict=True))
STRANGER = "owner@bigsky"  # who has nothing to do with anybody
OWNERS = ("ECO", "SBQO", "INDIA", "KENYA", "TAIWAN")
FORM = {
    "password": PASSWORD, "seen": "", "revision": "1", "reason": "An attack", "cause": "An attack", "kind": "terminated", "percent": "100", "roles": ["owner"],
    "email": "somebody@evil.example", "consent": "on", "typed_name": "Somebody", "command": "withdraw", "legal_name": "Taken", "office": "President",
    "position": "1", "valid_from": "2026-01-01", "confirm": "on", "sure": "on",
}  # fmt: skip


def named(kind):
    return sorted(key for key, rule in RULES.items() if rule.kind is kind and key in ADDRESSES)


def at(key, arguments, language="en"):
    """Return the address with these arguments; addresses without a name are written as they are."""
    if ADDRESSES[key].name:
        with translation.override(language):
            return reverse(ADDRESSES[key].name, kwargs=arguments)
    return "/" + re.sub(r"<[^>]+>", "done/", key)


def signed_in(email):
    client = Client()
    client.force_login(world.person(email) if "@" in email else User.objects.get(email=f"{email}@demo.example"))
    return client


def ask(client, method, page):
    return getattr(client, method)(page, **({"data": FORM} if method == "post" else {}))


def seen(answer):
    """Return all a reader gets, without what differs from one request to the next and the address itself."""
    told = answer.content.decode() if not answer.streaming else ""
    told = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", told)
    asked = re.sub(r"^/(en|es)/", "/", answer.request["PATH_INFO"])
    headers = {name: value.replace(asked, "…") for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, headers, sorted(answer.cookies), told.replace(asked, "…")


def is_login(answer):
    return answer.status_code == 302 and "/accounts/login/?next=" in answer.headers["Location"]


def is_refused(answer):
    """Wagtail answers people of the CMS who may not do something by a message on its first page."""
    return answer.status_code in (403, 405) or (answer.status_code == 302 and answer.headers["Location"] == "/cms/")


def test_every_address_of_ours_has_a_rule():
    outside_cms = {key for key, address in ADDRESSES.items() if not address.is_ours and not address.in_cms and address.parameters}
    lacking = {key for key, address in ADDRESSES.items() if address.is_ours and key not in RULES} | (outside_cms - THEIRS.keys())
    assert lacking == set(), "say in tests/house/address_rules.py who may read these"


def test_no_rule_is_left_of_an_address_that_is_gone():
    assert (RULES.keys() | THEIRS.keys()) - ADDRESSES.keys() == set()


def test_every_object_in_an_address_of_ours_has_a_rule_that_names_one():
    silent = [
        key
        for key, rule in RULES.items()
        if rule.kind in (Kind.OWN, Kind.PUBLIC, Kind.STAFF) and ADDRESSES[key].parameters and not (rule.of or rule.one)
    ]
    assert [key for key in silent if not key.startswith("cms/")] == []


@pytest.mark.parametrize("key", named(Kind.PUBLIC))
def test_a_public_page_opens_to_anybody_and_knows_nothing_else(client, key):
    rule = RULES[key]
    assert client.get(at(key, rule.one() if rule.one else {})).status_code in (200, 302, rule.absent if not rule.one else 200)
    if rule.unknown:
        assert client.get(at(key, rule.unknown)).status_code == rule.absent


@pytest.mark.parametrize("key", named(Kind.PERSON))
def test_a_page_for_signed_in_people_sends_everybody_else_to_the_login(client, key):
    arguments = {"code": "QTP1-L"} if ADDRESSES[key].parameters else {}
    for answer in (client.get(at(key, arguments)), client.post(at(key, arguments), FORM)):
        assert is_login(answer) or answer.status_code == 405 or key == "cms/logout/"


@pytest.fixture(scope="module")
def nothing(sessions, django_db_blocker):
    """What a page nobody has looks like to each reader, in their language, the same for all."""
    with django_db_blocker.unblock():
        return {reader: seen(signed_in(reader).get(at("licence", RULES["licence"].unknown, LANGUAGES[reader]))) for reader in READERS}


@pytest.mark.parametrize("key", named(Kind.OWN))
def test_what_belongs_to_another_organisation_looks_like_what_does_not_exist(enter, nothing, key):
    """S1, and S2 for every method: the same status, headers and bytes as an unknown object; nothing is written.

    A stranger asks for what five societies have; the societies ask for each other's. A method refused for what is unknown is refused before anything is looked for.
    """
    rule, walked = RULES[key], 0
    arguments = {owner: rule.of(world.organisation(owner)) for owner in OWNERS}
    stranger, methods = enter(STRANGER), {}
    for method in ("get", "post", "put", "delete", "head"):
        unknown = ask(stranger, method, at(key, rule.unknown, LANGUAGES[STRANGER]))
        assert unknown.status_code == 405 or seen(unknown)[:3] == nothing[STRANGER][:3], method
        assert unknown.status_code == 405 or method == "head" or seen(unknown) == nothing[STRANGER], method
        if unknown.status_code == 404:
            methods[method] = seen(unknown)
    for reader, home in READERS.items():
        client = enter(reader)
        for method in methods if reader == STRANGER else methods.keys() & {"get", "post"}:
            for owner in OWNERS if reader == STRANGER and method in ("get", "post") else OWNERS[:2]:
                if owner != home and arguments[owner]:
                    with snapshot.writes() as written:
                        answer = ask(client, method, at(key, arguments[owner], LANGUAGES[reader]))
                    assert seen(answer) == (methods[method] if reader == STRANGER else nothing[reader]), (reader, owner, method)
                    assert written == []
                    walked += 1
    assert walked or key == "organisation_withdraw"


@pytest.mark.parametrize("key", named(Kind.OWN))
def test_what_belongs_to_an_organisation_opens_to_its_owner_and_to_nobody_without_a_name(enter, client, key):
    rule, opened = RULES[key], 0
    unknown = seen(client.get(at(key, rule.unknown)))
    for reader, home in READERS.items():
        arguments = rule.of(world.organisation(home))
        if arguments:
            answer = enter(reader).get(at(key, arguments))
            opened += answer.status_code in (200, 302, 405)
            assert answer.status_code != 403, reader
            anonymous = client.get(at(key, arguments))
            assert is_login(anonymous) or anonymous.status_code == 405
            assert seen(anonymous) == unknown
    assert opened or key == "organisation_withdraw"


@cache
def held(account):
    """Return the groups somebody of the staff is in."""
    return set(User.objects.get(email=f"{account}@demo.example").groups.values_list("name", flat=True))


def allowed(account, rule):
    return bool(rule.groups & held(account))


# The gate


def files(*, by: str = "pk"):
    """Return what names each file, or one file ``by`` item."""
    found = KitFile.objects.select_related("item__release__kit")
    return list({getattr(one, by): (one.item.release.kit.slug, one.item.release.number, one.language, one.name) for one in found}.values())


def gate_paths(kit, release, language, name):
    return [f"/kits/{kit}/{release}/{language}/{name}{more}" for more in ("", ".sha256", "/link")] + [
        f"/kits/{kit}/{release}/manifest.json"
    ]


def test_the_gate_sends_everybody_without_a_name_to_the_login(client):
    known, unknown = (
        gate_paths(*files()[0]),
        [*gate_paths("nothing", "9.9", "xx", "n.pdf"), "/kits/", "/kits/../cms/", "/kits/a/b/c/d/e", "/kits/dl/x/y.pdf"],
    )
    for path in known + unknown:
        for answer in (client.get(path), client.head(path)):
            assert is_login(answer), path
            assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("reader", ["owner@bigsky", "owner@kenya", "manager"])
def test_the_gate_tells_strangers_nothing(enter, reader):
    """The same bytes for every file of a kit they have nothing to do with and for what was never there; some ask one file of each item."""
    stranger = enter(reader)
    unknown = [stranger.get(path) for path in gate_paths("nothing", "9.9", "en", "no-such-file.pdf")]
    of_no_concern = [
        facts for facts in files(by="pk" if reader == STRANGER else "item_id") if reader != "owner@kenya" or facts[0] == "qcs-dh"
    ]
    assert len({facts[0] for facts in of_no_concern}) == (1 if reader == "owner@kenya" else 2)
    for number, facts in enumerate(of_no_concern):
        for path, other in list(zip(gate_paths(*facts), unknown, strict=True))[: 1 if number % 10 else None]:
            answer = stranger.get(path)
            assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "private, no-store"), path
            assert seen(answer) == seen(other), path


def test_the_gate_tells_applicants_why_and_licensees_the_bytes():
    """SBQO has signed and not paid: 403 with reasons. ECO is licensed: the file."""
    kit, release, language, name = next(facts for facts in files() if facts[0] == "qtp1" and facts[3].endswith(".pdf"))
    path = f"/kits/{kit}/{release}/{language}/{name}"
    refused, given = signed_in("owner@sbqo").get(path), signed_in("owner@eco").get(path)
    assert (refused.status_code, refused.headers["Cache-Control"]) == (403, "private, no-store")
    assert (given.status_code, given.headers["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(given.streaming_content).startswith(b"%PDF-")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_gate_only_gives(method):
    eco, kept = signed_in("owner@eco"), Download.objects.count()
    for path in gate_paths(*files()[0]):
        assert getattr(eco, method)(path).status_code == 405
    assert Download.objects.count() == kept


def test_the_kit_page_of_a_stranger_is_the_404_of_an_unknown_kit():
    stranger = signed_in("owner@bigsky")
    known, unknown = (
        stranger.get(at("kit", {"kit": "qtp1", "release": "2.1"})),
        stranger.get(at("kit", {"kit": "nothing", "release": "9.9"})),
    )
    assert known.status_code == 404
    assert seen(known) == seen(unknown)


# Ids that stand in queries, forms and sessions


def test_nobody_acts_for_an_organisation_of_others():
    stranger, eco = signed_in("owner@bigsky"), world.organisation("ECO")
    for page in ("desk", "organisation", "invoices", "agreements", "licences", "kits"):
        answer = stranger.get(at(page, {}), {"for": eco.pk}, follow=True)
        assert "Fundación ECO" not in answer.content.decode()
    assert stranger.post(at("organisation_switch", {}), {"organisation": eco.pk}).status_code == 404
    session = stranger.session
    session["acting"] = eco.pk
    session.save()
    assert "Fundación ECO" not in stranger.get(at("desk", {})).content.decode()


@pytest.mark.check("S2")
def test_a_form_that_names_objects_of_others_changes_nothing():
    """Every page for signed-in people, posted to with another organisation's ids in every field that may name one."""
    eco = world.organisation("ECO")
    stranger = signed_in("owner@bigsky")
    ids = {
        "organisation": eco.pk,
        "organisation_id": eco.pk,
        "for": eco.pk,
        "application": 1,
        "user": eco.memberships.first().user_id,
        "pk": eco.pk,
        "id": eco.pk,
    }
    own = ("cms/logout/", "account_profile", "apply")
    before = snapshot.rows()
    for key in named(Kind.PERSON):
        assert key in own or stranger.post(at(key, {}), ids).status_code != 500, key
    assert snapshot.changed(before, snapshot.rows()) == {}


def test_whoever_left_is_out_at_once():
    owner = signed_in("preparer@eco")
    application = RULES["application"].of(world.organisation("ECO"))
    assert owner.get(at("application", application)).status_code == 200
    world.organisation("ECO").memberships.filter(user=world.person("preparer@eco"), ended_at=None).update(ended_at=world.NOW)
    assert owner.get(at("application", application)).status_code in (302, 404)


def test_a_secret_nobody_sent_opens_nothing(client):
    assert client.get(at("invitation", {"token": "a-token-nobody-sent"})).status_code == 404
    assert signed_in("owner@eco").post(at("invitation", {"token": "a-token-nobody-sent"}), FORM).status_code == 404
    for headers in ({}, {"Authorization": "Bearer guessed"}, {"Authorization": "Bearer "}, {"X-Forwarded-For": "127.0.0.1"}):
        assert client.get("/metrics", headers=headers, REMOTE_ADDR="203.0.113.9").status_code == 404
