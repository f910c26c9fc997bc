"""What goes into a bundle, where it is found there, and the trial that a bundle has to pass."""

from __future__ import annotations

import ctypes.util
import importlib.util
import json
import os
import runpy
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from mixassistant import __version__, paths
from mixassistant.features.models import essentia_process

ROOT = Path(__file__).resolve().parents[2]
Script = Callable[[str], ModuleType]
FACTS = {"lufs": {"value": -9.0}, "key_edma": {"value": 1.1}}


def test_a_frozen_program_finds_its_resources_where_the_spec_puts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # PyInstaller gives a module the place beside its package's data, though its code is in an archive, and names the folder sys._MEIPASS.
    contents = tmp_path / "_internal"
    (contents / "mixassistant" / "resources").mkdir(parents=True)
    (contents / "mixassistant" / "resources" / "prior.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(contents), raising=False)
    copy = contents / "mixassistant" / "paths.py"
    shutil.copyfile(str(paths.__file__), copy)
    spec = importlib.util.spec_from_file_location("frozen_paths", copy)
    assert spec is not None and spec.loader is not None
    frozen = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(frozen)
    assert frozen.resource("prior.json") == contents / "mixassistant" / "resources" / "prior.json"
    assert frozen.import_root() == contents
    with pytest.raises(FileNotFoundError, match=r"roles\.json"):
        frozen.resource("roles.json")


@pytest.mark.parametrize(
    ("executable", "worker"), [("mixassistant", "mixassistant-essentia"), ("m-window.exe", "mixassistant-essentia.exe")]
)
def test_essentia_has_an_executable_of_its_own_beside_a_frozen_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executable: str, worker: str
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / executable))
    assert essentia_process.worker_command() == []
    (tmp_path / worker).touch()
    assert essentia_process.worker_command() == [str(tmp_path / worker)]


def test_what_numba_compiles_is_found_again_from_any_folder(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locator = script("numba_caching").BundleCacheLocator
    before = locator.get_suitable_cache_subpath("mixassistant/gui/player/kernel.py")
    monkeypatch.chdir(tmp_path)
    assert locator.get_suitable_cache_subpath("mixassistant/gui/player/kernel.py") == before
    assert locator.get_suitable_cache_subpath("mixassistant/features/timbre/kernels.py") != before
    assert Path(before).name == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the package of sounddevice brings PortAudio along")
def test_a_bundle_finds_its_portaudio_before_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: f"the system's {name}")
    monkeypatch.setenv("NUMBA_CACHE_LOCATOR_CLASSES", "")
    runpy.run_path(str(ROOT / "packaging" / "bundle" / "start_hook.py"))
    assert ctypes.util.find_library("portaudio") == "the system's portaudio"
    (tmp_path / "libportaudio.so.2").touch()
    assert ctypes.util.find_library("portaudio") == str(tmp_path / "libportaudio.so.2")
    assert os.environ["NUMBA_CACHE_LOCATOR_CLASSES"] == "numba_caching.BundleCacheLocator"


def test_a_bundle_holds_what_the_program_needs_and_nothing_of_its_tests(script: Script) -> None:
    names = {found.metadata["Name"].lower() for found in script("contents").distributions()}
    assert {"mixassistant", "torch", "pyside6", "sounddevice", "demucs", "numba"} <= names
    assert names & {"pytest", "ruff", "mypy", "hypothesis", "hatchling"} == set()


def test_headers_tests_and_parts_that_nothing_asks_for_stay_out(script: Script) -> None:
    contents = script("contents")
    out = ("torch/include/ATen/ATen.h", "torch\\include\\ATen\\ATen.h", "pyarrow/tests/x.py", "PySide6/Qt/translations/qt_de.qm")
    kept = ("torch/lib/libtorch_cpu.so", "PySide6/Qt/plugins/platforms/libqxcb.so", "mixassistant/resources/prior.json")
    assert [name for name in (*out, *kept) if contents.is_left_out(name)] == list(out)


def test_the_weights_of_all_parts_are_the_weight_of_the_bundle(script: Script, tmp_path: Path) -> None:
    release = script("release")
    for name, size in {"_internal/torch/lib/a.so": 3, "_internal/PySide6/b.so": 2, "mixassistant": 1, "_internal/odd.txt": 1}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\0" * (size * 1_000_000))
    rows = [row.split(maxsplit=2) for row in release.weights(tmp_path)]
    assert (rows[0][0], rows[0][2]) == ("3", "PyTorch (CPU)")
    assert (rows[-1][0], rows[-1][2]) == ("7", "together")
    assert sum(int(row[0]) for row in rows[:-1]) == 7


