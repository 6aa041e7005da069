"""The one door for tables that leave as CSV: a spreadsheet takes each text in them as text, never as a formula to run."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, time
from numbers import Number
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # how a cell starts that spreadsheets run (OWASP, CSV injection)


def harmless(value: Any) -> Any:
    """Return a cell as it is written: text that starts like a formula gets an apostrophe before it; numbers and days stay what they are."""
    if value is None or isinstance(value, Number | date | time):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def written(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return the file, lines ending as RFC 4180 says."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows(map(harmless, row) for row in rows)
    return file.getvalue()


def guard_files_of_the_cms() -> None:
    """Let Wagtail's own exports pass this door too; in its workbooks a text is a text already."""
    from wagtail.admin.views.mixins import SpreadsheetExportMixin as Export

    joined = Export.custom_value_preprocess[list]
    joined[Export.FORMAT_CSV] = lambda values, join=joined[Export.FORMAT_CSV]: harmless(join(values))
    Export.custom_value_preprocess[object] = {Export.FORMAT_CSV: harmless}  # last in the row: what nothing else is said of
