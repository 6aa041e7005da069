"""Addresses that open an object for a minute: byte for byte those of botocore, refused a second later or when a sign of them differs."""

import http.client
import re
from datetime import UTC, datetime, timedelta
from itertools import product
from urllib.parse import urlsplit

import pytest
import time_machine

from portal.core.vault import presign
from portal.core.vault.presign import Bucket, Credentials
from portal.core.vault.s3 import Place, S3Vault

AT = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
BY = Credentials("AKIAEXAMPLE", "a/secret+of=ours")
KEYS = [
    "a.pdf", "kits/ab/abc.pdf", "a b.pdf", "a+b.pdf", "a%2Fb.pdf", "a%20b", "ü.pdf", "Fundación/Día №1.pdf", "العربية.pdf", "🩺.pdf", "a&b=c?d#e.pdf",
    "a;b,c:d@e$f!g*h'i(j)k.pdf", "~tilde-_.", "a//b", "./a/../b", "/leading", "trailing/", "\"quoted\"", "a\\b", "new\nline", "tab\t", "<x>[y]{z}|^`",
    "x" * 900,
]  # fmt: skip
OVERRIDES = [
    (),
    (("response-content-disposition", "attachment; filename*=utf-8''Gu%C3%ADa.pdf"), ("response-content-type", "application/pdf")),
    (("response-cache-control", "private, no-store"), ("response-content-disposition", 'attachment; filename="a b+c&d.pdf"')),
]
PLACES = {
    "amazon": "s3://kits-demo/?region=eu-west-1",
    "dots": "s3://kits.demo.example/?region=sa-east-1",
    "loopback": "s3://kits-demo/?region=eu-west-1&endpoint=http://127.0.0.1:9000",
    "other": "s3://kits-demo/?region=us-east-1&endpoint=https://s3.example.org",
}
NAMES = {"response-content-disposition": "ResponseContentDisposition", "response-content-type": "ResponseContentType"}
NAMES["response-cache-control"] = "ResponseCacheControl"


@pytest.fixture(params=list(product(PLACES, ["", "a/token+of=theirs"])), ids=lambda pair: f"{pair[0]}-{'role' if pair[1] else 'user'}")
def theirs(request, monkeypatch):
    """A place, credentials, and botocore's client for them."""
    place, token = Place.of(PLACES[request.param[0]]), request.param[1]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", BY.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", BY.secret_key)
    monkeypatch.setenv("AWS_SESSION_TOKEN", token) if token else monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    return place, Credentials(BY.access_key, BY.secret_key, token), S3Vault(place)._client


def test_an_address_is_byte_for_byte_botocores(theirs):
    place, by, client = theirs
    wrong = []
    with time_machine.travel(AT, tick=False):
        for key, overrides, seconds in product(KEYS, OVERRIDES, (1, 60)):
            asked = {"Bucket": place.bucket, "Key": key, **{NAMES[name]: value for name, value in overrides}}
            due = client.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)
            made = presign.address(place.address(), key, by=by, at=AT, seconds=seconds, overrides=overrides)
            if made != due:
                wrong.append((key, made, due))
    assert wrong == []


@pytest.mark.parametrize("seconds", [0, -1, 61, 3600])
def test_no_address_is_open_longer_than_a_minute(seconds):
    with pytest.raises(ValueError, match="1 to 60"):
        presign.address(Bucket("https", "x", "/", "eu-west-1"), "a", by=BY, at=AT, seconds=seconds)


def test_the_key_of_a_day_is_made_once_and_another_the_next_day():
    presign._day.cache_clear()
    for number in range(50):
        presign.address(Bucket("https", "x", "/", "eu-west-1"), f"a/{number}", by=BY, at=AT + timedelta(minutes=number))
    assert presign._day.cache_info().misses == 1
    presign.address(Bucket("https", "x", "/", "eu-west-1"), "a", by=BY, at=AT + timedelta(days=1))
    assert presign._day.cache_info().misses == 2


# ---- what the store makes of it


def fetch(address: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(address)
    wire = http.client.HTTPConnection(parts.netloc, timeout=5)
    wire.request(method, f"{parts.path}?{parts.query}", headers=headers)
    said = wire.getresponse()
    got = said.status, dict(said.headers), said.read()
    wire.close()
    return got


@pytest.fixture
def stored(s3):
    """An address of an object, made at ``AT``."""
    from io import BytesIO

    vault = S3Vault(Place.of(s3.url()))
    with time_machine.travel(AT, tick=False):
        vault.put("kits/ab/abc.pdf", BytesIO(b"0123456789"))
        vault.put("kits/cd/other.pdf", BytesIO(b"another"))
    return vault.address("kits/ab/abc.pdf", at=AT, overrides=(("response-content-type", "application/pdf"),))


def test_the_address_gives_the_object_and_its_ranges(stored):
    with time_machine.travel(AT, tick=False):
        status, headers, body = fetch(stored)
        assert (status, body, headers["Content-Type"]) == (200, b"0123456789", "application/pdf")
        assert fetch(stored, Range="bytes=4-")[::2] == (206, b"456789")


@pytest.mark.check("S11")
@pytest.mark.parametrize("late, status", [(timedelta(seconds=60), 200), (timedelta(seconds=61), 403), (timedelta(days=1), 403)])
def test_s11_an_address_dies_after_a_minute(stored, late, status):
    with time_machine.travel(AT + late, tick=False):
        assert fetch(stored)[0] == status


@pytest.mark.check("S11")
@pytest.mark.parametrize(
    "what, instead",
    [
        (r"abc\.pdf", "../cd/other.pdf"), (r"ab/abc", "cd/other"), (r"Expires=60", "Expires=600"), (r"20261122T093015Z", "20261122T103015Z"),
        (r"application%2Fpdf", "text%2Fhtml"), (r"response-content-type=[^&]+&", ""), (r"Signature=(.)", "Signature=0"), (r"&X-Amz-Signature=\w+", ""),
        (r"eu-west-1", "eu-west-2"), (r"SignedHeaders=host", "SignedHeaders=host%3Brange"), (r"\?.*", ""), (r"$", "&versionId=1"),
    ],
)  # fmt: skip
def test_s11_an_altered_address_opens_nothing(stored, what, instead):
    forged = re.sub(what, instead, stored, count=1)
    if forged == stored:  # the signature begins with 0
        forged = re.sub(what, "Signature=1", stored, count=1)
    with time_machine.travel(AT, tick=False):
        status, headers, body = fetch(forged)
    assert (status in (400, 403), "ETag" in headers, b"0123456789" in body) == (True, False, False)


@pytest.mark.check("S11")
@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
def test_s11_an_address_serves_reading_only(s3, stored, method):
    with time_machine.travel(AT, tick=False):
        assert fetch(stored, method)[0] == 403
    assert s3.objects["portal/kits/ab/abc.pdf"].body == b"0123456789"
