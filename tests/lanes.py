"""What runs where when CI tests four lanes side by side on both databases: docs/adr/018-what-runs-once.md. Pure rules, asked by ``pytest --lane``."""

from collections.abc import Set

LANES = ("sqlite", "walks", "server", "heavy")  # the first two on SQLite, the others on PostgreSQL
# Chromium, long histories, cards and forms: only on the database that licenses are kept in.
HEAVY = ("tests/browser/", "tests/content/availability/test_oracle.py", "tests/house/test_forms.py", "tests/licensing/payments/cards/")
# Stories of many actions and the gate: on that database too, beside what runs on both.
STORIES = ("tests/journeys/", "tests/media/test_delivery.py", "tests/media/test_hand_over.py", "tests/media/test_matrix.py")
# Over all addresses, pages and letters: what they ask of the database is asked by the actions' tests too, on both.
WALKS = ("tests/house/", "tests/portal/demo/", "tests/journeys/test_lifecycle_machine.py")
BESIDE = ("tests/media/", "tests/portal/")  # of what runs on SQLite, this runs beside the walks
# What a file is worth does not depend on the database that lists it.
FILES = (
    "tests/licensing/agreements/test_evidence.py",
    "tests/media/test_artwork.py",
    "tests/media/test_faults.py",
    "tests/media/test_hostile.py",
)
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
    if path.startswith(STORIES):
        return {"server"}
    folders, lite = path.split("/"), "walks" if path.startswith(BESIDE) else "sqlite"
    if not database or path.startswith(FILES) or PAGES & set(folders[:-1]) or folders[-1].endswith("letters.py"):
        return {lite}
    return {lite, "server"}


def may_hold(path: str, lane: str) -> bool:
    """Say whether a file of tests can hold one of a lane: what cannot is not even read."""
    if path.startswith(HEAVY):
        return lane == "heavy"
    return lane == "server" or (lane == "walks") == path.startswith((*WALKS, *BESIDE)) and lane != "heavy"
