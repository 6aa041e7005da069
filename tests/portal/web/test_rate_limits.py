"""S48: what may be tried how often, by account and by network; and that nobody locks the right person out."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from portal.accounts import devices
from portal.core import client as who
from portal.core import limits
from portal.core.checks import limits_are_counted_for_all_processes
from portal.core.limits import TABLE, TooMany
from tests import people
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.check("S48")]
LOGIN = "/en/accounts/login/"
ATTACKER, VICTIM = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def limited(settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def later(monkeypatch, by):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + by)


def sign_in(person, password=people.PASSWORD, *, ip=VICTIM, client=None):
    return (client or Client()).post(LOGIN, {"login": person.email, "password": password}, REMOTE_ADDR=ip)


def is_in(answer):
    return answer.status_code == 302 and answer.headers["Location"] == "/en/desk/"


@pytest.mark.parametrize("act, kind", [(act, kind) for act in TABLE for kind in TABLE[act]])
def test_s48_the_whole_table_holds_to_the_try(act, kind):
    amount, seconds = TABLE[act][kind]
    for _ in range(amount):
        limits.consume(act, now=NOW, **{kind: "x"})
    with pytest.raises(TooMany) as refused:
        limits.consume(act, now=NOW, **{kind: "x"})
    assert refused.value.retry_after == seconds - int(NOW.timestamp()) % seconds
    limits.consume(act, now=NOW, **{kind: "somebody else"})
    limits.consume(act, now=NOW + timedelta(seconds=refused.value.retry_after), **{kind: "x"})


def test_s48_every_door_is_counted_by_account_and_by_network():
    signed_in = {"step_up", "mail_code"}  # whose network says nothing more
    tries = {"login"}  # whose wrong passwords are counted by both: login_failed
    assert {act for act in TABLE if not {"account", "network"} <= TABLE[act].keys()} == signed_in | tries


def test_s48_what_is_given_back_was_never_counted():
    for _ in range(100):
        limits.consume("login_failed", now=NOW, account_network="x")
        limits.give_back("login_failed", now=NOW, account_network="x")
    limits.consume("login_failed", now=NOW, account_network="x")


def test_s48_the_cache_holds_no_address_in_clear():
    limits.consume("reset", now=NOW, account="owner@kenya.example")
    assert "kenya" not in str(list(cache._cache))


def test_s48_wrong_passwords_from_elsewhere_never_lock_the_right_person_out(monkeypatch):
    person = people.user()
    answers = [sign_in(person, "wrong", ip=ATTACKER) for _ in range(40)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 30
    assert is_in(sign_in(person))


def test_s48_a_guesser_with_many_networks_is_slowed_and_a_known_device_still_gets_in():
    person, own = people.user(), Client()
    assert is_in(sign_in(person, client=own))
    own.post("/en/accounts/logout/", REMOTE_ADDR=VICTIM)
    answers = [sign_in(person, "wrong", ip=f"198.51.{number}.7").status_code for number in range(101)]
    assert answers == [200] * 100 + [429]
    assert sign_in(person, ip="192.0.2.1").status_code == 429
    assert is_in(sign_in(person, client=own))


def test_s48_a_device_is_known_for_its_last_person_only():
    person, other, own = people.user(), people.user(), Client()
    sign_in(person, client=own)
    own.post("/en/accounts/logout/", REMOTE_ADDR=VICTIM)
    made = RequestFactory().get("/")
    made.COOKIES = {name: morsel.value for name, morsel in own.cookies.items()}
    assert devices.known(made, person.email.upper())
    assert devices.known(made, other.email) is None
    made.COOKIES["device"] += "x"
    assert devices.known(made, person.email) is None


def test_s48_a_reader_behind_a_proxy_is_not_stopped_by_a_neighbour(settings):
    settings.TRUSTED_PROXIES = 1
    person = people.user()
    for _ in range(110):
        Client().post(LOGIN, {"login": person.email, "password": "x"}, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"1.1.1.1, {ATTACKER}")
    answer = Client().post(LOGIN, {"login": person.email, "password": people.PASSWORD}, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=VICTIM)
    assert is_in(answer)


@pytest.mark.parametrize(
    "proxies, remote, forwarded, expected",
    [
        (0, VICTIM, ATTACKER, VICTIM),
        (1, "10.0.0.1", f"1.2.3.4, {VICTIM}", VICTIM),
        (2, "10.0.0.1", f"1.2.3.4, {VICTIM}, 10.0.0.2", VICTIM),
        (2, "10.0.0.1", VICTIM, "10.0.0.1"),
        (1, "10.0.0.1", "nonsense", None),
        (0, "", "", None),
        (1, "10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2:3::4"),
    ],
)
def test_s48_one_function_knows_the_clients_address(settings, proxies, remote, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert who.address(request) == expected
    assert who.network(request) == (
        {"2001:db8:1:2:3::4": "2001:db8:1:2::/64", None: ""}.get(expected) or (f"{expected}/32" if expected else "")
    )


def test_s48_a_reset_and_a_sign_up_answer_429_alike_for_known_and_unknown_addresses(client):
    people.user("known@kenya.example")
    for who_asks in ("known@kenya.example", "unknown@kenya.example"):
        answers = [client.post("/en/accounts/password/reset/", {"email": who_asks}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
        assert int(answers[3].headers["Retry-After"]) == 900 - int(NOW.timestamp()) % 900
        assert "That was too often" in answers[3].content.decode()


def test_s48_the_verify_page_and_the_api_stop_a_harvester_and_nobody_else(client):
    for address, kind in (
        ("/en/verify/AAAA-AAAA-AAAA-AAAA/", "text/html; charset=utf-8"),
        ("/api/v1/verify/AAAA-AAAA-AAAA-AAAA", "application/problem+json"),
    ):
        amount = TABLE["verify" if "/en/" in address else "api"]["network"][0]
        now_counted = "verify" if "/en/" in address else "api"
        for _ in range(amount):
            limits.consume(now_counted, now=NOW, network=f"{ATTACKER}/32")
        answer = client.get(address, REMOTE_ADDR=ATTACKER)
        assert (answer.status_code, answer.headers["Content-Type"]) == (429, kind)
        assert answer.headers["Retry-After"] == str(60 - int(NOW.timestamp()) % 60)
        assert client.get(address, REMOTE_ADDR=VICTIM).status_code == 404
    assert answer.json()["status"] == 429


def test_s48_the_doors_open_again(client, monkeypatch):
    person = people.user()
    for _ in range(11):
        sign_in(person, "wrong")
    assert sign_in(person).status_code == 429
    later(monkeypatch, timedelta(minutes=5))
    assert is_in(sign_in(person))


def test_s48_a_cache_per_process_is_named_by_the_check_of_a_deployment(settings):
    assert [found.id for found in limits_are_counted_for_all_processes(None)] == ["portal.W001"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1/0"}}
    assert limits_are_counted_for_all_processes(None) == []
