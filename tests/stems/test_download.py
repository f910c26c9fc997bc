"""A download ends with the whole, right file under its name, or with none and one line that says why."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_shelf import LOCAL, Shelf, serve

from mixassistant.errors import Cancelled, InputError, MissingError, MixAssistantError, OutputError, UsageError
from mixassistant.progress import silent
from mixassistant.stems import download as module
from mixassistant.stems.download import Source, discard, download, note, partial
from mixassistant.stems.fetch import Network, is_allowed

CONTENT = np.random.default_rng(7).bytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NETWORK = Network(schemes=LOCAL, timeout_s=2.0, attempts=4, backoff_s=0.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serve(Shelf({"/net.th": CONTENT})) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "incoming" / "net.th"


def source(shelf: Shelf, **changes: Any) -> Source:
    return Source(**{"url": f"{shelf.url}/net.th", "size_bytes": len(CONTENT), "sha256": SHA256, **changes})


def stop_at(size: int, target: Path) -> Callable[[str, float], None]:
    def progress(_stage: str, _fraction: float) -> None:
        if partial(target).exists() and partial(target).stat().st_size >= size:
            raise Cancelled

    return progress


def interrupted(shelf: Shelf, target: Path, size: int = 100_000, **changes: Any) -> int:
    """Begin a download and cancel it; return how much is kept."""
    with pytest.raises(Cancelled):
        download(source(shelf, **changes), target, stop_at(size, target), NETWORK)
    kept = partial(target).stat().st_size
    assert size <= kept < len(CONTENT)
    shelf.asked.clear()
    return kept


def fails(kind: type[MixAssistantError], shelf: Shelf, target: Path, **changes: Any) -> str:
    with pytest.raises(kind) as caught:
        download(source(shelf, **changes), target, silent, NETWORK)
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.hint
    assert not target.exists()
    return text


# The file


def test_the_file_and_nothing_else_is_there(shelf: Shelf, target: Path) -> None:
    seen: list[tuple[str, float]] = []
    assert download(source(shelf), target, lambda *step: seen.append(step), NETWORK) == SHA256
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["net.th"]
    fractions = [fraction for _, fraction in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert "0.3 of 0.3 MB" in seen[-1][0]


@pytest.mark.parametrize("sha256", ["", SHA256[:8], SHA256])
@pytest.mark.parametrize("size", [0, len(CONTENT), len(CONTENT) + 2000])
def test_checksum_and_size_may_be_known_in_part(shelf: Shelf, target: Path, sha256: str, size: int) -> None:
    assert download(source(shelf, sha256=sha256, size_bytes=size), target, silent, NETWORK) == SHA256


def test_an_answer_without_a_length_is_taken_whole(shelf: Shelf, target: Path) -> None:
    shelf.headers["Content-Length"] = ""
    assert download(source(shelf), target, silent, NETWORK) == SHA256


def test_an_empty_file_is_a_file(shelf: Shelf, target: Path) -> None:
    shelf.files["/net.th"] = b""
    assert download(source(shelf, size_bytes=0, sha256=""), target, silent, NETWORK) == hashlib.sha256().hexdigest()
    assert target.read_bytes() == b""


def test_an_older_file_stays_until_the_new_one_is_whole(shelf: Shelf, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"old")
    interrupted(shelf, target)
    assert target.read_bytes() == b"old"
    download(source(shelf), target, silent, NETWORK)
    assert target.read_bytes() == CONTENT


# Going on from what is there


def test_a_cancelled_download_goes_on_where_it_stopped(shelf: Shelf, target: Path) -> None:
    kept = interrupted(shelf, target)
    assert json.loads(note(target).read_text())["length"] == len(CONTENT)
    assert download(source(shelf), target, silent, NETWORK) == SHA256
    assert [(a["range"], a["if-range"]) for a in shelf.asked] == [(f"bytes={kept}-", '"1"')]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, len(CONTENT)), max_size=3), ranges=st.booleans(), lengths=st.booleans())
def test_cut_connections_never_spoil_the_file(
    shelf: Shelf, tmp_path_factory: pytest.TempPathFactory, cuts: list[int], ranges: bool, lengths: bool
) -> None:
    target = tmp_path_factory.mktemp("cut") / "net.th"
    shelf.ranges, shelf.cuts = ranges, list(cuts)
    shelf.headers = {} if lengths else {"Content-Length": ""}
    try:
        assert download(source(shelf), target, silent, NETWORK) == SHA256
        assert target.read_bytes() == CONTENT
    except InputError:
        # A cut that no length gives away, so near the end that only the checksum tells.
        assert not lengths
        assert not target.exists()


def test_a_server_that_always_cuts_is_given_up(shelf: Shelf, target: Path) -> None:
    shelf.cuts = [10_000] * 50
    assert "ended the connection" in fails(MissingError, shelf, target)
    assert len(shelf.asked) == NETWORK.attempts
    assert partial(target).read_bytes() == CONTENT[:40_000]


def test_a_server_without_ranges_sends_it_all_again(shelf: Shelf, target: Path) -> None:
    interrupted(shelf, target)
    shelf.ranges = False
    assert download(source(shelf), target, silent, NETWORK) == SHA256
    assert len(shelf.asked) == 1


@pytest.mark.parametrize("checks", [True, False], ids=["if-range", "no if-range"])
def test_a_file_that_changed_at_the_source_is_downloaded_anew(shelf: Shelf, target: Path, checks: bool) -> None:
    interrupted(shelf, target, sha256="")
    new = CONTENT[::-1]
    shelf.files["/net.th"], shelf.etag, shelf.checks = new, '"2"', checks
    assert download(source(shelf, sha256=""), target, silent, NETWORK) == hashlib.sha256(new).hexdigest()


def test_a_source_that_shrank_is_downloaded_anew(shelf: Shelf, target: Path) -> None:
    interrupted(shelf, target, sha256="", size_bytes=0)
    shelf.files["/net.th"], shelf.checks = b"small", False
    assert download(source(shelf, sha256="", size_bytes=0), target, silent, NETWORK) == hashlib.sha256(b"small").hexdigest()


def test_a_part_that_went_bad_on_the_disk_is_downloaded_anew(shelf: Shelf, target: Path) -> None:
    kept = interrupted(shelf, target)
    partial(target).write_bytes(bytes(kept))
    assert download(source(shelf), target, silent, NETWORK) == SHA256
    assert len(shelf.asked) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 1}', None])
def test_a_part_of_unknown_origin_is_not_used(shelf: Shelf, target: Path, text: str | None) -> None:
    interrupted(shelf, target)
    note(target).write_text(text) if text is not None else note(target).unlink()
    assert download(source(shelf), target, silent, NETWORK) == SHA256
    assert "range" not in shelf.asked[0]


def test_a_part_of_another_address_is_not_used(shelf: Shelf, target: Path) -> None:
    interrupted(shelf, target)
    shelf.files["/other.th"] = CONTENT
    download(source(shelf, url=f"{shelf.url}/other.th"), target, silent, NETWORK)
    assert "range" not in shelf.asked[0]


def test_without_a_validator_only_a_checksum_lets_a_part_be_used(shelf: Shelf, target: Path) -> None:
    shelf.headers = {"ETag": "", "Last-Modified": ""}
    kept = interrupted(shelf, target)
    download(source(shelf), target, silent, NETWORK)
    assert shelf.asked[0]["range"] == f"bytes={kept}-"
    assert "if-range" not in shelf.asked[0]
    target.unlink()
    interrupted(shelf, target, sha256="")
    download(source(shelf, sha256=""), target, silent, NETWORK)
    assert "range" not in shelf.asked[0]


def test_a_weak_tag_is_no_validator(shelf: Shelf, target: Path) -> None:
    shelf.etag, shelf.checks = 'W/"1"', False
    shelf.headers = {"Last-Modified": "Tue, 16 May 2023 07:46:00 GMT"}
    interrupted(shelf, target)
    download(source(shelf), target, silent, NETWORK)
    assert shelf.asked[0]["if-range"] == "Tue, 16 May 2023 07:46:00 GMT"


def test_a_whole_part_needs_no_network(shelf: Shelf, target: Path) -> None:
    interrupted(shelf, target)
    partial(target).write_bytes(CONTENT)
    assert download(source(shelf), target, silent, NETWORK) == SHA256
    assert shelf.asked == []


def test_discarding_leaves_nothing(shelf: Shelf, target: Path) -> None:
    interrupted(shelf, target)
    discard(target)
    assert list(target.parent.iterdir()) == []


# What is refused


@pytest.mark.parametrize("sha256", ["0" * 64, "00000000"])
def test_a_wrong_checksum_is_told_and_nothing_stays(shelf: Shelf, target: Path, sha256: str) -> None:
    text = fails(InputError, shelf, target, sha256=sha256)
    assert SHA256[:8] in text
    assert list(target.parent.iterdir()) == []


def test_one_flipped_bit_is_found(shelf: Shelf, target: Path) -> None:
    shelf.files["/net.th"] = bytes([CONTENT[0] ^ 1]) + CONTENT[1:]
    fails(InputError, shelf, target)


def test_a_redirect_to_another_host_is_refused(shelf: Shelf, target: Path) -> None:
    with serve(Shelf({"/net.th": CONTENT})) as other:
        shelf.redirects["/net.th"] = f"http://localhost:{other.port}/net.th"
        text = fails(MissingError, shelf, target)
        assert "localhost" in text
        assert other.asked == []


def test_a_redirect_to_a_named_host_is_followed(shelf: Shelf, target: Path) -> None:
    with serve(Shelf({"/far.th": CONTENT})) as other:
        shelf.redirects["/net.th"] = f"http://localhost:{other.port}/far.th"
        interrupted(shelf, target, hosts=("localhost",))
        assert download(source(shelf, hosts=("localhost",)), target, silent, NETWORK) == SHA256
        assert "range" in other.asked[-1]


def test_a_redirect_on_the_same_host_is_followed(shelf: Shelf, target: Path) -> None:
    shelf.files["/moved.th"] = CONTENT
    shelf.redirects["/net.th"] = "/moved.th"
    assert download(source(shelf), target, silent, NETWORK) == SHA256


@pytest.mark.parametrize("place", ["ftp://127.0.0.1/net.th", "file:///etc/passwd", "https://127.0.0.1:1/net.th"])
def test_a_redirect_to_another_scheme_is_refused(shelf: Shelf, target: Path, place: str) -> None:
    shelf.redirects["/net.th"] = place
    fails(MissingError, shelf, target)


def test_a_redirect_in_a_circle_ends(shelf: Shelf, target: Path) -> None:
    shelf.redirects["/net.th"] = "/net.th"
    fails(MissingError, shelf, target)


@pytest.mark.parametrize("url", ["http://127.0.0.1/net.th", "ftp://127.0.0.1/net.th", "file:///etc/passwd", "net.th"])
def test_only_https_is_used_unless_a_test_says_so(target: Path, url: str) -> None:
    with pytest.raises(MissingError, match="HTTPS"):
        download(Source(url), target)
    assert not target.exists()


def test_hosts_are_compared_whole() -> None:
    assert is_allowed("cdn.example.org", ["cdn.example.org"])
    assert is_allowed("a.b.example.org", [".example.org"])
    for host in ("example.org", "badexample.org", "example.org.evil.net", "cdn.example.org.evil.net"):
        assert not is_allowed(host, ["cdn.example.org", ".example.org"])


@pytest.mark.parametrize("length", [1_000_000, 10])
def test_a_file_of_quite_another_size_is_refused_at_once(shelf: Shelf, target: Path, length: int) -> None:
    shelf.files["/net.th"] = bytes(length)
    assert "published" in fails(InputError, shelf, target)


def test_a_body_without_end_is_left(shelf: Shelf, target: Path) -> None:
    shelf.headers["Content-Length"] = ""
    shelf.files["/net.th"] = bytes(2_000_000)
    assert "sends more" in fails(InputError, shelf, target)


@pytest.mark.parametrize("headers", [{"Content-Type": "text/html; charset=utf-8"}, {"Content-Encoding": "gzip"}])
def test_a_log_in_page_is_no_file(shelf: Shelf, target: Path, headers: dict[str, str]) -> None:
    shelf.headers = headers
    assert "something else" in fails(MissingError, shelf, target, sha256="", size_bytes=0)


# What does not answer


@pytest.mark.parametrize("status", [503, 429, 500])
def test_a_busy_server_is_asked_again(shelf: Shelf, target: Path, status: int) -> None:
    shelf.statuses = [status, status]
    assert download(source(shelf), target, silent, NETWORK) == SHA256


@pytest.mark.parametrize(("status", "asked"), [(503, 3), (404, 1), (403, 1), (401, 1), (410, 1), (407, 1), (418, 1)])
def test_a_server_without_the_file_is_told(shelf: Shelf, target: Path, status: int, asked: int) -> None:
    shelf.statuses = [status] * 50
    assert str(status) in fails(MissingError, shelf, target)
    assert len(shelf.asked) == asked


def test_nobody_there_is_told(target: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MissingError, match="cannot be reached") as caught:
        download(Source(f"http://127.0.0.1:{port}/net.th"), target, silent, NETWORK)
    assert caught.value.exit_code == 4


def test_a_name_that_does_not_exist_is_told(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_words: object, **_options: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(MissingError, match="no network"):
        download(Source("https://nowhere.invalid/net.th"), target, silent, Network(backoff_s=0.0))


def test_a_server_that_stalls_is_left_and_its_part_kept(shelf: Shelf, target: Path) -> None:
    release = threading.Event()
    shelf.gate = lambda: len(shelf.asked) == 1 and release.wait(5)
    network = Network(schemes=LOCAL, timeout_s=0.3, attempts=4, backoff_s=0.0)
    assert download(source(shelf), target, silent, network) == SHA256
    release.set()
    assert len(shelf.asked) == 2
    assert int(shelf.asked[1]["range"][6:-1]) >= 4096


def test_cancelling_does_not_wait_for_a_silent_server(shelf: Shelf, target: Path) -> None:
    release, calls = threading.Event(), []

    def progress(_stage: str, _fraction: float) -> None:
        calls.append(time.monotonic())
        if len(calls) > 1 and calls[-1] - calls[0] > 0.5:
            raise Cancelled

    shelf.gate = lambda: release.wait(10)
    started = time.monotonic()
    with pytest.raises(Cancelled):
        download(source(shelf), target, progress, Network(schemes=LOCAL, timeout_s=20.0))
    release.set()
    assert time.monotonic() - started < 2
    assert np.median(np.diff(calls)) < 0.2
    assert max(np.diff(calls)) < 1  # a busy machine may be late


def test_cancelling_works_between_attempts(shelf: Shelf, target: Path) -> None:
    shelf.statuses = [503] * 50
    started = time.monotonic()

    def progress(_stage: str, _fraction: float) -> None:
        if time.monotonic() - started > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        download(source(shelf), target, progress, Network(schemes=LOCAL, backoff_s=60.0))
    assert time.monotonic() - started < 2


def test_a_proxy_is_used(shelf: Shelf, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", shelf.url)
    assert download(source(shelf, url="http://models.invalid/net.th"), target, silent, NETWORK) == SHA256
    assert shelf.asked[0]["path"] == "http://models.invalid/net.th"


def test_https_goes_through_a_proxy_as_a_tunnel(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(403)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(MissingError, match="403"):
            download(Source("https://models.invalid/net.th"), target, silent, Network(attempts=1))
        server.shutdown()
    assert asked == ["models.invalid:443"]


# Certificates


def test_a_server_without_tls_is_told(shelf: Shelf, target: Path) -> None:
    with pytest.raises(MissingError, match="does not speak HTTPS"):
        download(Source(shelf.url.replace("http:", "https:") + "/net.th"), target)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_that_nobody_signed_is_refused(target: Path, tmp_path: Path) -> None:
    files = ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "certificate.pem"]
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *files]
    subprocess.run([*words, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    class Secure(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass  # the client hangs up

    with Secure(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        with pytest.raises(MissingError, match="cannot prove") as caught:
            download(Source(f"https://localhost:{server.server_port}/net.th"), target)
        server.shutdown()
    assert "\n" not in str(caught.value)
    assert asked == []


# The disk


def test_a_disk_without_room_is_told_before(shelf: Shelf, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = module.SPARE_BYTES + len(CONTENT) - 1
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(0, 0, free))  # type: ignore[attr-defined]
    text = fails(OutputError, shelf, target)
    assert "MB are free" in text
    assert partial(target).stat().st_size == 0
    free += 1
    assert download(source(shelf), target, silent, NETWORK) == SHA256


def test_a_disk_that_fills_up_keeps_what_is_there(shelf: Shelf, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append = module._Part.append

    def full(part: Any, data: bytes) -> None:
        if part.size + len(data) > 150_000:
            append(part, data[: 150_000 - part.size])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(part, data)

    with monkeypatch.context() as patch:
        patch.setattr(module._Part, "append", full)
        with pytest.raises(OutputError, match=r"full.*kept") as caught:
            download(source(shelf), target, silent, NETWORK)
    assert caught.value.exit_code == 5
    assert partial(target).read_bytes() == CONTENT[:150_000]
    shelf.asked.clear()
    assert download(source(shelf), target, silent, NETWORK) == SHA256
    assert shelf.asked[0]["range"] == "bytes=150000-"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_limit_on_files_is_told(shelf: Shelf, target: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, before[1]))
    try:
        with pytest.raises(OutputError):
            download(source(shelf), target, silent, NETWORK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert partial(target).read_bytes() == CONTENT[:120_000]
    assert download(source(shelf), target, silent, NETWORK) == SHA256


def test_a_folder_that_is_a_file_is_told(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "models").write_bytes(b"")
    with pytest.raises(OutputError):
        download(source(shelf), tmp_path / "models" / "net.th", silent, NETWORK)


def test_two_downloads_of_one_file_do_not_meet(shelf: Shelf, target: Path) -> None:
    def second(_stage: str, _fraction: float) -> None:
        with pytest.raises(UsageError, match="already"):
            download(source(shelf), target, silent, NETWORK)
        raise Cancelled

    with pytest.raises(Cancelled):
        download(source(shelf), target, second, NETWORK)
    assert download(source(shelf), target, silent, NETWORK) == SHA256
