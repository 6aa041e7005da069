"""The one instant tests live at."""

from datetime import UTC, date, datetime, timedelta

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
TICK = timedelta(microseconds=1)


def instant(text: str) -> datetime:
    """Return an instant from ISO text, UTC unless it says otherwise."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
