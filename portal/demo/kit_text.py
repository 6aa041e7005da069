"""The small markup of ``demo/kits/*.toml``: text to blocks. Pure; the grammar is written down in ``demo/README.md``."""

import re
from dataclasses import dataclass, field

BOLD = re.compile(r"\*\*(.+?)\*\*")
LINE_KINDS = (
    (re.compile(r"^- (.+)$"), "points"),
    (re.compile(r"^\d+\. (.+)$"), "steps"),
    (re.compile(r"^\[ \] (.+)$"), "checks"),
    (re.compile(r"^\? (.+)$"), "scale"),
    (re.compile(r"^> (.+)$"), "statement"),
    (re.compile(r"^~ (.+)$"), "note"),
)


class BadMarkup(Exception):
    """A line cannot be read; ``line`` is its text."""

    code = "bad_markup"

    def __init__(self, line: str):
        super().__init__(f"cannot read this line: {line}")
        self.line = line


@dataclass
class Sheet:
    """One slide, or one chapter of a paper; ``minutes`` marks an exercise."""

    title: str
    minutes: int | None = None
    blocks: list[dict] = field(default_factory=list)

    def as_dict(self) -> dict:
        """Return what the layout reads."""
        return {"title": self.title, "minutes": self.minutes, "blocks": self.blocks}


def spans(text: str) -> list[dict]:
    """Return ``text`` as runs: ``{"t": words, "b": bold}``."""
    runs = []
    for index, part in enumerate(BOLD.split(text.strip())):
        if part:
            runs.append({"t": part, "b": index % 2 == 1})
    return runs


def sheets(markup: str) -> list[Sheet]:
    """Return the sheets of ``markup``; text before the first ``# `` stands on a sheet without a title.

    :raises BadMarkup: a figure, a ruler or a marker is malformed.
    """
    found: list[Sheet] = []
    for chunk in re.split(r"(?m)^(?=# )", markup.strip() + "\n"):
        if not chunk.strip():
            continue
        first, _, rest = chunk.partition("\n") if chunk.startswith("# ") else ("", "", chunk)
        sheet = Sheet(title=first.removeprefix("# ").strip())
        _read(rest.splitlines(), sheet)
        found.append(sheet)
    return found


def _read(lines: list[str], sheet: Sheet) -> None:
    """Fill ``sheet``; a column runs from ``=== Head`` to the next one, or to a bare ``===``."""
    target: list[dict] = sheet.blocks
    columns: list[dict] | None = None

    for line in (raw.rstrip() for raw in lines):
        if line.startswith("==="):
            head = line[3:].strip()
            if not head:
                columns, target = None, sheet.blocks
                continue
            if columns is None:
                columns = []
                sheet.blocks.append({"k": "columns", "cols": columns})
            target = []
            columns.append({"head": head, "blocks": target})
        elif line.startswith("! "):
            sheet.minutes = _number(line[2:], line)
        elif not line:
            if target and target[-1]["k"] in {kind for _, kind in LINE_KINDS} | {"table"}:
                target[-1]["closed"] = True
        else:
            _add(line, target)


def _add(line: str, target: list[dict]) -> None:
    """Add the block that ``line`` stands for to ``target``; a line that is nothing else is a paragraph."""
    for pattern, kind in LINE_KINDS:
        if match := pattern.match(line):
            _append(target, kind, spans(match[1]))
            return
    block = _single(line) or {"k": "text", "spans": spans(line)}
    if block["k"] == "table" and target and target[-1]["k"] == "table" and not target[-1].get("closed"):
        target[-1]["rows"] += block["rows"]
    else:
        target.append(block)


def _append(target: list[dict], kind: str, item: list[dict]) -> None:
    if target and target[-1]["k"] == kind and not target[-1].get("closed"):
        target[-1]["items"].append(item)
    else:
        target.append({"k": kind, "items": [item]})


def _single(line: str) -> dict | None:
    """Return the block of a line that stands alone, or None."""
    if line.startswith("## "):
        return {"k": "heading", "text": line[3:].strip()}
    if line.startswith("|") and line.endswith("|"):
        return {"k": "table", "rows": [[spans(cell) for cell in line.strip("|").split("|")]]}
    if line.startswith(":: "):
        return {"k": "fields", "labels": [label.strip() for label in line[3:].split("::")]}
    if line.startswith("___"):
        return {"k": "lines", "count": _number(line[3:] or "1", line)}
    if line.startswith("@rows "):
        return {"k": "rows", "count": _number(line[6:], line)}
    if line.startswith("@"):
        return {"k": "figure", "name": line[1:].strip()}
    if line == "---":
        return {"k": "break"}
    return None


def _number(text: str, line: str) -> int:
    if not text.strip().isdigit():
        raise BadMarkup(line)
    return int(text)
