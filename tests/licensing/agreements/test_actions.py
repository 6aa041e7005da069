import hashlib
from datetime import date, timedelta

import pytest

from licensing.agreements import actions as agreements
from licensing.agreements import seal_key, sealing
from licensing.agreements.models import Agreement, AgreementTemplate, Signature
from licensing.agreements.rules import NotAllowed
from licensing.history.actions import Actor
from licensing.history.models import Event
from licensing.models import Membership, SigningPower
from licensing.offerings.kit_lists import KitLine
from portal.core import outbox, private_files
from portal.core.models import OutboxMessage
from portal.postbox import HANDLERS
from tests.clock import NOW, TICK
from tests.licensing.agreements import pdf
from tests.licensing.deal import Deal, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def deal():
    return Deal()


def refused(code, deal, agreement, user, **changes):
    at = changes.pop("at", NOW)
    before = (Signature.objects.count(), Event.objects.count(), OutboxMessage.objects.count())
    with pytest.raises(NotAllowed) as caught:
        deal.sign(agreement, user, at=at, **changes)
    assert caught.value.code == code
    agreement.refresh_from_db()
    assert (Signature.objects.count(), Event.objects.count(), OutboxMessage.objects.count()) == before
    assert agreement.executed_at is None


@pytest.mark.row("C1")
@pytest.mark.row("C2")
def test_generating_keeps_the_document_its_hash_its_text_and_the_lines_in_order(deal):
    agreement = deal.generate()
    document = private_files.content_of(agreement.document_key)
    assert agreement.document_sha256 == hashlib.sha256(document).hexdigest()
    assert agreement.context_sha256 == agreement.context["text"]["context_sha256"]
    assert (agreement.number, agreement.state, agreement.sent_at) == ("AG-2026-0001", "drafting", None)
    lines = [(row.side, row.position, row.name, row.office, row.user_id is None) for row in agreement.requests.all()]
    assert lines == [
        ("licensee", 1, "The President (DEMO)", "President", False),
        ("licensee", 2, "The Secretary (DEMO)", "Secretary", False),
        ("licensor", 1, "Oncology Quality Society (DEMO)", "", True),
    ]
    said = pdf.text(document).replace("\xa0", " ")
    assert "In Spain: Slides, Manual, and Logo. Fee: EUR 2,800.00." in said
    assert agreement.context["reading"]["es"]["clauses"][1]["body"] == (
        "En Spain: slides (es), manual (es) y logo (es). Tarifa: 2.800,00\xa0EUR."
    )


def test_one_who_signs_alone_is_the_only_signatory(deal):
    deal.organisation.signing = "alone"
    deal.organisation.save()
    agreement = deal.generate()
    assert [row.office for row in agreement.requests.filter(side="licensee")] == ["President"]


@pytest.mark.parametrize("powers, code", [(0, "no_signatory"), (1, "no_second_signatory")])
def test_nothing_is_drawn_up_without_enough_powers_today(deal, powers, code):
    for power in SigningPower.objects.all()[powers:]:
        power.valid_to = NOW.date()
        power.save()
    with pytest.raises(NotAllowed) as caught:
        deal.generate()
    assert (caught.value.code, Agreement.objects.count(), Event.objects.count()) == (code, 0, 0)


@pytest.mark.row("C4")
def test_the_signatures_come_in_order_and_the_last_one_executes_and_asks_for_the_seal(deal):
    agreement = deal.sent()
    president, secretary, legal = deal.signers_in_order(agreement)
    refused("not_your_turn", deal, agreement, secretary)
    refused("not_your_turn", deal, agreement, legal)
    assert deal.sign(agreement, president).state == "out_for_signature"
    refused("not_your_turn", deal, agreement, legal)
    deal.sign(agreement, secretary)
    assert deal.sign(agreement, legal, at=LATER).state == "executed"
    agreement.refresh_from_db()
    assert agreement.executed_at == LATER
    assert list(Event.objects.of(agreement).values_list("command", flat=True)) == [
        "generate", "approve_to_send", "send", "sign", "sign", "sign", "execute",
    ]  # fmt: skip
    assert {row.document_sha256 for row in Signature.objects.all()} == {agreement.document_sha256}


