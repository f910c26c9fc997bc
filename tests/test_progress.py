"""Progress: how work is shared among its steps, and how long it will still take."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from mixassistant.progress import TIME_LEFT, Tally, TimeLeft, shares

Job = Iterator[tuple[float, float]]


def steady(seconds: float, steps: int = 200) -> Job:
    """A job that takes its time evenly: pairs of time and fraction."""
    for index in range(steps + 1):
        yield seconds * index / steps, index / steps


def slowing(seconds: float) -> Job:
    """From a fifth on another program takes half of the processor: all that follows takes twice as long."""
    for now, fraction in steady(1.0):
        yield seconds * (now if now < 0.2 else 0.2 + 2 * (now - 0.2)) / 1.8, fraction


def staged(seconds: float) -> Job:
    """Two stages whose shares are expected to be equal, where the second takes 1.4 times as long as the first; steps are uneven."""
    for index in range(41):
        share = index / 40
        yield seconds * (share if share < 0.5 else 0.5 + 1.4 * (share - 0.5)) / 1.2, share


def in_large_steps(seconds: float) -> Job:
    """Progress every tenth, and reports in between that say the same."""
    for index in range(1001):
        yield seconds * index / 1000, index // 100 / 10


def skipping(seconds: float) -> Job:
    """The middle half of the work had been done before, which shows when it comes to it."""
    for now, fraction in steady(seconds):
        yield now, fraction / 2 if fraction < 0.5 else 0.5 + fraction / 2


JOBS: dict[str, Callable[[float], Job]] = {
    "steady": steady, "slowing": slowing, "staged": staged, "in large steps": in_large_steps,
}  # fmt: skip


def told(job: Job) -> list[tuple[float, float | None]]:
    """Return times and what was told at each."""
    left = TimeLeft()
    return [(now, left.at(now, fraction)) for now, fraction in job]


@pytest.mark.parametrize("seconds", [20.0, 200.0, 7200.0])
@pytest.mark.parametrize("name", list(JOBS))
def test_after_a_quarter_the_time_left_is_true_within_30_percent(name: str, seconds: float) -> None:
    answers = told(JOBS[name](seconds))
    whole = answers[-1][0]
    later = [(now, left) for now, left in answers if (0.3 if name == "slowing" else 0.25) * whole <= now <= 0.9 * whole]
    assert later
    for now, left in later:
        assert left is not None
        assert abs(left - (whole - now)) <= 0.3 * (whole - now), now


def test_what_had_been_done_before_counts_neither_as_time_nor_as_work() -> None:
    for now, left in told(skipping(100.0)):
        if now > 55:
            assert left == pytest.approx(100 - now, rel=0.3)


def test_nothing_is_told_before_it_can_be_known() -> None:
    for now, left in told(steady(100.0)):
        assert (left is None) == (now < TIME_LEFT.least_done * 100 - 1e-9)
    assert all(left is None for _now, left in told(steady(TIME_LEFT.least_s - 0.1)))
    assert all(left is None for _now, left in told(iter([(0.0, 0.0), (100.0, 0.0)]))), "nothing has been done in that time"


def test_more_work_than_was_thought_makes_it_longer_and_breaks_nothing() -> None:
    left = TimeLeft()
    for now, fraction in steady(50.0):
        if fraction <= 0.5:
            before = left.at(now, fraction)
    assert before == pytest.approx(25.0, rel=0.1)
    after = left.at(25.1, 0.25)
    assert after is not None and after == pytest.approx(37.5, rel=0.1)


def test_the_end_is_no_time_left() -> None:
    assert told(steady(60.0))[-1][1] == 0.0


def test_steps_share_the_work_by_their_weights() -> None:
    said: list[float] = []
    first, none, last = shares(lambda _stage, fraction: said.append(fraction), (3, 0, 1))
    for step in (first, none, last):
        step("", 0.0)
        step("", 1.0)
    assert said == [0.0, 0.75, 0.75, 0.75, 0.75, 1.0]


def test_steps_that_weigh_nothing_are_no_work() -> None:
    said: list[float] = []
    for step in shares(lambda _stage, fraction: said.append(fraction), (0.0, 0.0)):
        step("", 1.0)
    assert said == [0.0, 0.0]
    assert shares(lambda _stage, _fraction: None, ()) == []


def test_pieces_that_are_done_at_once_add_up() -> None:
    tally = Tally((1.0, 3.0))
    threads = [threading.Thread(target=lambda index=index: [tally.put(index, step / 50) for step in range(51)]) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.fraction == 1.0
    tally = Tally((1.0, 3.0))
    tally.put(1, 0.5)
    tally.put(1, 0.2)  # it never goes back
    assert tally.fraction == pytest.approx(0.375)
