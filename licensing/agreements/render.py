"""The one door to typst: agreements, invoices and certificates as tagged, archival PDF (declared PDF/A-2a and PDF/UA-1).

What a document says goes in as JSON and is shown as text, never read as markup. The same input gives the same bytes.
Nothing is compiled that our fonts cannot show: typst prints empty boxes without a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from licensing.agreements import fonts, sheet
from licensing.agreements.compose import plain
from licensing.agreements.text import AgreementText

if TYPE_CHECKING:
    from licensing.agreements.certificate import CertificateText
    from licensing.payments.document import InvoiceText

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS = ["a-2a", "ua-1"]
_one_at_a_time = Lock()  # a typst compiler refuses to be used by two threads at once


class NotRendered(Exception):
    """typst refused or warned (a face that is not there, say); ``facts["reasons"]`` has its words. A fault of ours, not of the data."""

    code = "not_rendered"

    def __init__(self, reasons: list[str]):
        super().__init__(self.code, reasons)
        self.facts = {"reasons": reasons}


def render_agreement(text: AgreementText, *, at: datetime, cache: Path | None = None) -> bytes:
    """Return the PDF of an agreement dated ``at`` (aware). ``cache`` is a folder that may keep the fonts.

    :raises MissingGlyphs: a name or clause has characters outside our fonts.
    """
    return _compile("agreement", sheet.printed(text), at=at, cache=cache)


def render_invoice(invoice: InvoiceText, *, at: datetime, cache: Path | None = None) -> bytes:
    """Return the PDF of an invoice or credit note dated ``at`` (aware).

    :raises MissingGlyphs: see :func:`render_agreement`.
    """
    return _compile("invoice", invoice.printed(), at=at, cache=cache)


def render_certificate(certificate: CertificateText, *, at: datetime, cache: Path | None = None) -> bytes:
    """Return the one-page PDF of a certificate of effect dated ``at`` (aware).

    :raises MissingGlyphs: see :func:`render_agreement`.
    """
    return _compile("certificate", certificate.printed(), at=at, cache=cache)


def _compile(template: str, values: dict[str, Any], *, at: datetime, cache: Path | None) -> bytes:
    import typst

    moment = at.astimezone(UTC)
    language, _, region = values["language"].partition("-")
    shown = _plain({**values, "language": language, "region": region.upper(), "date": [*moment.timetuple()[:6]]})
    if lost := fonts.missing("".join(_texts(shown))):
        raise fonts.MissingGlyphs(lost)
    try:
        with _one_at_a_time:
            pdf, warnings = _compiler(template, fonts.folder(cache)).compile_with_warnings(
                format="pdf", sys_inputs={"data": json.dumps(shown)}, pdf_standards=STANDARDS, timestamp=int(moment.timestamp())
            )
    except typst.TypstError as refused:
        raise NotRendered([str(refused)])
    if warnings:
        raise NotRendered([str(warning) for warning in warnings])
    return pdf


@lru_cache(maxsize=8)
def _compiler(template: str, folder: Path) -> Any:
    """Return the compiler of one template, kept with its fonts for the life of the process."""
    import typst

    return typst.Compiler(str(TEMPLATES / f"{template}.typ"), root=str(TEMPLATES), font_paths=[str(folder)], ignore_system_fonts=True)


def _plain(value: Any) -> Any:
    """Return ``value`` with every text in composed form."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
