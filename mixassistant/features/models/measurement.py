"""Measuring what trained networks and Essentia yield: a value, or the reason why there is none."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixassistant import paths
from mixassistant.errors import Cancelled, MissingError
from mixassistant.features.descriptor import Descriptor, Measurement
from mixassistant.features.models import audiobox, gates
from mixassistant.features.models.catalogue import AESTHETICS, DECLARED, NETWORKED
from mixassistant.features.models.essentia_process import POLL_S, SAMPLE_RATE_HZ, EssentiaFailure, EssentiaProcess, Graph
from mixassistant.features.models.networks import BACKBONES, ROUTES, Network, Route, UnusableNetwork, classes_of, position
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.graph_bounds import BadGraph, check_graph

KEY_PROFILE = "edma"
KEYS = ("key_edma", "key_edma_strength")
NETWORKED_IDS = frozenset(d.id for d in NETWORKED)
AESTHETICS_IDS = frozenset(d.id for d in AESTHETICS)
ESSENTIA_SHARE = 0.5  # of the time, where both are asked for and there

Embeddings = dict[str, NDArray[np.float32] | MissingError]


def essentia_folder() -> Path:
    """Return where the user's Essentia networks are looked for."""
    return paths.data_folder() / "models" / "essentia"


def aesthetics_folder() -> Path:
    """Return where the user's weights of Audiobox Aesthetics are looked for."""
    return paths.data_folder() / "models" / "audiobox-aesthetics"


def installed(networks: Path | None = None, aesthetics: Path | None = None) -> str:
    """Return a text that changes when the installed weights or their JSON files do: for cache keys."""
    found = [path for pattern in ("*.pb", "*.json") for path in sorted((networks or essentia_folder()).glob(pattern))]
    found += audiobox.files(aesthetics or aesthetics_folder())
    return ",".join(f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in found)


def measure_models(
    mono: NDArray[np.float32],
    networks: Path | None = None,
    progress: Progress = silent,
    *,
    aesthetics: Path | None = None,
    only: frozenset[str] | None = None,
    device: str = "cpu",
    essentia: EssentiaProcess | None = None,
) -> dict[str, Measurement]:
    """Measure everything that `catalogue.DECLARED` lists.

    Parameters
    ----------
    mono : np.ndarray [shape=(n,)], float32
        Mono downmix at 44.1 kHz, finite.
    networks : Path, optional
        Folder with Essentia's networks; by default that of the user's data.
    progress : Progress
        Called at least every 200 ms; may raise, which ends Essentia's process.
    aesthetics : Path, optional
        Folder with the weights of Audiobox Aesthetics; by default that of the user's data.
    only : frozenset of str, optional
        Ids to measure; all by default.
    device : str
        Torch device for Audiobox Aesthetics. Essentia computes on the processor.
    essentia : EssentiaProcess, optional
        A process to use and leave running, for callers with many recordings; by default one is started and ended.

    Returns
    -------
    dict of str to Measurement
        One for each id wanted: probabilities from 0 to 1, vectors in the order of their labels, a key as its index in
        `catalogue.KEY_LABELS`, scores from 1 to 10; or ``None`` with a reason.

    Raises
    ------
    ValueError
        `mono` is not a finite vector.
    """
    if mono.ndim != 1 or not np.isfinite(mono).all():
        raise ValueError("mono must be a finite vector")
    wanted = [d for d in DECLARED if only is None or d.id in only]
    if gates.is_silent(mono):
        return {d.id: Measurement(None, "silent") for d in wanted}
    rated = [d for d in wanted if d.id in AESTHETICS_IDS]
    asked = [d for d in wanted if d.id not in AESTHETICS_IDS]
    folder = aesthetics or aesthetics_folder()
    border = ESSENTIA_SHARE if rated and asked and audiobox.files(folder) else 1.0 if asked else 0.0
    values: dict[str, Measurement] = {}
    if asked:
        with contextlib.nullcontext(essentia) if essentia is not None else EssentiaProcess() as process:
            process.progress = part(progress, 0.0, border)
            values = _ask_essentia(mono, asked, networks or essentia_folder(), process)
    if rated:
        scores = _rate(mono, folder, device, part(progress, border, 1.0))
        values.update({d.id: scores[d.id] for d in rated})
    return {d.id: values[d.id] for d in wanted}


def _ask_essentia(mono: NDArray[np.float32], wanted: list[Descriptor], folder: Path, essentia: EssentiaProcess) -> dict[str, Measurement]:
    values: dict[str, Measurement] = {}
    embeddings: Embeddings = {}
    essentia.load(mono)
    for done, descriptor in enumerate(wanted):
        if descriptor.id in values:
            continue
        essentia.at(f"Measuring {descriptor.name[0].lower()}{descriptor.name[1:]}", done / len(wanted))
        if descriptor.id in KEYS:
            values.update(_key(mono, essentia))
        elif descriptor.id in NETWORKED_IDS:
            values[descriptor.id] = _predict(descriptor, folder, essentia, embeddings)
        else:
            values[descriptor.id] = _danceability(mono, essentia)
    return {d.id: values[d.id] for d in wanted}


