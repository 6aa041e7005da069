"""Remake the one initial migration each package has until the first release: python scripts/remake_migrations.py.

``makemigrations`` leaves fields and constraints to be added one by one, and each of them renders every related model again, as do the
migrations of others that run after ours: most of the time of a new database. Here each model is created whole, after the models it points
to and after all that others wrote; only what points in a circle is added later.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LABELS = {
    "i18n": "i18n",
    "core": "portal/core",
    "accounts": "portal/accounts",
    "content": "content",
    "licensing": "licensing",
    "media": "media",
}

sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")

import django  # noqa: E402

for folder in LABELS.values():
    for path in (ROOT / folder / "migrations").glob("0*.py"):
        path.unlink()
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.operations.base import Operation  # noqa: E402
from django.db.migrations.state import ModelState, ProjectState  # noqa: E402
from django.db.migrations.writer import MigrationWriter  # noqa: E402


def pointed_to(field, label: str) -> str | None:
    """Return the model of the package a field points to, as the state calls it."""
    target = field.remote_field.model if field.remote_field else None
    found = target if isinstance(target, str) else target and target._meta.label_lower
    return found.lower().partition(".")[2] if found and found.lower().startswith(f"{label}.") else None


def in_order(models: dict[str, ModelState], label: str) -> Iterator[tuple[ModelState, list[str]]]:
    """Yield each model after those it points to, with the fields that must wait because they close a circle."""
    left = dict(models)
    while left:
        waits = {
            name: [field for field, made in one.fields.items() if (to := pointed_to(made, label)) in left and to != name]
            for name, one in left.items()
        }
        ready = [name for name in left if not waits[name]]
        if not ready:
            points = {name: {pointed_to(left[name].fields[field], label) for field in waits[name]} for name in left}
            circle = [name for name in left if name in reached(points, name)]
            ready = [min(circle, key=lambda name: (len(waiting_too(left[name], waits[name])), len(waits[name]), name))]
        for name in ready:
            yield left.pop(name), waits[name]


def reached(points: dict[str, set[str]], start: str) -> set[str]:
    """Return the models that can be reached from one."""
    found: set[str] = set()
    following = set(points[start])
    while following:
        found |= following
        following = set().union(*(points[name] for name in following)) - found
    return found


def waiting_too(one: ModelState, fields: list[str]) -> list[tuple[type[Operation], Any]]:
    """Return the constraints and indexes that name a field that waits, with the operation that adds each."""
    kinds = {"constraints": AddConstraint, "indexes": AddIndex}
    found = [(kind, rule) for option, kind in kinds.items() for rule in one.options.get(option, ())]
    return [
        (kind, rule) for kind, rule in found if any(re.search(rf"\b{field}(_id\b|__|\b)", repr(rule.deconstruct())) for field in fields)
    ]


def whole(state: ProjectState, label: str) -> list[Operation]:
    """Return the operations that make a package's models."""
    operations: list[Operation] = []
    later: list[Operation] = []
    models = {name: one for (app, name), one in sorted(state.models.items()) if app == label}
    for one, waiting in in_order(models, label):
        rules = waiting_too(one, waiting)
        options = dict(one.options)
        for option in ("constraints", "indexes"):
            options[option] = [rule for rule in options.get(option, ()) if rule not in [late for _, late in rules]]
        options = {key: value for key, value in options.items() if value or key not in ("constraints", "indexes")}
        fields = [(name, field) for name, field in one.fields.items() if name not in waiting]
        waiting = [*waiting, *(name for name, field in fields if getattr(field.remote_field, "through", None))]
        fields = [(name, field) for name, field in fields if name not in waiting]
        operations.append(CreateModel(one.name, fields, options=options, bases=one.bases, managers=one.managers))
        later += [AddField(one.name, name, one.fields[name]) for name in waiting]
        later += [kind(one.name, rule) for kind, rule in rules]
    return operations + later


def vendors(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Return the newest migrations of what others wrote: they run first, while there are few models to render again."""
    return [(app, name) for app, name in loader.graph.leaf_nodes() if app not in LABELS]


def main() -> None:
    call_command("makemigrations", *LABELS, skip_checks=True, verbosity=0)
    loader = MigrationLoader(None)
    for label, folder in LABELS.items():
        (migration,) = [one for (app, _), one in loader.disk_migrations.items() if app == label]
        migration.operations = whole(loader.project_state((label, migration.name)), label)
        if label == "content":
            migration.dependencies = sorted({*migration.dependencies, *vendors(loader)}, key=str)
        path = ROOT / folder / "migrations" / f"{migration.name}.py"
        path.write_text(MigrationWriter(migration, include_header=False).as_string())
        subprocess.run([sys.executable, "-m", "ruff", "format", "-q", "--isolated", "--line-length", "140", path], check=True)
        print(path.relative_to(ROOT))


main()
