"""Preparing apart: what a file may cost is bounded, and a file that costs more harms only itself."""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
from io import BytesIO

import pytest

from media.kits.rules import PDF, PPTX
from media.stamping import pdf, pptx, workshop
from media.stamping.rules import CannotStamp
from media.stamping.workshop import Limits, prepare
from tests.media.stamping import decks, samples


def made(kind, master: bytes, **limits):
    with tempfile.TemporaryFile() as target:
        slots = prepare(kind.content_type, BytesIO(master), target, **limits)
        target.seek(0)
        return slots, target.read()


def refused(kind, master: bytes, **limits) -> str:
    with tempfile.TemporaryFile() as target, pytest.raises(CannotStamp) as found:
        prepare(kind.content_type, BytesIO(master), target, **limits)
    return found.value.code


@pytest.mark.parametrize("kind, module, make", [(PDF, pdf, lambda: samples.written(samples.plain(3))), (PPTX, pptx, decks.varied)])
def test_what_is_prepared_apart_is_what_is_prepared_here(kind, module, make):
    here, master = BytesIO(), make()
    slots = module.prepare(BytesIO(master), here)
    assert made(kind, master) == (slots.to_json(), here.getvalue())


def test_one_process_serves_file_after_file():
    first = made(PPTX, decks.plain(1))
    bench = workshop._Bench.current
    assert refused(PPTX, b"PK\x03\x04") == "damaged"
    assert made(PPTX, decks.plain(1)) == first
    assert workshop._Bench.current is bench


@pytest.mark.check("S34")
@pytest.mark.check("S36")
@pytest.mark.parametrize("limits", [Limits(waiting=0.001), Limits(memory=32 << 20)], ids=["time", "memory"])
def test_a_file_that_costs_more_than_it_may_is_refused_and_the_next_one_is_served(limits):
    made(PPTX, decks.plain(1))
    wordy = decks.changed(
        decks.plain(1),
        edit={"ppt/slides/slide1.xml": [(b"</p:sld>", b"<!--" + random.Random(36).randbytes(3 << 20).hex().encode() + b"--></p:sld>")]},
    )
    assert refused(PPTX, wordy, limits=limits) == "too_heavy"
    assert made(PPTX, decks.plain(1))[0]["pages"] == 1


@pytest.mark.check("S36")
def test_a_file_over_which_the_system_ended_the_process_is_refused(monkeypatch):
    made(PPTX, decks.plain(1))
    worker = workshop._Bench.current.process.pid
    # It is to end as soon as it has been handed the file, as if its seconds were used up.
    os.kill(worker, signal.SIGSTOP)
    os.kill(worker, signal.SIGXCPU)
    send = socket.send_fds
    monkeypatch.setattr(workshop.socket, "send_fds", lambda *given: (send(*given), os.kill(worker, signal.SIGCONT)))
    assert refused(PPTX, decks.plain(1)) == "too_heavy"
    monkeypatch.undo()
    assert made(PPTX, decks.plain(1))[0]["pages"] == 1


@pytest.mark.check("S36")
def test_the_system_ends_a_process_whose_seconds_are_used_up():
    program = "from media.stamping import workshop\nworkshop._limit(0, 2 << 30)\nwhile True: pass"
    ended = subprocess.run([sys.executable, "-c", program], cwd=workshop.ROOT, timeout=60)
    assert ended.returncode == -signal.SIGXCPU


def test_a_process_that_ended_for_idleness_is_replaced():
    made(PPTX, decks.plain(1))
    before = workshop._Bench.current
    before.line.shutdown(2)
    assert made(PPTX, decks.plain(1))[0]["pages"] == 1
    assert workshop._Bench.current is not before
    assert before.process.poll() == 0
