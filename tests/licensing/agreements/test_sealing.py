import random
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from threading import Barrier, Thread

import pikepdf
import pytest
from asn1crypto import x509 as asn1

from licensing.agreements import sealing
from licensing.agreements.demo_key import make_demo_key
from licensing.agreements.render import render_certificate
from licensing.agreements.sealing import AlreadySealed, BadKey, NoTimeStamp, SealKey, SealReport, digest, seal, verify
from tests.licensing.agreements import pdf
from tests.licensing.agreements.samples import AT, certificate

SEALED_AT = datetime(2027, 2, 1, 15, 31, 7, tzinfo=UTC)
GIVEN = {"at": SEALED_AT, "reason": "Agreement AG-2027-0042 executed", "name": "Demo Society"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return make_demo_key(tmp_path_factory.mktemp("keys") / "seal")


@pytest.fixture(scope="module")
def key(files):
    return SealKey.load(files.key, files.certificate)


@pytest.fixture(scope="module")
def trusted(files):
    return [files.authority.read_bytes()]


@pytest.fixture(scope="module")
def shown():
    return render_certificate(certificate(), at=AT)


@pytest.fixture(scope="module")
def sealed(shown, key):
    return seal(shown, key=key, **GIVEN)


def test_a_digest_is_sha256_in_hex():
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_sealed_file_begins_with_exactly_what_was_shown(shown, sealed):
    assert sealed[: len(shown)] == shown
    assert len(sealed) > len(shown)


def test_the_seal_is_whole_and_ours_and_states_its_time(sealed, trusted, key):
    assert verify(sealed, trusted_certs=trusted) == SealReport(
        True, True, True, "DEMO seal, not for real use", SEALED_AT, "sealed", key.key_id
    )


def test_the_seal_certifies_says_why_and_allows_no_change(sealed):
    with pikepdf.open(BytesIO(sealed)) as document:
        (field,) = document.Root.AcroForm.Fields
        assert (str(field.T), str(field.V.Reason), str(field.V.Name)) == ("PortalSeal", GIVEN["reason"], "Demo Society")
        assert (str(field.V.SubFilter), str(field.V.M)) == ("/ETSI.CAdES.detached", "D:20270201153107Z")
        assert document.Root.Perms.DocMDP.objgen == field.V.objgen
        assert int(field.V.Reference[0].TransformParams.P) == 1


def test_a_sealed_file_is_still_archival_and_accessible_and_says_the_same(shown, sealed):
    assert pdf.faults(sealed) == []
    assert pdf.pages(sealed) == pdf.pages(shown)
    with pikepdf.open(BytesIO(sealed)) as now, pikepdf.open(BytesIO(shown)) as before:
        assert now.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert now.docinfo == before.docinfo
        assert now.check_pdf_syntax() == []


def test_the_same_input_gives_the_same_sealed_bytes(shown, sealed, key, files):
    assert seal(shown, key=key, **GIVEN) == sealed
    assert seal(shown, key=SealKey.load(files.key, files.certificate), **GIVEN) == sealed
    assert seal(shown, key=key, **GIVEN | {"at": SEALED_AT + timedelta(seconds=1)}) != sealed


def test_workers_that_seal_at_once_with_one_key_make_the_same_seals(shown, sealed, files):
    """What parses a certificate lazily fills itself in: shared by threads it was found half filled."""
    key, together = SealKey.load(files.key, files.certificate), Barrier(6)

    def one(_):
        together.wait(timeout=30)
        return seal(shown, key=key, **GIVEN)

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(one, range(6))) == {sealed}


def test_the_key_is_parsed_once_however_often_it_seals(shown, files, monkeypatch):
    from cryptography.hazmat.primitives import serialization

    parsed = []
    for name in ("load_pem_private_key", "load_der_private_key"):
        real = getattr(serialization, name)
        monkeypatch.setattr(serialization, name, lambda *given, real=real, **more: parsed.append(1) or real(*given, **more))
    key = SealKey.load(files.key, files.certificate)
    for _ in range(3):
        seal(shown, key=key, **GIVEN)
    assert parsed == [1]


