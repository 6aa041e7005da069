"""The evidence file: the same each time, true to the record, and checked by two readers that share no code."""

import base64
import hashlib
import json
import random
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core.management import CommandError, call_command

from licensing.agreements import actions as agreements
from licensing.agreements import evidence, seal_key, sealing
from licensing.agreements.actions import Shown
from licensing.agreements.demo_key import make_demo_key
from licensing.agreements.evidence_check import NotGenuine, checked
from licensing.agreements.sealing import SealKey, sign
from licensing.history.models import Event
from licensing.models import AgreementTemplate, ClauseVersion
from portal import postbox
from portal.core import private_files
from tests.clock import NOW
from tests.licensing.agreements import pdf
from tests.licensing.deal import Deal

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_evidence.py"
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def executed(vault):
    deal = Deal()
    agreement = deal.sent()
    for at, user in enumerate(deal.signers_in_order(agreement)):
        deal.sign(agreement, user, at=NOW + HOUR * at, ip=["192.0.2.77", "2001:db8:1:2::7", None][at], language=["es", "en", "fr"][at])
    agreements.seal(agreement.pk, now=NOW + 3 * HOUR)
    agreement.refresh_from_db()
    return agreement


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def resigned(files: dict[str, bytes], key: SealKey | None = None) -> bytes:
    """Pack the files as the portal would, with a manifest that fits them: what only the holder of a key can do."""
    key = key or seal_key.key()
    named = {name: content for name, content in files.items() if not name.startswith("manifest.")}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in named.items()}
    manifest = json.dumps({"format": evidence.FORMAT, "key": key.key_id, "files": sums}).encode()
    return packed({**named, "manifest.json": manifest, "manifest.sig": base64.b64encode(sign(manifest, key=key))})


@pytest.mark.row("C7")
def test_the_file_holds_the_documents_and_says_who_signed_what_when_and_how(executed):
    postbox.deliver(now=NOW + 4 * HOUR)
    files = unpacked(evidence.packed(executed))
    assert list(files) == [
        "agreement.pdf", "reading-copy-es.pdf", "agreement-sealed.pdf", "evidence.json", "keys.json", "README.txt", "manifest.json", "manifest.sig",
    ]  # fmt: skip
    assert files["agreement.pdf"] == private_files.content_of(executed.document_key)
    assert files["agreement-sealed.pdf"].startswith(files["agreement.pdf"])
    record = json.loads(files["evidence.json"])
    first, second, third = record["signatures"]
    assert {name: first[name] for name in ("typed_name", "office", "signed_at", "local_time", "zone", "network", "factor")} == {
        "typed_name": "The President (DEMO)", "office": "President", "signed_at": "2026-11-22T10:00:00+00:00",
        "local_time": "2026-11-22T11:00:00+01:00", "zone": "Europe/Madrid", "network": "192.0.2.0/24", "factor": "password",
    }  # fmt: skip
    assert first["intent"] == {
        "language": "es", "version": 1, "text": "He leído el texto inglés, que prevalece. Acepto firmar electrónicamente.",
        "sha256": hashlib.sha256("He leído el texto inglés, que prevalece. Acepto firmar electrónicamente.".encode()).hexdigest(),
    }  # fmt: skip
    assert (second["network"], third["network"], third["side"]) == ("2001:db8:1::/48", "", "licensor")
    assert third["intent"]["language"] == "en"  # nobody has written the declaration in French
    hashes = {(one["document_sha256"], one["reading_sha256"]) for one in record["signatures"]}
    assert hashes == {(executed.document_sha256, executed.reading_sha256)}
    assert [event["command"] for event in record["events"]] == ["send", "sign", "sign", "sign", "execute", "seal"]  # no drafting
    assert ("president@eco.example", 8) in {(letter["to"], letter["event"]) for letter in record["letters"]}
    assert not [letter for letter in record["letters"] if letter["to"].endswith("@demo.example")]


def test_the_same_rows_make_the_same_bytes_and_one_more_event_makes_others(executed):
    first = evidence.packed(executed)
    assert evidence.packed(executed) == first
    Event.objects.create(
        subject_kind="agreement",
        subject_id=executed.pk,
        seq=99,
        command="too_late",
        actor_label="system",
        effective_at=NOW,
        recorded_at=NOW,
    )
    assert evidence.packed(executed) != first


