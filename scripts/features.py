"""Write docs/features.md from the tests' markers, so that it cannot say more than the tests show: ``make features``."""

import ast
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "features.md"
HEAD = """# Features

Made from the markers of the tests (`@pytest.mark.row("A1")`, `@pytest.mark.check("AC1")`) by `make features`: a row stands here with the tests that
prove something of it, and says nothing where no test does. Measures and scores by practice, site and provider are not held here: the portal links
out to the program's own tool.

"""


def markers(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield ("row" | "check", id) of the decorators of a test or the ``pytestmark`` of a module."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("row", "check"):
            for argument in call.args:
                if isinstance(argument, ast.Constant):
                    yield call.func.attr, str(argument.value)


def proofs() -> dict[str, dict[str, set[str]]]:
    """Return, for rows and for checks, the tests by id."""
    found: dict[str, dict[str, set[str]]] = {"row": defaultdict(set), "check": defaultdict(set)}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = str(path.relative_to(ROOT / "tests"))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for decorator in node.decorator_list:
                    for kind, what in markers(decorator):
                        found[kind][what].add(f"{name}::{node.name}")
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "pytestmark" for target in node.targets):
                for kind, what in markers(node.value):
                    found[kind][what].add(name)
    return found


def document() -> str:
    found = proofs()
    with (ROOT / "docs" / "rows.csv").open(encoding="utf-8") as file:
        rows = [(row["id"], row["capability"]) for row in csv.DictReader(file)]
    steps = sorted(row for row in found["row"] if row.startswith("JN"))
    if unknown := found["row"].keys() - {row for row, _ in rows} - set(steps):
        sys.exit(f"docs/rows.csv has no row {', '.join(sorted(unknown))}, which tests are marked with")
    lines = [HEAD, "## Rows of the product\n\n| row | capability | proven by |\n|---|---|---|\n"]
    for row, capability in rows:
        if tests := sorted(found["row"].get(row, ())):
            lines.append(f"| {row} | {capability} | {listed(tests)} |\n")
    unproven = [row for row, _ in rows if not found["row"].get(row)]
    lines.append(f"\nNot proven yet: {', '.join(unproven)}.\n")
    lines.append("\n## Steps of journeys\n\n| step | proven by |\n|---|---|\n")
    lines.extend(f"| {step} | {listed(sorted(found['row'][step]))} |\n" for step in steps)
    lines.append("\n## Acceptance and trust checks\n\n| check | proven by |\n|---|---|\n")
    for check in sorted(found["check"], key=order):
        lines.append(f"| {check} | {listed(sorted(found['check'][check]))} |\n")
    return "".join(lines)


def listed(tests: list[str]) -> str:
    shown = ", ".join(f"`{test}`" for test in tests[:4])
    return shown if len(tests) <= 4 else f"{shown} and {len(tests) - 4} more"


def order(check: str) -> tuple[str, int]:
    letters = check.rstrip("0123456789")
    return letters, int(check[len(letters) :] or 0)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text(encoding="utf-8") == document() else "docs/features.md is not what the tests show: make features")
    TARGET.write_text(document(), encoding="utf-8")
