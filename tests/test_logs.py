"""The log: there when something went wrong, and never a reason for more to go wrong."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixassistant.logs import start_logging


@pytest.fixture(autouse=True)
def own_logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("mixassistant")
    handlers, level, propagate = logger.handlers[:], logger.level, logger.propagate
    logger.handlers.clear()
    logger.propagate = True
    yield logger
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:], logger.propagate = handlers, propagate
    logger.setLevel(level)


def log_file() -> Path:
    return Path(os.environ["MIXASSISTANT_DATA"]) / "mixassistant.log"


def test_records_go_to_the_file_and_not_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    logging.getLogger("mixassistant.somewhere").warning("It rained on %s", "the mix 🎸")
    assert "It rained on the mix 🎸" in log_file().read_text("utf-8")
    assert capsys.readouterr().err == ""


def test_debug_shows_them_on_the_terminal_too(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(debug=True)
    logging.getLogger("mixassistant.somewhere").debug("A detail")
    assert "A detail" in capsys.readouterr().err


def test_starting_twice_writes_each_record_once() -> None:
    start_logging()
    start_logging()
    logging.getLogger("mixassistant.somewhere").warning("Once")
    assert log_file().read_text("utf-8").count("Once") == 1


def test_a_log_that_cannot_be_written_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    log_file().mkdir(parents=True)  # a folder in the file's place
    start_logging()
    logging.getLogger("mixassistant.somewhere").warning("Lost")
    assert capsys.readouterr().err == ""


def test_a_data_folder_that_cannot_be_made_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    log_file().parent.write_bytes(b"a file in its place")
    start_logging()
    logging.getLogger("mixassistant.somewhere").warning("Lost")
    assert capsys.readouterr().err == ""


def test_a_name_that_is_not_utf8_is_written_escaped() -> None:
    start_logging()
    logging.getLogger("mixassistant.somewhere").warning("%s", os.fsdecode(b"caf\xe9"))
    assert "caf\\xe9" in log_file().read_text("utf-8")
