"""The archive as planned, against the archive as others read and write it."""

import random
import shutil
import subprocess
import zipfile
import zlib
from io import BytesIO

import pytest

from media.archives.rules import Member, Span, copy, cut, overlap, plan
from portal.core import zips

GIB = 1024**3
VAULT = {"a": b"a" * 1000, "b": bytes(range(256)) * 300, "c": b""}
MEMBERS = [
    Member("kit/CONTENTS.txt", "", 0, 0, b"what is here\r\n"),
    Member("kit/en/a.pdf", "a", 1000, zlib.crc32(VAULT["a"]), b"licensed to ECO"),
    Member("kit/es/Guía №1.pdf", "b", 76_800, zlib.crc32(VAULT["b"]), b""),
    Member("kit/empty.bin", "c", 0, 0, b""),
]


def assembled(spans, first=0, last=None):
    last = sum(span.size for span in spans) - 1 if last is None else last
    pieces = [(VAULT[span.key] if span.data is None else span.data)[low : high + 1] for span, low, high in cut(spans, first, last)]
    return b"".join(pieces)


def test_the_archive_is_read_by_others(tmp_path):
    planned = plan(MEMBERS)
    body = assembled(planned.spans)
    assert len(body) == planned.size
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "kit/CONTENTS.txt": b"what is here\r\n",
            "kit/en/a.pdf": VAULT["a"] + b"licensed to ECO",
            "kit/es/Guía №1.pdf": VAULT["b"],
            "kit/empty.bin": b"",
        }
    for begin, member in zip(planned.begins, MEMBERS, strict=True):
        whole = (VAULT[member.key] if member.key else b"") + member.tail
        assert body[begin : begin + len(whole)] == whole


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip: apt-get install unzip")
def test_unzip_finds_nothing_wrong(tmp_path):
    (tmp_path / "a.zip").write_bytes(assembled(plan(MEMBERS).spans))
    done = subprocess.run(["unzip", "-tqq", tmp_path / "a.zip"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_thousand_random_ranges_are_slices():
    planned = plan(MEMBERS)
    body, chance = assembled(planned.spans), random.Random(7)
    for _ in range(1000):
        first, last = sorted((chance.randrange(len(body)), chance.randrange(len(body))))
        assert assembled(planned.spans, first, last) == body[first : last + 1]


def test_a_plan_costs_no_byte_of_the_files_and_is_the_same_each_time():
    huge = [Member(f"kit/{number}.bin", f"no-such-key-{number}", 700 * GIB, number, b"tail") for number in range(3)]
    assert plan(huge) == plan(huge)
    assert plan(huge).size > 2100 * GIB


@pytest.mark.parametrize("sizes", [[5 * GIB], [3 * GIB, 2 * GIB, 7], [zips.FULL - 1], [zips.FULL], [zips.FULL + 1], [zips.FULL - 4, 10]])
def test_beyond_four_gibibytes_the_numbers_are_zip64(sizes):
    """The directory is read by Python's own reader from a file with holes where the members would be."""
    members = [Member(f"kit/{number}.bin", "k", size, 7 + number, b"") for number, size in enumerate(sizes)]
    planned = plan(members)
    with zipfile.ZipFile(Holes(planned)) as archive:
        read = [(info.filename, info.file_size, info.compress_size, info.CRC, info.header_offset) for info in archive.infolist()]
        heads = [
            begin - len(zips.local_header(zips.Entry(m.name, m.crc32, m.size, m.size, 0)))
            for m, begin in zip(members, planned.begins, strict=True)
        ]
        assert read == [(m.name, m.size, m.size, m.crc32, head) for m, head in zip(members, heads, strict=True)]
        for info in archive.infolist():
            archive.open(info).close()  # reads the local header and compares the name


def test_more_than_65535_members_are_zip64():
    members = [Member(f"{number}.txt", "", 0, 0, b"x") for number in range(70_000)]
    body = assembled(plan(members).spans)
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert len(archive.infolist()) == 70_000
        assert archive.read("69999.txt") == b"x"


class Holes:
    """A file as planned whose stored members read as zeros."""

    def __init__(self, planned):
        self.planned, self.at = planned, 0

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.at = {0: 0, 1: self.at, 2: self.planned.size}[whence] + offset
        return self.at

    def tell(self):
        return self.at

    def read(self, size=-1):
        end = self.planned.size if size < 0 else min(self.at + size, self.planned.size)
        assert end - self.at < 10_000_000
        if end <= self.at:
            return b""
        got = b"".join(
            bytes(high - low + 1) if span.data is None else span.data[low : high + 1]
            for span, low, high in cut(self.planned.spans, self.at, end - 1)
        )
        self.at = end
        return got


@pytest.mark.parametrize(
    "first, last, expected",
    [(0, 9, None), (0, 10, (0, 0)), (10, 19, (0, 9)), (12, 15, (2, 5)), (19, 99, (9, 9)), (20, 99, None), (0, 99, (0, 9))],
)
def test_which_bytes_of_a_member_lie_in_a_range(first, last, expected):
    assert overlap(10, 10, first, last) == expected


def test_a_copy_without_a_tail_is_one_span():
    assert copy("a", 10, b"") == (Span(0, 10, key="a"),)
    assert copy("a", 10, b"tail") == (Span(0, 10, key="a"), Span(10, 4, b"tail"))
    assert copy("", 0, b"tail") == (Span(0, 4, b"tail"),)
