"""The played song is well mixed, its faults are the declared ones, and the advice finds them."""

from __future__ import annotations

import numpy as np
import pytest

from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import Parts
from mixassistant.advice.sentences import sentence
from mixassistant.audio.audio import Audio, mix
from mixassistant.demo.folder import DEMO_SEED
from mixassistant.demo.mix import Fault, loudness_lufs, true_peak_dbtp
from mixassistant.demo.score import grid_of
from mixassistant.demo.song import DURATION_S, FAULTS, NAMES, make_song, write_score
from mixassistant.demo.synthesis import RATE_HZ, hertz, sawtooth
from mixassistant.errors import Cancelled
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.fingerprint import similarity
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Band
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import ROLES, Role, Song, Stem

Stems = dict[str, tuple[Role, Audio]]
SHORT_S = 10.0


def measured(stems: Stems, name: str) -> MeasuredTrack:
    parts = tuple(Stem(stem, role, "supplied", audio) for stem, (role, audio) in stems.items())
    return measure_song(Song(name, name, mix([part.audio for part in parts]), parts, {}))


@pytest.fixture(scope="module")
def clean() -> Stems:
    return make_song(DEMO_SEED, faults=False)


@pytest.fixture(scope="module")
def flawed() -> Stems:
    return make_song(DEMO_SEED)


@pytest.fixture(scope="module")
def clean_track(clean: Stems) -> MeasuredTrack:
    return measured(clean, "clean")


@pytest.fixture(scope="module")
def flawed_track(flawed: Stems) -> MeasuredTrack:
    return measured(flawed, "flawed")


def sums(stems: Stems) -> dict[Role, Audio]:
    return dict(stems.values())


def test_stems_have_the_promised_shape(clean: Stems) -> None:
    assert set(clean) == set(NAMES.values())
    for name, (role, audio) in clean.items():
        assert role_from_name(name) == role
        assert (audio.channels, audio.sample_rate_hz, audio.length) == (2, RATE_HZ, DURATION_S * RATE_HZ)
        assert np.isfinite(audio.samples).all()


def test_the_same_seed_gives_the_same_samples() -> None:
    first, second = (make_song(3, duration_s=SHORT_S) for _ in range(2))
    assert all(np.array_equal(first[name][1].samples, second[name][1].samples) for name in first)


def test_another_seed_gives_another_song() -> None:
    first, second = (make_song(seed, duration_s=SHORT_S) for seed in (3, 4))
    for name in first:
        a, b = (song[name][1].samples.mean(axis=0) for song in (first, second))
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.3


@pytest.mark.parametrize("version", ["clean", "flawed"])
def test_the_mix_is_loud_and_does_not_clip(version: str, request: pytest.FixtureRequest) -> None:
    whole = mix([audio for _, audio in request.getfixturevalue(version).values()])
    assert -15.5 < loudness_lufs(whole) < -13.9
    assert true_peak_dbtp(whole) < -1.0


def test_stem_levels_are_those_of_a_good_mix(clean_track: MeasuredTrack) -> None:
    prior = load_prior()
    levels = np.array([scalar(clean_track.roles[role], "level") for role in ROLES])
    assert (np.abs(levels - prior.levels.mean) < 1.5 * prior.levels.sd).all()


@pytest.mark.parametrize("role", ROLES)
def test_spectra_are_those_of_finished_records(clean_track: MeasuredTrack, role: Role) -> None:
    expected = load_prior().ltas[role]
    spectrum = vector(clean_track.roles[role], "ltas")
    assert spectrum is not None
    inside = (CENTRES_HZ > 45) & (CENTRES_HZ < 13_000)
    z = ((spectrum - expected.mean) / expected.sd)[inside]
    assert (np.abs(z) < 1.5).mean() > 0.85


def test_bass_kick_and_voice_are_in_the_centre_and_chords_are_wide(clean_track: MeasuredTrack) -> None:
    width = {role: scalar(clean_track.roles[role], "width") for role in ROLES}
    assert width["bass"] is not None and width["bass"] < -40
    assert width["other"] is not None and width["other"] > -8
    assert width["vocals"] is not None and width["vocals"] < -6
    assert width["drums"] is not None and width["drums"] < -6
    balance = [abs(scalar(clean_track.roles[role], "balance") or 0.0) for role in ROLES]
    assert max(balance) < 2.0


def test_a_drum_sounds_where_it_is_written(clean: Stems) -> None:
    score = write_score(DEMO_SEED)
    power = np.square(clean["Drums"][1].samples).mean(axis=0)
    hop = RATE_HZ // 500
    frames = power[: power.size // hop * hop].reshape(-1, hop).mean(axis=1)  # 2 ms
    for hit in (h for h in score.drums if h.drum in ("kick", "snare") and h.velocity > 0.7):
        at = int(hit.start_s * RATE_HZ / hop)
        assert frames[at + 1 : at + 12].max() > 4 * frames[max(at - 6, 0) : at - 1].mean()


def test_the_voice_sings_the_melody(clean: Stems) -> None:
    score = write_score(DEMO_SEED)
    voice = clean["Voice"][1].samples.mean(axis=0).astype(np.float64)
    verse = [n for n in score.melody if n.duration_s > 0.3 and not any(abs(n.start_s - h.start_s) < 0.05 for h in score.harmony)]
    assert verse
    for note in verse:
        middle = voice[round((note.start_s + 0.12) * RATE_HZ) :][: round(0.15 * RATE_HZ)]
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size), 1 << 17))
        frequency = np.fft.rfftfreq(1 << 17, 1 / RATE_HZ)
        near = (frequency > hertz(note.pitch - 3)) & (frequency < hertz(note.pitch + 3))
        sung = frequency[near][spectrum[near].argmax()]
        assert abs(12 * np.log2(sung / hertz(note.pitch))) < 0.6  # semitones: vibrato and scoop


