"""The one-page certificate of effect: when a signed agreement took effect and by which conditions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from i18n import formats
from licensing.agreements import words


@dataclass(frozen=True)
class Met:
    """A condition of the agreement and the instant at which it was met."""

    condition: str
    at: datetime


@dataclass(frozen=True)
class CertificateText:
    """What the certificate says, in the licence's ``zone``; ``valid_to`` is an exclusive end; ``verify_at`` a public address."""

    agreement_number: str
    agreement_sha256: str
    licence_number: str
    licensor: str
    licensee: str
    offering: str
    effective_at: datetime
    zone: str
    language: str
    demo: bool
    conditions: tuple[Met, ...] = ()
    valid_to: datetime | None = None
    verify_at: str = ""

    def printed(self) -> dict[str, Any]:
        """Return the values ready to print, each instant in the licence's zone and in UTC."""
        said = words.of(words.CERTIFICATE, self.language)
        effective = formats.instant(self.effective_at, self.zone, self.language)
        statement = said["statement"].format(
            agreement=self.agreement_number, licensor=self.licensor, licensee=self.licensee, instant=effective
        )
        last = max((met.at for met in self.conditions), default=None)
        return {
            "language": self.language,
            "demo": self.demo,
            "words": said,
            "title": f"{said['title']} · {self.agreement_number}",
            "author": self.licensor,
            "footer": self.agreement_number,
            "statement": statement,
            "agreement": self.agreement_number,
            "sha256": self.agreement_sha256,
            "facts": self._facts(said),
            "conditions": [
                {
                    "condition": met.condition,
                    "at": formats.instant(met.at, self.zone, self.language, utc=True),
                    "last": said["last"] if met.at == last else "",
                }
                for met in sorted(self.conditions, key=lambda met: met.at)
            ],
        }

    def _facts(self, said: dict[str, str]) -> list[list[str]]:
        facts = [
            [said["effective"], formats.instant(self.effective_at, self.zone, self.language, utc=True)],
            [said["licence"], self.licence_number],
            [said["offering"], self.offering],
        ]
        if self.valid_to:
            first = formats.day(self.effective_at.astimezone(formats.zone_of(self.zone)).date(), self.language)
            facts.append([said["period"], f"{first} – {formats.until_day(self.valid_to, self.zone, self.language)}"])
        if self.verify_at:
            facts.append([said["verify"], self.verify_at])
        return facts