def test_what_a_declined_one_leaves_is_told_without_a_seal(vault):
    deal = Deal()
    agreement = deal.sent()
    president, secretary, _ = deal.signers_in_order(agreement)
    deal.sign(agreement, president)
    shown = Shown(agreement.document_sha256, agreement.reading_sha256)
    given = {"shown": shown, "reason": "Clause 3", "factor": "password", "by": deal.actor(secretary), "now": NOW}
    agreement = agreements.decline(agreement.pk, user_id=secretary.pk, **given)
    content = evidence.packed(agreement)
    record = json.loads(unpacked(content)["evidence.json"])
    assert (record["events"][-1]["command"], record["events"][-1]["reason"]) == ("decline", "Clause 3")
    assert [line["name"] for line in record["not_signed"]] == ["The Secretary (DEMO)", "Oncology Quality Society (DEMO)"]
    report = checked(content, keys=seal_key.public_keys())
    assert (report.state, report.sealed, report.signed_by) == ("declined", False, ("The President (DEMO)",))


def test_a_copy_nobody_asked_for_is_not_there(vault):
    deal = Deal()
    deal.terms.application.language = "en"
    deal.terms.application.save()
    agreement = deal.executed()
    agreements.seal(agreement.pk, now=NOW)
    agreement.refresh_from_db()
    content = evidence.packed(agreement)
    assert [name for name in unpacked(content) if name.endswith(".pdf")] == ["agreement.pdf", "agreement-sealed.pdf"]
    assert checked(content, keys=seal_key.public_keys()).sealed is True
    assert agreement.context["reading"] == {}


# Two readers, one truth


class Readers:
    """The command of the portal and the script of the docs, asked about one file."""

    def __init__(self, folder: Path):
        self.file, self.keys = folder / "evidence.zip", folder / "keys.json"
        self.keys.write_text(json.dumps({"keys": seal_key.public_keys()}))

    def command(self, content: bytes) -> str:
        self.file.write_bytes(content)
        said = StringIO()
        call_command("verify_evidence", str(self.file), stdout=said)
        return said.getvalue()

    def script(self, content: bytes) -> subprocess.CompletedProcess:
        self.file.write_bytes(content)
        return subprocess.run([sys.executable, "-I", str(SCRIPT), str(self.file), str(self.keys)], capture_output=True, text=True)


@pytest.fixture
def readers(tmp_path):
    return Readers(tmp_path)


@pytest.mark.row("C7")
@pytest.mark.check("S30")
def test_s30_both_readers_find_a_genuine_file_genuine(executed, readers, django_assert_num_queries):
    content = evidence.packed(executed)
    with django_assert_num_queries(0):
        said = readers.command(content)
    assert said.splitlines() == [
        "evidence.zip is genuine: agreement AG-2026-0001, executed, sealed; "
        "signed by The President (DEMO), The Secretary (DEMO), Legal (DEMO).",
        f"Key: {seal_key.key().key_id}",
    ]
    script = readers.script(content)
    assert (script.returncode, script.stdout) == (0, "GENUINE: AG-2026-0001, executed, 3 signatures\n"), script.stderr


def test_s30_the_script_knows_nothing_of_the_portal():
    text = SCRIPT.read_text()
    assert not [word for word in ("django", "licensing", "portal.", "pyhanko") if f"import {word}" in text or f"from {word}" in text]
    body = text[text.index("def check(") : text.index("if __name__")]
    assert len(body.strip().splitlines()) <= 40


