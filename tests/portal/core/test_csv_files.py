"""S41: what leaves as CSV is text to a spreadsheet, whoever wrote it."""

import csv
import io
import subprocess
from datetime import date
from xml.etree import ElementTree

import pytest
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import Page

from portal.accounts.models import User
from portal.core import csv_files

pytestmark = pytest.mark.check("S41")
EVIL = '=HYPERLINK("https://evil.example","Total")'


@pytest.mark.parametrize(
    "value, cell",
    [
        (EVIL, f"'{EVIL}"), ("+1", "'+1"), ("-1+2", "'-1+2"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("\n=1", "'\n=1"),
        ("＝1", "'＝1"), ("Spain", "Spain"), ("a=1", "a=1"), ("", ""), (" =1", " =1"), (-5, -5), (2.5, 2.5), (None, None), (date(2026, 1, 2), date(2026, 1, 2)),
    ],
)  # fmt: skip
def test_text_that_starts_like_a_formula_is_text(value, cell):
    assert csv_files.harmless(value) == cell


@pytest.mark.django_db
def test_what_the_cms_lets_out_is_text():
    admin = User.objects.create_superuser("admin@demo.example", name="@SUM(1+1)", password="x")  # noqa: S106
    log(Page.objects.get(depth=1).specific, "wagtail.edit", user=admin, title=EVIL)
    reader = Client()
    reader.force_login(admin)
    answer = reader.get("/cms/reports/site-history/?export=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["Name"], row["User"]) for row in rows] == [(f"'{EVIL}", "'@SUM(1+1)")]


@pytest.mark.office
def test_a_spreadsheet_program_reads_text(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(csv_files.written(("name", "count"), [(EVIL, -5), ("+1+1", 7)]), encoding="utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "fods", "--outdir", tmp_path, file]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    cells = [element.attrib for element in ElementTree.parse(tmp_path / "table.fods").iter() if element.tag.endswith("}table-cell")]
    kinds = [next((value for name, value in cell.items() if name.endswith("}value-type")), "") for cell in cells]
    assert [kind for kind in kinds if kind] == ["string", "string", "string", "float", "string", "float"]
    assert not any(name.endswith("}formula") for cell in cells for name in cell)
