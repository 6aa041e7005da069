"""The house itself: names, directions, doors, papers."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from portal.settings.env import TABLE, BadSetting, read

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "i18n", "content", "licensing", "media")
ORDER = ["core", "accounts", "i18n", "content", "licensing", "media"]
CODE = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def test_foreign_keys_point_downward():
    wrong = []
    for label in ORDER:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields():
                other = getattr(field, "related_model", None)
                if field.auto_created or other is None or other == "self" or other._meta.app_label not in ORDER:
                    continue
                if ORDER.index(other._meta.app_label) > ORDER.index(label):
                    wrong.append(f"{model.__name__}.{field.name} -> {other._meta.label}")
    assert wrong == []


PURE = [path for path in CODE if path.name in ("rules.py", "ranges.py", "periods.py") or path.parts[-2:] in (("core", "text.py"),)]


@pytest.mark.parametrize("path", PURE, ids=names(PURE))
def test_rules_need_no_django(path):
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    code = (
        f"import sys, {module}; sys.exit(' '.join(m for m in ('django', 'wagtail', 'celery', 'typst', 'pyhanko') if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_calls_itself_pure_is_held_to_it():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    sources = next(one["source_modules"] for one in contracts if one["id"] == "pure")
    held = re.compile("|".join(re.escape(one).replace(r"\*\*", r"[\w.]+").replace(r"\*", r"\w+") for one in sources))
    says = [path for path in CODE if re.search(r"\bPure\b", ast.get_docstring(ast.parse(path.read_text())) or "")]
    modules = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in says}
    assert [module for module in modules.values() if not held.fullmatch(module)] == []
    assert ROOT / "licensing" / "agreements" / "stated.py" in modules


def test_our_packages_are_ours():
    import content
    import i18n
    import licensing
    import media
    import portal

    assert {Path(package.__file__).parents[1] for package in (content, i18n, licensing, media, portal)} == {ROOT}


def test_no_module_and_folder_share_a_name():
    assert [str(path) for path in CODE if path.name != "__init__.py" and path.with_suffix("").is_dir()] == []


def test_packages_keep_empty_inits():
    assert names(path for path in CODE if path.name == "__init__.py" and path.read_text().strip()) == []


def test_no_file_is_named_after_nothing():
    vague = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py", "services.py"}
    assert names(path for path in CODE if path.name in vague) == []


def test_modules_stay_short_or_say_why():
    long = [path for path in CODE if len(path.read_text().splitlines()) > 300]
    assert names(path for path in long if "Long because" not in (ast.get_docstring(ast.parse(path.read_text())) or "")) == []


def test_ignore_files_let_every_package_in():
    inits = [str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")]
    found = subprocess.run(["git", "check-ignore", "--no-index", *inits], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == ""


def test_there_is_one_locale_folder():
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("locale") if path.is_dir()]
    assert found == [ROOT / "i18n" / "locale"]


def test_settings_are_documented():
    text = (ROOT / "docs" / "settings.md").read_text()
    documented = re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)
    assert documented == list(TABLE)


def test_nothing_reads_the_environment_behind_the_reader():
    allowed = {"portal/settings/env.py", "portal/settings/main.py", "portal/settings/test.py", "portal/wsgi.py", "portal/celery.py"}
    allowed |= {"portal/demo/management/commands/demo.py"}  # hands the environment to the processes it starts
    assert [name for path, name in zip(CODE, names(CODE), strict=True) if "os.environ" in path.read_text() and name not in allowed] == []


def test_a_missing_or_malformed_variable_is_named_in_one_line():
    with pytest.raises(BadSetting, match=r"^SECRET_KEY is not set\. .*$"):
        read({})
    good = {"SECRET_KEY": "x" * 40}
    for name, value in {
        "DATABASE_URL": "mysql://x",
        "PORTAL_ORIGIN": "portal.example.org",
        "DEMO": "perhaps",
        "VAULT_URL": "ftp://x",
        "TRUSTED_PROXIES": "two",
        "SECRET_KEY": "short",
        "LOG_FORMAT": "xml",
    }.items():
        with pytest.raises(BadSetting, match=rf"^{name}: [^\n]*$"):
            read({**good, name: value})


def test_a_secret_is_never_shown():
    with pytest.raises(BadSetting) as caught:
        read({"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_heavy_modules_wait_for_their_door():
    """Not loaded by set-up: the processes that never make a document should not pay for it."""
    heavy = ("typst", "pikepdf", "fontTools", "pyhanko", "stripe", "boto3", "segno")
    code = f"import django; django.setup(); import portal.urls, sys; sys.exit(' '.join(m for m in {heavy!r} if m in sys.modules) or 0)"
    environment = {"DJANGO_SETTINGS_MODULE": "portal.settings.test", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert (done.stderr.strip().splitlines()[-1:], done.returncode) == ([], 0)


def test_writable_places_lie_outside_the_code(settings):
    from portal.core.checks import writable_places_lie_outside_the_code

    assert writable_places_lie_outside_the_code(None) == []
    settings.MEDIA_ROOT = ROOT / "media"
    assert [error.id for error in writable_places_lie_outside_the_code(None)] == ["portal.E001"]


def test_the_lock_files_name_no_registry():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text()
        assert "://" not in text and "--hash=sha256:" in text, path.name


def test_atomic_requests_stay_off():
    """A refused download is written down just before the refusal: a request-wide transaction would take the row back."""
    assert settings.DATABASES["default"].get("ATOMIC_REQUESTS", False) is False
