"""What a newcomer reads when something is missing: one line that says what to do."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.settings.env import BadSetting, read

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}


def said(*command, **environment):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**PLAIN, **environment}, timeout=120)
    return done.returncode, [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]


def test_a_missing_secret_stops_the_start_with_one_line():
    code, lines = said(sys.executable, "manage.py", "check")
    assert (code, lines) == (1, ["manage.py: SECRET_KEY is not set. Signs sessions and links; at least 32 characters."])


def test_a_malformed_setting_stops_the_start_with_one_line():
    code, lines = said(sys.executable, "manage.py", "check", DEMO="1", DATABASE_URL="mysql://localhost/portal")
    assert code == 1
    assert lines == [
        "manage.py: DATABASE_URL: its value is not accepted; use sqlite:///var/portal.sqlite3 or postgres://user:password@host:5432/name."
    ]


BUCKET = "s3://kits-demo/portal?region=eu-west-1"


@pytest.mark.parametrize(
    "setting, says",
    [
        ({"VAULT_URL": "ftp://kits"}, "VAULT_URL: its value is not accepted; use file:var/vault or s3://bucket/prefix?region=eu-west-1&endpoint="),
        ({"VAULT_URL": "file:"}, "VAULT_URL: its value is not accepted; use file:var/vault or s3:"),
        ({"VAULT_URL": "s3://kits-demo/portal"}, "VAULT_URL: its value is not accepted; use file:var/vault or s3:"),
        ({"VAULT_URL": "s3://Kits_Demo?region=eu-west-1"}, "VAULT_URL: its value is not accepted; use file:var/vault or s3:"),
        ({"VAULT_URL": f"{BUCKET}&secret=x"}, "VAULT_URL: its value is not accepted; use file:var/vault or s3:"),
        ({"VAULT_URL": "s3://kits-demo/../other?region=eu-west-1"}, "VAULT_URL: its value is not accepted; use file:var/vault or s3:"),
        ({"VAULT_URL": f"{BUCKET}&endpoint=127.0.0.1:9000"}, "VAULT_URL: its value is not accepted; use an address such as https://"),
        ({"HANDOVER": "teleport"}, "HANDOVER: 'teleport' is not accepted; use stream or accel or redirect."),
        ({"HANDOVER": "redirect"}, "HANDOVER: 'redirect' is not accepted; it needs a VAULT_URL that begins with s3:."),
        ({"HANDOVER": "accel", "VAULT_URL": BUCKET}, "HANDOVER: 'accel' is not accepted; it needs a VAULT_URL that begins with file:."),
        ({"VAULT_URL": BUCKET, "AWS_ACCESS_KEY_ID": "AKIA"}, "AWS_SECRET_ACCESS_KEY is not set. Both halves of the bucket's credentials are needed"),
    ],
)  # fmt: skip
def test_a_vault_that_cannot_be_stops_the_start_with_one_line(setting, says):
    with pytest.raises(BadSetting) as stopped:
        read({"SECRET_KEY": "x" * 40, **setting})
    assert str(stopped.value).startswith(says) and "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    "url", ["file:var/vault", "file:/srv/vault", BUCKET, "s3://a.bucket/?region=sa-east-1", f"{BUCKET}&endpoint=https://s3.example.org"]
)
def test_a_vault_that_can_be_is_accepted(url):
    assert read({"SECRET_KEY": "x" * 40, "VAULT_URL": url})["VAULT_URL"] == url


def test_a_bucket_without_its_library_stops_the_start_with_one_line(monkeypatch):
    monkeypatch.setattr("portal.settings.env.find_spec", lambda name: None)
    with pytest.raises(
        BadSetting, match="VAULT_URL: its value is not accepted; s3: needs boto3, which requirements/production.txt installs."
    ):
        read({"SECRET_KEY": "x" * 40, "VAULT_URL": BUCKET})


def test_a_taken_port_gives_one_line_and_touches_nothing(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        database = tmp_path / "portal.sqlite3"
        code, lines = said(sys.executable, "manage.py", "demo", DEMO="1", PORT=str(port), DATABASE_URL=f"sqlite:///{database}")
    assert code == 1
    assert lines == [f"CommandError: port {port} is taken (Address already in use); choose another: PORT={port + 1} make demo"]
    assert not database.exists()


def test_a_python_without_venv_gives_one_line(tmp_path):
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    checkout = tmp_path / "checkout"
    (checkout / "scripts").mkdir(parents=True)
    (checkout / "scripts" / "set-up").write_text((ROOT / "scripts" / "set-up").read_text())
    (checkout / "scripts" / "set-up").chmod(0o755)
    done = subprocess.run([checkout / "scripts" / "set-up", "base"], capture_output=True, text=True, env={**PLAIN, "PYTHON": str(python)})
    assert done.returncode == 1
    assert done.stderr == "set-up: Python's venv module is missing; on Debian or Ubuntu: apt-get install python3-venv\n"
    assert not (checkout / ".venv").exists()


def test_the_demonstration_needs_its_own_mode():
    code, lines = said(sys.executable, "manage.py", "demo", SECRET_KEY="x" * 40)
    assert (code, lines) == (1, ["CommandError: this runs a demonstration; set DEMO=1"])


def test_a_worker_of_the_server_knows_every_view_when_it_is_imported_and_collects_seldom():
    """The first reader waits for no import of a view, and nobody for a walk over what stays anyway."""
    asked = (
        "import gc, sys, portal.wsgi; print(gc.get_freeze_count() > 100_000, gc.get_threshold(), 'content.availability.web' in sys.modules)"
    )
    code, lines = said(sys.executable, "-c", asked, DEMO="1", DATABASE_URL="sqlite://")
    assert (code, lines[0]) == (0, "True (50000, 20, 20) True")
