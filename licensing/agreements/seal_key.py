"""Which key the portal seals with: the one the settings name, else a self-made one marked DEMO; and the keys it sealed with before."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from licensing.agreements import sealing
from licensing.agreements.demo_key import make_demo_key


def sealed(document: bytes, *, sha256: str, at: datetime, reason: str) -> bytes:
    """Return ``document`` sealed as of ``at``.

    :raises ValueError: its SHA-256 is not ``sha256``, so it is not what was signed.
    """
    if hashlib.sha256(document).hexdigest() != sha256:
        raise ValueError("the stored document is not the one that was signed")
    return sealing.seal(document, key=key(), at=at, reason=reason, name=settings.LICENSOR_NAME)


def signature(content: bytes) -> bytes:
    """Return the signature (base64) of ``content`` with the key in use: RSA PKCS #1 v1.5 or ECDSA, SHA-256."""
    return base64.b64encode(sealing.sign(content, key=key()))


def key() -> sealing.SealKey:
    """Return the key to seal with."""
    key_file, certificate_file, _ = files()
    return _loaded(key_file, certificate_file)


def trusted() -> list[bytes]:
    """Return the certificates (PEM) our own seals are checked against: the one in use, and those of before."""
    former = [Path(settings.SEAL_FORMER_CERTS_FILE).read_bytes()] if settings.SEAL_FORMER_CERTS_FILE else []
    return [files()[2].read_bytes(), *former]


def files() -> tuple[Path, Path, Path]:
    """Return the files of key, certificate and trust anchor."""
    if settings.SEAL_KEY_FILE:
        return Path(settings.SEAL_KEY_FILE), Path(settings.SEAL_CERT_FILE), Path(settings.SEAL_CERT_FILE)
    made = make_demo_key(Path(settings.SEAL_FOLDER))
    return made.key, made.certificate, made.authority


@lru_cache(maxsize=2)
def _loaded(key_file: Path, certificate_file: Path) -> sealing.SealKey:
    return sealing.SealKey.load(key_file, certificate_file)


def public_keys() -> list[dict[str, object]]:
    """Return the public keys of the seal as JSON Web Keys with their certificates (``x5c``): the one in use first, then those of before."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    in_use = key()
    found = [_described([in_use.certificate, *in_use.chain])]
    if settings.SEAL_FORMER_CERTS_FILE:
        former = x509.load_pem_x509_certificates(Path(settings.SEAL_FORMER_CERTS_FILE).read_bytes())
        found += [_described([one.public_bytes(Encoding.DER)]) for one in former]
    return found


def _described(chain: Sequence[bytes]) -> dict[str, object]:
    """Return the key of the first certificate (DER); ``kid`` is that certificate's SHA-256."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    public: Any = x509.load_der_x509_certificate(chain[0]).public_key()
    numbers = public.public_numbers()
    x5c = [base64.b64encode(certificate).decode() for certificate in chain]
    described: dict[str, object] = {"kid": sealing.digest(chain[0]), "use": "sig", "x5c": x5c}
    if isinstance(public, rsa.RSAPublicKey):
        return described | {"kty": "RSA", "alg": "RS256", "n": _text(numbers.n), "e": _text(numbers.e)}
    return described | {"kty": "EC", "crv": f"P-{public.key_size}", "x": _text(numbers.x), "y": _text(numbers.y)}


def _text(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
