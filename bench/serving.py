"""The page as it leaves a server: gunicorn with one process as in production, and nginx with one that sends a file of the same bytes."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.databases import ROOT
from bench.measure import Row, ratio, turn_about

CALLS = 200  # a round
STARTS = 30  # seconds a server may take
NGINX = """daemon off; master_process off; worker_processes 1; error_log stderr crit; pid {folder}/pid;
events {{}}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type text/html;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def row(name: str, path: str, body: bytes) -> Row:
    """Return how much longer the reader on one open line waits for ours than for the file; there is no bar: it is the floor of any server."""
    if shutil.which("nginx") is None:
        return Row(name, None, None, skipped="needs nginx: apt-get install nginx-light")
    with ExitStack() as running:
        ours = running.enter_context(_portal())
        static = running.enter_context(_nginx(body))
        took = turn_about(
            {"ours": (CALLS, _reader(ours, path, len(body))), "nginx": (CALLS, _reader(static, "/page.html", len(body)))},
            clock=time.perf_counter,
        )
    return ratio(name, None, took["ours"], floor=took["nginx"], how="one reader, one open line, the warm page from each server", unit="ms")


def _reader(port: int, path: str, size: int) -> Callable[[], None]:
    line = HTTPConnection("127.0.0.1", port)

    def call() -> None:
        line.request("GET", path, headers={"Host": "testserver"})
        told = line.getresponse()
        assert (told.status, len(told.read())) == (200, size)

    return call


@contextmanager
def _portal() -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--keep-alive", "60"]
    with _running([*command, "--log-level", "error"], port):
        yield port


@contextmanager
def _nginx(body: bytes) -> Iterator[int]:
    port = _free_port()
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page.html").write_bytes(body)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
        with _running(["nginx", "-p", name, "-c", f"{name}/nginx.conf", "-e", "stderr"], port):
            yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    try:
        _await(server, port)
        yield
    finally:
        server.terminate()
        server.wait()


def _await(server: subprocess.Popen, port: int) -> None:
    until = time.monotonic() + STARTS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{server.args} does not answer") from None
            time.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
