"""Files that would do harm: each has its verdict in hostile.csv, and a refused one leaves nothing behind."""

import csv
from pathlib import Path

import pytest
from django.utils import translation

from media.kits import actions
from media.kits.models import KitFile
from media.kits.rules import NotAccepted
from media.staff import words
from tests.media import hostile, story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
TABLE = list(csv.DictReader(Path(__file__).with_name("hostile.csv").open(encoding="utf-8")))


@pytest.fixture
def release():
    return actions.draft_release(story.kit(), "1.0")


def verdict(item, row) -> str:
    try:
        story.take_in(item, hostile.SAMPLES[row["sample"]](), name=row["uploaded_as"])
    except NotAccepted as refused:
        with translation.override("es"):
            assert words.refusal(refused)
        return refused.code
    return ""


def test_the_table_and_the_samples_are_the_same():
    assert [row["sample"] for row in TABLE] == list(hostile.SAMPLES)


@pytest.mark.check("S34")
@pytest.mark.check("S38")
@pytest.mark.parametrize("row", TABLE, ids=[row["sample"] for row in TABLE])
def test_a_hostile_file_meets_its_verdict(release, vault, row):
    item = story.item(release, "deck-1", "slides", "faculty")
    assert verdict(item, row) == row["verdict"]
    assert KitFile.objects.count() == (row["verdict"] == "")
    assert len([path for path in vault.rglob("*") if path.is_file()]) == KitFile.objects.count()


@pytest.mark.check("S34")
def test_what_carries_no_stamp_is_looked_into_all_the_same(release):
    item = story.item(release, "notice", "manual", "faculty", stamped=False)
    office = [row for row in TABLE if row["uploaded_as"].endswith((".pptx", ".pdf"))]
    for row in office[::4]:
        expected = "" if row["sample"] == "pdf_signed" else row["verdict"]
        assert (row["sample"], verdict(item, row)) == (row["sample"], expected)
