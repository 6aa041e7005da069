"""What runs where when both databases are tested side by side: docs/adr/018-what-runs-once.md. Pure rules, asked by ``pytest --lane``."""

from collections.abc import Set

LANES = ("sqlite", "server")
# Long histories, races, money and the gate: only on the database that licenses are kept in.
ON_SERVER = (
    "tests/browser/", "tests/content/availability/test_oracle.py", "tests/house/test_forms.py", "tests/licensing/payments/cards/",
    "tests/media/test_delivery.py", "tests/media/test_hand_over.py", "tests/media/test_matrix.py",
)  # fmt: skip
SERVER_MARKS = {"postgresql", "browser"}
# Walks over all addresses, pages and letters: what they ask of the database is asked by the actions' tests too, on both.
ON_SQLITE = ("tests/house/", "tests/portal/demo/", "tests/journeys/test_lifecycle_machine.py")
PAGES = {"web", "staff"}  # folders of tests


def lanes(path: str, *, marks: Set[str], database: bool) -> set[str]:
    """Return where a test runs, at least one lane.

    :param path: of the file, from the repository's root.
    :param marks: the names of its markers.
    :param database: whether it asks a database at all.
    """
    if marks & SERVER_MARKS or path.startswith(ON_SERVER):
        return {"server"}
    folders = path.split("/")
    if not database or path.startswith(ON_SQLITE) or PAGES & set(folders[:-1]) or folders[-1].endswith("letters.py"):
        return {"sqlite"}
    return set(LANES)
