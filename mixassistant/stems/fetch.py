"""One HTTPS request whose answer comes piece by piece and can be left at any moment.

A thread waits for the network so that whoever asked never does: progress, and with it cancelling, goes on while a name is
looked up, a proxy is silent or a server stalls. Proxies are those of the environment or the system. An answer that was moved
to a host that the caller did not name is refused, as is one that left HTTPS.
"""

from __future__ import annotations

import functools
import queue
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO, cast
from urllib.parse import urlsplit

from mixassistant.errors import MissingError

CHUNK_BYTES = 1 << 16
POLL_S = 0.1  # progress is due every 0.2 s
AHEAD = 64  # pieces that may wait for the disk: 4 MiB
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # HTTP statuses of a server that may answer again in a moment
USER_AGENT = "mixassistant (weights store)"
NO_RANGE = "no-range"  # code of the error where the file ends before the part that was asked for
LATER = "Check the connection and try again: what was downloaded is kept and goes on from there"


class Refused(MissingError):
    """The file cannot be had from this address, now or in a minute."""


class Cut(MissingError):
    """The network or the server failed in a way that passes: worth another attempt."""


@dataclass(frozen=True)
class Network:
    """How the network is used.

    Parameters
    ----------
    schemes : frozenset of str
        Of addresses that are taken: HTTPS alone, but for tests against a server on this machine.
    timeout_s : float
        After which a silent server counts as cut off.
    attempts : int
        For one file, the first included.
    backoff_s : float
        Before the second attempt; doubled before each further one.
    """

    schemes: frozenset[str] = frozenset({"https"})
    timeout_s: float = 30.0
    attempts: int = 8
    backoff_s: float = 0.5


HTTPS = Network()


@dataclass(frozen=True)
class Answer:
    """The head of an answer, and its body piece by piece.

    Parameters
    ----------
    url : str
        Where it came from in the end.
    status : int
    headers : HTTPMessage
    pieces : iterator of bytes
        Raises `Cut` where the connection is; ends early without a word where the server closes it.
    """

    url: str
    status: int
    headers: HTTPMessage
    pieces: Iterator[bytes]


def host_of(url: str) -> str:
    """Return the host of an address, lower case."""
    return (urlsplit(url).hostname or "").lower()


def is_allowed(host: str, hosts: Collection[str]) -> bool:
    """Return whether a host is one of these; ``.example.org`` stands for all hosts under it."""
    return any(host == allowed or (allowed.startswith(".") and host.endswith(allowed)) for allowed in hosts)


@contextmanager
def fetch(
    url: str, headers: Mapping[str, str], hosts: Collection[str], waiting: Callable[[], None], network: Network = HTTPS
) -> Iterator[Answer]:
    """Ask for a file.

    Parameters
    ----------
    url : str
    headers : mapping of str to str
    hosts : collection of str
        Where the answer may be redirected to, besides the address's own host.
    waiting : callable
        Called at least every 0.2 s while nothing comes; what it raises ends the request.
    network : Network

    Raises
    ------
    Refused
        Another scheme, a redirect elsewhere, a certificate that is not trusted, no such file, no permission.
    Cut
        The server cannot be reached or does not answer in time.
    """
    _check_scheme(url, url, network)
    # A compressed body has neither the length nor the ranges of the file.
    wanted = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
    line = _Line(urllib.request.Request(url, headers=wanted), _opener({host_of(url), *hosts}, network), network.timeout_s)
    line.start()
    try:
        response = line.take(waiting)
        assert isinstance(response, HTTPResponse)
        yield Answer(response.url, response.status, response.headers, _pieces(line, waiting))
    finally:
        line.left.set()


def _pieces(line: _Line, waiting: Callable[[], None]) -> Iterator[bytes]:
    while piece := line.take(waiting):
        yield cast(bytes, piece)


