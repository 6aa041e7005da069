"""S53: what a password has to be; and S49: that the work for a known and an unknown address is the same."""

import unicodedata

import pytest
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import MD5PasswordHasher, identify_hasher
from django.core.exceptions import ValidationError

from portal.accounts.models import User
from portal.settings import base
from tests import people
from tests.portal.accounts.factors import enrol

pytestmark = [pytest.mark.django_db, pytest.mark.check("S53")]


def refused(password, user=None):
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        return [one.code for one in error.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "fifteen-signs-1",
        "كلمة مرور طويلة جدا",
        "🦀🐙🦑🐚🐡🐠🐟🐬🐳🐋🦈🐊🐅🐆🦓",
        "correct horse battery staple",
        "                spaces count",
        "sixty four signs 0123456789 and some more of them, none of all hid",
        "three hundred signs and more: " + "a bear, two foxes and a wren " * 10,
        "ñandú-corre-lejos",
    ],
)
def test_s53_long_words_of_any_script_are_taken_without_rules_of_composition(client, password):
    assert refused(password) == []
    person = people.user()
    person.set_password(password)
    person.save()
    assert client.post("/en/accounts/login/", {"login": person.email, "password": password}).headers.get("Location") == "/en/desk/"


def test_s53_the_password_is_alone_or_comes_with_a_second_factor():
    person = people.user()
    fourteen, twelve, eleven = "fourteen-signs", "twelve-signs", "eleven-sign"
    assert [refused(word, person) for word in (fourteen, twelve, eleven)] == [["password_too_short"]] * 3
    assert refused(fourteen) == ["password_too_short"]
    enrol(person)
    assert [refused(word, person) for word in (fourteen, twelve, eleven)] == [[], [], ["password_too_short"]]


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password-1234567890",
        "1qaz2wsx3edc4rfv",
        "Programme-Portal-2027",
        "dragon dragon dragon",
        "a" * 20,
        "12121212121212121",
    ],
)
def test_s53_what_everybody_tries_first_is_refused(password):
    assert "password_too_common" in refused(password)


def test_s53_ones_own_name_is_no_password():
    assert "password_too_similar" in refused("kenyan.societies", User(email="kenyan.societies@kenya.example", name="x"))


def test_s53_a_letter_typed_as_one_sign_or_as_two_is_the_same():
    composed, apart = "ñandú-corre-lejos", unicodedata.normalize("NFD", "ñandú-corre-lejos")
    assert composed != apart
    person = User(email="x@kenya.example")
    person.set_password(apart)
    assert person.check_password(composed)
    assert not person.check_password(composed + " ")


def test_s53_argon2_hashes_in_production():
    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_s53_argon2_is_there(settings):
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    person = User(email="x@kenya.example")
    person.set_password("a-long-password-of-tests")
    assert identify_hasher(person.password).algorithm == "argon2"


@pytest.fixture
def hashed(monkeypatch):
    """Count how often a password is hashed: what takes the time."""
    calls, ordinary = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, password, salt: calls.append(password) or ordinary(self, password, salt))
    return calls


@pytest.mark.check("S49")
@pytest.mark.parametrize("who", ["known", "unknown", "without a password", "closed"])
def test_s49_signing_in_hashes_once_whoever_is_named(client, hashed, who):
    person = people.user("known@kenya.example")
    if who == "without a password":
        person.set_unusable_password()
        person.save()
    if who == "closed":
        person.is_active = False
        person.save()
    hashed.clear()
    address = "nobody@kenya.example" if who == "unknown" else person.email
    client.post("/en/accounts/login/", {"login": address, "password": "a-wrong-password"})
    assert len(hashed) == 1


@pytest.mark.check("S49")
@pytest.mark.parametrize("who", ["known", "unknown"])
def test_s49_signing_up_hashes_once_whether_the_address_is_known_or_not(client, hashed, who):
    people.user("known@kenya.example")
    hashed.clear()
    new = "a-new-long-password"
    given = {"email": f"{who}@kenya.example", "name": "Somebody", "language": "en", "password1": new, "password2": new}
    assert client.post("/en/accounts/signup/", given).status_code == 302
    assert hashed == [new]
