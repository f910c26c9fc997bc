"""A web server on this machine that answers well or badly, as a test tells it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCAL = frozenset({"http"})


@dataclass
class Shelf:
    """Files by path, and what the server does with them.

    Parameters
    ----------
    files : dict of str to bytes
    cuts : list of int
        For the next requests: after how many bytes of the body the connection is cut.
    statuses : list of int
        For the next requests: the status that is answered in place of the file; 0 for the file.
    redirects : dict of str to str
        Where a path is redirected to.
    headers : dict of str to str
        Further headers of each answer; an empty value leaves one out that would be sent.
    ranges : bool
        Whether the server knows Range.
    checks : bool
        Whether it compares If-Range, as it must.
    gate : callable
        Called after each piece of a body.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    etag: str = '"1"'
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    checks: bool = True
    gate: Callable[[], object] = lambda: None
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


class _Handler(BaseHTTPRequestHandler):
    shelf: Shelf

    def do_GET(self) -> None:
        shelf = self.shelf
        shelf.asked.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
        path = re.sub(r"^http://[^/]+", "", self.path)  # as a proxy is asked
        if path in shelf.redirects:
            return self._head(302, {"Location": shelf.redirects[path], "Content-Length": "0"})
        status = shelf.statuses.pop(0) if shelf.statuses else 0
        if status or path not in shelf.files:
            return self._head(status or 404, {"Content-Length": "0"})
        whole = shelf.files[path]
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if shelf.ranges else None
        if wanted and shelf.checks and self.headers.get("If-Range", shelf.etag) != shelf.etag:
            wanted = None
        start = int(wanted[1]) if wanted else 0
        if start >= len(whole) > 0:
            return self._head(416, {"Content-Range": f"bytes */{len(whole)}", "Content-Length": "0"})
        body = whole[start:]
        headers = {"ETag": shelf.etag, "Content-Length": str(len(body)), "Content-Type": "application/octet-stream"}
        if wanted:
            headers["Content-Range"] = f"bytes {start}-{len(whole) - 1}/{len(whole)}"
        self._head(206 if wanted else 200, headers)
        body = body[: shelf.cuts.pop(0)] if shelf.cuts else body
        try:
            for begin in range(0, len(body), 4096):
                self.wfile.write(body[begin : begin + 4096])
                shelf.gate()
        except OSError:
            pass  # whoever asked has left
        self.close_connection = True
        return None

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, **self.shelf.headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve(shelf: Shelf) -> Iterator[Shelf]:
    """Run a server of these files; its address is ``shelf.url``."""
    handler = type("Handler", (_Handler,), {"shelf": shelf})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        shelf.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield shelf
        finally:
            server.shutdown()