def test_every_part_of_a_bundle_says_its_licence(script: Script, tmp_path: Path) -> None:
    (tmp_path / "bundle" / "_internal").mkdir(parents=True)
    target = tmp_path / "LICENCES.txt"
    assert script("licences").write_licences(tmp_path / "bundle", target) == 0
    text = target.read_text(encoding="utf-8")
    assert "UNKNOWN" not in text
    for part in ("torch ", "PySide6 ", "sounddevice ", "Python "):
        assert f"\n{part}" in text
    weights = (ROOT / "resources" / "separator.LICENSE.txt").read_text(encoding="utf-8").strip()
    assert weights in text and "Bitstream Vera" in text


def test_the_icon_is_drawn_in_every_size_and_scaled_in_none(script: Script, tmp_path: Path, qapp: object) -> None:
    from PIL import Image

    icons = script("icons")
    icons.make_icons(tmp_path)
    for size in icons.HICOLOR_SIZES:
        with Image.open(tmp_path / "hicolor" / f"{size}x{size}" / "apps" / "mixassistant.png") as picture:
            assert picture.size == (size, size)
            assert len(picture.getcolors(size * size)) > 4  # a picture, and no even field
    with Image.open(tmp_path / "mixassistant.ico") as ico, Image.open(tmp_path / "mixassistant.icns") as icns:
        assert {size[0] for size in ico.info["sizes"]} == set(icons.ICO_SIZES)
        assert {128, 256, 512, 1024} <= {width * scale for width, _, scale in icns.info["sizes"]}


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[[str], Path]:
    """Return a maker of a bundle whose program is a few lines of shell."""
    if os.name == "nt":
        pytest.skip("needs a shell")

    def make(lines: str) -> Path:
        folder = tmp_path / "bundle"
        folder.mkdir()
        program = folder / "mixassistant"
        program.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        program.chmod(0o755)
        return folder

    return make


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("echo mixassistant 0.0.1", "not version"),
        ("echo 'No module named torch'; exit 1", "No module named torch"),
        (f"[ $1 = --version ] && echo mixassistant {__version__}; exit 0", "ended with 0 and not 3"),
    ],
    ids=["another version", "broken", "takes what is not there"],
)
def test_a_bundle_that_does_not_do_it_is_refused(
    script: Script, bundle: Callable[[str], Path], tmp_path: Path, lines: str, told: str
) -> None:
    smoke = script("smoke")
    with smoke.bare_environment(bundle(lines), tmp_path / "smoke") as place, pytest.raises(smoke.SmokeError, match=told):
        smoke.smoke(place, __version__, has_essentia=False)


def test_a_bundle_in_its_trial_knows_no_way_to_a_python(script: Script, bundle: Callable[[str], Path], tmp_path: Path) -> None:
    with script("smoke").bare_environment(bundle('echo "$PATH|$PYTHONPATH|$HOME"'), tmp_path / "smoke") as place:
        assert place.run("--version").strip() == f"||{tmp_path / 'smoke'}"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"lufs": {"value": None}}, "no loudness"),
        ({"key_edma": {"value": None, "reason": "Essentia is not installed"}}, "Essentia is not installed"),
    ],
)
def test_a_bundle_that_measures_nothing_is_refused(
    script: Script, bundle: Callable[[str], Path], tmp_path: Path, values: dict[str, object], told: str
) -> None:
    smoke = script("smoke")
    with smoke.bare_environment(bundle("exit 0"), tmp_path / "smoke") as place:
        measured = place.outside / "measured"
        measured.mkdir()
        (place.outside / "all.parquet").write_text("name\n", encoding="utf-8")
        for name in ("a", "b"):
            document = {"mix": {"measurements": {**FACTS, **(values if name == "b" else {})}}}
            (measured / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        with pytest.raises(smoke.SmokeError, match=told):
            smoke._measured(place, has_essentia=True)


def test_the_bundle_that_was_built_passes_its_trial(script: Script, tmp_path: Path) -> None:
    built = os.environ.get("MIXASSISTANT_BUNDLE")
    if not built:
        pytest.skip("MIXASSISTANT_BUNDLE names no bundle: `python3 packaging/release.py build` makes one, minutes long, and tries it")
    smoke = script("smoke")
    with smoke.bare_environment(Path(built).resolve(), tmp_path / "smoke") as place:
        smoke.smoke(place, __version__, has_essentia=any(Path(built).glob("mixassistant-essentia*")), is_short=True)
