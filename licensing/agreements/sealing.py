"""The one door to pyHanko: the seal on a finished document (PAdES baseline B, or T with a time-stamping authority), and its check.

A sealed file begins with exactly the bytes that were shown and signed; the seal is an appended revision that certifies them and allows no
change. The check is stricter than a viewer's: it accepts only what this file writes, so that a changed byte has no place to hide.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

FIELD = "PortalSeal"
_SEALED = b"/ByteRange"  # no file of ours has it before it is sealed, every one after
logging.getLogger("pyhanko").setLevel(logging.ERROR)  # that a stranger's certificate leads nowhere is an answer, not a fault of ours


class BadKey(Exception):
    """Key or certificate cannot be used; ``facts["reason"]``: ``unreadable`` · ``no_certificate`` · ``not_a_pair`` · ``unsupported``."""

    code = "bad_key"

    def __init__(self, reason: str, **facts: Any):
        super().__init__(self.code, reason)
        self.facts = {"reason": reason, **facts}


class AlreadySealed(Exception):
    """The file carries a seal; a second one would be a second version of what was signed."""

    code = "already_sealed"


class NoTimeStamp(Exception):
    """The time-stamping authority gave no answer that can be used; nothing was sealed. Trying again later may help."""

    code = "no_time_stamp"


@dataclass(frozen=True)
class SealReport:
    """What a file's seal says. ``code``: ``sealed`` (all is well) · ``untrusted`` · ``altered`` · ``damaged`` · ``not_sealed``.

    ``at`` is the instant that the sealer stated; ``key_id`` the SHA-256 of its certificate.
    """

    intact: bool
    trusted: bool
    covers_whole_file: bool
    signer: str
    at: datetime | None
    code: str
    key_id: str = ""


@dataclass(frozen=True, repr=False)
class SealKey:
    """A key ready to seal, for all threads: ``certificate`` and ``chain`` are DER, for what parses them lazily may be shared by none.

    ``key_id`` is the SHA-256 (hex) of the certificate.
    """

    private_key: Any
    certificate: bytes
    chain: tuple[bytes, ...]
    name: str
    key_id: str

    @classmethod
    def load(cls, key_file: Path, certificate_file: Path) -> SealKey:
        """Return the key of two PEM files; the second may hold the chain after the seal certificate.

        :raises BadKey: a file is unreadable, or they do not belong together.
        """
        from asn1crypto import x509 as asn1
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec, rsa
        from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

        try:
            private_key = load_pem_private_key(Path(key_file).read_bytes(), None)
            certificates = x509.load_pem_x509_certificates(Path(certificate_file).read_bytes())
        except (OSError, ValueError, TypeError) as unreadable:
            raise BadKey("unreadable", detail=str(unreadable))
        if not isinstance(private_key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            raise BadKey("unsupported")
        if private_key.public_key() != certificates[0].public_key():
            raise BadKey("not_a_pair")
        first, *chain = (certificate.public_bytes(Encoding.DER) for certificate in certificates)
        name = str(asn1.Certificate.load(first).subject.native["common_name"])
        return cls(private_key, first, tuple(chain), name, digest(first))


def digest(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hex."""
    return hashlib.sha256(content).hexdigest()


def sign(content: bytes, *, key: SealKey) -> bytes:
    """Return the signature of ``content`` with SHA-256: RSA PKCS #1 v1.5, or ECDSA without chance (RFC 6979); the same each time."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    if isinstance(key.private_key, rsa.RSAPrivateKey):
        return key.private_key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return key.private_key.sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def is_signed(content: bytes, signature: bytes, *, certificate: bytes) -> bool:
    """Say whether ``signature`` over ``content`` was made with the key of ``certificate`` (DER)."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    public = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def seal(pdf: bytes, *, key: SealKey, at: datetime, reason: str, name: str, tsa_url: str | None = None) -> bytes:
    """Return ``pdf`` with a certifying seal appended, stating ``at`` (aware) as its time.

    ``name`` is the sealing body, ``reason`` why (for example "Agreement AG-2027-0042 executed"). With ``tsa_url`` an RFC 3161 time stamp is
    fetched (network, ten seconds a call); without it the same input gives the same bytes.

    :raises AlreadySealed, NoTimeStamp: nothing was made.
    """
    if _SEALED in pdf:
        raise AlreadySealed
    from pyhanko.sign import signers
    from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

    keeping_signer, signer_at, quiet_writer = _adapted()
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
        name=name,
    )
    # PDF/UA: a seal that nobody sees stands outside the page, else it would have to be tagged as a form field
    field = SigFieldSpec(FIELD, readable_field_name=name, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True))
    stamper = HTTPTimeStamper(tsa_url, timeout=10) if tsa_url else None
    signer = signer_at(meta, keeping_signer(key), timestamper=stamper, new_field_spec=field)
    signer.at = at.astimezone(UTC)
    sealed = BytesIO()
    try:
        signer.sign_pdf(quiet_writer(BytesIO(pdf)), output=sealed)
    except TimestampRequestError as refused:
        raise NoTimeStamp(str(refused))
    return sealed.getvalue()


