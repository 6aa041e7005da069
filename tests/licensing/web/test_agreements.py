import hashlib
import html
import re
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client

from licensing.agreements import actions as agreements
from licensing.agreements.actions import Shown
from licensing.agreements.evidence_check import checked
from licensing.agreements.intent import intent
from licensing.agreements.models import Agreement, Signature
from licensing.models import SigningPower
from licensing.web import agreement_page
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
        "typed_name": "The President (DEMO)",
        "document_sha256": agreement.document_sha256,
        "reading_sha256": agreement.reading_sha256,
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
    assert (signature.user.email, signature.typed_name, signature.office) == ("president@eco.example", "The President (DEMO)", "President")
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
        ({"typed_name": "The Secretary (DEMO)"}, "Type your name as it stands here: The President (DEMO). Nothing was signed."),
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
    own = given(agreement, typed_name=str(deals.person(who)))
    answer = as_(who).post(f"/en/desk/agreements/{agreement.number}/", own, follow=True)
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


@pytest.mark.parametrize("path", ["", "document.pdf", "reading-copy.pdf", "sealed.pdf", "evidence.zip", "decline/"])
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


# Two texts, declining, somebody else, the evidence


def treasurer(deal):
    person = deals.member(deal.organisation, "treasurer@eco.example", "signatory", name="The Treasurer (DEMO)")
    SigningPower.objects.create(organisation=deal.organisation, user=person, office="Treasurer", position=3, valid_from=date(2020, 1, 1))
    return person


def told(client, path, given=None) -> str:
    answer = client.get(path) if given is None else client.post(path, given, follow=True)
    return html.unescape(answer.content.decode())


@pytest.mark.row("C11")
def test_both_texts_are_there_to_download_and_to_sign(deal):
    agreement = deal.sent()
    address = f"/en/desk/agreements/{agreement.number}/"
    president = as_("president@eco.example")
    page = told(president, address)
    for words in ("English text (PDF)", "Reading copy in Spanish (PDF)", agreement.document_sha256[:8], agreement.reading_sha256[:8]):
        assert words in page
    copy = president.get(f"{address}reading-copy.pdf")
    assert b"".join(copy.streaming_content) == private_files.content_of(agreement.reading_key)
    assert (copy["ETag"], "no-store" in copy["Cache-Control"]) == (f'"{agreement.reading_sha256}"', True)
    for wrong in ("", "0" * 64):
        assert "not the one you were shown" in told(president, address, given(agreement, reading_sha256=wrong))
    assert Signature.objects.count() == 0


def test_the_declaration_is_kept_word_for_word_in_the_language_it_was_read_in(deal):
    agreement = deal.sent()
    address = f"/es/desk/agreements/{agreement.number}/"
    president = as_("president@eco.example")
    declared = intent("licensee", "es")
    page = told(president, address)
    assert all(sentence in page for sentence in declared.sentences)
    president.post(address, given(agreement))
    signature = Signature.objects.get()
    assert (signature.intent_language, signature.intent_version, signature.intent_sha256) == ("es", 1, declared.sha256)
    assert declared.sha256 == hashlib.sha256(declared.text.encode()).hexdigest()


def test_where_no_copy_was_asked_for_there_is_none(deal):
    deal.terms.application.language = "en"
    deal.terms.application.save()
    agreement = deal.sent()
    president = as_("president@eco.example")
    assert president.get(f"/en/desk/agreements/{agreement.number}/reading-copy.pdf").status_code == 404
    assert "Reading copy" not in told(president, f"/en/desk/agreements/{agreement.number}/")


