"""Weights on the command line: shown, agreed to, installed, checked, removed."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from protocol_buffers import constant_graph
from web_shelf import LOCAL, Shelf, serve

from mixassistant.cli import main, models
from mixassistant.stems import weights
from mixassistant.stems.fetch import Network
from mixassistant.stems.weights import catalogue, store

NAME = "danceability-vggish-audioset-1"
GRAPH = constant_graph(200_000)
Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    def command(*words: str | Path) -> int:
        try:
            return main([str(word) for word in words], lambda _files, _demo: 0)
        except SystemExit as left:
            return int(left.code or 0)

    return command


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A server with one small model, and a store that downloads from it."""
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serve(Shelf({"/net.pb": GRAPH, "/net.json": b"{}"})) as running:
        files = tuple(
            replace(f, urls=(f"{running.url}/net{Path(f.name).suffix}",), size_bytes=0 if f.name.endswith("json") else len(GRAPH))
            for f in weights.MODELS[NAME].files
        )
        found = MappingProxyType({**weights.MODELS, NAME: replace(weights.MODELS[NAME], files=files)})
        for module in (catalogue, store, weights):
            monkeypatch.setattr(module, "MODELS", found)
        install = weights.install
        network = Network(schemes=LOCAL, timeout_s=2.0, attempts=2, backoff_s=0.0)
        monkeypatch.setattr(models.weights, "install", lambda *words, **options: install(*words, **options, network=network))
        yield running


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def row(capsys: pytest.CaptureFixture[str], run: Run, name: str) -> str:
    capsys.readouterr()
    assert run("models", "list") == 0
    return next(line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{name} "))


def test_the_list_says_what_each_is_for(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert "built in" in row(capsys, run, "embedded")
    for name, model in weights.MODELS.items():
        line = row(capsys, run, name)
        for text in ("no", model.size, model.license, model.purpose, model.quality):
            assert f" {text}" in line


@pytest.mark.parametrize("answer", ["y\n", "YES\n"])
def test_a_model_is_shown_agreed_to_installed_checked_and_removed(
    run: Run, shelf: Shelf, answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert run("models", "install", NAME) == 0
    shown = capsys.readouterr().out
    before, after = shown.split("Install? [y/N]")
    for text in ("essentia.upf.edu", "0.2 MB", "CC-BY-NC-SA-4.0", "not for commercial use", "accuracy 0.94", "none published"):
        assert text in before
    assert "not known to be the published" in after
    assert " yes " in row(capsys, run, NAME)
    assert run("models", "verify") == 0
    assert NAME in capsys.readouterr().out
    assert run("models", "remove", NAME) == 0
    assert " no " in row(capsys, run, NAME)


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yellow\n"])
def test_who_does_not_agree_downloads_nothing(run: Run, shelf: Shelf, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert run("models", "install", NAME) == 130
    assert shelf.asked == []


def test_where_nobody_can_agree_it_takes_a_word(
    run: Run, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert run("models", "install", NAME) == 2
    assert "--yes" in capsys.readouterr().err
    assert shelf.asked == []
    assert run("models", "install", NAME, "--yes") == 0
    assert hashlib.sha256(GRAPH).hexdigest() == weights.list_installed()[NAME].files[0].checksum  # type: ignore[union-attr]


def test_the_users_own_file_needs_no_word(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"{NAME}.pb").write_bytes(GRAPH)
    assert run("models", "install", NAME, tmp_path) == 0
    assert "CC-BY-NC-SA-4.0" in capsys.readouterr().out


def test_a_download_that_was_left_is_listed(run: Run, shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    shelf.cuts = [100_000, 80_000]  # of 200,007
    assert run("models", "install", NAME, "--yes") == 4
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "kept" in error
    assert "0.2 of 0.2 MB downloaded" in row(capsys, run, NAME)
    assert run("models", "install", NAME, "--yes") == 0
    assert [asked.get("range") for asked in shelf.asked[1:3]] == ["bytes=100000-", "bytes=180000-"]


def test_bad_weights_do_not_hide_good_ones(run: Run, shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "msd-musicnn-1.pb").write_bytes(GRAPH)
    run("models", "install", "msd-musicnn-1", tmp_path)
    run("models", "install", NAME, "--yes")
    installed: Any = weights.list_installed()[NAME]
    installed.files[0].path.write_bytes(GRAPH[:-1] + b"\1")
    capsys.readouterr()
    assert run("models", "verify") == 3
    told = capsys.readouterr()
    assert "msd-musicnn-1: as installed" in told.out
    assert told.err.count("\n") == 1
    assert run("models", "verify", NAME) == 3
    assert run("models", "verify", "msd-musicnn-1") == 0
    assert run("models", "verify", "htdemucs") == 4
    assert run("models", "verify", "nothing") == 2


def test_nothing_to_verify_is_no_error(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("models", "verify") == 0
    assert "models install" in capsys.readouterr().out
