"""The papers for those who contribute say what is true: what they name exists, and nothing they start comes from elsewhere."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("README.md", "CONTRIBUTING.md", "SECURITY.md")
SUBJECTS = [  # of the changelog, in this order
    "Breaking",
    "Availability",
    "Files and drafts",
    "Interest and letters",
    "Accounts",
    "Organizations",
    "Applying and review",
    "Offers and money",
    "Agreements",
    "Licenses and verification",
    "Kits and logos",
    "CMS and editing",
    "Languages and access",
    "For programs (API, feeds)",
    "For operators",
]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
# Addresses of the portal, and files that a run writes or that stand in what is downloaded: no files of the repository.
NO_FILE = re.compile(r"^(/|\*|var/|…)|@|[{}<>=]|://|:PORT")


def text(paper: str) -> str:
    return (ROOT / paper).read_text()


def targets() -> set[str]:
    makefile = text("Makefile")
    return set(re.findall(r"^([.\w/]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("paper", PAPERS)
def test_every_make_target_that_is_named_exists(paper):
    named = set(re.findall(r"(?:^|[`/]|=\d+ )make ([.\w/]+)", text(paper), re.MULTILINE))
    assert named and named <= targets()


@pytest.mark.parametrize("paper", PAPERS)
def test_every_command_of_ours_that_is_named_exists(paper):
    named = set(re.findall(r"manage\.py (\w+)", text(paper)))
    assert named <= set(get_commands())


@pytest.mark.parametrize("paper", PAPERS)
def test_every_file_that_is_named_exists(paper):
    ticked = {word for span in re.findall(r"`([^`\n]+)`", text(paper)) for word in span.split() if "/" in word or word.isupper()}
    linked = {link for link in re.findall(r"\]\(([^)#]+)", text(paper)) if "://" not in link}
    files = {name.rstrip(".,;:") for name in ticked | linked if not NO_FILE.search(name)}
    files = {name for name in files if not re.fullmatch(r"[A-Z]{1,3}-?", name)}
    missing = [name for name in sorted(files) if not (ROOT / name).exists() and not list(ROOT.glob(name)) and name not in targets()]
    assert missing == []


def test_the_tree_of_the_readme_names_every_folder():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    folders = {name.partition("/")[0] for name in tracked if "/" in name and not name.startswith(".")}
    assert set(re.findall(r"^(\w+)/ ", text("README.md"), re.MULTILINE)) == folders


def test_every_picture_is_shown_or_named_once_and_those_shown_are_told_in_words():
    shown = re.findall(r'<img src="docs/screenshots/([\w.]+)\.png" width="\d+" alt="[^"]{20,}">', text("README.md"))
    named = re.findall(r"^- \[[\w.]+\]\(([\w.]+)\.png\): \S", text("docs/screenshots/README.md"), re.MULTILINE)
    assert text("README.md").count("<img") == len(shown) == 6
    assert sorted(shown + named) == sorted(path.stem for path in (ROOT / "docs" / "screenshots").glob("*.png"))


def test_the_changelog_says_each_thing_once_under_a_heading_that_is_known():
    newest = text("CHANGELOG.md").split("\n## ")[1]
    subjects = re.findall(r"^### (.+)$", newest, re.MULTILINE)
    assert [subject for subject in subjects if subject not in SUBJECTS] == []
    assert subjects == sorted(set(subjects), key=SUBJECTS.index)
    lines = re.findall(r"^- .+$", newest, re.MULTILINE)
    assert [line for line in lines if lines.count(line) > 1 or "’" in line] == []


def test_the_papers_are_there_and_lead_to_each_other():
    assert "SECURITY.md" in text("CONTRIBUTING.md")
    assert "CONTRIBUTING.md" in text("README.md") and "SECURITY.md" in text("README.md")


def test_the_version_that_is_corrected_is_the_one_there_is():
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert f"| {'.'.join(version.split('.')[:2])} (" in text("SECURITY.md")


def test_the_hooks_are_ours_alone():
    assert [repository["repo"] for repository in HOOKS] == ["local"]
    for hook in HOOKS[0]["hooks"]:
        assert hook["language"] == "system" and "additional_dependencies" not in hook and "http" not in hook["entry"], hook["id"]


def test_the_hooks_call_what_the_check_calls():
    check = text("scripts/check")
    for hook in HOOKS[0]["hooks"]:
        program, first, *_ = hook["entry"].split()
        if program == "make":
            assert first in targets()
        else:
            assert program.startswith(".venv/bin/") and f"$bin/{program.removeprefix('.venv/bin/')} {first}" in check, hook["id"]


@pytest.mark.django_db
def test_reports_of_weaknesses_find_their_way(client):
    answer = client.get("/.well-known/security.txt").content.decode()
    assert "/.well-known/security.txt" in text("SECURITY.md")
    assert re.findall(r"^(\w[\w-]*):", answer, re.MULTILINE) == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert "Canonical: http://testserver/.well-known/security.txt" in answer
