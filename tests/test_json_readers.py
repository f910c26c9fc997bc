"""Whatever reads JSON that may come from elsewhere takes a bomb for a damaged file: no traceback, no gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sample_documents import make_track

from mixassistant import settings
from mixassistant.errors import InputError
from mixassistant.extraction.results import read_result
from mixassistant.features.models.networks import Network, UnusableNetwork, classes_of
from mixassistant.gui.window.layout import Layout, read_layout
from mixassistant.learning.logged import read_log
from mixassistant.learning.metadata import read_effects, read_instruments
from mixassistant.library.library import Library
from mixassistant.project.file import read_project
from mixassistant.report.document import read_document
from mixassistant.stems.stem_files import open_sealed
from mixassistant.stems.weights.record import read_record

DEEP = b'{"a":' * 500 + b"1" + b"}" * 500
ENDLESS = b"[" * 200_000
LARGE = b" " * (65 << 20) + b"{}"

bombs = pytest.mark.parametrize("bomb", [DEEP, ENDLESS, LARGE], ids=["deep", "endless", "large"])


@bombs
@pytest.mark.parametrize("read", [read_document, read_result, read_effects, read_log, read_instruments, read_project])
def test_a_bomb_is_bad_input_in_one_line(tmp_path: Path, read: Callable[[Path], object], bomb: bytes) -> None:
    path = tmp_path / "bomb.json"
    path.write_bytes(bomb)
    with pytest.raises(InputError) as caught:
        read(path)
    assert "\n" not in str(caught.value)


@bombs
def test_what_we_keep_ourselves_is_made_anew_where_it_became_one(tmp_path: Path, own_folders: Path, bomb: bytes) -> None:
    (tmp_path / "model.json").write_bytes(bomb)
    assert read_record(tmp_path, "model") == {}
    settings.settings_path().parent.mkdir(parents=True)
    settings.settings_path().write_bytes(bomb)
    assert settings.load_settings() == settings.Settings()
    assert read_layout(bomb.decode()) == Layout()
    (tmp_path / "entry.json").write_bytes(bomb)
    with pytest.raises((ValueError, KeyError)):
        open_sealed(tmp_path)


@bombs
def test_a_network_beside_one_does_not_say_its_classes(tmp_path: Path, bomb: bytes) -> None:
    (tmp_path / "mine.json").write_bytes(bomb)
    with pytest.raises(UnusableNetwork):
        classes_of(Network("mine", "TensorflowPredict2D"), tmp_path)


@pytest.mark.parametrize("bomb", [zlib.compress(bytes(200 << 20)), zlib.compress(DEEP), zlib.compress(ENDLESS)])
def test_a_measurement_in_the_library_that_is_one_is_measured_again(tmp_path: Path, bomb: bytes) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        track = make_track()
        library.tracks.keep(track, "m", "supplied")
        with library._store.transaction() as connection:
            connection.execute("UPDATE tracks SET measured = ?", (bomb,))
        assert library.tracks.find(track.content_hash, "m", "supplied") is None
