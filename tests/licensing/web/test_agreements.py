import pytest
from django.test import Client

from licensing.agreements import actions as agreements
from licensing.agreements.models import Agreement, Signature
from portal.core import private_files
from tests.clock import NOW
from tests.licensing import deal as deals
from tests.licensing.deal import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault", "frozen")]
PASSWORD = "portal-demo-2027"


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def deal():
    return Deal()


def as_(email: str) -> Client:
    client = Client()
    client.force_login(deals.person(email))
    return client


def given(agreement, **changes):
    values = {
        "read": "on",
        "consent": "on",
        "typed_name": "The President",
        "document_sha256": agreement.document_sha256,
        "password": PASSWORD,
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


@pytest.mark.row("C3")
def test_the_president_reads_signs_and_it_is_the_secretarys_turn(deal):
    agreement = deal.sent()
    address = f"/en/desk/agreements/{agreement.number}/"
    president = as_("president@eco.example")
    page = president.get(address).content.decode()
    for text in (
        "Your turn: sign as President",
        "In Spain: Slides, Manual, and Logo.",
        agreement.document_sha256[:8],
        "Sign the agreement",
        "0 of 3",
    ):
        assert text in page
    answer = president.post(address, given(agreement), HTTP_USER_AGENT="a browser", REMOTE_ADDR="192.0.2.7")
    assert (answer.status_code, answer["Location"]) == (302, address)
    signature = Signature.objects.get()
    assert (signature.user.email, signature.typed_name, signature.office) == ("president@eco.example", "The President", "President")
    assert (signature.ip, signature.agent, signature.factor, signature.signed_at) == ("192.0.2.7", "a browser", "password", NOW)
    assert "Sign the agreement" not in president.get(address).content.decode()
    assert "Your turn: sign as Secretary" in as_("secretary@eco.example").get(address).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, "This is not your password"),
        ({"read": None}, "This field is required"),
        ({"consent": None}, "This field is required"),
        ({"typed_name": ""}, "This field is required"),
    ],
)
def test_a_signature_that_lacks_something_is_not_made_and_keeps_what_was_typed(deal, changes, said):
    agreement = deal.sent()
    answer = as_("president@eco.example").post(f"/en/desk/agreements/{agreement.number}/", given(agreement, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Signature.objects.count() == 0


def test_a_second_press_says_that_it_is_signed(deal):
    agreement = deal.sent()
    president = as_("president@eco.example")
    for _ in range(2):
        answer = president.post(f"/en/desk/agreements/{agreement.number}/", given(agreement), follow=True)
    assert "You have signed this agreement" in answer.content.decode()
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "said"), [("secretary@eco.example", "Somebody signs before you"), ("owner@eco.example", "You are not one of the people")]
)
def test_who_is_not_next_is_told_so(deal, who, said):
    agreement = deal.sent()
    answer = as_(who).post(f"/en/desk/agreements/{agreement.number}/", given(agreement), follow=True)
    assert said in answer.content.decode()
    assert Signature.objects.count() == 0


def test_another_text_than_the_shown_one_is_refused(deal):
    agreement = deal.sent()
    answer = as_("president@eco.example").post(
        f"/en/desk/agreements/{agreement.number}/", given(agreement, document_sha256="0" * 64), follow=True
    )
    assert "The text is not the one you were shown" in answer.content.decode()
    assert Signature.objects.count() == 0


@pytest.mark.row("C11")
def test_the_text_stands_in_two_languages_side_by_side_for_a_spanish_reader(deal):
    agreement = deal.sent()
    client = as_("president@eco.example")
    page = client.get(f"/es/desk/agreements/{agreement.number}/").content.decode()
    assert "In Spain: Slides, Manual, and Logo." in page
    assert "En Spain: slides (es), manual (es) y logo (es)." in page
    page = client.get(f"/en/desk/agreements/{agreement.number}/?copy=es").content.decode()
    assert "slides (es)" in page
    assert "slides (es)" not in client.get(f"/es/desk/agreements/{agreement.number}/?copy=").content.decode()


@pytest.mark.parametrize("path", ["", "document.pdf", "sealed.pdf"])
def test_strangers_and_unknown_numbers_look_the_same(deal, path):
    agreement = deal.executed()
    deals.organisation("Other", mail="other.example")
    for client in (as_("owner@other.example"), as_("stranger@else.example")):
        answers = [client.get(f"/en/desk/agreements/{number}/{path}") for number in (agreement.number, "AG-2026-9999")]
        assert len({(answer.status_code, answer.get("Location")) for answer in answers}) == 1
        assert answers[0].status_code in (302, 404)  # without any organisation: to the start page
    anonymous = Client().get(f"/en/desk/agreements/{agreement.number}/{path}")
    assert (anonymous.status_code, "login" in anonymous["Location"]) == (302, True)


def test_who_has_no_role_for_agreements_is_told_404(deal):
    agreement = deal.sent()
    deals.member(deal.organisation, "faculty@eco.example", "faculty")
    assert as_("faculty@eco.example").get(f"/en/desk/agreements/{agreement.number}/").status_code == 404
    assert as_("faculty@eco.example").get("/en/desk/agreements/").status_code == 403


def test_what_is_downloaded_is_what_is_signed_and_then_the_sealed_file(deal):
    agreement = deal.executed()
    owner = as_("owner@eco.example")
    address = f"/en/desk/agreements/{agreement.number}/"
    shown = b"".join(owner.get(f"{address}document.pdf").streaming_content)
    assert shown == private_files.content_of(agreement.document_key)
    assert "Being sealed" in owner.get(address).content.decode()
    assert owner.get(f"{address}sealed.pdf")["Location"] == address
    agreements.seal(agreement.pk, now=NOW)
    sealed = owner.get(f"{address}sealed.pdf")
    assert b"".join(sealed.streaming_content).startswith(shown)
    assert "no-store" in sealed["Cache-Control"]
    assert "Sealed PDF" in owner.get(address).content.decode()


def test_the_desk_says_whose_signature_is_next(deal):
    agreement = deal.sent()
    mine = as_("president@eco.example").get("/en/desk/").content.decode()
    theirs = as_("owner@eco.example").get("/en/desk/").content.decode()
    assert "Read and sign" in mine
    assert "Read and sign" not in theirs
    assert "With The President (DEMO)" in theirs
    assert agreement.number in theirs


def test_the_list_shows_only_what_was_sent(deal):
    agreement = deal.generate()
    owner = as_("owner@eco.example")
    assert agreement.number not in owner.get("/en/desk/agreements/").content.decode()
    agreements.approve_to_send(agreement.pk, by=deal.staff, now=NOW)
    agreements.send(agreement.pk, by=deal.staff, now=NOW)
    assert agreement.number in owner.get("/en/desk/agreements/").content.decode()
    assert Agreement.objects.count() == 1
