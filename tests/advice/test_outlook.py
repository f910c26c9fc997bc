"""What a spectrum is to be after moves follows what is decided on them, and is the proof's own where all is as suggested."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sample_documents import make_suggestions, make_track, make_verification, spectrum

from mixassistant.advice.curves import eq_response
from mixassistant.advice.decision import Decision
from mixassistant.advice.outlook import Outlook
from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import vector
from mixassistant.processing.moves import Band, scaled
from mixassistant.stems.place import MIX, Place
from mixassistant.stems.stem import Song, Stem

BASS, DRUMS, VOCALS = Place("bass"), Place("drums"), Place("vocals")
TRACK = make_track()
LEVEL, _EQ, COMPRESSION, _CHECK = make_suggestions()
EQ = replace(_EQ, chain=replace(_EQ.chain, bands=_EQ.chain.bands[:2]))  # a pass filter has no amount
HELD = slice(30)  # bands that a file of 44.1 kHz holds
MOVES = (LEVEL, EQ, COMPRESSION)


def now(place: Place) -> np.ndarray:
    found = vector(TRACK.roles[place.role] if place != MIX else TRACK.mix, "ltas")
    assert found is not None
    return found


@pytest.fixture
def outlook() -> Outlook:
    return Outlook(TRACK, MOVES, make_verification())


def test_as_suggested_it_is_what_was_measured(outlook: Outlook) -> None:
    after = outlook.after(BASS, {})
    assert after is not None and after.is_measured and after.ltas.tolist() == list(spectrum("bass", 0, 0.3))


def test_another_place_s_amount_leaves_it_measured(outlook: Outlook) -> None:
    after = outlook.after(DRUMS, {EQ.id: Decision(True, 1.5)})
    assert after is not None and after.is_measured


def test_at_nothing_it_is_what_it_was(outlook: Outlook) -> None:
    after = outlook.after(BASS, {EQ.id: Decision(True, 0.0)})
    assert after is not None and not after.is_measured
    assert after.ltas == pytest.approx(now(BASS), abs=1e-9)


def test_twice_as_much_changes_twice_as_much(outlook: Outlook) -> None:
    once, twice = (outlook.after(BASS, {EQ.id: Decision(True, amount)}) for amount in (1.0, 2.0))
    assert once is not None and twice is not None
    index = int(np.argmin(once.ltas - now(BASS)))
    assert (twice.ltas - now(BASS))[index] == pytest.approx(2 * (once.ltas - now(BASS))[index], rel=0.1)


def test_what_the_user_shapes_is_what_the_equalizer_does_there() -> None:
    outlook = Outlook(TRACK, (EQ,), replace(make_verification(), ltas_after={}))
    bands = (Band("bell", 100.0, 6.0, 1.0),)
    after = outlook.after(BASS, {EQ.id: Decision(True, 1.0, bands)})
    assert after is not None
    gap = after.ltas - now(BASS) - eq_response(bands, TRACK.sample_rate_hz)
    assert np.ptp(gap[HELD]) == pytest.approx(0.0, abs=1e-9)  # relative to its own level again: the same everywhere
    half = outlook.after(BASS, {EQ.id: Decision(True, 0.5, bands)})
    assert half is not None
    gap = half.ltas - now(BASS) - eq_response(scaled(replace(EQ.chain, bands=bands), 0.5).bands, TRACK.sample_rate_hz)
    assert np.ptp(gap[HELD]) == pytest.approx(0.0, abs=1e-9)


@pytest.fixture
def song() -> Song:
    rng = np.random.default_rng(0)
    stems = [
        Stem(role, role, "supplied", Audio(rng.normal(0, 0.05, (2, 10 * 44100)).astype(np.float32), 44100)) for role in ("bass", "drums")
    ]
    return Song("song", "0" * 64, Audio(stems[0].audio.samples + stems[1].audio.samples, 44100), tuple(stems), {})


@pytest.mark.parametrize("place", [BASS, MIX], ids=str)
def test_what_is_rendered_and_measured_is_what_is_predicted(song: Song, place: Place) -> None:
    outlook = Outlook(TRACK, (EQ,), make_verification())
    decided = {EQ.id: Decision(True, 1.0, (Band("bell", 1000.0, 9.0, 1.0),))}
    found = outlook.measure(song, place, decided)
    assert found is not None and found.is_measured
    change = found.ltas - now(place)
    power = 10 ** (eq_response(decided[EQ.id].bands, 44100) / 10)
    wanted = 10 * np.log10(power if place == BASS else (power + 1) / 2)  # two equal noises, of which one is moved
    gap = (change - wanted)[10 : HELD.stop]  # the lowest bands hold too little to be told in ten seconds
    assert np.ptp(gap) < 1.0


def test_what_has_no_sound_or_no_move_is_not_measured(song: Song) -> None:
    outlook = Outlook(TRACK, (EQ,), make_verification())
    assert outlook.measure(replace(song, stems=()), BASS, {}) is None
    assert outlook.measure(song, DRUMS, {}) is None and outlook.measure(song, BASS, {EQ.id: Decision(False)}) is None


def test_what_is_rejected_is_left_out_and_a_fader_shapes_the_mix_alone(outlook: Outlook) -> None:
    assert outlook.after(BASS, {EQ.id: Decision(False)}) is None and outlook.after(VOCALS, {}) is None
    everything, without = outlook.after(MIX, {}), outlook.after(MIX, {LEVEL.id: Decision(False)})
    assert everything is not None and without is not None
    assert np.abs(everything.ltas - without.ltas).max() > 0.3
    assert outlook.after(MIX, {move.id: Decision(False) for move in MOVES}) is None


def test_a_single_stem_moves_its_role_by_its_share() -> None:
    kick = replace(EQ, id="kick-eq", target=replace(EQ.target, place=Place("drums", "KICK")))
    outlook = Outlook(TRACK, (kick,), replace(make_verification(), ltas_after={}))
    whole = Outlook(
        TRACK, (replace(EQ, id="drums-eq", target=replace(EQ.target, place=DRUMS)),), replace(make_verification(), ltas_after={})
    )
    alone, together = outlook.after(DRUMS, {}), whole.after(DRUMS, {})
    assert alone is not None and together is not None
    at = int(np.argmin(together.ltas - now(DRUMS)))
    assert 0.1 < (alone.ltas - now(DRUMS))[at] / (together.ltas - now(DRUMS))[at] < 0.6
