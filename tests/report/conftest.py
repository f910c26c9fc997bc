"""Fixtures of reports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sample_documents import make_document, make_nasty

from mixassistant.report.document import Document


@pytest.fixture
def document() -> Document:
    return make_document()


@pytest.fixture
def nasty_document() -> Document:
    return make_nasty()


@pytest.fixture
def documents() -> Callable[..., Document]:
    """Build a document with some of its parts replaced."""
    return make_document
