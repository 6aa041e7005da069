"""Checks an evidence file. Asks no database: what it needs are the file and the public keys of the seal."""

import base64
import binascii
import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from licensing.agreements import sealing
from licensing.agreements.evidence import COPY, FORMAT, MANIFEST, MANIFEST_SIGNATURE, RECORD, SEALED, TEXT

LARGEST = 64 * 1024 * 1024  # bytes of one file inside; ours have less than one hundredth of that


class NotGenuine(Exception):
    """The file is not what the portal gave out; ``code`` is stable, ``facts`` name what is wrong.

    ``unreadable`` · ``other_format`` · ``unknown_key`` (key) · ``bad_signature`` · ``other_files`` (files) · ``altered`` (file) ·
    ``record_disagrees`` (with) · ``other_text`` (who) · ``intent_altered`` (who) · ``seal`` (says)
    """

    def __init__(self, code: str, **facts: Any):
        super().__init__(code, facts)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Report:
    """What a genuine evidence file says. ``key_id``: the SHA-256 of the certificate whose key signed it."""

    number: str
    state: str
    signed_by: tuple[str, ...]
    sealed: bool
    key_id: str


def checked(content: bytes, *, keys: Sequence[Mapping[str, Any]]) -> Report:
    """Return what an evidence file says, after checking every hash, every signature and the seal against ``keys`` (JSON Web Keys).

    :raises NotGenuine: the first thing that is wrong.
    """
    certificates = {sealing.digest(der): der for der in (base64.b64decode(key["x5c"][0]) for key in keys)}
    files = _unpacked(content)
    manifest = _manifest(files, certificates)
    wanted = set(manifest["files"]) | {MANIFEST, MANIFEST_SIGNATURE}
    if set(files) != wanted or not {TEXT, RECORD} <= wanted:
        raise NotGenuine("other_files", files=sorted(set(files) ^ wanted) or [TEXT, RECORD])
    for name, sha256 in manifest["files"].items():
        if sealing.digest(files[name]) != sha256:
            raise NotGenuine("altered", file=name)
    try:
        record = json.loads(files[RECORD])
        _check_record(record, files)
        if SEALED in files:
            _check_seal(record, files, certificates)
        signed_by = tuple(signature["typed_name"] for signature in record["signatures"])
        return Report(record["agreement"]["number"], record["agreement"]["state"], signed_by, SEALED in files, manifest["key"])
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        raise NotGenuine("other_format") from broken


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names) or any(entry.file_size > LARGEST for entry in entries):
                raise NotGenuine("unreadable")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as broken:
        raise NotGenuine("unreadable") from broken


def _manifest(files: Mapping[str, bytes], certificates: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        manifest, signature = json.loads(files[MANIFEST]), base64.b64decode(files[MANIFEST_SIGNATURE], validate=True)
        known = manifest["format"] == FORMAT and isinstance(manifest["files"], dict)
        key = str(manifest["key"])
    except (KeyError, TypeError, ValueError, binascii.Error) as broken:
        raise NotGenuine("other_format") from broken
    if not known:
        raise NotGenuine("other_format")
    if key not in certificates:
        raise NotGenuine("unknown_key", key=key)
    if not sealing.is_signed(files[MANIFEST], signature, certificate=certificates[key]):
        raise NotGenuine("bad_signature")
    return manifest


def _check_record(record: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Compare what the record says with the documents beside it: each signature names exactly their hashes."""
    for document in record["documents"]:
        if sealing.digest(files.get(document["file"], b"")) != document["sha256"]:
            raise NotGenuine("record_disagrees", **{"with": document["file"]})
    copies = [document for document in record["documents"] if document["kind"] == "reading copy"]
    copy = sealing.digest(files[COPY.format(language=copies[0]["language"])]) if copies else ""
    for signature in record["signatures"]:
        if (signature["document_sha256"], signature["reading_sha256"]) != (sealing.digest(files[TEXT]), copy):
            raise NotGenuine("other_text", who=signature["typed_name"])
        if hashlib.sha256(signature["intent"]["text"].encode()).hexdigest() != signature["intent"]["sha256"]:
            raise NotGenuine("intent_altered", who=signature["typed_name"])


def _check_seal(record: Mapping[str, Any], files: Mapping[str, bytes], certificates: Mapping[str, bytes]) -> None:
    if not files[SEALED].startswith(files[TEXT]):
        raise NotGenuine("seal", says="another_text")
    report = sealing.verify(files[SEALED], trusted_certs=[_pem(der) for der in certificates.values()])
    if report.code != "sealed":
        raise NotGenuine("seal", says=report.code)
    seal = files[SEALED][len(files[TEXT]) :]
    signed = [document["sha256"] for document in record["documents"] if document["kind"] != "sealed"]
    if not all(sha256.encode() in seal for sha256 in signed):
        raise NotGenuine("seal", says="another_text")


def _pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
