"""Essentia's published networks: which there are, how each is fed, which descriptor it yields and how good it is.

Names are those of the files at https://essentia.upf.edu/models/ (CC BY-NC-SA 4.0; the user brings them). Every network is
``<name>.pb`` with ``<name>.json`` beside it, and the order of a network's outputs is read from that JSON alone: it differs
between networks of the same task. Accuracies are the published ones (5-fold cross-validation, normalised): of several
networks for a descriptor the one with the highest goes first.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixassistant.bounded_json import read_json
from mixassistant.errors import MissingError
from mixassistant.features.models.essentia_process import Graph

_PUBLISHED = Path(__file__).parent / "published_classes.json"


class UnusableNetwork(MissingError):
    """A network that cannot be used; the message is the reason for a value that is not there."""


@dataclass(frozen=True)
class Network:
    """A network as it is published.

    Parameters
    ----------
    name : str
        Of its files.
    algorithm : str
        Essentia's, that makes its input and runs it.
    input, output : str
        Nodes of the graph; where the network's JSON names others, those are taken.
    backbone : str
        The network whose embeddings it takes; empty where it takes audio.
    purpose : {"predictions", "embeddings"}
        What its JSON calls the output that we want.
    """

    name: str
    algorithm: str
    input: str = "model/Placeholder"
    output: str = "model/Sigmoid"
    backbone: str = ""
    purpose: str = "predictions"

    def graph(self, folder: Path) -> Graph:
        """Return the network as Essentia is to run it."""
        schema = _metadata(folder / f"{self.name}.json").get("schema", {})
        try:
            inputs = [str(node["name"]) for node in schema["inputs"]]
            outputs = [str(node["name"]) for node in schema["outputs"] if node["output_purpose"] == self.purpose]
        except (KeyError, TypeError):
            inputs, outputs = [], []
        return Graph(
            folder / f"{self.name}.pb",
            self.algorithm,
            inputs[0] if len(inputs) == 1 else self.input,
            outputs[0] if len(outputs) == 1 else self.output,
        )

    def missing(self, folder: Path) -> list[str]:
        """Return the names of the weight files that this network needs and the folder lacks."""
        return [f"{name}.pb" for name in (self.name, self.backbone) if name and not (folder / f"{name}.pb").is_file()]


_MUSICNN, _VGGISH, _EFFNET = "TensorflowPredictMusiCNN", "TensorflowPredictVGGish", "TensorflowPredictEffnetDiscogs"
_HEAD = "TensorflowPredict2D"
_EFFNET_BACKBONE, _VGGISH_BACKBONE = "discogs-effnet-bs64-1", "audioset-vggish-3"


def _effnet_head(task: str, **nodes: str) -> Network:
    return Network(f"{task}-discogs-effnet-1", _HEAD, **{"output": "model/Softmax", **nodes}, backbone=_EFFNET_BACKBONE)


def _vggish_head(task: str) -> Network:
    return Network(f"{task}-audioset-vggish-1", _HEAD, output="model/Softmax", backbone=_VGGISH_BACKBONE)


BACKBONES: Mapping[str, Network] = {
    _EFFNET_BACKBONE: Network(_EFFNET_BACKBONE, _EFFNET, "serving_default_melspectrogram", "PartitionedCall:1", purpose="embeddings"),
    _VGGISH_BACKBONE: Network(_VGGISH_BACKBONE, _VGGISH, output="model/vggish/embeddings", purpose="embeddings"),
}
"""Networks that only make embeddings for others."""


@dataclass(frozen=True)
class Route:
    """One way to a descriptor: a network, the class whose probability counts, and the published accuracy.

    `positive` is empty where every class is an entry of a vector; `accuracy` is 0 where none is published.
    """

    network: Network
    positive: str = ""
    accuracy: float = 0.0


def _binary(task: str, positive: str, effnet: float, vggish: float, musicnn: float) -> tuple[Route, ...]:
    """Return the ways to a two-class task, best first; an accuracy of 0 leaves a network out."""
    routes = (
        Route(_effnet_head(task), positive, effnet),
        Route(Network(f"{task}-vggish-audioset-1", _VGGISH), positive, vggish),
        Route(Network(f"{task}-musicnn-msd-2", _MUSICNN), positive, musicnn),
    )
    ranked = sorted((route for route in routes if route.accuracy), key=lambda route: -route.accuracy)
    return (*ranked, Route(_vggish_head(task), positive))


ROUTES: Mapping[str, tuple[Route, ...]] = {
    "danceability": _binary("danceability", "danceable", 0.97, 0.94, 0.93),
    # MusiCNN's own network for this task is left out: 0.60 is hardly better than a coin.
    "atonality": _binary("tonal_atonal", "atonal", 0.0, 0.97, 0.0),
    "mood_happy": _binary("mood_happy", "happy", 0.87, 0.86, 0.81),
    "mood_relaxed": _binary("mood_relaxed", "relaxed", 0.91, 0.89, 0.90),
    "mood_sad": _binary("mood_sad", "sad", 0.90, 0.89, 0.86),
    "mood_aggressive": _binary("mood_aggressive", "aggressive", 0.98, 0.98, 0.95),
    "tags": (Route(Network("msd-musicnn-1", _MUSICNN)),),
    "genres": (Route(_effnet_head("genre_discogs400", input="serving_default_model_Placeholder", output="PartitionedCall:0")),),
    "moodthemes": (Route(_effnet_head("mtg_jamendo_moodtheme", output="model/Sigmoid")),),
}
"""The ways to each descriptor, best first."""


@functools.cache
def published_classes() -> Mapping[str, tuple[str, ...]]:
    """Return the names of outputs that we know by heart, by network: for the declarations, and for files without their JSON."""
    return {name: tuple(classes) for name, classes in json.loads(_PUBLISHED.read_text("utf-8"))["classes"].items()}


def classes_of(network: Network, folder: Path) -> tuple[str, ...]:
    """Return the names of a network's outputs in their order, from its JSON file, or the published ones where it has none.

    Raises
    ------
    UnusableNetwork
        There is no JSON file and we do not know the order, or the file does not tell it.
    """
    path = folder / f"{network.name}.json"
    if not path.is_file():
        if network.name in published_classes():
            return published_classes()[network.name]
        raise UnusableNetwork("no-classes", f"needs {path.name} in {folder}: the order of the outputs of {network.name}.pb stands there")
    classes = _metadata(path).get("classes")
    if not isinstance(classes, list) or not classes or not all(isinstance(c, str) for c in classes) or len(set(classes)) < len(classes):
        raise UnusableNetwork("no-classes", f"{path} does not list the outputs of its network")
    return tuple(classes)


def position(route: Route, labels: Sequence[str], folder: Path) -> list[int]:
    """Return which outputs of a route's network the descriptor takes, in the descriptor's order.

    Raises
    ------
    UnusableNetwork
        The network does not name them, or names others.
    """
    classes = classes_of(route.network, folder)
    wanted = [route.positive] if route.positive else list(labels)
    if not set(wanted) <= set(classes) or len(classes) != (2 if route.positive else len(wanted)):
        raise UnusableNetwork("other-classes", f"{route.network.name}.json in {folder} lists other outputs than those published")
    return [classes.index(name) for name in wanted]


def _metadata(path: Path) -> dict[str, Any]:
    """Return what a JSON file beside a network says; nothing where it cannot be read as such."""
    try:
        found = read_json(path)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
