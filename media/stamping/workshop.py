"""Preparing apart: a file from somebody else's hand is read in a process of its own, which may use so much time and memory and no more.

The process is started with the first file, serves one after the other (so that the font is cut once), and ends when it is idle or its
owner is gone. It knows neither the database nor the settings, and is handed open files, never names.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from media.stamping.formats import FORMATS
from media.stamping.rules import CannotStamp

ROOT = Path(__file__).resolve().parents[2]
IDLE = 120  # seconds without a file, after which the process ends
REQUEST = 4096  # bytes; a request is much shorter


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of the processor, seconds of waiting, and bytes of address space."""

    processor: int = 60
    waiting: float = 120
    memory: int = 2 << 30


LIMITS = Limits()


def prepare(content_type: str, source: BinaryIO, target: BinaryIO, *, limits: Limits = LIMITS) -> dict[str, Any]:
    """Prepare ``source`` (seekable) for stamps, write the prefix to the file ``target`` and return its slots as JSON values.

    :raises CannotStamp: a code of ``rules.REFUSALS``; ``too_heavy``: it took more than ``limits``
    """
    with _LOCK, tempfile.TemporaryFile() as given:
        source.seek(0)
        shutil.copyfileobj(source, given, 1 << 20)
        reply = _ask({"type": content_type, "processor": limits.processor, "memory": limits.memory}, given, target, waiting=limits.waiting)
    if "code" in reply:
        raise CannotStamp(reply["code"], **reply["facts"])
    return reply["slots"]


def _ask(request: dict[str, Any], given: BinaryIO, target: BinaryIO, *, waiting: float) -> dict[str, Any]:
    """Return the process's answer. One that had ended for idleness, perhaps this very moment, is replaced and asked again."""
    for _ in range(3):
        given.seek(0)
        bench = _Bench.mine()
        try:
            line = bench.ask(json.dumps(request).encode(), given, target, waiting=waiting)
        except TimeoutError:
            bench.end()
            break
        except ConnectionError:
            line = b""
        if line:
            return json.loads(line)
        if bench.end() != 0:
            break
    return {"code": "too_heavy", "facts": {}}


class _Bench:
    """The process of this process, and the line to it."""

    current: _Bench | None = None

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.line, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen([sys.executable, "-m", __name__], stdin=theirs.fileno(), cwd=ROOT)
        self.answers = self.line.makefile("rb")

    @classmethod
    def mine(cls) -> _Bench:
        """Return the process to ask, started where there is none: one inherited by a fork belongs to the parent."""
        if cls.current is None or cls.current.owner != os.getpid() or cls.current.process.poll() is not None:
            cls.current = cls()
        return cls.current

    def ask(self, request: bytes, given: BinaryIO, target: BinaryIO, *, waiting: float) -> bytes:
        """Return the line of the answer; b"" when the process ended instead. :raises TimeoutError: none came in time"""
        self.line.settimeout(waiting)
        socket.send_fds(self.line, [request], [given.fileno(), target.fileno()])
        return self.answers.readline()

    def end(self) -> int:
        """End the process if it still runs, and return how it ended: 0 of its own will."""
        type(self).current = None
        self.answers.close()
        self.line.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(0.2)
        self.process.kill()
        return self.process.wait()


_LOCK = threading.Lock()


def serve(line: socket.socket) -> None:
    """Answer requests that come over ``line`` until it is closed or nothing comes for long."""
    line.settimeout(IDLE)
    with contextlib.suppress(TimeoutError):
        while True:
            request, files, _flags, _address = socket.recv_fds(line, REQUEST, 2)
            if not request:
                return
            with os.fdopen(files[0], "rb") as source, os.fdopen(files[1], "r+b") as target:
                reply = _answer(json.loads(request), source, target)
            line.sendall(json.dumps(reply).encode() + b"\n")


def _answer(request: dict[str, Any], source: BinaryIO, target: BinaryIO) -> dict[str, Any]:
    _limit(request["processor"], request["memory"])
    try:
        return {"slots": FORMATS[request["type"]].prepare(source, target).to_json()}
    except CannotStamp as refused:
        return {"code": refused.code, "facts": refused.facts}
    except MemoryError:
        return {"code": "too_heavy", "facts": {}}


def _limit(processor: int, memory: int) -> None:
    """Let this process use so many seconds from now on; the system ends it when it uses more."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    for kind, value in ((resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + processor), (resource.RLIMIT_AS, memory)):
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space
            resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it says when it ends
    with socket.socket(fileno=0) as _line:
        serve(_line)
