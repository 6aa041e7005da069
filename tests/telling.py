"""Told once, written often: what a builder wrote the first time is written again for every later test of the module that tells the same.

The first test plays the story through the real actions. A later one that calls the builder with the same arguments, from the same start, under
the same settings, clock and language, gets the very statements replayed and a copy of what was returned, in a tenth of the time. Where any of
this is unlike (something else was written before; something but the clock is patched; a test that commits; files elsewhere than in a folder) the
story is played again.
"""

import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from hashlib import sha256
from inspect import isfunction
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.utils import timezone, translation

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
# Who is signed in shapes nothing that is told.
SIGNING_IN = re.compile(r'\w+ (?:INTO |FROM )?"(?:django_session|usersessions_usersession)"|UPDATE "accounts_user" SET "last_login"')
ADDRESSES = {"VAULT_URL", "STRIPE_API_URL"}  # differ with each test and shape nothing that is told
_clock = timezone.now


@dataclass
class Tape:
    """What a builder did: statements that write, where sequences began, files of the vault, and what it gave back."""

    writes: list[tuple[str, Any, bool]] = field(default_factory=list)
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    given: bytes = b""  # pickled: what the object of a method holds, what was returned
    whole: bool = True  # nothing happened that the tape does not hold


class _Now:
    module = ""
    kept: dict[str, Tape] = {}
    chain: str | None = None  # all that was told since the test began; None: something else was written
    tape: Tape | None = None  # being recorded
    replays = False
    patches = pytest.MonkeyPatch()  # of the test


def begin(module: str, start: str, *, patches: pytest.MonkeyPatch) -> None:
    """Begin a test of ``module``, whose database starts as ``start``; what it patches is in ``patches``."""
    if module != _Now.module:
        _Now.module, _Now.kept = module, {}
    _Now.chain, _Now.tape, _Now.patches = start, None, patches


def forget() -> None:
    """Forget every tape."""
    _Now.kept = {}


def watch(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
    """See every statement: a wrapper of the connection."""
    if sql.startswith(WRITES) and not _Now.replays:
        if _Now.tape is not None:
            _Now.tape.writes.append((sql, params, many))
        elif not SIGNING_IN.match(sql):
            _Now.chain = None
    elif sql.startswith("ROLLBACK TO") and _Now.tape is not None:
        _Now.tape.whole = False
    return execute(sql, params, many, context)


def told(builder: Callable) -> Callable:
    """Let a builder (a function, or a method that may change its object) be played once and replayed afterwards."""

    @wraps(builder)
    def tell(*args: Any, **more: Any) -> Any:
        is_plain = _Now.tape is not None or _Now.chain is None or not connection.in_atomic_block
        if is_plain or _is_patched() or not settings.VAULT_URL.startswith("file:"):
            return builder(*args, **more)
        key = _key(f"{builder.__module__}.{builder.__qualname__}", args, more)
        if tape := _Now.kept.get(key):
            _replay(tape)
        else:
            tape, given = _record(builder, args, more)
            if not tape.whole:
                _Now.chain = None
                return given
            _Now.kept[key] = tape
        _Now.chain = key
        its, given = pickle.loads(tape.given)  # noqa: S301 - our own
        if its is not None:
            args[0].__dict__.update(its)
        return given

    return tell


@contextmanager
def noted(what: str) -> Iterator[None]:
    """Say that the block brings ``what``, always alike, in ways that no tape holds."""
    if _Now.tape is not None:
        _Now.tape.whole = False
    chain = _Now.chain and sha256(f"{_Now.chain} {what}".encode()).hexdigest()
    yield
    _Now.chain = chain


def _is_patched() -> bool:
    return bool(_Now.patches._setitem) or any((target, name) != (timezone, "now") for target, name, _was in _Now.patches._setattr)


def _key(name: str, args: tuple, more: dict[str, Any]) -> str:
    overridden: dict[str, Any] = {}
    holder = settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        overridden = {key: value for key, value in vars(holder).items() if key.isupper()} | overridden
        holder = holder.default_settings
    shaped = sorted((key, repr(value)) for key, value in overridden.items() if key not in ADDRESSES)
    is_still = timezone.now is not _clock or time_machine.escape_hatch.is_travelling()
    around = (_Now.chain, shaped, translation.get_language(), timezone.now() if is_still else None)
    return sha256(pickle.dumps((name, args, more, around))).hexdigest()


def _record(builder: Callable, args: tuple, more: dict[str, Any]) -> tuple[Tape, Any]:
    tape, files, sequences = Tape(), set(_files()), _sequences()
    promised = len(connection.run_on_commit)
    _Now.tape = tape
    try:
        given = builder(*args, **more)
    except BaseException:
        _Now.chain = None
        raise
    finally:
        _Now.tape = None
    tape.whole = tape.whole and len(connection.run_on_commit) == promised
    moved = _sequences()
    tape.sequences = {name: began for name, began in sequences.items() if moved[name] != began}
    tape.files = {name: path.read_bytes() for name, path in _files().items() if name not in files}
    is_method = isfunction(builder) and builder.__qualname__ != builder.__name__
    tape.given = pickle.dumps((vars(args[0]) if is_method else None, given))
    return tape, given


def _replay(tape: Tape) -> None:
    _Now.replays = True
    try:
        with connection.cursor() as cursor:
            if tape.sequences:
                values = [value for name, began in tape.sequences.items() for value in (name, *began)]
                cursor.execute(f"SELECT {', '.join(['setval(%s, %s, %s)'] * len(tape.sequences))}", values)  # noqa: S608
            for sql, params, many in tape.writes:
                (cursor.executemany if many else cursor.execute)(sql, params)
    finally:
        _Now.replays = False
    for name, content in tape.files.items():
        path = _vault() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _sequences() -> dict[str, tuple[int, bool]]:
    """Return where the sequences of PostgreSQL stand: the value, and whether it was given away."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename), coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences")
        return {name: (value, is_given) for name, value, is_given in cursor.fetchall()}


def _vault() -> Path:
    return Path(settings.VAULT_URL.removeprefix("file:"))


def _files() -> dict[str, Path]:
    return {str(path.relative_to(_vault())): path for path in _vault().rglob("*") if path.is_file()} if _vault().exists() else {}
