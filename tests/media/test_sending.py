"""What leaves costs the same memory whatever its length."""

import tracemalloc
import zlib

import pytest

from media import sending
from media.archives.rules import Member, copy, plan
from portal.core.faults import Damaged
from portal.core.models import FileFault
from portal.core.vault.base import PIECE
from tests.clock import NOW

SIZE = 192 * 1024 * 1024
KEY = "kits/ab/abc.pdf"


@pytest.fixture
def hollow(vault):
    """A file of the vault that is long and takes no place."""
    path = vault / KEY
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(SIZE)
    return path


def members(count):
    return [Member(f"kit/{number}.pdf", KEY, SIZE, 7, b"licensed to ECO" * 100) for number in range(count)]


@pytest.mark.parametrize("spans", [copy(KEY, SIZE, b"tail"), plan(members(20)).spans], ids=["file", "archive"])
def test_a_long_answer_takes_little_memory(hollow, spans):
    last = spans[-1].start + spans[-1].size - 1
    first = max(0, last - SIZE)
    ended, longest, count = [], 0, 0
    tracemalloc.start()
    for piece in sending.stream(spans, first, last, ended=ended.append, clock=lambda: NOW):
        longest, count = max(longest, len(piece)), count + len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, ended, longest <= PIECE) == (last - first + 1, [count], True)
    assert peak < 2 * 1024 * 1024


def test_planning_reads_nothing_and_asks_the_vault_nothing(monkeypatch):
    monkeypatch.setattr("media.sending.vault", None)
    assert plan(members(20)).size > 20 * SIZE


@pytest.mark.django_db
def test_what_is_shorter_than_it_was_breaks_off(hollow):
    with hollow.open("r+b") as file:
        file.truncate(1000)
    ended, got = [], b""
    with pytest.raises(Damaged, match="1000 bytes short"):
        for piece in sending.stream(copy(KEY, 2000, b"tail"), 0, 2003, ended=ended.append, clock=lambda: NOW):
            got += piece
    assert (len(got), ended, FileFault.objects.get().kind) == (1000, [1000], "damaged")
    assert zlib.crc32(got) == zlib.crc32(bytes(1000))
