"""Measuring turn about, and the rows of ``var/bench.json``."""

import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``value`` is a ratio ours/peer or ours/floor, or a count; ``ok``: not above ``bar``. ``skipped`` says why it could not run."""

    id: str
    value: float | None
    bar: float | None
    ours: float | None = None
    peer: float | None = None
    floor: float | None = None
    unit: str = ""
    rounds: int = ROUNDS
    how: str = ""
    skipped: str = ""

    @property
    def ok(self) -> bool | None:
        return None if self.value is None or self.bar is None else self.value <= self.bar


def turn_about(
    variants: Mapping[str, tuple[int, Callable[[], object]]], *, rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Return the median milliseconds of one call of each variant, taken A B C A B C: CPU of our process, or by another ``clock``.

    :param variants: by name, how many calls make one round and the call.
    """
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for _, call in variants.values():
        call()
    for _ in range(rounds):
        for name, (calls, call) in variants.items():
            started = clock()
            for _ in range(calls):
                call()
            taken[name].append((clock() - started) * 1000 / calls)
    return {name: statistics.median(some) for name, some in taken.items()}


def ratio(
    row: str, bar: float | None, ours: float, *, peer: float | None = None, floor: float | None = None, how: str, unit: str = "ms CPU"
) -> Row:
    """Return the row of ours against the peer or, where there is none, the floor; in milliseconds."""
    against = peer if peer is not None else floor
    assert against is not None
    return Row(row, round(ours / against, 3), bar, round(ours, 4), peer and round(peer, 4), floor and round(floor, 4), unit, how=how)


def report(rows: list[Row], path: Path) -> bool:
    """Print the table, write the file, and return whether every bar holds."""
    print(f"{'':42} {'value':>9} {'bar':>7}   {'ours':>9} {'peer':>9} {'floor':>9}")
    for row in rows:
        figures = [f"{figure:9.3f}" if figure is not None else " " * 9 for figure in (row.ours, row.peer, row.floor)]
        value = row.skipped or f"{row.value:9.3f} {row.bar if row.bar is not None else '':>7}   {' '.join(figures)}"
        print(f"{'FAILS ' if row.ok is False else '      '}{row.id:36} {value}  {row.unit}")
    body = {
        "machine": {"python": platform.python_version(), "system": platform.system(), "cores": cpu_count()},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": [_as_json(row) for row in rows],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=1) + "\n")
    print(f"written: {path}")
    return all(row.ok is not False for row in rows)


def _as_json(row: Row) -> dict:
    if row.skipped:
        return {"id": row.id, "bar": row.bar, "skipped": row.skipped}
    facts = {key: value for key, value in asdict(row).items() if value is not None and key != "skipped"}
    return {**facts, "ok": row.ok}
