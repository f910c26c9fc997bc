"""What the situations share."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from situations.program import Listener


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return a port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Listener(server)
