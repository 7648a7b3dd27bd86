"""A loopback web server of a built site, compressing as a real one does."""

from __future__ import annotations

import gzip
import mimetypes
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".csv", ".xml", ".txt"}


class SiteServer(ThreadingHTTPServer):
    """Serves the files below a folder and counts the bytes of each answer.

    Parameters
    ----------
    folder
        The built site.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder.resolve()
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.answers: list[tuple[str, int]] = []
        """Path and body size of each answer, in order."""
        self._bodies: dict[tuple[Path, int, bool], bytes] = {}

    def body(self, path: Path, *, compress: bool) -> bytes:
        """Return the contents of a file, compressed once however often it is asked for."""
        key = path, path.stat().st_mtime_ns, compress
        if key not in self._bodies:
            content = path.read_bytes()
            self._bodies[key] = gzip.compress(content, 6, mtime=0) if compress else content
        return self._bodies[key]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that leaves a page drops its connections."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SiteServer

    def do_GET(self) -> None:
        """Answer with a file, or with the site's own page for what is missing."""
        found = self._find(unquote(urlsplit(self.path).path))
        path = found or self.server.folder / "404.html"
        compress = path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        body = self.server.body(path, compress=compress)
        self.server.answers.append((self.path, len(body)))
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", _content_type(path))
        self.send_header("Content-Length", str(len(body)))
        lasting = path.suffix != ".html"
        self.send_header("Cache-Control", "max-age=600" if lasting else "no-cache")
        if compress:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def _find(self, place: str) -> Path | None:
        path = (self.server.folder / place.lstrip("/")).resolve()
        if not path.is_relative_to(self.server.folder):
            return None
        if path.is_dir():
            path /= "index.html"
        return path if path.is_file() else None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the tests' output free of requests."""


def _content_type(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


@contextmanager
def serve(folder: Path) -> Iterator[SiteServer]:
    """Serve `folder` on a free port of the loopback interface until the context ends."""
    with SiteServer(folder) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