def verify(pdf: bytes, *, trusted_certs: Iterable[bytes], at: datetime | None = None) -> SealReport:
    """Return what the seal of ``pdf`` says; never raises, whatever the bytes are.

    ``trusted_certs`` are PEM certificates (authorities, or seal certificates of the past). Trust is judged as of ``at``, without it as of
    the instant the seal states: right for our own keys, which we list; pass the present to refuse a certificate that has run out.
    """
    if _SEALED not in pdf:
        return SealReport(False, False, False, "", None, "not_sealed")
    try:
        return _examined(pdf, tuple(trusted_certs), at)
    except Exception:  # a stranger's file may break a parser anywhere, and each way means the same
        return SealReport(False, False, False, "", None, "damaged")


def _examined(pdf: bytes, trusted_certs: tuple[bytes, ...], at: datetime | None) -> SealReport:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    (embedded,) = PdfFileReader(BytesIO(pdf)).embedded_signatures or [None]
    if embedded is None:
        return SealReport(False, False, False, "", None, "not_sealed")
    stated = embedded.self_reported_timestamp
    context = ValidationContext(trust_roots=_anchors(trusted_certs), moment=at or stated, allow_fetching=False)
    usage = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)
    status = validate_pdf_signature(embedded, context, key_usage_settings=usage, skip_diff=True)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and embedded.field_name == FIELD
    intact = bool(status.intact and status.valid) and _is_as_written(pdf, embedded)
    trusted = intact and bool(status.trusted)
    code = "altered" if not (intact and whole) else "sealed" if trusted else "untrusted"
    signer = str(status.signing_cert.subject.native.get("common_name", ""))
    return SealReport(intact, trusted, whole, signer, stated, code, digest(status.signing_cert.dump()))


def _is_as_written(pdf: bytes, embedded: Any) -> bool:
    """Say whether the seal's own bytes, which no signature covers, are exactly what we write.

    Upper-case hex, canonical DER, then zeros; and what names the digest and the signer agrees to the letter with what was signed.
    """
    from asn1crypto import cms

    _, first, second, rest = (int(number) for number in embedded.byte_range)
    content = bytes.fromhex(pdf[first + 1 : second - 1].decode("ascii"))
    info = cms.ContentInfo.load(content)
    written = b"<" + info.copy().dump(force=True).ljust(len(content), b"\0").hex().upper().encode() + b">"
    signed, signer = info["content"], embedded.signer_info
    named = (signed["version"].native, signer["version"].native, [one.dump() for one in signed["digest_algorithms"]])
    issuer = signer["sid"].chosen["issuer"].dump() == embedded.signer_cert.issuer.dump()
    as_named = named == ("v1", "v1", [signer["digest_algorithm"].dump()]) and issuer
    return as_named and pdf[first:second] == written and second + rest == len(pdf)


def _anchors(trusted_certs: tuple[bytes, ...]) -> list[Any]:
    from asn1crypto import x509 as asn1
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    found = (certificate for pem in trusted_certs for certificate in x509.load_pem_x509_certificates(pem))
    return [asn1.Certificate.load(certificate.public_bytes(Encoding.DER)) for certificate in found]


@lru_cache(maxsize=1)
def _adapted() -> tuple[Any, Any, Any]:
    """Return pyHanko's signer, PDF signer and writer with one change each; made here, because the library is loaded only when needed."""
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.generic import ByteStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class KeepingSigner(signers.Signer):
        """Signs with the key as loaded: pyHanko's own parses and checks it anew, twice a signature, 40 ms each."""

        def __init__(self, key: SealKey):
            self.key = key
            store = SimpleCertificateStore()
            store.register_multiple([asn1.Certificate.load(der) for der in key.chain])
            super().__init__(signing_cert=asn1.Certificate.load(key.certificate), cert_registry=store, embed_roots=False)

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return sign(data, key=self.key)

    class SignerAt(signers.PdfSigner):
        """States the instant it is given instead of the clock's."""

        at: datetime

        def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = self.at
            return session

    class QuietWriter(IncrementalPdfFileWriter):
        """Leaves the document's metadata as shown (no second date), and derives the file's new identifier from its content."""

        def _update_meta(self) -> None:
            return

        @classmethod
        def _handle_id(cls, prev: Any) -> Any:
            pair = super()._handle_id(prev)
            prev.stream.seek(0)
            pair[1] = ByteStringObject(hashlib.sha256(prev.stream.read()).digest()[:16])
            return pair

    return KeepingSigner, SignerAt, QuietWriter
