"""What can be licensed where: asked of the packages above, which register themselves in ``AppConfig.ready``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Offer(Protocol):
    """One offering of one programme for which organisations of a place may apply."""

    programme_id: int
    code: str
    name: str


class Provider(Protocol):
    def __call__(self, place_id: int, *, at: datetime) -> Sequence[Offer]: ...


PROVIDERS: list[Provider] = []


def offers_in(place_id: int, *, at: datetime) -> list[Offer]:
    """Return what organisations of the place may apply for at an instant."""
    return [offer for provider in PROVIDERS for offer in provider(place_id, at=at)]
