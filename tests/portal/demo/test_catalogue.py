"""The catalogue is loaded by replaying the real actions: each story ends in its stage, and a second load leaves all as it is."""

import tomllib
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from licensing.agreements.models import Agreement, AgreementTemplate
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import LicenceStatus
from licensing.offerings.models import LicenceOffering
from licensing.payments.models import BillingDetails, Invoice
from media.models import KitFile, KitRelease
from portal.core.models import OutboxMessage, SentMail
from portal.demo import catalogue
from portal.demo.accounts import PASSWORD, addresses
from tests import demo_world as world
from tests import snapshot
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]
STAGES = tomllib.loads((world.DEMO / "stages.toml").read_text("utf-8"))
NAMES = {
    entry["key"]: entry["legal_name"] for entry in tomllib.loads((world.DEMO / "organisations.toml").read_text("utf-8"))["organisation"]
}


def stage(application: Application) -> str:
    """Return where an application's way stands, in the words of stages.toml."""
    licence = Licence.objects.with_facts().filter(agreement__terms__application=application).first()
    if licence:
        status = licence.status(at=NOW)
        return licence.end.kind if status is LicenceStatus.ENDED else status.value
    if Agreement.objects.filter(terms__application=application, state="executed").exists():
        return "executed, unpaid"
    if Agreement.objects.filter(terms__application=application, state="out_for_signature").exists():
        return "out for signature"
    if application.terms.filter(state="draft", waivers__state="requested").exists():
        return "waiver waits for its approver"
    return application.state.replace("_", " ")


@pytest.mark.parametrize("story", STAGES["story"], ids=lambda story: story["key"])
def test_every_story_ends_in_its_stage(story):
    found = Application.objects.filter(organisation__legal_name=NAMES[story["organisation"]], offering__code=story["offering"])
    assert [stage(application) for application in found] == [story["stage"]]


def test_the_first_licence_of_all_is_there_and_expired():
    [entry] = STAGES["historic"]
    licence = Licence.objects.with_facts().get(number=entry["number"])
    assert (str(licence.organisation), licence.edition.label, licence.status(at=NOW)) == ("Fundación ECO", "2019", LicenceStatus.EXPIRED)
    assert (licence.agreement, licence.source) == (None, entry["source"])


def test_every_promised_account_signs_in(client):
    for address in addresses():
        assert client.login(email=address, password=PASSWORD), address


def test_people_of_the_silent_organisations_cannot_sign_in(client):
    assert not client.login(email="signatory@taiwan.example", password=PASSWORD)


def test_what_was_executed_is_sealed_and_every_letter_is_delivered():
    assert not Agreement.objects.filter(state="executed", sealed_at=None).exists()
    assert list(OutboxMessage.objects.filter(done_at=None).values_list("kind", "last_error")) == []
    assert SentMail.objects.filter(recipient="owner@eco.example").exists()


def test_money_that_came_short_by_bank_charges_settled_the_invoice():
    invoice = Invoice.objects.get(organisation__short_name="ECO", total_minor=460000)
    assert (invoice.settlement.received_minor, invoice.settlement.shortfall_minor, invoice.currency) == (458500, 1500, "EUR")


def test_both_kits_are_released_with_their_files():
    assert sorted(KitRelease.objects.filter(state="released").values_list("kit__slug", "number")) == [("qcs-dh", "1.0"), ("qtp1", "2.1")]
    assert set(KitFile.objects.values_list("language", flat=True)) == {"en", "es"}


def test_the_whole_vault_is_at_most_thirty_megabytes(demo_world):
    assert sum(path.stat().st_size for path in demo_world.rglob("*") if path.is_file()) <= 30_000_000


def test_a_second_load_changes_nothing():
    before = snapshot.rows()
    catalogue.load(world.DEMO, now=NOW)
    assert snapshot.changed(before, snapshot.rows()) == {}


def test_a_load_weeks_later_tells_no_story_twice():
    before = snapshot.rows()
    catalogue.load(world.DEMO, now=NOW + timedelta(days=40))
    assert snapshot.changed(before, snapshot.rows()) == {}


def test_a_dry_run_writes_nothing(capsys):
    LicenceOffering.objects.get(code="REPRO").delete()  # so that there is something to write
    before = snapshot.rows()
    call_command("load_catalogue", world.DEMO, "--dry-run")
    assert snapshot.changed(before, snapshot.rows()) == {}
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing was written (dry run)."


def test_a_folder_that_is_no_catalogue_is_told_in_one_line(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("load_catalogue", tmp_path)
    assert str(refused.value) == f"{tmp_path} is not a catalogue: programmes.toml is missing"


def test_a_broken_file_is_named_and_nothing_is_written(tmp_path):
    (tmp_path / "programmes.toml").write_text("[[programme\n")
    before = snapshot.rows()
    with pytest.raises(CommandError, match=f"^a file of {tmp_path} is not valid TOML: "):
        call_command("load_catalogue", tmp_path)
    assert snapshot.changed(before, snapshot.rows()) == {}


def test_the_licensor_has_one_address_in_agreements_and_on_invoices():
    known = {template.licensor["address"] for template in AgreementTemplate.objects.all()}
    assert {BillingDetails.load().address} == known