@pytest.mark.check("S26")
def test_s26_a_double_click_signs_once(deal):
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    deal.sign(agreement, president)
    refused("already_signed", deal, agreement, president)
    assert Signature.objects.count() == 1


@pytest.mark.check("S26")
@pytest.mark.row("C2")
def test_s26_signing_another_text_than_the_one_that_stands_is_refused(deal):
    agreement = deal.sent()
    refused("text_changed", deal, agreement, deal.signers_in_order(agreement)[0], document_sha256="0" * 64)


def test_who_has_no_line_and_no_right_to_countersign_is_refused(deal):
    agreement = deal.sent()
    refused("wrong_actor", deal, agreement, person("owner@eco.example"))
    refused("wrong_actor", deal, agreement, person("stranger@else.example"))


def test_staff_who_belong_to_the_licensee_never_countersign(deal):
    agreement = deal.sent()
    president, secretary, legal = deal.signers_in_order(agreement)
    deal.sign(agreement, president)
    deal.sign(agreement, secretary)
    Membership.objects.create(organisation=deal.organisation, user=legal, role="observer", began_at=NOW)
    refused("wrong_actor", deal, agreement, legal)


def test_the_window_holds_to_its_last_tick(deal):
    agreement = deal.sent()
    president, secretary, _ = deal.signers_in_order(agreement)
    end = NOW + timedelta(days=30)
    refused("window_over", deal, agreement, president, at=end)
    deal.sign(agreement, president, at=end - TICK)
    refused("window_over", deal, agreement, secretary, at=end)


def test_powers_are_asked_on_the_day_of_signing(deal):
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    SigningPower.objects.filter(user=president).update(valid_to=date(2026, 11, 23))
    refused("power_ended", deal, agreement, president, at=NOW + timedelta(days=1))
    deal.sign(agreement, president)


def test_who_left_the_organisation_does_not_sign_for_it(deal):
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    Membership.objects.filter(user=president).update(ended_at=NOW)
    refused("power_ended", deal, agreement, president)


@pytest.mark.parametrize("changes, code", [({"consent": False}, "no_consent"), ({"typed_name": "  "}, "name_missing")])
def test_consent_and_a_typed_name_are_needed(deal, changes, code):
    agreement = deal.sent()
    refused(code, deal, agreement, deal.signers_in_order(agreement)[0], **changes)


@pytest.mark.parametrize("place, typed", [(0, "The Secretary (DEMO)"), (0, "The President"), (2, "The President (DEMO)")])
def test_nobody_signs_with_the_name_of_somebody_else(deal, place, typed):
    agreement = deal.sent()
    signers = deal.signers_in_order(agreement)
    for user in signers[:place]:
        deal.sign(agreement, user)
    refused("name_differs", deal, agreement, signers[place], typed_name=typed)


def test_the_name_that_stands_in_the_text_is_typed_whatever_the_account_says_since(deal):
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    type(president).objects.filter(pk=president.pk).update(name="Somebody New")
    refused("name_differs", deal, agreement, president, typed_name="Somebody New")
    deal.sign(agreement, president, typed_name="the PRÉSIDENT demo")
    assert Signature.objects.get().typed_name == "the PRÉSIDENT demo"


def test_nobody_signs_what_was_not_sent_or_was_taken_back(deal):
    agreement = deal.generate()
    president = deal.signers_in_order(agreement)[0]
    refused("wrong_state", deal, agreement, president)
    agreements.void(agreement.pk, by=deal.staff, now=NOW, reason="Wrong territory")
    refused("wrong_state", deal, agreement, president)


def test_an_executed_agreement_cannot_be_voided(deal):
    agreement = deal.executed()
    with pytest.raises(NotAllowed) as caught:
        agreements.void(agreement.pk, by=deal.staff, now=NOW, reason="Too late")
    assert caught.value.code == "wrong_state"


def test_after_a_void_one_that_is_live_can_be_drawn_up_again(deal):
    first = deal.sent()
    agreements.void(first.pk, by=deal.staff, now=NOW, reason="Wrong territory")
    assert deal.generate().number == "AG-2026-0002"


