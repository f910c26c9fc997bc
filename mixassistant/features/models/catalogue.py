"""What trained networks and Essentia yield, declared: nothing here loads them."""

from __future__ import annotations

from collections.abc import Mapping

from mixassistant.features.descriptor import Descriptor
from mixassistant.features.models.networks import ROUTES, published_classes

_PITCHES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
KEY_LABELS = tuple(f"{pitch} {mode}" for mode in ("major", "minor") for pitch in _PITCHES)
"""0 is C major … 11 B major, 12 is C minor … 23 B minor."""

_ESSENTIA = ("Essentia",)
_NETWORKS = "Alonso-Jiménez et al. 2020, TensorFlow audio models in Essentia"
_EFFNET = "Alonso-Jiménez et al. 2022, representation learning from Discogs metadata"
_AESTHETICS = "Tjandra et al. 2025, Audiobox Aesthetics"


def _needs(identifier: str) -> tuple[str, ...]:
    names = " or ".join(" with ".join(filter(None, (r.network.name, r.network.backbone))) for r in ROUTES[identifier])
    return (*_ESSENTIA, f"{names} weights")


def _probability(identifier: str, name: str, description: str) -> Descriptor:
    return Descriptor(
        identifier, name, "", (0, 1), 0.1, description, _NETWORKS,
        method="mean over patches of about 3 s; the best network that is there", needs=_needs(identifier), cost="high", level="own",
    )  # fmt: skip


def _many(identifier: str, name: str, description: str, source: str) -> Descriptor:
    labels = published_classes()[ROUTES[identifier][0].network.name]
    return Descriptor(
        identifier, name, "", (0, 1), 0.1, description, source, shape="vector", labels=labels,
        method="mean over patches of about 3 s", needs=_needs(identifier), cost="high", level="own",
    )  # fmt: skip


def _aesthetics(identifier: str, name: str, description: str, alias: str) -> Descriptor:
    return Descriptor(
        identifier, name, "", (1, 10), 0.5, description, _AESTHETICS,
        method="WavLM; 16 kHz mono, windows of 10 s, mean weighted by their length; hears nothing above 8 kHz and no stereo",
        needs=("audiobox-aesthetics weights",), cost="high", level="own", aliases=(alias,),
    )  # fmt: skip


WEIGHTS_FREE: tuple[Descriptor, ...] = (
    Descriptor(
        "key_edma", "Key (electronic profile)", "", (0, 23), 1, "The key, by a profile made from electronic dance music.",
        "Faraldo et al. 2016", shape="category", labels=KEY_LABELS, method="Essentia KeyExtractor, profile edma", needs=_ESSENTIA,
    ),
    Descriptor(
        "key_edma_strength", "Key strength (electronic profile)", "", (-1, 1), 0.05, "How well the music fits that key.",
        "Faraldo et al. 2016", method="correlation with the profile", needs=_ESSENTIA,
    ),
    Descriptor(
        "danceability_dfa", "Danceability (fluctuation analysis)", "", (0, 3), 0.1,
        "How regularly the level moves: more is better to dance to.",
        "Streich & Herrera 2005", method="Essentia Danceability: detrended fluctuation analysis from 0.31 to 8.8 s", needs=_ESSENTIA,
    ),
)  # fmt: skip

NETWORKED: tuple[Descriptor, ...] = (
    _probability("danceability", "Danceability", "How likely listeners would call it danceable."),
    _probability("atonality", "Atonality", "How likely listeners would hear no key in it."),
    _probability("mood_happy", "Happy", "How likely listeners would call it happy."),
    _probability("mood_relaxed", "Relaxed", "How likely listeners would call it relaxed."),
    _probability("mood_sad", "Sad", "How likely listeners would call it sad."),
    _probability("mood_aggressive", "Aggressive", "How likely listeners would call it aggressive."),
    _many("tags", "Tags", "How likely listeners would give it each of 50 tags.", "Pons & Serra 2019, musicnn (Million Song Dataset)"),
    _many("genres", "Genres", "How likely it is filed under each of 400 Discogs styles.", _EFFNET),
    _many("moodthemes", "Moods and themes", "How likely it is tagged with each of 56 moods and themes.", _EFFNET),
)

AESTHETICS: tuple[Descriptor, ...] = (
    _aesthetics("content_enjoyment", "Content enjoyment", "How much listeners are expected to enjoy it.", "audiobox_ce"),
    _aesthetics("content_usefulness", "Content usefulness", "How useful makers are expected to find it.", "audiobox_cu"),
    _aesthetics("production_complexity", "Production complexity", "How complex listeners are expected to find the scene.", "audiobox_pc"),
    _aesthetics(
        "production_quality", "Production quality", "How good listeners are expected to find the recording's quality.", "audiobox_pq"
    ),
)

DECLARED: tuple[Descriptor, ...] = (*WEIGHTS_FREE, *NETWORKED, *AESTHETICS)
"""Everything that `measurement.measure_models` yields."""

BY_ID: Mapping[str, Descriptor] = {descriptor.id: descriptor for descriptor in DECLARED}
