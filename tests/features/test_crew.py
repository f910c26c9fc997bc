"""Threads that measure beside each other: what they find is what one finds alone, and they end when nobody waits any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from mixassistant.audio.audio import mix
from mixassistant.errors import Cancelled
from mixassistant.features import measure as measuring
from mixassistant.features.crew import Crew, Stopped
from mixassistant.features.descriptor import REGISTRY
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.stems.stem import Song, Stem
from signals import music

FREE = frozenset(d.id for d in REGISTRY if d.family != "models")
WAIT_S = 20.0


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    assert torch.get_num_threads() == before


def song() -> Song:
    """Return a song of three stems, two of which share a role."""
    stems = tuple(
        Stem(name, role, "supplied", music(seed, 3.0))
        for seed, (name, role) in enumerate([("Kick", "drums"), ("Hats", "drums"), ("Sub", "bass")])
    )
    return Song("song", "hash", mix([stem.audio for stem in stems]), stems, {})


def measured(monkeypatch: pytest.MonkeyPatch, threads: int) -> MeasuredTrack:
    monkeypatch.setattr(measuring, "_threads", lambda: threads)
    return measure_song(song(), only=FREE)


def test_several_threads_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = measured(monkeypatch, 1)
    beside = measured(monkeypatch, 3)
    assert list(beside.mix) == list(alone.mix)
    assert [list(stem.values) for stem in beside.stems] == [list(stem.values) for stem in alone.stems]
    pairs = [(alone.mix, beside.mix), *((a.values, b.values) for a, b in zip(alone.stems, beside.stems, strict=True))]
    pairs += [(alone.roles[role], beside.roles[role]) for role in alone.roles]
    for expected, found in pairs:
        for name, one in expected.items():
            assert str(found[name].reason) == str(one.reason), name
            if isinstance(one.value, str) or one.value is None:
                assert found[name].value == one.value, name
            else:
                # Torch adds up in another order where it has several threads.
                np.testing.assert_allclose(np.asarray(found[name].value), np.asarray(one.value), rtol=1e-4, atol=1e-4 * REGISTRY[name].step)


def test_progress_goes_on_and_names_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_threads", lambda: 2)
    told: list[tuple[str, float]] = []
    measure_song(song(), progress=lambda stage, fraction: told.append((stage, fraction)), only=frozenset({"lufs", "spectral_centroid"}))
    fractions = [fraction for _stage, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0 and 0.95 <= fractions[-1] <= 1
    assert {"Measuring the mix", "Measuring Sub", "Measuring all drums"} <= {stage for stage, _fraction in told}


def test_a_long_song_is_measured_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_threads", lambda: 2)
    begun: list[int] = []
    monkeypatch.setattr(measuring, "_measure_beside", lambda pieces, only, device, count, progress: begun.append(count))
    measure_song(song(), only=frozenset({"lufs"}))
    monkeypatch.setattr(measuring, "LONG_S", song().mix.duration_s)
    measure_song(song(), only=frozenset({"lufs"}))
    assert begun == [2]


def test_progress_is_told_by_the_thread_that_asked_and_may_end_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_threads", lambda: 2)
    asked = threading.current_thread()

    def cancel(_stage: str, fraction: float) -> None:
        assert threading.current_thread() is asked
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_song(song(), progress=cancel, only=FREE)
    assert not [thread for thread in threading.enumerate() if thread.name == "measuring"]


def test_what_fails_in_a_thread_fails_for_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_threads", lambda: 2)

    def broken(*_arguments: object, **_words: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("mixassistant.features.representations._band_powers", broken)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        measure_song(song(), only=FREE)
    assert not [thread for thread in threading.enumerate() if thread.name == "measuring"]


def test_threads_compute_alone_and_leave_others_as_they_were() -> None:
    torch.set_num_threads(torch.get_num_threads())
    before = torch.get_num_threads()
    with Crew(2) as crew:
        inside = crew.start(torch.get_num_threads)
        outside: list[int] = []
        other = threading.Thread(target=lambda: outside.append(torch.get_num_threads()))
        other.start()
        other.join()
        crew.finish([inside], lambda _share: None)
    assert (inside.result(), outside, torch.get_num_threads()) == (1, [before], before)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_parts_are_done_while_their_task_waits_for_them(size: int) -> None:
    def task(number: int) -> list[int]:
        first = crew.start(lambda: number)
        second = crew.start(lambda found: found + 100, first)
        crew.finish([second], lambda _share: None)
        return [first.result(), second.result()]

    with Crew(size) as crew:
        futures = [crew.start(task, number) for number in range(5)]
        crew.finish(futures, lambda _share: None)
    assert [future.result() for future in futures] == [[number, number + 100] for number in range(5)]


def test_an_idle_thread_helps_with_anothers_parts() -> None:
    meeting = threading.Barrier(2)

    def task() -> None:
        # Two parts that wait for each other: one thread alone could never do both.
        crew.finish([crew.start(meeting.wait, WAIT_S), crew.start(meeting.wait, WAIT_S)], lambda _share: None)

    with Crew(2) as crew:
        future = crew.start(task)
        crew.finish([future], lambda _share: None)
    assert not meeting.broken
    assert future.exception() is None


def test_nothing_is_begun_once_nobody_waits() -> None:
    begun, let_go, late = threading.Event(), threading.Event(), []

    def long() -> None:
        begun.set()
        let_go.wait(WAIT_S)
        crew.tick()

    with pytest.raises(Cancelled), Crew(1) as crew:
        running, waiting = crew.start(long), crew.start(late.append, 1)
        assert begun.wait(WAIT_S)
        crew.stopped.set()
        let_go.set()
        waiting.cancel()
        raise Cancelled
    assert isinstance(running.exception(), Stopped)
    assert not late
