"""The three ways out, on the line: the same bytes, whole, in ranges, and after a line that broke; and nothing beside the gate."""

import hashlib
import http.client
import random
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from licensing.entitlements.models import Licence
from licensing.organisations.models import Organisation
from media import delivery, sending
from media.kits.models import KitRelease
from media.ledger.models import Download, DownloadPart
from portal.core.vault.local import LocalVault
from portal.core.vault.places import vault
from tests import build
from tests.apart import apart
from tests.media import doors, story
from tests.stopping import stop

pytestmark = [pytest.mark.django_db(transaction=True)]
DECK, LOGO = "/kits/qtp1-l/1.0/en/deck-1.pdf", "/kits/qtp1-l/1.0/en/logo.svg"
SEED = 20261122


@pytest.fixture
def shelf(settings, tmp_path):
    """The folder of the vault, with a licensee and a released kit."""
    settings.VAULT_URL = f"file:{tmp_path / 'vault'}"
    now = timezone.now()
    society = build.society("Fundación ECO (DEMO)")
    story.licence(society, begins=now - timedelta(days=30), ends=now + story.YEAR)
    story.released(now=now - timedelta(days=1))
    return tmp_path / "vault"


@pytest.fixture
def reader(shelf, live_server):
    """A tool with the session of the licensee's owner, at a portal that streams."""
    client = Client()
    client.force_login(build.owner_of(Organisation.objects.get()))
    return doors.Reader(live_server.url, f"{configured.SESSION_COOKIE_NAME}={client.cookies[configured.SESSION_COOKIE_NAME].value}")


@pytest.fixture(params=["stream", pytest.param("accel", marks=pytest.mark.nginx), "redirect"])
def through(request, reader, shelf, settings, tmp_path):
    """Return a function that sends the reader's next requests another way, to the same files."""
    way, address = request.param, reader.base
    if way == "accel":
        running = doors.nginx(tmp_path, portal=reader.base, vault=shelf)
        address = running.__enter__()
    if way == "redirect":
        url = request.getfixturevalue("s3").url()

    def set_out():
        settings.HANDOVER, reader.base = way, address
        if way == "redirect":
            local = LocalVault(shelf)
            settings.VAULT_URL = url
            for key in list(local.keys("kits/")):
                with local.path(key).open("rb") as file:
                    vault().put(key, file)
        return way

    yield set_out
    if way == "accel":
        running.__exit__(None, None, None)


def outcomes(name):
    rows = DownloadPart.objects.filter(download__file__name=name).order_by("pk")
    return list(rows.values_list("first", "last", "sent", "outcome"))


