"""What a page said after it was sent, shown on the next one: words of it that are in another language say so there too."""

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage

from i18n.interface import Marked


class MarkedNotices(FallbackStorage):
    """Messages are kept as text; only what is safe HTML survives as such, so a text with marks is kept as its HTML."""

    def add(self, level: int, message: Any, extra_tags: str | None = "") -> None:
        super().add(level, message.html if isinstance(message, Marked) else message, extra_tags)
