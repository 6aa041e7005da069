"""The self-made seal certificate of a portal without one of its own, marked DEMO wherever its name is shown."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DEMO_FROM, DEMO_UNTIL = datetime(2015, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)  # the demo replays years past


@dataclass(frozen=True)
class SealKeyFiles:
    """Where a key lies: private key, seal certificate, and the certificate authority to trust."""

    key: Path
    certificate: Path
    authority: Path


def make_demo_key(folder: Path) -> SealKeyFiles:
    """Make a seal certificate marked DEMO and the authority that issued it, unless ``folder`` has them; return the files.

    The folder appears whole (a rename), so two processes that start together agree on one key. The authority's key is thrown away.
    """
    files = SealKeyFiles(folder / "seal.key", folder / "seal.pem", folder / "authority.pem")
    if files.key.is_file() and files.certificate.is_file() and files.authority.is_file():
        return files
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".seal-"))
    try:
        for path, content in zip((files.key, files.certificate, files.authority), _demo_key(), strict=True):
            place = unfinished / path.name
            place.touch(mode=0o600)
            place.write_bytes(content)
        os.rename(unfinished, folder)
    except OSError:
        if not files.key.is_file():  # nobody else was faster: the folder is not ours to use
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return files


def _demo_key() -> tuple[bytes, bytes, bytes]:
    """Return key, seal certificate and authority as PEM."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    authority_key = rsa.generate_private_key(65537, 2048)
    seal_key = rsa.generate_private_key(65537, 2048)
    authority = _certificate("DEMO authority, not for real use", authority_key, None, authority_key)
    issued = _certificate("DEMO seal, not for real use", seal_key, authority, authority_key)
    private = seal_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, issued.public_bytes(Encoding.PEM), authority.public_bytes(Encoding.PEM)


def _certificate(name: str, key: Any, issuer: Any, issuer_key: Any) -> Any:
    """Return a certificate for ``key``; without an ``issuer`` it is an authority of its own."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    named = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "DEMO"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    authority = issuer is None
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only", "crl_sign", "key_cert_sign"), False
    ) | {"digital_signature": not authority, "content_commitment": not authority, "key_cert_sign": authority}
    return (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named if authority else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEMO_FROM)
        .not_valid_after(DEMO_UNTIL)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