@pytest.mark.check("S28")
def test_each_of_200_flipped_bytes_is_detected(sealed, trusted):
    chance = random.Random(28)
    for place in chance.sample(range(len(sealed)), 200):
        changed = bytearray(sealed)
        changed[place] ^= chance.randint(1, 255)
        report = verify(bytes(changed), trusted_certs=trusted)
        assert not (report.intact and report.covers_whole_file), place
        assert report.code in ("altered", "damaged", "not_sealed") and not report.trusted


@pytest.mark.check("S28")
def test_each_of_60_flipped_bits_of_the_seals_own_bytes_is_detected(sealed, trusted):
    """No signature covers the hole in which it stands: there the check itself must be strict."""
    chance = random.Random(82)
    start = sealed.index(b"/Contents <") + len(b"/Contents <")
    for place in chance.sample(range(start, sealed.index(b">", start)), 60):
        changed = bytearray(sealed)
        changed[place] ^= 1 << chance.randint(0, 7)
        report = verify(bytes(changed), trusted_certs=trusted)
        assert (report.intact and report.covers_whole_file, report.trusted) == (False, False), place


@pytest.mark.check("S28")
@pytest.mark.parametrize("tail", [b"\n", b"\x00", b"% a comment\n", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_an_appended_byte_is_detected(sealed, trusted, tail):
    report = verify(sealed + tail, trusted_certs=trusted)
    assert (report.covers_whole_file, report.trusted) == (False, False)
    assert report.code in ("altered", "damaged")


@pytest.mark.check("S28")
def test_an_appended_revision_is_detected(sealed, trusted):
    from pyhanko.pdf_utils.generic import TextStringObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Lang"] = TextStringObject("fr")
    writer.root[pdf_name("/Extra")] = TextStringObject("added")
    writer.update_root()
    revised = BytesIO()
    writer.write(revised)
    report = verify(revised.getvalue(), trusted_certs=trusted)
    assert revised.getvalue().startswith(sealed)
    assert (report.covers_whole_file, report.trusted, report.code) == (False, False, "altered")


def test_a_second_seal_on_a_sealed_file_is_refused(sealed, key):
    with pytest.raises(AlreadySealed) as refused:
        seal(sealed, key=key, **GIVEN)
    assert refused.value.code == "already_sealed"


def test_the_shown_part_alone_carries_no_seal(shown, trusted):
    assert verify(shown, trusted_certs=trusted) == SealReport(False, False, False, "", None, "not_sealed")


def test_a_strangers_seal_is_whole_but_not_trusted(shown, sealed, trusted, tmp_path):
    other = make_demo_key(tmp_path / "other")
    theirs = seal(shown, key=SealKey.load(other.key, other.certificate), **GIVEN)
    for report in (
        verify(theirs, trusted_certs=trusted),
        verify(sealed, trusted_certs=[]),
        verify(sealed, trusted_certs=[other.authority.read_bytes()]),
    ):
        assert (report.intact, report.covers_whole_file, report.trusted, report.code) == (True, True, False, "untrusted")


def test_after_a_change_of_key_both_old_and_new_seals_verify(shown, sealed, files, tmp_path):
    new = make_demo_key(tmp_path / "new")
    newly = seal(shown, key=SealKey.load(new.key, new.certificate), **GIVEN)
    both = [files.certificate.read_bytes(), new.authority.read_bytes()]  # a seal certificate or its authority will do
    assert [verify(one, trusted_certs=both).code for one in (sealed, newly)] == ["sealed", "sealed"]


def test_trust_is_judged_as_of_the_stated_instant_or_the_one_asked_for(sealed, trusted):
    assert verify(sealed, trusted_certs=trusted, at=datetime(2044, 12, 31, tzinfo=UTC)).code == "sealed"
    assert verify(sealed, trusted_certs=trusted, at=datetime(2045, 1, 2, tzinfo=UTC)).code == "untrusted"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"hello",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n/ByteRange [0 1 2 3]",
        b"/ByteRange" * 1000,
        random.Random(1).randbytes(5000) + b"/ByteRange",
    ],
)
def test_garbage_is_answered_and_never_raises(garbage, trusted):
    report = verify(garbage, trusted_certs=trusted)
    assert (report.intact, report.trusted, report.covers_whole_file, report.at) == (False, False, False, None)
    assert report.code == ("damaged" if b"/ByteRange" in garbage else "not_sealed")


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_file_cut_short_is_damaged(sealed, trusted, share):
    assert verify(sealed[: int(len(sealed) * share)], trusted_certs=trusted).code in ("damaged", "not_sealed")