def flip(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def change_record(files, change):
    record = json.loads(files["evidence.json"])
    change(record)
    return {**files, "evidence.json": json.dumps(record).encode()}


TAMPERED = {
    "a byte of the text": lambda files: packed({**files, "agreement.pdf": flip(files["agreement.pdf"], 5000)}),
    "a byte of the copy": lambda files: packed({**files, "reading-copy-es.pdf": flip(files["reading-copy-es.pdf"], 5000)}),
    "a byte of the sealed file": lambda files: packed({**files, "agreement-sealed.pdf": flip(files["agreement-sealed.pdf"], 5000)}),
    "a name in the record": lambda files: packed({**files, "evidence.json": files["evidence.json"].replace(b"Secretary", b"Secretarx")}),
    "an instant in the record": lambda files: packed({**files, "evidence.json": files["evidence.json"].replace(b"T10:00", b"T11:00")}),
    "the keys inside": lambda files: packed({**files, "keys.json": b'{"keys": []}'}),
    "a file taken away": lambda files: packed({name: files[name] for name in files if name != "reading-copy-es.pdf"}),
    "a file added": lambda files: packed({**files, "more.txt": b"and the licensee pays nothing"}),
    "no manifest": lambda files: packed({name: files[name] for name in files if name != "manifest.json"}),
    "no signature": lambda files: packed({name: files[name] for name in files if name != "manifest.sig"}),
    "a manifest that fits, without its signature": lambda files: packed(
        {**unpacked(resigned({**files, "README.txt": b"x"})), "manifest.sig": files["manifest.sig"]}
    ),
    "another signature": lambda files: packed({**files, "manifest.sig": base64.b64encode(bytes(256))}),
    "cut short": lambda files: packed(files)[:-2000],
    "garbage": lambda files: b"PK\x03\x04 nothing",
    "nothing": lambda files: b"",
    # what the holder of the key, or a fault of ours, could do: the parts must still agree
    "re-signed: a signature on another text": lambda files: resigned(
        change_record(files, lambda record: record["signatures"][1].update(document_sha256="0" * 64))
    ),
    "re-signed: a signature without the copy": lambda files: resigned(
        change_record(files, lambda record: record["signatures"][0].update(reading_sha256=""))
    ),
    "re-signed: another declaration": lambda files: resigned(
        change_record(files, lambda record: record["signatures"][0]["intent"].update(text="I agree to everything."))
    ),
    "re-signed: another text": lambda files: resigned({**files, "agreement.pdf": flip(files["agreement.pdf"], 5000)}),
    "re-signed: a seal that does not hold": lambda files: resigned(
        change_record(
            files | {"agreement-sealed.pdf": files["agreement-sealed.pdf"] + b"\n"},
            lambda record: next(one for one in record["documents"] if one["kind"] == "sealed").update(
                sha256=hashlib.sha256(files["agreement-sealed.pdf"] + b"\n").hexdigest()
            ),
        )
    ),
}


@pytest.mark.check("S30")
def test_s30_both_readers_find_every_kind_of_tampering(executed, readers):
    files = unpacked(evidence.packed(executed))
    assert checked(packed(files), keys=seal_key.public_keys()).number == executed.number  # packing anew is no tampering
    for kind, tamper in TAMPERED.items():
        content = tamper(files)
        with pytest.raises(CommandError, match="evidence.zip is not genuine: "):
            readers.command(content)
        script = readers.script(content)
        assert (script.returncode, script.stdout, script.stderr[:11]) == (1, "", "NOT GENUINE"), kind


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("a byte of the copy", "altered"), ("a file added", "other_files"), ("no signature", "other_format"),
        ("another signature", "bad_signature"), ("garbage", "unreadable"), ("re-signed: a signature on another text", "other_text"),
        ("re-signed: another declaration", "intent_altered"), ("re-signed: another text", "record_disagrees"),
        ("re-signed: a seal that does not hold", "seal"),
    ],
)  # fmt: skip
def test_the_reason_is_named(executed, kind, code):
    with pytest.raises(NotGenuine) as caught:
        checked(TAMPERED[kind](unpacked(evidence.packed(executed))), keys=seal_key.public_keys())
    assert caught.value.code == code


@pytest.mark.check("S30")
def test_a_file_signed_and_sealed_with_a_strangers_key_is_not_ours(executed, readers, tmp_path):
    made = make_demo_key(tmp_path / "stranger")
    content = resigned(unpacked(evidence.packed(executed)), SealKey.load(made.key, made.certificate))
    with pytest.raises(CommandError, match="signed with a key we do not know"):
        readers.command(content)
    assert "unknown key" in readers.script(content).stderr


@pytest.mark.check("S28")
def test_after_a_change_of_key_what_was_sealed_before_still_verifies(executed, readers, settings, tmp_path):
    former = seal_key.files()[1]
    made = make_demo_key(tmp_path / "new")
    settings.SEAL_KEY_FILE, settings.SEAL_CERT_FILE = str(made.key), str(made.certificate)
    with pytest.raises(NotGenuine) as caught:  # signed with the new key, sealed with one that nobody published
        checked(evidence.packed(executed), keys=seal_key.public_keys())
    assert (caught.value.code, caught.value.facts) == ("seal", {"says": "untrusted"})
    settings.SEAL_FORMER_CERTS_FILE = str(former)
    content = evidence.packed(executed)
    assert [key["kid"] for key in seal_key.public_keys()] == [seal_key.key().key_id, hashlib.sha256(_der(former)).hexdigest()]
    assert "is genuine" in readers.command(content)
    assert readers.script(content).returncode == 1  # it was given the old list of keys
    readers.keys.write_text(json.dumps({"keys": seal_key.public_keys()}))
    assert readers.script(content).returncode == 0


def _der(pem: Path) -> bytes:
    return base64.b64decode("".join(pem.read_text().split("-----")[2].split()))


