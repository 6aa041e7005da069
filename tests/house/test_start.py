"""What a newcomer reads when something is missing: one line that says what to do."""

import os
import socket
import subprocess
import sys
from pathlib import Path

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