def _key(mono: NDArray[np.float32], essentia: EssentiaProcess) -> dict[str, Measurement]:
    reason = gates.without_key(mono, SAMPLE_RATE_HZ, essentia.tick)
    if reason:
        return dict.fromkeys(KEYS, Measurement(None, reason))
    try:
        key = essentia.key(KEY_PROFILE)
    except EssentiaFailure as failure:
        return dict.fromkeys(KEYS, Measurement(None, str(failure)))
    return {KEYS[0]: Measurement(key.tonic + 12 * key.minor), KEYS[1]: Measurement(key.strength)}


def _danceability(mono: NDArray[np.float32], essentia: EssentiaProcess) -> Measurement:
    reason = gates.without_rhythm(mono, SAMPLE_RATE_HZ)
    if reason:
        return Measurement(None, reason)
    try:
        value = essentia.danceability()
    except EssentiaFailure as failure:
        return Measurement(None, str(failure))
    low, high = gates.DFA_RANGE
    return Measurement(value) if low < value <= high else Measurement(None, f"outside the method's range of {low:g} to {high:g}")


def _predict(descriptor: Descriptor, folder: Path, essentia: EssentiaProcess, embeddings: Embeddings) -> Measurement:
    """Take the best way to a descriptor that is there and works."""
    reasons = []
    for route in ROUTES[descriptor.id]:
        if route.network.missing(folder):
            continue
        try:
            return _run(route, descriptor, folder, essentia, embeddings)
        except MissingError as failure:
            reasons.append(str(failure))
    return Measurement(None, reasons[0] if reasons else _what_it_needs(descriptor.id, folder))


def _run(route: Route, descriptor: Descriptor, folder: Path, essentia: EssentiaProcess, embeddings: Embeddings) -> Measurement:
    network = route.network
    positions = position(route, descriptor.labels, folder)
    features = None
    if network.backbone:
        features = _embed(network.backbone, folder, essentia, embeddings)
        if not len(features):
            return Measurement(None, f"too short for {network.backbone}")
    rows = essentia.predict(_checked(network, folder), features)
    if not len(rows):
        return Measurement(None, f"too short for {network.name}")
    if rows.shape[1] != len(classes_of(network, folder)) or not np.isfinite(rows).all():
        raise UnusableNetwork("other-network", f"{network.name}.pb in {folder} is not the network that was published")
    means = rows.mean(axis=0, dtype=np.float64)[positions]
    return Measurement(float(means[0])) if route.positive else Measurement(means)


def _checked(network: Network, folder: Path) -> Graph:
    """Return a network that does nothing but compute, as Essentia is to run it."""
    graph = network.graph(folder)
    try:
        check_graph(graph.path, graph.output)
    except (BadGraph, OSError) as error:
        raise UnusableNetwork("other-network", f"{network.name}.pb in {folder} cannot be used: {error}") from error
    return graph


def _embed(name: str, folder: Path, essentia: EssentiaProcess, embeddings: Embeddings) -> NDArray[np.float32]:
    """Return a network's embeddings, computed once for all that need them."""
    if name not in embeddings:
        try:
            embeddings[name] = essentia.predict(_checked(BACKBONES[name], folder))
        except MissingError as failure:
            embeddings[name] = failure
    found = embeddings[name]
    if isinstance(found, MissingError):
        raise found
    return found


def _what_it_needs(identifier: str, folder: Path) -> str:
    """Return which files the best way to a descriptor lacks, or the way that lacks only some."""
    routes = ROUTES[identifier]
    lacking = [route.network.missing(folder) for route in routes]
    begun = [names for names, route in zip(lacking, routes, strict=True) if (folder / f"{route.network.name}.pb").is_file()]
    other = ", or another network for it," if len(routes) > 1 and not begun else ""
    return f"needs {' and '.join((begun or lacking)[0])}{other} in {folder}"


def _rate(mono: NDArray[np.float32], folder: Path, device: str, progress: Progress) -> Mapping[str, Measurement]:
    def none(reason: str) -> Mapping[str, Measurement]:
        return {d.id: Measurement(None, reason) for d in AESTHETICS}

    if mono.size < SAMPLE_RATE_HZ * audiobox.SHORTEST // audiobox.SAMPLE_RATE_HZ:
        return none("shorter than 1 s")
    import soxr

    samples = np.asarray(soxr.resample(mono, SAMPLE_RATE_HZ, audiobox.SAMPLE_RATE_HZ), dtype=np.float32)
    try:
        scores = _while_telling(lambda told: audiobox.load(folder, device).rate(samples, told), audiobox.STAGE, progress)
    except audiobox.NoAesthetics as failure:
        return none(str(failure))
    return {identifier: Measurement(score) for identifier, score in scores.items()}


def _while_telling(work: Callable[[Progress], dict[str, float]], stage: str, progress: Progress) -> dict[str, float]:
    """Work in a thread and tell progress from here: one operation of a large network takes longer than progress may be silent."""
    reached, stop = [0.0], threading.Event()

    def note(_stage: str, fraction: float) -> None:
        if stop.is_set():
            raise Cancelled
        reached[0] = fraction

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work, note)
        try:
            while True:
                progress(stage, reached[0])
                with contextlib.suppress(TimeoutError):
                    return future.result(timeout=POLL_S)
        finally:
            stop.set()  # where progress raised: the thread ends after the operation that it is at
