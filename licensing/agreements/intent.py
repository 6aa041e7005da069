"""What a person declares with a signature, by version, side and language. Pure.

Part of what is signed: versioned here and never looked up in a catalogue of messages. A version that somebody has signed is never edited.
"""

import hashlib
from dataclasses import dataclass

VERSION = 1
WORDS: dict[int, dict[str, dict[str, tuple[str, ...]]]] = {
    1: {
        "licensee": {
            "en": ("I have read the English text, which prevails.", "I agree to sign electronically."),
            "es": ("He leído el texto inglés, que prevalece.", "Acepto firmar electrónicamente."),
        },
        "licensor": {
            "en": ("I have read the text and sign it for the licensor, electronically.",),
            "es": ("He leído el texto y lo firmo por el licenciante, electrónicamente.",),
        },
    }
}


@dataclass(frozen=True, slots=True)
class Intent:
    """One declaration as it was shown: a sentence for each box that had to be ticked."""

    version: int
    language: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    @property
    def sha256(self) -> str:
        """The hash (hex) of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def intent(side: str, language: str, *, version: int = VERSION) -> Intent:
    """Return the declaration of a side in a language; English where it is not written in that one."""
    written = WORDS[version][side]
    spoken = language if language in written else "en"
    return Intent(version, spoken, written[spoken])
