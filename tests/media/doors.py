"""The gate as a reader on the line meets it: by a live server, by nginx in front of it, and out of a bucket; cut off and resumed."""

import http.client
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy" / "nginx"


@dataclass
class Reader:
    """A download tool with a session: follows redirects as curl does, and can stop listening after some bytes."""

    base: str
    cookie: str = ""

    def ask(self, path: str, *, method: str = "GET", stop: int | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (lower case) and the bytes that came before the reader hung up."""
        address = path if "://" in path else f"{self.base}{path}"
        for _ in range(3):
            parts = urlsplit(address)
            wire = http.client.HTTPConnection(parts.netloc, timeout=10)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            wire.putrequest(method, target, skip_accept_encoding=True)
            sent = dict(headers)
            if self.cookie and address.startswith(self.base):
                sent["Cookie"] = self.cookie
            for name, value in sent.items():
                wire.putheader(name.replace("_", "-"), value)
            wire.endheaders()
            answer = wire.getresponse()
            said = {name.lower(): value for name, value in answer.headers.items()}
            if answer.status == 302 and "/accounts/login/" not in said["location"]:
                answer.read()
                wire.close()
                address = said["location"]
                continue
            body = answer.read() if stop is None else answer.read(stop)
            if stop is not None and wire.sock is not None:
                wire.sock.shutdown(socket.SHUT_RDWR)
            wire.close()
            if stop is not None:
                _let_go()
            return answer.status, said, body
        raise AssertionError("redirected in a circle")

    def killed_and_resumed(self, path: str, stops: list[int]) -> bytes:
        """Download with a line that breaks after each number of ``stops``, going on with Range and If-Range each time."""
        got, validator = b"", ""
        begin = {"Range": "bytes=0-"}  # goes on with the copy taken last, instead of a new one
        for stop in [*stops, None]:
            more = {"Range": f"bytes={len(got)}-", "If_Range": validator} if got else begin
            status, said, body = self.ask(path, stop=stop, **more)
            assert status == 206, (status, len(got))
            validator = said["etag"]
            got += body
        return got


def _let_go() -> None:
    """Wait until the live server has noticed that nobody listens: SQLite's database in memory is shared with its threads."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=0.3)


@contextmanager
def nginx(tmp_path: Path, *, portal: str, vault: Path):
    """Run the system's nginx with the example of deploy/nginx, on a free port; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "nginx"
    (folder / "snippets").mkdir(parents=True)
    shutil.copy(DEPLOY / "portal-handed-over.conf", folder / "snippets")
    changed = (DEPLOY / "portal.conf").read_text()
    tls = "".join(line for line in changed.splitlines(keepends=True) if line.strip().startswith("ssl_"))
    plain = "server {\n    listen 80;\n    server_name portal.example.org;\n    return 301 https://portal.example.org$request_uri;\n}\n"
    changes = {
        tls: "", plain: "", "listen 443 ssl;": f"listen 127.0.0.1:{port};", "server 127.0.0.1:8000;": f"server {urlsplit(portal).netloc};",
        "/var/log/nginx/portal.log": str(folder / "access.log"), "alias /srv/portal/vault/kits/": f"alias {vault}/kits/",
        "alias /srv/portal/vault/copies/": f"alias {vault}/copies/",
    }  # fmt: skip
    for old, new in changes.items():
        assert changed.count(old) == 1, old
        changed = changed.replace(old, new)
    (folder / "portal.conf").write_text(changed)
    temp = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 64; }}\n"
        f"http {{\n{temp}  types {{ application/pdf pdf; }}\n  include {folder}/portal.conf;\n}}\n"
    )
    command = [shutil.which("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    subprocess.run([*command, "-t", "-q"], check=True, capture_output=True, text=True)
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert running.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(timeout=10)