@pytest.mark.row("C6")
def test_who_declines_says_why_and_everybody_reads_it(deal):
    agreement = deal.sent()
    address = f"/en/desk/agreements/{agreement.number}/"
    secretary = as_("secretary@eco.example")
    assert "Decline to sign" in told(secretary, address)
    assert "Decline to sign?" in told(secretary, f"{address}decline/")
    said = given(agreement, reason="Clause 3 <b>names</b> the wrong places.", seen=3)
    for wrong in ({"password": "wrong"}, {"reason": " "}, {"seen": "x"}):
        assert secretary.post(f"{address}decline/", said | wrong).status_code == 422
    assert "Somebody else acted" in told(secretary, f"{address}decline/", said | {"seen": 2})
    agreement.refresh_from_db()
    assert agreement.state == "out_for_signature"
    assert "You have declined to sign" in told(secretary, f"{address}decline/", said)
    page = as_("owner@eco.example").get(address).content.decode()
    assert "A signatory declined; the licensor may draw up a new version" in told(as_("owner@eco.example"), "/en/desk/")
    for words in ("The Secretary (DEMO) declined to sign", "Clause 3 &lt;b&gt;names&lt;/b&gt; the wrong places.", "Evidence file (ZIP)"):
        assert words in page
    assert "Sign the agreement" not in told(as_("president@eco.example"), address)


def test_a_new_version_takes_the_place_of_the_declined_one_once_it_is_sent(deal):
    agreement = deal.sent()
    president = deals.person("president@eco.example")
    shown = Shown(agreement.document_sha256, agreement.reading_sha256)
    given = {"shown": shown, "reason": "Clause 3", "factor": "password", "by": deal.actor(president), "now": NOW}
    agreements.decline(agreement.pk, user_id=president.pk, **given)
    made = agreements.redraft(agreement.pk, by=deal.staff, now=NOW)
    owner = as_("owner@eco.example")
    assert told(owner, "/en/desk/").count("A signatory declined") == 2  # whose turn it is, and among all agreements
    assert made.number not in told(owner, f"/en/desk/agreements/{agreement.number}/")
    agreements.approve_to_send(made.pk, by=deal.staff, now=NOW)
    agreements.send(made.pk, by=deal.staff, now=NOW)
    desk = told(owner, "/en/desk/")
    assert desk.count("A signatory declined") == 1 and made.number in desk
    assert f"The new version: {made.number}" in told(owner, f"/en/desk/agreements/{agreement.number}/")


def test_who_stands_on_no_line_has_no_page_to_decline(deal):
    agreement = deal.sent()
    owner = as_("owner@eco.example")
    assert owner.get(f"/en/desk/agreements/{agreement.number}/decline/").status_code == 404
    assert owner.post(f"/en/desk/agreements/{agreement.number}/decline/", given(agreement, reason="x", seen=3)).status_code == 404
    agreement.refresh_from_db()
    assert agreement.state == "out_for_signature"


@pytest.mark.row("C5")
def test_an_owner_has_the_letter_sent_again_and_names_somebody_else(deal):
    agreement, person = deal.sent(), treasurer(deal)
    address = f"/en/desk/agreements/{agreement.number}/"
    owner = as_("owner@eco.example")
    assert "The President (DEMO) gets it." in told(owner, address)
    assert "on its way again" in told(owner, f"{address}remind/", {"seen": 3})
    assert "within the last hour" in told(owner, f"{address}remind/", {"seen": 4})
    line = agreement.requests.get(position=2, side="licensee")
    assert "Who signs instead of The Secretary (DEMO)?" in told(owner, f"{address}lines/{line.pk}/replace/")
    said = {"user": person.pk, "reason": "She left.", "seen": 4, "password": PASSWORD}
    for wrong in ({"password": "wrong"}, {"user": deals.person("president@eco.example").pk}, {"user": "x"}, {"reason": ""}):
        assert owner.post(f"{address}lines/{line.pk}/replace/", said | wrong).status_code == 422
    line.refresh_from_db()
    assert line.user.email == "secretary@eco.example"
    assert "Both people get a letter" in told(owner, f"{address}lines/{line.pk}/replace/", said)
    line.refresh_from_db()
    assert line.user == person


def test_a_signatory_is_no_owner_and_names_nobody(deal):
    agreement, person = deal.sent(), treasurer(deal)
    line = agreement.requests.get(position=2, side="licensee")
    president = as_("president@eco.example")
    said = {"user": person.pk, "reason": "x", "seen": 3, "password": PASSWORD}
    for path in ("remind/", f"lines/{line.pk}/replace/"):
        assert president.post(f"/en/desk/agreements/{agreement.number}/{path}", said).status_code == 403
    assert "Somebody else signs" not in told(president, f"/en/desk/agreements/{agreement.number}/")
    line.refresh_from_db()
    assert line.user.email == "secretary@eco.example"


