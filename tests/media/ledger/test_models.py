"""The log is appended to, never changed."""

import pytest
from django.db import DatabaseError, transaction

from media import delivery
from media.delivery import Wanted
from media.ledger.models import Download, DownloadPart
from tests import build
from tests.clock import NOW
from tests.media import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture
def part():
    society = build.society()
    story.licence(society)
    story.released()
    handover = delivery.hand_over(Wanted("qtp1-l", "1.0", "en", "deck-1.pdf"), by=story.asker(build.owner_of(society), society), at=NOW)
    b"".join(delivery.stream(handover, None, clock=lambda: NOW))
    return DownloadPart.objects.get()


@pytest.mark.check("S62")
def test_s62_no_row_of_the_log_is_changed_or_deleted(part):
    for model, change in ((Download, {"verdict": "embargo"}), (Download, {"user": None}), (DownloadPart, {"sent": 0})):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
    for model in (DownloadPart, Download):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")
    assert (Download.objects.get().verdict, DownloadPart.objects.get().sent) == ("granted", part.sent)
