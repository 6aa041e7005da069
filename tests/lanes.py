"""What runs where when CI tests four lanes side by side on both databases: docs/adr/018-what-runs-once.md. Pure rules, asked by ``pytest --lane``."""

from collections.abc import Set

LANES = ("sqlite", "walks", "server", "heavy")  # the first two on SQLite, the others on PostgreSQL
# Chromium, long histories, cards and the gate: only on the database that licenses are kept in.
HEAVY = (
    "tests/browser/", "tests/content/availability/test_oracle.py", "tests/house/test_forms.py", "tests/licensing/payments/cards/",
    "tests/media/test_delivery.py", "tests/media/test_hand_over.py", "tests/media/test_matrix.py",
)  # fmt: skip
# Over all addresses, pages and letters: what they ask of the database is asked by the actions' tests too, on both.
WALKS = ("tests/house/", "tests/portal/demo/", "tests/journeys/test_lifecycle_machine.py")
PAGES = {"web", "staff", "pages", "figures", "programmes"}  # folders of tests, of what editors write too


def lanes(path: str, *, marks: Set[str], database: bool) -> set[str]:
    """Return where a test runs, at least one lane.

    :param path: of the file, from the repository's root.
    :param marks: the names of its markers.
    :param database: whether it asks a database at all.
    """
    if path.startswith(HEAVY):
        return {"heavy"}
    if "postgresql" in marks:
        return {"server"}
    if path.startswith(WALKS):
        return {"walks"}
    folders = path.split("/")
    if not database or PAGES & set(folders[:-1]) or folders[-1].endswith("letters.py"):
        return {"sqlite"}
    return {"sqlite", "server"}


def may_hold(path: str, lane: str) -> bool:
    """Say whether a file of tests can hold one of a lane: what cannot is not even read."""
    if path.startswith(HEAVY):
        return lane == "heavy"
    return lane == "server" or (lane == "walks") == path.startswith(WALKS) and lane != "heavy"