def test_a_line_of_another_agreement_is_unknown(deal):
    agreement = deal.sent()
    assert as_("owner@eco.example").get(f"/en/desk/agreements/{agreement.number}/lines/999999/replace/").status_code == 404
    licensors = agreement.requests.get(side="licensor")
    assert as_("owner@eco.example").get(f"/en/desk/agreements/{agreement.number}/lines/{licensors.pk}/replace/").status_code == 404


def test_who_lost_the_power_is_told_the_way_out_and_the_owner_sees_it_on_the_desk(deal):
    agreement = deal.sent()
    SigningPower.objects.filter(user__email="president@eco.example").update(valid_to=NOW.date())
    president, owner = as_("president@eco.example"), as_("owner@eco.example")
    address = f"/en/desk/agreements/{agreement.number}/"
    assert "Sign the agreement" not in told(president, address)
    assert "An owner enters a new power, or names somebody else" in told(president, address, given(agreement))
    page = told(owner, address)
    assert "No power to sign" in page and "Somebody else signs" in page and "Send the letter again" not in page
    assert "Name somebody else" in told(owner, "/en/desk/")
    line = agreement.requests.get(position=1, side="licensee")
    assert "Nobody else has the power to sign today" in told(owner, f"{address}lines/{line.pk}/replace/")
    assert Signature.objects.count() == 0


@pytest.mark.row("C5")
def test_when_the_window_is_over_the_pages_say_so_and_nothing_can_be_signed(deal, monkeypatch):
    agreement = deal.sent()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=30))
    address = f"/en/desk/agreements/{agreement.number}/"
    president, owner = as_("president@eco.example"), as_("owner@eco.example")
    for page in (told(president, address), told(owner, address)):
        assert "The time to sign is over. The licensor can extend it" in page
        assert not [
            words for words in ("Sign the agreement", "Decline to sign", "Send the letter again", "Somebody else signs") if words in page
        ]
    assert "Time to sign is over" in told(owner, "/en/desk/agreements/")
    assert "The time to sign is over; the licensor can extend it" in told(owner, "/en/desk/")
    assert "The time to sign is over" in told(president, address, given(agreement))
    assert Signature.objects.count() == 0
    agreements.extend(agreement.pk, until=None, by=deal.staff, now=NOW + timedelta(days=30))
    assert "Sign the agreement" in told(president, address)


@pytest.mark.row("C7")
def test_the_parties_download_the_evidence_once_it_is_told(deal):
    agreement = deal.executed()
    owner = as_("owner@eco.example")
    address = f"/en/desk/agreements/{agreement.number}/"
    assert owner.get(f"{address}evidence.zip")["Location"] == address
    agreements.seal(agreement.pk, now=NOW)
    answer = owner.get(f"{address}evidence.zip")
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/zip", True)
    assert f"{agreement.number}-evidence.zip" in answer["Content-Disposition"]
    assert checked(answer.content, keys=owner.get("/.well-known/portal-keys.json").json()["keys"]).number == agreement.number


def schedule(rows: int) -> str:
    lines = [[f"File {n}", hashlib.sha256(str(n).encode()).hexdigest()] for n in range(rows)]
    part = agreement_page._schedule({"letter": "A", "title": "Kit", "body": "", "columns": ["File", "SHA-256"], "rows": lines})
    return html.unescape(render_to_string("licensing/agreements/half.html", {"part": part}))


@pytest.mark.parametrize("rows, closed", [(agreement_page.LONG, 0), (agreement_page.LONG + 1, 1)])
def test_a_long_schedule_is_whole_but_closed_until_asked_for(rows, closed):
    shown = schedule(rows)
    assert (shown.count("<details"), shown.count('<details class="disclosure">')) == (closed, closed)
    assert (f"{rows} rows; part of the text, and of what is signed" in shown) == bool(closed)
    cells = re.findall(r'<td data-label="([^"]+)">([^<]*)</td>', shown)
    assert [cell for column, cell in cells if column == "File"] == [f"File {n}" for n in range(rows)]
    assert [cell for column, cell in cells if column == "SHA-256"] == [hashlib.sha256(str(n).encode()).hexdigest() for n in range(rows)]