@pytest.mark.check("S29")
def test_s29_the_sealed_file_begins_with_the_shown_bytes_and_is_stored_once(deal):
    agreement = deal.executed()
    assert agreements.seal(agreement.pk, now=LATER) is True
    agreement.refresh_from_db()
    shown, sealed = private_files.content_of(agreement.document_key), private_files.content_of(agreement.sealed_key)
    assert sealed.startswith(shown)
    report = sealing.verify(sealed, trusted_certs=seal_key.trusted())
    assert (report.code, report.at) == ("sealed", NOW)
    assert agreements.seal(agreement.pk, now=LATER + TICK) is False
    agreement.refresh_from_db()
    assert agreement.sealed_at == LATER
    assert Event.objects.of(agreement).filter(command="seal").count() == 1


@pytest.mark.check("S29")
def test_s29_a_sweep_seals_once_what_a_killed_worker_left(deal, vault, monkeypatch):
    agreement = deal.executed()
    agreements.seal_later(agreement, now=NOW)
    kept = private_files.keep

    def killed_after_writing(*args, **kwargs):
        kept(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(private_files, "keep", killed_after_writing)
    with pytest.raises(KeyboardInterrupt):
        outbox.deliver_due({**HANDLERS, "licensing.event": lambda message, now: None}, now=NOW)
    monkeypatch.undo()
    agreement.refresh_from_db()
    assert agreement.sealed_at is None
    OutboxMessage.objects.filter(kind="agreements.seal").delete()  # the queue itself was lost
    assert agreements.sweep(now=NOW + timedelta(minutes=5) - TICK) == 0
    assert agreements.sweep(now=NOW + timedelta(minutes=5)) == 1
    assert agreements.sweep(now=NOW + timedelta(minutes=6)) == 0  # it waits in the queue already
    outbox.deliver_due({**HANDLERS, "licensing.event": lambda message, now: None}, now=NOW + timedelta(minutes=7))
    agreement.refresh_from_db()
    assert agreement.sealed_at == NOW + timedelta(minutes=7)
    stored = list(vault.rglob("*.pdf"))
    assert len(stored) == 3  # the two that were shown and one sealed one, though two workers wrote
    assert agreements.sweep(now=NOW + timedelta(days=1)) == 0


def test_a_stored_document_that_is_not_the_signed_one_is_never_sealed(deal, vault):
    agreement = deal.executed()
    (vault / agreement.document_key).write_bytes(b"%PDF-1.7 something else")
    with pytest.raises(ValueError, match="not the one that was signed"):
        agreements.seal(agreement.pk, now=LATER)
    agreement.refresh_from_db()
    assert agreement.sealed_at is None


def test_before_it_is_sent_only_staff_know_of_it(deal):
    agreement = deal.generate()
    owner = person("owner@eco.example")
    assert not Agreement.objects.visible_to(owner).exists()
    agreements.approve_to_send(agreement.pk, by=deal.staff, now=NOW)
    agreements.send(agreement.pk, by=deal.staff, now=NOW)
    assert list(Agreement.objects.visible_to(owner)) == [agreement]
    assert not Agreement.objects.visible_to(person("owner@other.example")).exists()
    assert Actor(1, "x").organisation_id is None


def test_schedule_a_lists_the_files_of_the_current_release_with_their_hashes(deal, monkeypatch):
    asked = []

    def provider(offering_id, edition_id, language, at):
        asked.append((offering_id, edition_id, language, at))
        return [KitLine("Slides", "pt-br", "faculty", "0123456789abcdef" * 4)]

    monkeypatch.setattr("licensing.agreements.schedules.PROVIDERS", [provider])
    template = AgreementTemplate.objects.get()
    template_ = AgreementTemplate.objects.create(
        code=template.code, version=2, title=template.title, titles=template.titles, clauses=template.clauses,
        schedules=[["SB", 1, "A"]], key_terms=template.key_terms, prevails=template.prevails, licensor=template.licensor, created_at=NOW,
    )  # fmt: skip
    agreement = deal.generate()
    agreement.refresh_from_db()
    schedule = agreement.context["text"]["schedules"][0]
    assert agreement.template == template_
    assert schedule["columns"] == ["Item", "Language", "For", "SHA-256"]
    assert schedule["rows"] == [["Slides", "Brazilian Portuguese", "Faculty", "\n".join(["01234567 89abcdef 01234567 89abcdef"] * 2)]]
    assert set(asked) == {(deal.offering.pk, None, language, NOW) for language in ("en", "es")}
