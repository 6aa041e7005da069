"""``make demo``: set up what is missing, then run web, worker and scheduler in the foreground until told to stop."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from content.models import Programme
from portal.demo import accounts, catalogue
from portal.demo.fake_stripe import __main__ as stand_in

ROOT = Path(settings.LOCALE_PATHS[0]).parents[1]


def origin_at(port: int) -> str:
    """Return the address to print: browsers offer passkeys at a name such as localhost, never at a bare number."""
    return f"http://localhost:{port}"


def loopbacks() -> list[str]:
    """Return the numbers ``localhost`` may stand for on this machine; 127.0.0.1 always answers."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return ["127.0.0.1"]
    return ["127.0.0.1", "::1"]


class Command(BaseCommand):
    help = "Run the demonstration: database, catalogue, web, worker. Example: DEMO=1 PORT=8001 python manage.py demo"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("this runs a demonstration; set DEMO=1")
        port = self.free_port(os.environ.get("PORT", "8000"))
        cards = self.free_port(str(port + 1)) if settings.DEMO_CARDS else None
        self.set_up()
        origin = origin_at(port)
        running = self.start(port, cards)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: sys.exit(0))
        try:
            self.wait_until_ready(origin, running)
            self.say(accounts.welcome(origin, cards=f"http://127.0.0.1:{cards}" if cards else ""))
            self.watch(running)
        finally:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, signal.SIG_IGN)  # told twice, all of them still end
            stop(running)

    def say(self, words: str) -> None:
        """Print at once, also where the output is a file."""
        self.stdout.write(words)
        self.stdout.flush()

    def free_port(self, text: str) -> int:
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise CommandError(f"PORT: {text!r} is not accepted; use a number such as 8000")
        for host in loopbacks():
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, int(text)))
                except OSError as error:
                    raise CommandError(f"port {text} is taken ({error.strerror}); choose another: PORT={int(text) + 1} make demo") from None
        return int(text)

    def set_up(self) -> None:
        """Migrate and load what is missing; keep what is there."""
        began = time.monotonic()
        Path(settings.STATIC_ROOT).mkdir(
            parents=True, exist_ok=True
        )  # files are served from where they lie; WhiteNoise warns if it is missing
        if MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
            self.say("Making the database …")
            call_command("migrate", verbosity=0, interactive=False)
        if not Programme.objects.exists():
            self.say("Loading the demonstration catalogue: about a minute, more on a busy machine …")
            catalogue.load(ROOT / "demo", now=timezone.now())
        self.say(f"Set up in {time.monotonic() - began:.0f} s.")
        connection.close()

    def start(self, port: int, cards: int | None) -> list[subprocess.Popen]:
        """Start web and worker, and on the port ``cards`` the stand-in for Stripe, if there is to be one."""
        origin = origin_at(port)
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.main", "PORTAL_ORIGIN": origin}
        doors = [part for host in loopbacks() for part in ("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")]
        web = ["gunicorn", "portal.wsgi", *doors, "--workers", "2", "--threads", "4", "--log-level", "warning"]
        beat = str(ROOT / "var" / "schedule")
        worker = [
            "celery",
            "--quiet",
            "--app",
            "portal.celery",
            "worker",
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--beat",
            "--schedule",
            beat,
        ]
        worker += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        commands = [web, worker]
        if cards:
            environment |= {"STRIPE_SECRET_KEY": stand_in.KEY, "STRIPE_WEBHOOK_SECRET": stand_in.SECRET}
            environment |= {"STRIPE_API_URL": f"http://127.0.0.1:{cards}", "STRIPE_METHODS": "card,customer_balance"}
            kept = str(ROOT / "var" / "fake-stripe.json")
            webhook = f"{origin}/stripe/webhook/"
            commands.append(["portal.demo.fake_stripe", "--port", str(cards), "--webhook", webhook, "--file", kept])
        return [
            subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment, start_new_session=True) for command in commands
        ]

    def wait_until_ready(self, origin: str, running: list[subprocess.Popen]) -> None:
        for _ in range(600):
            if any(process.poll() is not None for process in running):
                raise CommandError("a process of the portal ended while starting; its message stands above")
            try:
                with urllib.request.urlopen(f"{origin}/readyz", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise CommandError("the portal did not become ready within a minute; its messages stand above")

    def watch(self, running: list[subprocess.Popen]) -> None:
        while True:
            for process in running:
                if process.poll() is not None:
                    raise CommandError(f"a process of the portal ended by itself (exit {process.returncode}); the rest is stopped")
            time.sleep(0.5)


def stop(running: list[subprocess.Popen]) -> None:
    """End every process of ours, gently, then surely."""
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + 8
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
