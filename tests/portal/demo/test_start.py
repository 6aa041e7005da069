"""`make demo` prints an address where all of the portal can be tried, and answers at the machine's number too."""

import socket
import subprocess

import pytest
from django.conf import settings as current
from django.test import Client
from django.urls import reverse

from portal.demo import accounts
from portal.demo.management.commands import demo
from portal.settings.base import configure
from portal.settings.env import read
from tests import people

PORT = 8123


@pytest.fixture
def started(monkeypatch):
    """The commands that a start would run, and the environment they get."""
    runs = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: runs.append((command, options["env"])))
    demo.Command().start(PORT, None)
    return runs


def test_the_portal_is_told_the_address_that_is_printed(started):
    assert {environment["PORTAL_ORIGIN"] for _command, environment in started} == {"http://localhost:8123"}
    printed = accounts.welcome(demo.origin_at(PORT))
    assert "http://localhost:8123/en/" in printed
    assert "browsers offer passkeys at localhost only" in printed


def test_it_answers_at_every_number_of_this_machine(started):
    web = started[0][0]
    doors = [value for option, value in zip(web, web[1:], strict=False) if option == "--bind"]
    assert doors[0] == "127.0.0.1:8123"
    assert set(doors[1:]) <= {"[::1]:8123"}


def test_each_step_is_printed_at_once_also_to_a_file(tmp_path):
    with (tmp_path / "log").open("w") as log:  # buffered, as `make demo > log` is
        demo.Command(stdout=log).say("Making the database …")
        assert (tmp_path / "log").read_text() == "Making the database …\n"


@pytest.mark.parametrize("host", demo.loopbacks())
def test_a_port_taken_at_either_number_is_told(host):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as taken:
        taken.bind((host, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(demo.CommandError, match=f"port {port} is taken"):
            demo.Command().free_port(str(port))


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["localhost:8123", "127.0.0.1:8123"])
def test_one_can_read_and_sign_in_at_both_addresses(settings, host):
    values = configure(read({"DEMO": "1", "PORTAL_ORIGIN": "http://localhost:8123", "SECRET_KEY": current.SECRET_KEY}))
    for name in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        setattr(settings, name, values[name])
    person, client = people.user(), Client(enforce_csrf_checks=True, headers={"Host": host, "Origin": f"http://{host}"})
    page = client.get("/en/accounts/login/")
    facts = {"login": person.email, "password": people.PASSWORD, "csrfmiddlewaretoken": page.context["csrf_token"]}
    answer = client.post("/en/accounts/login/", facts)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("desk"))
    assert client.get("/en/desk/").headers["Location"] == reverse("organisation_start")  # signed in; who has an organization sees the desk
    assert client.cookies[settings.SESSION_COOKIE_NAME]["domain"] == ""


def test_passkeys_belong_to_the_name_that_was_asked_for(rf, settings):
    from allauth.core import context
    from allauth.mfa.adapter import get_adapter

    settings.ALLOWED_HOSTS = ["localhost"]
    with context.request_context(rf.get("/", headers={"Host": "localhost:8123"})):
        assert get_adapter().get_public_key_credential_rp_entity()["id"] == "localhost"
