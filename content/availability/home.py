"""What the front page says of availability."""

from datetime import datetime


def front(*, now: datetime, language: str) -> dict:
    return {}