def test_the_command_says_in_one_line_what_it_cannot_read(tmp_path):
    with pytest.raises(CommandError, match="^Cannot be read: "):
        call_command("verify_evidence", str(tmp_path / "none.zip"))


# The reading copy


@pytest.mark.row("C11")
@pytest.mark.row("C2")
def test_both_texts_say_on_each_page_which_prevails_and_each_signature_names_both(executed):
    english, spanish = private_files.content_of(executed.document_key), private_files.content_of(executed.reading_key)
    assert [("The English text prevails." in page, "The English" in page) for page in pdf.pages(english)] == [(True, True)] * len(
        pdf.pages(english)
    )
    assert ["Prevalece el texto inglés." in page for page in pdf.pages(spanish)] == [True] * len(pdf.pages(spanish))
    assert executed.reading_sha256 == hashlib.sha256(spanish).hexdigest()
    said = pdf.text(english).replace(" ", "")
    assert executed.reading_sha256 in said  # who signs the one signs the other
    assert executed.context["text"]["reading_sha256"] == executed.reading_sha256
    sealed = private_files.content_of(executed.sealed_key)[len(english) :]
    assert executed.document_sha256.encode() in sealed and executed.reading_sha256.encode() in sealed
    assert pdf.faults(spanish) == []


@pytest.mark.check("S27")
def test_s27_a_new_wording_or_template_changes_nothing_that_was_signed(executed):
    from django.db import DatabaseError, transaction

    before = (private_files.content_of(executed.document_key), executed.context, str(executed.template))
    for row in (ClauseVersion.objects.first(), executed.template):
        for change in (lambda row=row: type(row).objects.filter(pk=row.pk).update(title="Another"), row.delete):
            with pytest.raises((DatabaseError, Exception)), transaction.atomic():
                change()
    pinned = executed.template
    AgreementTemplate.objects.create(
        code=pinned.code, version=2, title="Another", titles={"en": "Another"}, clauses=[], schedules=[], key_terms=[], prevails={},
        licensor={}, created_at=NOW,
    )  # fmt: skip
    executed.refresh_from_db()
    assert (private_files.content_of(executed.document_key), executed.context, str(executed.template)) == before
    assert str(executed.template) == "QTP-1 v1"


@pytest.mark.check("S28")
@pytest.mark.check("S30")
def test_each_of_200_flipped_bytes_of_the_file_is_found_or_belongs_to_the_packing_alone(executed):
    content, keys = evidence.packed(executed), seal_key.public_keys()
    files, chance, found = unpacked(content), random.Random(30), 0
    for place in chance.sample(range(len(content)), 200):
        try:
            checked(flip(content, place), keys=keys)
        except NotGenuine:
            found += 1
        else:
            assert unpacked(flip(content, place)) == files, place
    assert found > 190


@pytest.mark.parametrize("record", [b"", b"[]", b"{}", b'{"documents": [], "signatures": []}', b'{"documents": [1], "signatures": 1}'])
def test_a_record_that_is_none_is_answered_in_words(executed, readers, record):
    content = resigned({**unpacked(evidence.packed(executed)), "evidence.json": record})
    with pytest.raises(CommandError, match="its manifest or its record cannot be read|does not hold"):
        readers.command(content)
    assert readers.script(content).returncode == 1


@pytest.mark.check("S28")
def test_s28_the_sealed_agreement_is_whole_for_others_tools_and_says_the_same_as_the_shown_one(executed, tmp_path):
    shown, sealed = private_files.content_of(executed.document_key), private_files.content_of(executed.sealed_key)
    assert pdf.pages(sealed) == pdf.pages(shown)
    assert "In Spain: Slides, Manual, and Logo." in pdf.text(sealed).replace("\xa0", " ")
    with pikepdf.open(BytesIO(sealed)) as document:
        assert document.check_pdf_syntax() == []
    for tool, words in (("qpdf", "No syntax or stream encoding errors found"), ("pdftotext", "In Spain: Slides, Manual, and Logo.")):
        if shutil.which(tool):
            (tmp_path / "sealed.pdf").write_bytes(sealed)
            command = [tool, "--check", "sealed.pdf"] if tool == "qpdf" else [tool, "sealed.pdf", "-"]
            said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
            assert (said.returncode, words in said.stdout.replace("\xa0", " ")) == (0, True), said
    chance = random.Random(28)
    for place in chance.sample(range(len(sealed)), 200):
        report = sealing.verify(flip(sealed, place), trusted_certs=seal_key.trusted())
        assert not (report.intact and report.covers_whole_file), place