def test_the_chorus_lifts(clean: Stems) -> None:
    score = write_score(DEMO_SEED)
    grid = grid_of(score.style)
    samples = mix([audio for _, audio in clean.values()]).samples

    def loudness(section: str) -> float:
        bars = [bar.index for bar in score.bars if bar.section == section]
        piece = samples[:, round(grid.time_s(bars[0], 0) * RATE_HZ) : round(grid.time_s(bars[-1] + 1, 0) * RATE_HZ)]
        return loudness_lufs(Audio(piece, RATE_HZ))

    assert loudness("chorus") > loudness("verse") + 0.8
    assert loudness("verse") > loudness("intro")


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.chain.bands], ids=lambda fault: fault.role)
def test_a_tonal_fault_is_the_declared_one(fault: Fault, clean_track: MeasuredTrack, flawed_track: MeasuredTrack) -> None:
    before, after = (vector(track.roles[fault.role], "ltas") for track in (clean_track, flawed_track))
    assert before is not None and after is not None
    heard = before > before.max() - 45
    points = np.outer(CENTRES_HZ, 10 ** (np.linspace(-0.45, 0.45, 9) / 10))
    declared = response_db(fault.chain.bands, points, RATE_HZ).mean(axis=1)
    gap = (after - before - declared)[heard]
    assert np.abs(gap - np.median(gap)).max() < 0.6  # up to a constant: each LTAS is relative to its own level


def test_level_faults_are_the_declared_ones(clean: Stems, flawed: Stems) -> None:
    change = {name: loudness_lufs(flawed[name][1]) - loudness_lufs(clean[name][1]) for name in clean}
    untouched = change[NAMES["drums"]]
    for fault in (f for f in FAULTS if not f.chain.bands):
        assert change[NAMES[fault.role]] - untouched == pytest.approx(fault.chain.gain_db, abs=0.03)


def test_a_stem_without_fault_is_the_same_but_for_one_gain(clean: Stems, flawed: Stems) -> None:
    spared = [NAMES[role] for role in ROLES if role not in {fault.role for fault in FAULTS}]
    assert spared
    for name in spared:
        a, b = clean[name][1].samples, flawed[name][1].samples
        gain = float(np.vdot(a, b) / np.vdot(a, a))
        assert np.abs(b - gain * a).max() < 1e-5


def test_the_flawed_song_is_known_for_the_same_song(clean_track: MeasuredTrack, flawed_track: MeasuredTrack) -> None:
    assert similarity(clean_track.fingerprint, flawed_track.fingerprint)[0] > 0.8
    assert similarity(measured(make_song(2, faults=False), "other").fingerprint, clean_track.fingerprint)[0] < 0.5


def test_advice_undoes_the_faults_when_the_clean_mix_is_the_reference(
    clean_track: MeasuredTrack, flawed_track: MeasuredTrack, flawed: Stems
) -> None:
    profile = build_profile("the earlier mix", [clean_track], load_prior())
    chains = {(move.role, move.kind): move.chain for move in advise(flawed_track, profile, Parts(sums(flawed))).moves}
    points = np.geomspace(50, 12_000, 200)
    for fault in FAULTS:
        if fault.chain.bands:
            total = response_db((*fault.chain.bands, *chains[fault.role, "eq"].bands), points)
            assert np.abs(total).max() < 1.0
        else:
            assert chains[fault.role, "level"].gain_db == pytest.approx(-fault.chain.gain_db, abs=0.5)


def test_the_factory_profile_finds_nothing_wrong_with_the_clean_mix(clean_track: MeasuredTrack, clean: Stems) -> None:
    advice = advise(clean_track, build_profile("factory", [], load_prior()), Parts(sums(clean)))
    assert [sentence(move) for move in advice.suggestions] == []


def test_making_a_song_can_be_cancelled() -> None:
    seen: list[float] = []

    def stop_at_half(stage: str, fraction: float) -> None:
        assert stage
        seen.append(fraction)
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_song(3, duration_s=SHORT_S, progress=stop_at_half)
    assert seen == sorted(seen)
    assert len(seen) > 20


def test_a_sawtooth_does_not_alias() -> None:
    wave = sawtooth(3001.0, RATE_HZ)
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(wave * np.hanning(wave.size))) + 1e-9)
    harmonics = {round(3001.0 * n) for n in range(1, 8)}
    between = [i for i in range(50, 9000) if all(abs(i - h) > 5 for h in harmonics)]
    assert max(spectrum[i] for i in between) < spectrum[3001] - 40


def test_faults_are_worth_finding() -> None:
    assert {fault.role for fault in FAULTS} == {"vocals", "bass", "other"}
    assert all(abs(fault.chain.gain_db) >= 6 or any(abs(band.gain_db) >= 6 for band in fault.chain.bands) for fault in FAULTS)
    assert all(isinstance(band, Band) for fault in FAULTS for band in fault.chain.bands)
