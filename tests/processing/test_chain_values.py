"""Chains follow each other, and are taken at an amount."""

from __future__ import annotations

from mixassistant.processing.moves import Band, Chain, Compression, Width, gathered, scaled

CUT, LIFT = Band("bell", 300.0, -3.0, 1.0), Band("high_shelf", 8000.0, 2.0, 0.71)
SQUEEZE, LIMIT = Compression(-20.0, 2.0, 0.01, 0.1, 6.0, 1.0, 2.0), Compression(-6.0, 50.0, 0.001, 0.05, 0.0, 0.0, 1.0)


def test_one_chain_after_another_is_one_chain() -> None:
    first = Chain((CUT,), SQUEEZE, -1.0, (Width(2.0, 20.0, 20_000.0),))
    second = Chain((LIFT,), None, 3.0, (Width(-1.0, 4000.0, 20_000.0),))
    assert first.then(second) == Chain((CUT, LIFT), SQUEEZE, 2.0, first.width + second.width)
    assert first.then(Chain(compression=LIMIT)).compression == LIMIT
    assert Chain().then(first) == first.then(Chain()) == first


def test_chains_are_gathered_by_their_places_in_their_order() -> None:
    found = gathered([("bass", Chain((CUT,))), ("drums", Chain(gain_db=1.0)), ("bass", Chain((LIFT,), gain_db=-2.0))])
    assert found == {"bass": Chain((CUT, LIFT), gain_db=-2.0), "drums": Chain(gain_db=1.0)}
    assert [*found] == ["bass", "drums"]


def test_at_half_its_amount_every_decibel_is_half() -> None:
    half = scaled(Chain((CUT,), SQUEEZE, 4.0, (Width(-6.0, 20.0, 120.0),)), 0.5)
    assert half.bands == (Band("bell", 300.0, -1.5, 1.0),) and half.gain_db == 2.0 and half.width == (Width(-3.0, 20.0, 120.0),)
    assert half.compression is not None and (half.compression.gain_reduction_db, half.compression.makeup_db) == (1.0, 0.5)
    assert half.compression.threshold_db == SQUEEZE.threshold_db
