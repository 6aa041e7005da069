"""The evidence file of an agreement: who signed what, when and how, in a form that anybody can check without the portal.

Made on request from stored rows and stored documents, the same bytes each time as long as nothing more happens. ``manifest.json`` names the
SHA-256 of every file and is signed with the key of the seal; ``docs/verify_evidence.py`` and ``licensing/agreements/evidence_check.py``
read it (docs/adr/016).
"""

import ipaddress
import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.conf import settings

from i18n import formats
from licensing.agreements import seal_key, sealing
from licensing.agreements.intent import intent
from licensing.agreements.models import Agreement, Signature, SignatureRequest
from licensing.agreements.rules import Side
from licensing.history.models import Event
from portal.core import private_files
from portal.core.models import SentMail

FORMAT = "programme-portal-evidence/1"
TEXT, SEALED, RECORD, KEYS, README = "agreement.pdf", "agreement-sealed.pdf", "evidence.json", "keys.json", "README.txt"
MANIFEST, MANIFEST_SIGNATURE = "manifest.json", "manifest.sig"
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)  # a file inside has no date of its own, so that the same evidence is the same file
ABOUT = """Evidence of agreement {number}

agreement.pdf           the text that was shown and signed; it prevails
{copy}{sealed}evidence.json           the documents, the signatures and what happened, with every hash
keys.json               the public keys of the seal, as published at {origin}/.well-known/portal-keys.json
manifest.json           the SHA-256 of every file above
manifest.sig            the signature of manifest.json, with the key it names

To check it: docs/verify_evidence.py of the portal's source (needs no portal), with the keys taken from the address above.
"""
COPY = "reading-copy-{language}.pdf"


def packed(agreement: Agreement) -> bytes:
    """Return the evidence file (zip) of an agreement that is sealed, declined or taken back."""
    files = _documents(agreement)
    files[RECORD] = _json(_record(agreement, files))
    files[KEYS] = _json({"keys": seal_key.public_keys()})
    files[README] = _about(agreement).encode()
    manifest = _json(
        {"format": FORMAT, "key": seal_key.key().key_id, "files": {name: sealing.digest(files[name]) for name in sorted(files)}}
    )
    return _zip({**files, MANIFEST: manifest, MANIFEST_SIGNATURE: seal_key.signature(manifest)})


def copy_name(language: str) -> str:
    return COPY.format(language=language)


def _documents(agreement: Agreement) -> dict[str, bytes]:
    keys = {TEXT: agreement.document_key, copy_name(agreement.reading_language): agreement.reading_key, SEALED: agreement.sealed_key}
    return {name: private_files.content_of(key) for name, key in keys.items() if key}


def _record(agreement: Agreement, files: dict[str, bytes]) -> dict[str, Any]:
    """Return all that the portal knows of the signatures; what only staff may read stays out."""
    licensor, licensee = (party["legal_name"] for party in agreement.context["text"]["parties"])
    zone = agreement.terms.zone
    rows = sorted(agreement.requests.select_related("signature__user"), key=lambda row: (row.side == Side.LICENSOR, row.position))
    return {
        "format": FORMAT,
        "agreement": {
            "number": agreement.number,
            "state": agreement.state,
            "licensor": licensor,
            "licensee": licensee,
            "offering": agreement.offering.code,
            "template": str(agreement.template),
            "text_sha256": agreement.context_sha256,
            "zone": zone,
            "sent_at": _instant(agreement.sent_at),
            "executed_at": _instant(agreement.executed_at),
            "sealed_at": _instant(agreement.sealed_at),
        },
        "documents": [_document(agreement, name, content) for name, content in files.items()],
        "signatures": [_signature(row, row.signature, zone) for row in rows if hasattr(row, "signature")],
        "not_signed": [{"side": row.side, "position": row.position, "name": row.name} for row in rows if not hasattr(row, "signature")],
        "events": [_event(event) for event in Event.objects.of(agreement).shown_to_applicant()],
        "letters": _letters(agreement),
    }


def _document(agreement: Agreement, name: str, content: bytes) -> dict[str, Any]:
    kinds = {TEXT: ("text", "en"), SEALED: ("sealed", "en")}
    kind, language = kinds.get(name, ("reading copy", agreement.reading_language))
    return {"file": name, "kind": kind, "language": language, "bytes": len(content), "sha256": sealing.digest(content)}


def _signature(row: SignatureRequest, signature: Signature, zone: str) -> dict[str, Any]:
    declared = intent(row.side, signature.intent_language, version=signature.intent_version)
    return {
        "side": row.side,
        "position": row.position,
        "typed_name": signature.typed_name,
        "account": str(signature.user),
        "office": signature.office,
        "signed_at": _instant(signature.signed_at),
        "local_time": signature.signed_at.astimezone(formats.zone_of(zone)).isoformat(),
        "zone": zone,
        "network": network(signature.ip),
        "browser": signature.agent,
        "factor": signature.factor,
        "document_sha256": signature.document_sha256,
        "reading_sha256": signature.reading_sha256,
        "intent": {"language": declared.language, "version": declared.version, "text": declared.text, "sha256": signature.intent_sha256},
    }


def network(address: str | None) -> str:
    """Return the network of an address: the first 24 bits of IPv4, 48 of IPv6; enough to attribute, too little to follow a person.

    >>> network("192.0.2.7")
    '192.0.2.0/24'
    """
    if address is None:
        return ""
    bits = 24 if ipaddress.ip_address(address).version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


def _event(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "command": event.command,
        "from": event.from_state,
        "to": event.to_state,
        "by": event.actor_label,
        "at": _instant(event.recorded_at),
        "reason": event.reason,
        "facts": event.payload,
    }


def _letters(agreement: Agreement) -> list[dict[str, Any]]:
    """Return which letters about it left, to whom, by event; those to staff stay out."""
    events = {event.pk: event.seq for event in Event.objects.of(agreement)}
    theirs = set(agreement.organisation.memberships.values_list("user__email", flat=True))
    mails = SentMail.objects.filter(message__kind="licensing.event", message__payload__event__in=list(events), recipient__in=theirs)
    rows = mails.order_by("pk").values_list("message__payload__event", "recipient", "subject", "sent_at")
    return [
        {"event": events[event], "to": recipient, "subject": subject, "sent_at": _instant(at)} for event, recipient, subject, at in rows
    ]


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _about(agreement: Agreement) -> str:
    line = "{:<24}{}\n"
    copy = line.format(copy_name(agreement.reading_language), "its reading copy, signed with it") if agreement.reading_key else ""
    sealed = line.format(SEALED, "the same text with the portal's seal") if agreement.sealed_key else ""
    return ABOUT.format(number=agreement.number, copy=copy, sealed=sealed, origin=settings.PORTAL_ORIGIN)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _zip(files: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, ZIPPED_AT), content)
    return made.getvalue()