class _Line(threading.Thread):
    """The thread that waits: puts the response, its pieces and an empty one at the end, or the error, into a queue."""

    def __init__(self, request: urllib.request.Request, opener: urllib.request.OpenerDirector, timeout_s: float) -> None:
        super().__init__(name="download", daemon=True)
        self.left = threading.Event()
        self._request, self._opener, self._timeout_s = request, opener, timeout_s
        self._queue: queue.Queue[HTTPResponse | bytes | Exception] = queue.Queue(AHEAD)

    def run(self) -> None:
        """Read the answer until its end or until nobody wants it."""
        try:
            with self._opener.open(self._request, timeout=self._timeout_s) as response:
                self._put(response)
                while not self.left.is_set():
                    piece = response.read1(CHUNK_BYTES)
                    self._put(piece)
                    if not piece:
                        return
        except (OSError, HTTPException, ValueError, MissingError) as error:
            self._put(error)

    def take(self, waiting: Callable[[], None]) -> HTTPResponse | bytes:
        """Return what came next, or raise it as an error for people."""
        while True:
            try:
                item = self._queue.get(timeout=POLL_S)
            except queue.Empty:
                waiting()
                continue
            if isinstance(item, Exception):
                raise _explained(item, self._request.full_url) from item
            return item

    def _put(self, item: HTTPResponse | bytes | Exception) -> None:
        while not self.left.is_set():
            try:
                return self._queue.put(item, timeout=POLL_S)
            except queue.Full:
                continue
        return None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow a redirect to the hosts that were named, and to no other."""

    def __init__(self, hosts: Collection[str], network: Network) -> None:
        self._hosts, self._network = hosts, network

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """Return the next request, or refuse it."""
        try:
            _check_scheme(newurl, req.full_url, self._network)
            self._check_host(host_of(newurl), host_of(req.full_url))
        except Refused:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def _check_host(self, host: str, source: str) -> None:
        if not is_allowed(host, self._hosts):
            raise Refused(
                "redirected",
                f"{source} sends the download on to {host}, which is not one of this model's sources",
                "Nothing was taken from there: try again on another network, or install from a file that you trust",
            )


def _check_scheme(url: str, source: str, network: Network) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in network.schemes:
        raise Refused(
            "not-https",
            f"{host_of(source)} leads to {host_of(url)} by {scheme or 'nothing'}, not HTTPS",
            "Weights are downloaded over HTTPS alone",
        )


def _opener(hosts: Collection[str], network: Network) -> urllib.request.OpenerDirector:
    secure = urllib.request.HTTPSHandler(context=_context())
    return urllib.request.build_opener(secure, _Redirects(hosts, network))


@functools.cache
def _context() -> ssl.SSLContext:
    """Return a context that checks certificates, with the system's authorities and certifi's.

    A bundled Python may look for the system's where this system has none.
    """
    context = ssl.create_default_context()
    try:
        import certifi
    except ImportError:
        return context
    context.load_verify_locations(certifi.where())
    return context


def _explained(error: Exception, url: str) -> MissingError:
    """Return the error for people of whatever the standard library raised."""
    if isinstance(error, MissingError):
        return error
    host = host_of(url)
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return _explained_status(error.code, host, url)
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Refused(
            "certificate",
            f"{host} cannot prove that it is {host} ({reason.verify_message})",
            "Check this machine's clock and proxy, or install from a file",
        )
    if isinstance(reason, ssl.SSLError) and not isinstance(reason, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Refused(
            "not-https", f"{host} does not speak HTTPS ({reason.reason})", "Try again on another network, or install from a file"
        )
    if isinstance(reason, TimeoutError):
        return Cut("timeout", f"{host} does not answer", LATER)
    if isinstance(reason, socket.gaierror):
        return Cut("unreachable", f"{host} cannot be found: there may be no network", LATER)
    what = (reason.strerror if isinstance(reason, OSError) else None) or str(reason) or type(reason).__name__
    return Cut("unreachable", f"{host} cannot be reached ({what})", LATER)


def _explained_status(status: int, host: str, url: str) -> MissingError:
    if status in PASSING:
        return Cut("busy", f"{host} cannot answer now (HTTP {status})", LATER)
    if status == 416:
        return Cut(NO_RANGE, f"{host} has no more of {url} than was downloaded (HTTP 416)", LATER)
    if status in (404, 410):
        return Refused("moved", f"{host} does not have {url} any more (HTTP {status})", "Install from a file")
    if status == 407:
        return Refused("proxy", "The proxy wants a name and a password (HTTP 407)", "Put them into HTTPS_PROXY, or install from a file")
    return Refused("refused", f"{host} does not give out {url} (HTTP {status})", "Try again later, or install from a file")