def test_the_demo_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first = make_demo_key(tmp_path / "deep" / "seal")
    content = first.key.read_bytes()
    assert make_demo_key(tmp_path / "deep" / "seal") == first
    assert first.key.read_bytes() == content
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    assert sorted(path.name for path in first.key.parent.iterdir()) == ["authority.pem", "seal.key", "seal.pem"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["seal"]


def test_makers_of_the_demo_key_who_start_together_agree(tmp_path):
    made = []
    threads = [Thread(target=lambda: made.append(make_demo_key(tmp_path / "seal").key.read_bytes())) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 4 and len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["seal"]


def test_the_demo_key_says_demo_in_issuer_and_subject(files, key):
    assert key.name == "DEMO seal, not for real use"
    issuer = asn1.Certificate.load(key.certificate).issuer.native
    assert issuer == {"organization_name": "DEMO", "common_name": "DEMO authority, not for real use"}


def test_a_key_that_cannot_be_used_says_why(files, tmp_path):
    other = make_demo_key(tmp_path / "other")
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    for key_file, certificate_file, reason in (
        (tmp_path / "none.key", files.certificate, "unreadable"),
        (files.key, empty, "unreadable"),
        (files.certificate, files.certificate, "unreadable"),
        (files.key, other.certificate, "not_a_pair"),
    ):
        with pytest.raises(BadKey) as refused:
            SealKey.load(key_file, certificate_file)
        assert (refused.value.code, refused.value.facts["reason"]) == ("bad_key", reason)


def test_an_elliptic_key_seals_as_well(shown, tmp_path):
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from licensing.agreements import demo_key

    own = ec.generate_private_key(ec.SECP256R1())
    authority = demo_key._certificate("DEMO authority", own, None, own)
    sealer = ec.generate_private_key(ec.SECP256R1())
    issued = demo_key._certificate("DEMO elliptic", sealer, authority, own)
    (tmp_path / "key").write_bytes(sealer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "pem").write_bytes(issued.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM))
    made = seal(shown, key=SealKey.load(tmp_path / "key", tmp_path / "pem"), **GIVEN)
    report = verify(made, trusted_certs=[authority.public_bytes(Encoding.PEM)])
    assert (report.code, report.signer, made.startswith(shown)) == ("sealed", "DEMO elliptic", True)


@pytest.fixture
def authority_of_time():
    """Answer RFC 3161 requests on this machine with the demo key; yields the address."""
    from asn1crypto import keys, tsp, x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.timestamps import DummyTimeStamper

    from licensing.agreements.demo_key import _certificate

    own = rsa.generate_private_key(65537, 2048)
    own_certificate = _certificate("DEMO clock", own, None, own)
    stamper = DummyTimeStamper(
        x509.Certificate.load(own_certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        fixed_dt=SEALED_AT,
    )

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            body = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            return

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_time_stamp_is_fetched_when_there_is_an_authority(shown, key, trusted, authority_of_time):
    stamped = seal(shown, key=key, tsa_url=authority_of_time, **GIVEN)
    assert stamped[: len(shown)] == shown
    assert sealing.verify(stamped, trusted_certs=trusted).code == "sealed"
    from pyhanko.pdf_utils.reader import PdfFileReader

    (added,) = PdfFileReader(BytesIO(stamped)).embedded_signatures[0].signer_info["unsigned_attrs"]
    assert added["type"].native == "signature_time_stamp_token"
    assert added["values"][0]["content"]["encap_content_info"]["content"].parsed["gen_time"].native == SEALED_AT


def test_an_authority_out_of_reach_is_said_and_nothing_is_sealed(shown, key):
    with pytest.raises(NoTimeStamp) as refused:
        seal(shown, key=key, tsa_url="http://127.0.0.1:9/", **GIVEN)
    assert refused.value.code == "no_time_stamp"
