from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mixassistant.features.models import networks
from mixassistant.features.models.networks import BACKBONES, ROUTES, Network, Route, UnusableNetwork, classes_of, position

DANCEABLE = next(r for r in ROUTES["danceability"] if r.network.name == "danceability-musicnn-msd-2")


def test_the_best_published_network_goes_first() -> None:
    for routes in ROUTES.values():
        assert [r.accuracy for r in routes] == sorted((r.accuracy for r in routes), reverse=True)
    assert ROUTES["danceability"][0].network.name == "danceability-discogs-effnet-1"
    assert ROUTES["mood_relaxed"][1].network.name == "mood_relaxed-musicnn-msd-2"
    assert "tonal_atonal-musicnn-msd-2" not in [r.network.name for r in ROUTES["atonality"]]


def test_every_backbone_is_a_known_network() -> None:
    for route in (r for routes in ROUTES.values() for r in routes):
        assert not route.network.backbone or route.network.backbone in BACKBONES


def test_the_order_of_outputs_is_the_files_own(put_network: Callable[..., Path]) -> None:
    folder = put_network("danceability-musicnn-msd-2", b"", ["not_danceable", "danceable"])
    assert position(DANCEABLE, (), folder) == [1]
    folder = put_network("danceability-musicnn-msd-2", b"", ["danceable", "not_danceable"])
    assert position(DANCEABLE, (), folder) == [0]


def test_a_vector_comes_in_the_order_of_its_labels(put_network: Callable[..., Path]) -> None:
    folder = put_network("three", b"", ["c", "a", "b"])
    assert position(Route(Network("three", "")), ("a", "b", "c"), folder) == [1, 2, 0]


def test_without_its_json_a_network_is_taken_only_where_the_published_order_is_known(tmp_path: Path) -> None:
    assert position(DANCEABLE, (), tmp_path) == [0]
    relaxed = next(r for r in ROUTES["mood_relaxed"] if r.network.name == "mood_relaxed-musicnn-msd-2")
    assert position(relaxed, (), tmp_path) == [1]
    sad = next(r for r in ROUTES["mood_sad"] if r.network.name == "mood_sad-musicnn-msd-2")
    with pytest.raises(UnusableNetwork, match=r"needs mood_sad-musicnn-msd-2\.json in .*the order of the outputs"):
        position(sad, (), tmp_path)


@pytest.mark.parametrize("classes", [["danceable"], ["danceable", "not_danceable", "undecided"], ["dance", "not_dance"]])
def test_other_outputs_than_the_published_ones_are_refused(classes: list[str], put_network: Callable[..., Path]) -> None:
    folder = put_network("danceability-musicnn-msd-2", b"", classes)
    with pytest.raises(UnusableNetwork, match="lists other outputs"):
        position(DANCEABLE, (), folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"classes": 3}', '{"classes": []}', '{"classes": ["a", 1]}', '{"classes": ["a", "a"]}', "[" * 100_000]
)
def test_a_json_that_does_not_tell_is_a_reason_and_not_the_published_order(text: str, tmp_path: Path) -> None:
    (tmp_path / "danceability-musicnn-msd-2.json").write_text(text)
    with pytest.raises(UnusableNetwork, match="does not list the outputs"):
        classes_of(DANCEABLE.network, tmp_path)


def test_nodes_are_those_that_the_json_names(tmp_path: Path) -> None:
    network = BACKBONES["audioset-vggish-3"]
    assert network.graph(tmp_path).output == "model/vggish/embeddings"
    outputs = [{"name": "scores", "output_purpose": "predictions"}, {"name": "codes", "output_purpose": "embeddings"}]
    schema = {"schema": {"inputs": [{"name": "mel"}], "outputs": outputs}}
    (tmp_path / "audioset-vggish-3.json").write_text(json.dumps(schema))
    graph = network.graph(tmp_path)
    assert (graph.input, graph.output) == ("mel", "codes")


def test_what_is_missing_is_named_with_the_backbone(put_network: Callable[..., Path]) -> None:
    network = ROUTES["genres"][0].network
    folder = put_network("genre_discogs400-discogs-effnet-1", b"")
    assert network.missing(folder) == ["discogs-effnet-bs64-1.pb"]
    put_network("discogs-effnet-bs64-1", b"")
    assert network.missing(folder) == []


def test_what_we_know_by_heart_is_what_the_published_files_say(weights: Path) -> None:
    known = networks.published_classes()
    assert {name: len(classes) for name, classes in known.items()} == {
        "msd-musicnn-1": 50,
        "danceability-musicnn-msd-2": 2,
        "mood_happy-musicnn-msd-2": 2,
        "mood_relaxed-musicnn-msd-2": 2,
        "genre_discogs400-discogs-effnet-1": 400,
        "mtg_jamendo_moodtheme-discogs-effnet-1": 56,
    }
    for name in ("genre_discogs400-discogs-effnet-1", "mtg_jamendo_moodtheme-discogs-effnet-1"):
        assert list(known[name]) == json.loads((weights / f"{name}.json").read_text("utf-8"))["classes"]


def test_nodes_algorithms_and_accuracies_agree_with_every_published_file_here(weights: Path) -> None:
    compared = 0
    for route in (r for routes in ROUTES.values() for r in routes):
        path = weights / f"{route.network.name}.json"
        if path.is_file():
            said = json.loads(path.read_text("utf-8"))
            wired = route.network.graph(Path("no folder"))
            read = route.network.graph(weights)
            assert (wired.input, wired.output, wired.algorithm) == (read.input, read.output, said["inference"]["algorithm"])
            assert route.network.backbone == said["inference"]["embedding_model"]["model_name"]
            assert BACKBONES[route.network.backbone].algorithm == said["inference"]["embedding_model"]["algorithm"]
            if route.positive:
                assert route.positive in said["classes"]
                assert route.accuracy == said["dataset"]["metrics"]["5-fold_cross_validation_normalized_accuracy"]
            compared += 1
    assert compared == 7
