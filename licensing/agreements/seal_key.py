"""Which key the portal seals with: the one the settings name, else a self-made one marked DEMO."""

import base64
import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path

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


def key() -> sealing.SealKey:
    """Return the key to seal with."""
    key_file, certificate_file, _ = files()
    return _loaded(key_file, certificate_file)


def trusted() -> list[bytes]:
    """Return the certificates (PEM) our own seals are checked against."""
    return [files()[2].read_bytes()]


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
    """Return the public key of the seal as a JSON Web Key with its certificates (``x5c``)."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    sealer = key()

    def text(number: int) -> str:
        return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()

    public = sealer.private_key.public_key()
    chain = [base64.b64encode(certificate.dump()).decode() for certificate in (sealer.certificate, *sealer.chain)]
    described: dict[str, object] = {"kid": sealer.key_id, "use": "sig", "x5c": chain}
    numbers = public.public_numbers()
    if isinstance(public, rsa.RSAPublicKey):
        return [described | {"kty": "RSA", "alg": "RS256", "n": text(numbers.n), "e": text(numbers.e)}]
    return [described | {"kty": "EC", "crv": f"P-{public.key_size}", "x": text(numbers.x), "y": text(numbers.y)}]
