from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mixassistant.errors import Cancelled
from mixassistant.features.models import measurement
from mixassistant.features.models.catalogue import BY_ID, DECLARED, KEY_LABELS
from mixassistant.features.models.essentia_process import EssentiaProcess
from mixassistant.features.models.measurement import measure_models

RATE = 44_100
KEYS = frozenset({"key_edma", "key_edma_strength"})
MUSICNN = ("msd-musicnn-1", "danceability-musicnn-msd-2", "mood_happy-musicnn-msd-2", "mood_relaxed-musicnn-msd-2")


def cadence(tonic: int, minor: bool, cents: float = 0.0) -> np.ndarray:
    """Return I–IV–V–I, three times, of decaying tones with six harmonics."""
    rng = np.random.default_rng(tonic)
    t = np.arange(RATE // 2) / RATE
    third = 3 if minor else 4
    chords = [(0, third, 7), (5, 5 + third, 12), (7, 11, 14), (0, third, 7)]
    wave = []
    for chord in chords * 3:
        notes = [48 + tonic + n for n in chord] + [36 + tonic + chord[0]]
        tones = [
            np.sin(2 * np.pi * 440 * 2 ** ((n - 69 + cents / 100) / 12) * h * t + rng.uniform(0, 6)) / h**1.3
            for n in notes
            for h in range(1, 7)
        ]
        wave.append(np.sum(tones, axis=0) * np.exp(-1.5 * t))
    whole = np.concatenate(wave)
    return np.asarray(0.5 * whole / np.abs(whole).max(), dtype=np.float32)


def top(values: dict, identifier: str, count: int) -> list[str]:
    vector = values[identifier].value
    return [BY_ID[identifier].labels[i] for i in np.argsort(-vector)[:count]]


def test_declarations_hold_what_tables_need() -> None:
    assert len({d.id for d in DECLARED}) == len(DECLARED) == 16
    for d in DECLARED:
        assert d.needs, d.id
        assert not d.description.endswith("..")
    assert [len(BY_ID[i].labels) for i in ("key_edma", "tags", "genres", "moodthemes")] == [24, 50, 400, 56]
    assert (KEY_LABELS[0], KEY_LABELS[11], KEY_LABELS[12], KEY_LABELS[21]) == ("C major", "B major", "C minor", "A minor")


def test_silence_yields_nothing_and_starts_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("subprocess.Popen", lambda *a, **k: pytest.fail("a process was started"))
    values = measure_models(np.zeros(30 * RATE, np.float32), tmp_path)
    assert list(values) == [d.id for d in DECLARED]
    assert {v.reason for v in values.values()} == {"silent"}


def test_without_weights_each_reason_names_a_file_and_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", lambda *a, **k: pytest.fail("a process was started"))
    networked = frozenset(measurement.NETWORKED_IDS | measurement.AESTHETICS_IDS)
    values = measure_models(cadence(0, False), tmp_path / "networks", aesthetics=tmp_path / "aesthetics", only=networked)
    assert set(values) == networked
    assert "danceability-discogs-effnet-1.pb and discogs-effnet-bs64-1.pb" in values["danceability"].reason
    assert "tonal_atonal-vggish-audioset-1.pb" in values["atonality"].reason
    assert values["tags"].reason == f"needs msd-musicnn-1.pb in {tmp_path / 'networks'}"
    for identifier in measurement.AESTHETICS_IDS:
        assert values[identifier].reason == f"needs model.safetensors and config.json of audiobox-aesthetics in {tmp_path / 'aesthetics'}"


def test_by_default_weights_are_looked_for_in_the_users_data(own_folders: Path) -> None:
    values = measure_models(cadence(0, False), only=frozenset({"tags", "production_quality"}))
    assert values["tags"].reason.endswith(f"in {own_folders / 'data' / 'models' / 'essentia'}")
    assert values["production_quality"].reason.endswith(f"in {own_folders / 'data' / 'models' / 'audiobox-aesthetics'}")


def test_without_essentia_there_are_reasons(
    monkeypatch: pytest.MonkeyPatch, put_network: Callable[..., Path], graphs: tuple[Callable[..., bytes], ...]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    folder = put_network("msd-musicnn-1", graphs[0](96 * 64, [0.5] * 50))
    values = measure_models(cadence(0, False), folder, only=KEYS | {"tags"})
    assert {v.reason for v in values.values()} == {"Essentia is not installed"}


@pytest.mark.parametrize("bad", [np.zeros((2, 100), np.float32), np.array([0.0, np.nan], np.float32)])
def test_audio_that_is_none_is_a_bug(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite vector"):
        measure_models(bad)


def test_the_installed_weights_have_a_fingerprint(put_network: Callable[..., Path], tmp_path: Path) -> None:
    nothing = measurement.installed(tmp_path, tmp_path)
    folder = put_network("msd-musicnn-1", b"one", ["a"])
    first = measurement.installed(folder, tmp_path)
    put_network("msd-musicnn-1", b"three", ["a"])
    assert len({nothing, first, measurement.installed(folder, tmp_path)}) == 3


@pytest.mark.usefixtures("essentia")
@pytest.mark.parametrize("cents", [0.0, 35.0])
def test_all_24_keys_are_told_in_tune_and_between_the_keys_of_the_piano(cents: float, tmp_path: Path) -> None:
    with EssentiaProcess() as essentia:  # one process for all: that it is one process for each song is tested elsewhere
        for index in range(24):
            essentia.load(cadence(index % 12, index >= 12, cents))
            found = essentia.key("edma")
            assert (found.tonic + 12 * found.minor, 0.6 < found.strength <= 1.0) == (index, True), KEY_LABELS[index]


@pytest.mark.usefixtures("essentia")
def test_one_process_serves_many_recordings_and_stays(tmp_path: Path) -> None:
    with EssentiaProcess() as essentia:
        found = []
        for tonic in (3, 8):
            values = measure_models(cadence(tonic, False), tmp_path, only=KEYS, essentia=essentia)
            found.append((values["key_edma"].value, essentia.pid))
        assert found == [(3.0, essentia.pid), (8.0, essentia.pid)]
        assert essentia.pid is not None
    assert essentia.pid is None


@pytest.mark.usefixtures("essentia")
def test_a_sine_has_no_danceability_and_noise_neither_that_nor_a_key(tmp_path: Path) -> None:
    wanted = KEYS | {"danceability_dfa"}
    t = np.arange(30 * RATE) / RATE
    trembling = ((0.5 + 0.5 * np.sin(4 * np.pi * t)) * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    assert measure_models(trembling, tmp_path, only=wanted)["danceability_dfa"].reason == "outside the method's range of 0 to 3"
    sine = np.sin(2 * np.pi * 440 * t).astype(np.float32)
    assert "no rhythm" in measure_models(sine, tmp_path, only=wanted)["danceability_dfa"].reason
    noise = (0.1 * np.random.default_rng(0).standard_normal(t.size)).astype(np.float32)
    assert all(v.value is None for v in measure_models(noise, tmp_path, only=wanted).values())


@pytest.mark.usefixtures("essentia")
def test_keys_of_recordings_that_are_known(clip: Callable[..., np.ndarray], tmp_path: Path) -> None:
    # Tchaikovsky's Sugar Plum Fairy is in E minor; Brahms's own orchestration of the dance is in G minor.
    for name, key in (
        ("music/Kevin_MacLeod_-_P_I_Tchaikovsky_Dance_of_the_Sugar_Plum_Fairy.hq.ogg", "E minor"),
        ("music/Hungarian_Dance_number_5_-_Allegro_in_F_sharp_minor_(string_orchestra).hq.ogg", "G minor"),
    ):
        values = measure_models(clip(name), tmp_path, only=KEYS)
        assert KEY_LABELS[int(values["key_edma"].value)] == key
        assert values["key_edma_strength"].value > 0.8


@pytest.mark.usefixtures("essentia")
def test_fluctuation_analysis_finds_disco_more_danceable_than_classical(clip: Callable[..., np.ndarray], tmp_path: Path) -> None:
    disco, classical = (
        measure_models(clip(f"gtzan/{genre}.00000.wav"), tmp_path, only=frozenset({"danceability_dfa"}))["danceability_dfa"].value
        for genre in ("disco", "classical")
    )
    assert disco > classical + 0.3


@pytest.fixture
def real(weights: Path, tmp_path: Path) -> Path:
    """Return a folder with the real MusiCNN networks alone, that may be changed."""
    folder = tmp_path / "real"
    folder.mkdir()
    for name in MUSICNN:
        shutil.copyfile(weights / f"{name}.pb", folder / f"{name}.pb")
    return folder


@pytest.mark.usefixtures("essentia")
def test_real_networks_on_real_clips(real: Path, clip: Callable[..., np.ndarray]) -> None:
    def measured(genre: str, *identifiers: str) -> dict:
        return measure_models(clip(f"gtzan/{genre}.00000.wav", 12), real, only=frozenset(identifiers))

    for genre in ("rock", "metal", "jazz"):
        assert genre in top(measured(genre, "tags"), "tags", 2)
    classical = measured("classical", "tags", "danceability", "mood_happy", "mood_relaxed")
    assert top(classical, "tags", 1) == ["instrumental"]  # none of the 50 tags is "classical"
    assert not {"rock", "metal"} & set(top(classical, "tags", 3))
    disco = measured("disco", "danceability", "mood_happy")
    assert disco["danceability"].value > 0.9 > 0.4 > classical["danceability"].value
    assert disco["mood_happy"].value > classical["mood_happy"].value + 0.2
    assert classical["mood_relaxed"].value > 0.7 > 0.4 > measured("metal", "mood_relaxed")["mood_relaxed"].value


@pytest.mark.usefixtures("essentia")
def test_the_same_again_and_the_other_way_round_with_the_json_swapped(real: Path, clip: Callable[..., np.ndarray]) -> None:
    disco, only = clip("gtzan/disco.00000.wav", 8), frozenset({"danceability"})
    first = measure_models(disco, real, only=only)["danceability"].value
    (real / "danceability-musicnn-msd-2.json").write_text('{"classes": ["danceable", "not_danceable"]}')
    assert measure_models(disco, real, only=only)["danceability"].value == first
    (real / "danceability-musicnn-msd-2.json").write_text('{"classes": ["not_danceable", "danceable"]}')
    swapped = measure_models(disco, real, only=only)["danceability"].value
    assert first > 0.9
    assert swapped < 0.1


@pytest.mark.usefixtures("essentia")
def test_a_clip_too_short_and_files_that_are_something_else_are_reasons(real: Path, clip: Callable[..., np.ndarray]) -> None:
    music = clip("gtzan/disco.00000.wav", 5)
    (real / "mood_happy-musicnn-msd-2.pb").write_bytes(b"not a graph")
    shutil.copyfile(real / "msd-musicnn-1.pb", real / "mood_relaxed-musicnn-msd-2.pb")
    wanted = frozenset({"tags", "mood_happy", "mood_relaxed"})
    values = measure_models(music, real, only=wanted)
    assert values["tags"].value is not None
    assert values["mood_happy"].reason.endswith("cannot be used: it is no graph")
    assert "is not the network that was published" in values["mood_relaxed"].reason
    assert measure_models(music[: 2 * RATE], real, only=frozenset({"tags"}))["tags"].reason == "too short for msd-musicnn-1"


@pytest.mark.usefixtures("essentia")
def test_a_worker_killed_on_the_way_costs_one_descriptor(
    real: Path, clip: Callable[..., np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    predict = EssentiaProcess.predict

    def predict_once(self: EssentiaProcess, *arguments: object) -> np.ndarray:
        if not killed:
            self.ask({"do": "danceability"})
            assert self.pid is not None
            killed.append(self.pid)
            os.kill(self.pid, signal.SIGKILL)
        return predict(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(EssentiaProcess, "predict", predict_once)
    values = measure_models(clip("gtzan/disco.00000.wav", 5), real, only=frozenset({"danceability", "mood_happy", "tags"}))
    assert values["danceability"].reason == "Essentia's process ended by itself (signal 9)"
    assert 0 <= values["mood_happy"].value <= 1
    assert values["tags"].value.shape == (50,)


@pytest.mark.usefixtures("essentia")
def test_cancelling_in_the_middle_raises_and_progress_never_runs_back(real: Path, clip: Callable[..., np.ndarray]) -> None:
    fractions: list[float] = []

    def progress(stage: str, fraction: float) -> None:
        fractions.append(fraction)
        if stage == "Measuring tags" and fractions.count(fraction) > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_models(clip("gtzan/disco.00000.wav", 18), real, progress, only=KEYS | {"danceability_dfa", "danceability", "tags"})
    assert fractions == sorted(fractions)


@pytest.mark.usefixtures("essentia")
def test_atonality_reads_its_class_from_the_json(put_network: Callable[..., Path], graphs: tuple[Callable[..., bytes], ...]) -> None:
    # The network itself is 280 MB; one of the same inputs and outputs, which always says 0.9 and 0.2, goes the same way.
    graph = graphs[0](96 * 64, [0.9, 0.2])
    folder = put_network("tonal_atonal-vggish-audioset-1", graph, ["atonal", "tonal"])
    only = frozenset({"atonality"})
    assert measure_models(cadence(0, False), folder, only=only)["atonality"].value == pytest.approx(0.9, abs=1e-6)
    put_network("tonal_atonal-vggish-audioset-1", graph, ["tonal", "atonal"])
    assert measure_models(cadence(0, False), folder, only=only)["atonality"].value == pytest.approx(0.2, abs=1e-6)


@pytest.mark.usefixtures("essentia")
def test_a_head_without_its_backbone_says_so_and_a_lesser_network_steps_in(
    real: Path, weights: Path, clip: Callable[..., np.ndarray]
) -> None:
    shutil.copyfile(weights / "genre_discogs400-discogs-effnet-1.pb", real / "genre_discogs400-discogs-effnet-1.pb")
    shutil.copyfile(weights / "genre_discogs400-discogs-effnet-1.pb", real / "danceability-discogs-effnet-1.pb")
    values = measure_models(clip("gtzan/disco.00000.wav", 5), real, only=frozenset({"genres", "danceability"}))
    assert values["genres"].reason == f"needs discogs-effnet-bs64-1.pb in {real}"
    assert values["danceability"].value > 0.9


@pytest.mark.usefixtures("essentia")
def test_the_real_discogs_heads_run_behind_a_backbone(
    weights: Path, tmp_path: Path, graphs: tuple[Callable[..., bytes], ...], clip: Callable[..., np.ndarray]
) -> None:
    """The backbone is not to be had here: a stand-in with its nodes and sizes feeds the real heads with embeddings that we can compute."""
    folder = tmp_path / "effnet"
    folder.mkdir()
    heads = ("genre_discogs400-discogs-effnet-1", "mtg_jamendo_moodtheme-discogs-effnet-1")
    for name in heads:
        shutil.copyfile(weights / f"{name}.pb", folder / f"{name}.pb")
        shutil.copyfile(weights / f"{name}.json", folder / f"{name}.json")
    matrix = 0.05 * np.random.default_rng(1).standard_normal((96, 1280))
    (folder / "discogs-effnet-bs64-1.pb").write_bytes(graphs[1](matrix))
    music = clip("gtzan/disco.00000.wav", 10)
    values = measure_models(music, folder, only=frozenset({"genres", "moodthemes"}))
    for identifier, size in (("genres", 400), ("moodthemes", 56)):
        assert values[identifier].value.shape == (size,)
        assert np.all((values[identifier].value >= 0) & (values[identifier].value <= 1))
        assert values[identifier].value.std() > 0.01
    # The same heads asked directly about the same embeddings, output by output.
    with EssentiaProcess() as essentia:
        essentia.load(music)
        embeddings = essentia.predict(measurement.BACKBONES["discogs-effnet-bs64-1"].graph(folder))
        rows = essentia.predict(measurement.ROUTES["moodthemes"][0].network.graph(folder), embeddings)
    assert embeddings.shape[1] == 1280
    assert np.array_equal(values["moodthemes"].value, rows.mean(axis=0, dtype=np.float64))
    # Labels that stand in another order in the JSON take their values with them.
    path = folder / "mtg_jamendo_moodtheme-discogs-effnet-1.json"
    names = list(BY_ID["moodthemes"].labels)
    path.write_text(
        path.read_text("utf-8").replace('"action"', '"-"').replace('"uplifting"', '"action"').replace('"-"', '"uplifting"'), "utf-8"
    )
    swapped = measure_models(music, folder, only=frozenset({"moodthemes"}))["moodthemes"].value
    assert swapped[names.index("action")] == values["moodthemes"].value[names.index("uplifting")]


def test_a_network_that_does_more_than_compute_is_never_run(put_network: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EssentiaProcess, "predict", lambda *_: pytest.fail("the network was run"))
    reads = b"\x12\x08ReadFile"
    body = b"\x0a\x0dmodel/Sigmoid" + reads
    folder = put_network("msd-musicnn-1", b"\x0a" + bytes([len(body)]) + body)
    [value] = measure_models(cadence(0, False), folder, only=frozenset({"tags"})).values()
    assert value.value is None
    assert value.reason.endswith("cannot be used: it does more than compute: ReadFile")
