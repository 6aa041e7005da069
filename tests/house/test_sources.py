"""What our own source never does; each exception stands here with its reason."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "i18n", "content", "licensing", "media")
SOURCES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "portal" / "templates").rglob("*.html"))

FORBIDDEN = {
    "csrf_exempt": "a form of another site could change something",
    "mark_safe": "use format_html, which escapes",
    "RawSQL": "ask through the query set",
    "eval": "text is not a program",
    "exec": "text is not a program",
    "pickle": "reading it may run anything",
}
# file → what of it stands there, and why
ALLOWED = {"licensing/web/stripe_webhook.py": {"csrf_exempt"}}  # no browser sends it; each call proves itself by its signature
CALLED = {"raw", "extra"}  # methods of query sets that take SQL
# file → what it may do, and why
SAFE_STRINGS = {
    "i18n/interface.py": "sentence, joined, listing: our words and what is filled in are escaped, each by itself",
    "content/templatetags/availability_tags.py": "json_ld: what HTML reads is written as an escape",
    "portal/web/templatetags/availability_rows.py": "rows, marks: names, codes and labels are escaped, cells are printed by templates",
    "portal/web/templatetags/portal_tags.py": "unbroken: escapes before it adds its span",
    "licensing/web/answer_words.py": "a line break of ours; label and text are escaped before",
}
SAFE_FILTERS = {
    "components/field.html": "help texts are ours, never a user's",
    "licensing/verification/code.html": "the square of a code, drawn by us",
    "licensing/verification/piece.html": "the square of a code, drawn by us",
    "licensing/licences/licence.html": "the square of a code, drawn by us",
}
WRITTEN_SQL = {
    "portal/core/postgresql.py": "how long a lock is waited for is a word of PostgreSQL's own",
    "portal/core/guards.py": "triggers and exclusion constraints; names come from our models",
    "portal/core/models.py": "the version row, read on each public request",
    "portal/web/health.py": "one statement that asks whether the database answers",
}


def name(path):
    return str(path.relative_to(ROOT))


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.check("S39")
def test_no_source_uses_what_is_forbidden():
    found = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {
            alias.name.split(".")[-1] for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
        }
        used = names & FORBIDDEN.keys() | {called for _, called in calls(tree) if called in CALLED}
        if used - ALLOWED.get(name(path), set()):
            found[name(path)] = used
    assert found == {}


@pytest.mark.check("S39")
def test_text_is_called_safe_only_where_it_was_escaped():
    made = {name(path) for path in SOURCES if re.search(r"\bSafeString\(", path.read_text("utf-8"))}
    filtered = {
        str(path.relative_to(ROOT / "portal" / "templates"))
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text("utf-8"))
    }
    assert (made - SAFE_STRINGS.keys(), filtered - SAFE_FILTERS.keys()) == (set(), set())


def test_sql_is_written_in_few_places():
    written = {
        name(path)
        for path in SOURCES
        if any(called in ("execute", "executemany") for _, called in calls(ast.parse(path.read_text("utf-8"))))
    }
    assert written - WRITTEN_SQL.keys() == set()


@pytest.mark.check("S42")
def test_no_redirect_takes_its_target_from_the_request_unchecked():
    found = []
    for path in SOURCES:
        for node, called in calls(ast.parse(path.read_text("utf-8"))):
            if called in ("redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect"):
                text = " ".join(ast.unparse(argument) for argument in node.args)
                if re.search(r"request\.(GET|POST|META|headers|COOKIES)\b", text):
                    found.append(f"{name(path)}: {text}")
    assert found == []


@pytest.mark.check("S1")
def test_doors_never_fetch_a_secured_object_past_its_reader():
    """House style 8: what belongs to somebody is fetched through ``visible_to`` or the acting organisation, never by its number alone."""
    secured = r"(Application|TermsOffer|Agreement|Invoice|Licence|Organisation|Invitation|Membership|Waiver|Quote|SignatureRequest|Event|Download)"
    past = re.compile(rf"get_object_or_404\({secured}\b|\b{secured}\.objects\.(get|filter|all)\((?:pk|id|number)\b")
    doors = [*(ROOT / "licensing/web").glob("*.py"), *(ROOT / "media/web").glob("*.py"), ROOT / "licensing/api.py", ROOT / "content/api.py"]
    assert {name(path): past.findall(path.read_text("utf-8")) for path in doors if past.search(path.read_text("utf-8"))} == {}


def test_no_library_of_tags_hides_ours():
    """The CMS has tags named `icon` and `status` too; of two libraries the later one wins, so of theirs only what is named is loaded."""
    loads = {name(path): re.findall(r"{% load ([^%]+) %}", path.read_text()) for path in TEMPLATES}
    whole = {page: load for page, found in loads.items() for load in found if "wagtailadmin_tags" in load and " from " not in load}
    assert whole == {}


def test_every_shape_a_page_asks_for_is_drawn():
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (ROOT / "portal/static/portal/img/icons.svg").read_text()))
    asked = {shape for path in TEMPLATES for shape in re.findall(r"""{% icon (?:name=)?["']([\w-]+)["']""", path.read_text())}
    assert asked <= drawn