@pytest.mark.check("S15")
def test_s15_killed_at_random_bytes_and_resumed_a_file_is_byte_identical_through_every_way(reader, through):
    chance = random.Random(SEED)
    whole = {path: reader.ask(path)[2] for path in (DECK, LOGO)}
    way = through()
    for path, body in whole.items():
        name = path.rpartition("/")[2]
        assert reader.ask(f"{path}.sha256")[2].decode() == f"{hashlib.sha256(body).hexdigest()}  {name}\n"
        for _ in range(2):
            stops = [chance.randrange(1, len(body) // 3 + 1), chance.randrange(1, len(body) // 3 + 1)]
            assert reader.killed_and_resumed(path, stops) == body
        for _ in range(5):
            first, last = sorted((chance.randrange(len(body)), chance.randrange(len(body))))
            status, said, part = reader.ask(path, Range=f"bytes={first}-{last}")
            assert (status, said["content-range"], part) == (206, f"bytes {first}-{last}/{len(body)}", body[first : last + 1])
        assert reader.ask(path, Range=f"bytes={len(body)}-")[0] == 416
        assert reader.ask(path, Range="bytes=0-", If_Range='"another"')[::2] == (200, body)
        assert Download.objects.filter(file__name=name).count() == 1
        status, said, none = reader.ask(path, method="HEAD")
        assert (status, int(said["content-length"]), none) == (200, len(body), b"")
        wrote = {outcome for *_, outcome in outcomes(name)[1:]}
        assert wrote <= {"complete", "broken"} if way == "stream" else wrote == {"handed_over"}


def test_a_whole_answer_says_the_same_whoever_sends_it(reader, through):
    by_us = {path: reader.ask(path, Range="bytes=0-")[1] for path in (DECK, LOGO)}
    way = through()
    for path, due in by_us.items():
        said = reader.ask(path, Range="bytes=0-")[1]
        same = {"content-type", "content-length", "content-range", "content-disposition", "cache-control", "accept-ranges"}
        if way != "redirect":  # the bucket stands under a name of its own, and no header of ours can be given to it
            same |= {
                "etag",
                "repr-digest",
                "content-security-policy",
                "x-content-type-options",
                "referrer-policy",
                "permissions-policy",
                "x-frame-options",
            }
            assert "last-modified" not in said
        assert {name: said.get(name) for name in same} == {name: due.get(name) for name in same}


@pytest.mark.check("S18")
def test_s18_the_copy_of_one_is_never_anothers(reader, through, shelf):
    other = build.society("Otra sociedad (DEMO)")
    story.licence(other, begins=timezone.now() - timedelta(days=1), ends=timezone.now() + story.YEAR)
    client = Client()
    client.force_login(build.owner_of(other))
    through()
    theirs = doors.Reader(reader.base, f"{configured.SESSION_COOKIE_NAME}={client.cookies[configured.SESSION_COOKIE_NAME].value}")
    mine, yours = reader.ask(DECK)[2], theirs.ask(DECK)[2]
    assert mine != yours
    assert (story.file_of(KitRelease.objects.get()).downloads.count(), reader.ask(DECK, Range="bytes=0-")[2]) == (2, mine)


@pytest.mark.check("S14")
def test_s14_the_next_range_after_a_revocation_is_refused(reader, through):
    through()
    reader.ask(DECK, Range="bytes=0-99")
    licence = Licence.objects.get()
    apart(lambda: stop(licence.pk, reason="x", now=timezone.now()))
    status, said, body = reader.ask(DECK, Range="bytes=100-")
    assert (status, "etag" in said, b"%PDF" in body) == (403, False, False)
    assert [(first, last) for first, last, *_ in outcomes("deck-1.pdf")] == [(0, 99)]


def test_a_link_for_tools_goes_the_same_way(reader, through):
    way = through()
    link = reader.ask(f"{DECK}/link")[2].decode().strip()
    path = urlsplit(link).path
    tool = doors.Reader(reader.base)
    assert tool.killed_and_resumed(path, [1000]) == tool.ask(path)[2]
    wrote = [outcome for *_, outcome in outcomes("deck-1.pdf")]
    assert wrote[0] == ("begun" if way == "stream" else "handed_over")


def test_copies_are_made_once_a_day_and_swept_after_one(reader, through):
    body, way = reader.ask(DECK)[2], through()
    for _ in range(3):
        assert reader.ask(DECK, Range="bytes=0-")[2] == body
    keys = list(vault().keys("copies/"))
    today = timezone.now()
    etag = doors_etag(DECK)
    assert keys == ([] if way == "stream" else [f"copies/{today:%Y-%m-%d}/{etag}"])
    assert sending.sweep(now=today + timedelta(days=1)) == 0
    assert sending.sweep(now=today + timedelta(days=2)) == len(keys)
    assert list(vault().keys("copies/")) == []
    assert reader.ask(DECK, Range="bytes=0-")[2] == body


def doors_etag(path):
    download = Download.objects.select_related("licence").get()
    file = story.file_of(KitRelease.objects.get())
    return sending.etag(file.sha256, delivery.tail_of(file, download, licence=download.licence.number)).strip('"')


# ---- nginx alone


@pytest.fixture
def front(reader, shelf, settings, tmp_path):
    """nginx's address, and a reader behind it who has taken the deck."""
    settings.HANDOVER = "accel"
    with doors.nginx(tmp_path, portal=reader.base, vault=shelf) as address:
        reader.base = address
        assert reader.ask(DECK)[0] == 200
        yield address


def raw(address, target, **headers):
    """Ask for exactly ``target``: no library tidies it up."""
    wire = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    wire.putrequest("GET", "/", skip_host=True, skip_accept_encoding=True)
    wire._buffer[0] = f"GET {target} HTTP/1.1".encode("latin-1")
    for name, value in {"Host": "portal.example.org", **headers}.items():
        wire.putheader(name, value)
    wire.endheaders()
    answer = wire.getresponse()
    got = answer.status, answer.read()
    wire.close()
    return got


@pytest.mark.nginx
@pytest.mark.check("S16")
def test_s16_the_internal_place_is_open_to_nobody(front, reader, shelf):
    keys = [*LocalVault(shelf).keys("kits/"), *LocalVault(shelf).keys("copies/")]
    (shelf / "documents" / "agreements").mkdir(parents=True)
    (shelf / "documents" / "agreements" / "secret.pdf").write_bytes(b"%PDF a secret")
    wrong, targets = [], []
    for key in [*keys, "documents/agreements/secret.pdf"]:
        front_of, _, rest = key.partition("/")
        targets += [
            f"/_vault/{key}", f"/_vault//{key}", f"//_vault/{key}", f"/_vault/./{key}", f"/x/../_vault/{key}", f"/_vault%2f{key}", f"/%5fvault/{key}",
            f"/kits/..%2f_vault/{key}", f"/kits/../_vault/{key}", f"/kits/%2e%2e/_vault/{key}", f"/_vault/kits/..%2f{key}", f"/_vault/kits/../{key}",
            f"/_vault/kits/..%2f..%2fvault/{key}", f"/_vault/{front_of}%00/{rest}", f"/_vault/{key}%00", f"/_vault/{key}%00.html", f"/_vault\\{key}",
            f"/_vault/{front_of}\\..\\{key}", f"/_vault/kits/..\\..\\{key}", f"/_vault/{key}?x=1", f"/_vault/{key}/", f"/_VAULT/{key}", f"/_vault;/{key}",
            f"http://portal.example.org/_vault/{key}", f"/static/..%2f_vault/{key}", f"/static/../_vault/{key}",
        ]  # fmt: skip
    for target in targets:
        for cookie in ("", reader.cookie):
            status, body = raw(front, target, Cookie=cookie, **{"X-Accel-Redirect": f"/_vault/{keys[0]}", "X-Original-URL": target})
            if status not in (400, 404, 302) or any(mark in body for mark in (b"%PDF", b"<svg xmlns", b"a secret")):
                wrong.append((target, status))
    assert (len(targets), wrong) == (26 * (len(keys) + 1), [])


@pytest.mark.nginx
@pytest.mark.check("S16")
def test_s16_a_key_in_the_vault_never_leads_out_of_it(front, reader, shelf):
    target = LocalVault(shelf).path(story.file_of(KitRelease.objects.get(), "logo").vault_key)
    outside = shelf.parent / "outside.svg"
    outside.write_bytes(target.read_bytes())
    target.unlink()
    target.symlink_to(outside)
    assert reader.ask(LOGO)[0] in (403, 404, 503)


@pytest.mark.nginx
@pytest.mark.check("S11")
def test_s11_nginx_keeps_no_link_in_its_log(front, reader, tmp_path):
    link = urlsplit(reader.ask(f"{DECK}/link?x=secret-query")[2].decode().strip()).path
    assert reader.ask(link)[0] == 200
    reader.ask("/healthz")  # nginx has one worker here: the lines of what came before stand in the log by now
    log = (tmp_path / "nginx" / "access.log").read_text()
    assert "/kits/dl/" in log and link.split("/")[3] not in log and "secret-query" not in log


@pytest.mark.nginx
def test_a_bundle_passes_through_nginx_and_goes_on(front, reader):
    whole = reader.ask("/kits/qtp1-l/1.0/bundle.zip", Range="bytes=0-")[2]
    assert reader.killed_and_resumed("/kits/qtp1-l/1.0/bundle.zip", [3000, 2000])[-22:-18] == b"PK\5\6"
    assert whole[:4] == b"PK\3\4"
