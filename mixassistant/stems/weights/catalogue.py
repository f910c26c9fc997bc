"""The models that can be installed: what each is for, where it comes from, its size, licence and quality.

Sizes and addresses of Demucs are those of its own list of files (``demucs/remote/files.txt`` of demucs 4.1), whose names end in
the first eight digits of their SHA-256; the other digits are those that several public inventories of the files agree on. Essentia
publishes no checksums: where several independent inventories agree on one it must be met, elsewhere there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from mixassistant.errors import UsageError

Kind = Literal["separation", "descriptors"]

_DEMUCS = "https://dl.fbaipublicfiles.com/demucs/hybrid_transformer"
_ESSENTIA = "https://essentia.upf.edu/models"
_AUDIOBOX = "https://huggingface.co/facebook/audiobox-aesthetics/resolve/9b1dd8e5df9af7216e836a98974fe3b82c56ded6"
_HUB_HOSTS = (".hf.co", ".huggingface.co")  # the hub keeps large files on hosts of its own that change by region

_PUBLISHED = "the first 8 digits of the SHA-256 are published in the file's name, and the whole is known"
_AGREED = "none published; it must have the SHA-256 that independent inventories of the file agree on"
_FIRST_USE = "none published; the SHA-256 of what is downloaded is recorded, and verified from then on"
_HUB = "the SHA-256 of one fixed revision, as the hub and independent inventories list it"


def megabytes(size_bytes: int) -> str:
    """Return a size in MB for people."""
    return f"{size_bytes / 1e6:.0f}" if size_bytes >= 9.95e6 else f"{size_bytes / 1e6:.1f}"


@dataclass(frozen=True)
class WeightsFile:
    """One file of a model.

    Parameters
    ----------
    name : str
        Where it lies in the folder of weights, with ``/``.
    urls : tuple of str
        Where it can be had; the first that has it is taken.
    size_bytes : int
        About.
    sha256 : str
        Hex, of the file at `urls`; empty where nobody published or agreed on one.
    hosts : tuple of str
        Where `urls` may redirect to, besides their own hosts.
    twin_sha256 : str
        Of the same weights in the other format (safetensors), as published on the demucs hub; empty where there is none.
    is_required : bool
        Whether the model is of no use without it.
    """

    name: str
    urls: tuple[str, ...]
    size_bytes: int
    sha256: str = ""
    hosts: tuple[str, ...] = ()
    twin_sha256: str = ""
    is_required: bool = True

    def is_published(self, checksum: str) -> bool:
        """Return whether a SHA-256 is that of the published file, in either format."""
        return bool(checksum) and checksum in (self.sha256, self.twin_sha256)


@dataclass(frozen=True)
class Model:
    """A model that can be installed.

    Parameters
    ----------
    name : str
        As the command line takes it.
    kind : {"separation", "descriptors"}
    purpose : str
        What it is for, for a table.
    description : str
        What it is, in one or two sentences for people.
    quality : str
        How good it is, as published.
    source : str
        The site that it comes from, for people.
    license : str
        Of the weights (SPDX).
    terms : str
        What the licence means to the user.
    checksum_note : str
        What a download is checked against.
    files : tuple of WeightsFile
        For a bag of networks, in the bag's order.
    """

    name: str
    kind: Kind
    purpose: str
    description: str
    quality: str
    source: str
    license: str
    terms: str
    checksum_note: str
    files: tuple[WeightsFile, ...]

    @property
    def size_bytes(self) -> int:
        """Size of all files, about."""
        return sum(file.size_bytes for file in self.files)

    @property
    def size(self) -> str:
        """Size of all files for people."""
        return f"{megabytes(self.size_bytes)} MB"

    @property
    def is_bag(self) -> bool:
        """Whether it is several networks of which each makes one stem."""
        return self.kind == "separation" and len(self.files) > 1

    @property
    def folder(self) -> str:
        """Name of its folder in the folder of weights; empty where it is one file in that."""
        return self.files[0].name.rpartition("/")[0]

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the user is shown before they agree: labels and texts."""
        return (
            ("for", self.purpose),
            ("what", self.description),
            ("quality", self.quality),
            ("from", self.source),
            ("size", f"{self.size}, {len(self.files)} file{'s' if len(self.files) > 1 else ''}"),
            ("licence", f"{self.license}: {self.terms}"),
            ("checksum", self.checksum_note),
        )


def _demucs(name: str, published: str, size_bytes: int, sha256: str, twin_sha256: str) -> WeightsFile:
    return WeightsFile(name, (f"{_DEMUCS}/{published}.th",), size_bytes, sha256, twin_sha256=twin_sha256)


def _separation(name: str, purpose: str, description: str, quality: str, *files: WeightsFile) -> Model:
    terms = "free for any use, with the authors' notice"
    return Model(name, "separation", purpose, description, quality, "dl.fbaipublicfiles.com (Meta)", "MIT", terms, _PUBLISHED, files)


def _network(place: str, name: str, size_bytes: int, sha256: str = "", json_bytes: int = 2_400) -> tuple[WeightsFile, WeightsFile]:
    """Return an Essentia network: the frozen graph, and the JSON with the names of its outputs.

    The JSON has no checksum: its authors correct it.
    """
    places = (place, f"legacy/{place}") if place.startswith("classifiers/") else (place,)

    def file(suffix: str, size: int, checksum: str) -> WeightsFile:
        urls = tuple(f"{_ESSENTIA}/{p}/{name}{suffix}" for p in places)
        return WeightsFile(f"essentia/{name}{suffix}", urls, size, checksum, is_required=suffix == ".pb")

    return file(".pb", size_bytes, sha256), file(".json", json_bytes, "")


def _head(task: str, size_bytes: int, sha256: str, json_bytes: int = 2_400) -> tuple[WeightsFile, WeightsFile]:
    return _network(f"classification-heads/{task}", f"{task}-discogs-effnet-1", size_bytes, sha256, json_bytes)


def _descriptors(name: str, purpose: str, description: str, quality: str, checksum_note: str, *files: WeightsFile) -> Model:
    terms = "not for commercial use; what you make of the model itself must be shared alike"
    source = "essentia.upf.edu (Music Technology Group, Universitat Pompeu Fabra)"
    return Model(name, "descriptors", purpose, description, quality, source, "CC-BY-NC-SA-4.0", terms, checksum_note, files)


_ALL = (
    _separation(
        "htdemucs",
        "separation into drums, bass, vocals, other",
        "Hybrid Transformer Demucs: one network.",
        "median SDR 9.0 dB on MUSDB-HQ, as published",
        _demucs(
            "htdemucs.th", "955717e8-8726e21a", 84_141_911,
            "8726e21a993978c7ba086d3872e7608d7d5bfca646ca4aca459ffda844faa8b4",
            "d9fa14133cfcc034a6758923bb3a8ca9f8dfd0b582134643bbf83f72c17576dd",
        ),
    ),
    _separation(
        "htdemucs_ft",
        "separation into drums, bass, vocals, other",
        "Hybrid Transformer Demucs, fine-tuned: four networks, one for each stem, and four times the time.",
        "median SDR 9.2 dB on MUSDB-HQ, as published",
        _demucs(
            "htdemucs_ft/f7e0c4bc.th", "f7e0c4bc-ba3fe64a", 84_141_271,
            "ba3fe64ae8ef66ac9a4857222ce48efbdc5eb3ad375cb79dd13debee5aaa4066",
            "2c85ab3c62dd6edd8e0b965e38b16fd1cdde357cc25de6b6bc9ce7c83f60925f",
        ),
        _demucs(
            "htdemucs_ft/d12395a8.th", "d12395a8-e57c48e6", 84_141_271,
            "e57c48e6b0e38af4f7118d7bd08c49f0a0c0edf7d09143bdd902ea0d237303e6",
            "5b01a97567ae9a3178a6236fb520251045c03eb8834bc8c24a4eec11d6c8fb56",
        ),
        _demucs(
            "htdemucs_ft/92cfc3b6.th", "92cfc3b6-ef3bcb9c", 84_141_271,
            "ef3bcb9c8b40d14ae5d51b6db2587339cc12c6b77c0be151ce6d69002e087bf2",
            "a241863551f30d01c42bd7b97da40839922ead3acb0f1fcab25682f55b4eeb59",
        ),
        _demucs(
            "htdemucs_ft/04573f0d.th", "04573f0d-f3cf25b2", 84_141_271,
            "f3cf25b222c4eed7cd49dd8b2c9597d50c18bd154090f7b919cfa5f93cf22c49",
            "68854b0d7c2b3274723b5761f6fd9f5aec5f1bcd3f0de7c1669546fdb7871b7c",
        ),
    ),
    _separation(
        "htdemucs_6s",
        "separation into drums, bass, vocals, guitar, piano, other",
        "Hybrid Transformer Demucs with guitar and piano, which are added to other here.",
        "none published; experimental, and the piano is poor, as its authors say",
        _demucs(
            "htdemucs_6s.th", "5c90dfd2-34c22ccb", 54_996_327,
            "34c22ccb381c6f9fdbf324f04e1e2fe21aaaf293f5ded163a162697ff9a02ddd",
            "d2a1745f0744721f6b8ca5bf469b67c651ea5ed1b52998cab033b2158609d411",
        ),
    ),
    _descriptors(
        "discogs-effnet",
        "danceability, moods, genres, mood themes",
        "Discogs-EffNet with its classifiers for danceability, four moods, 400 genres and 56 moods and themes.",
        "accuracy by task, 5-fold, as published: danceability 0.97, aggressive 0.98, relaxed 0.91, sad 0.90, happy 0.87",
        _AGREED,
        *_network(
            "feature-extractors/discogs-effnet", "discogs-effnet-bs64-1", 18_366_619,
            "3ed9af50d5367c0b9c795b294b00e7599e4943244f4cbd376869f3bfc87721b1", 14_983,
        ),
        *_head("danceability", 514_458, "e1251f02cdc846445e2bc1fb3fe9963e32728c5c000e009188ae47c8963cb4c4"),
        *_head("mood_aggressive", 514_458, "7705284e3a67f23f04d3f2fd75e18a82c0e70db8875b7b6f7061f2432de80858"),
        *_head("mood_happy", 514_458, "de322aee7f4da29ecbd149c86e7964bd6fabe41ca85698a0be40a39d49e88633"),
        *_head("mood_relaxed", 514_458, "2c5aa6666b58fe80429a2dc677a135e9995922889b5a399af87d1c15f0ebb71d"),
        *_head("mood_sad", 514_458, "4865cba49968b6ec295db3e8af6b4a7bb506b1a646628b9f07ee9910d52df82c"),
        *_head("genre_discogs400", 2_057_977, "3885ba078a35249af94b8e5e4247689afac40deca4401a4bc888daf5a579c01c", 14_951),
        *_head("mtg_jamendo_moodtheme", 2_739_668, "03f2b047020aee4ab39f8880da7bdae2a36d06a1508d656c6d424ad4d6de07a9", 3_646),
    ),
    _descriptors(
        "danceability-vggish-audioset-1",
        "danceability",
        "A VGGish network for danceability. Discogs-EffNet is smaller and better at it.",
        "accuracy 0.94 on 306 tracks, 5-fold, as published",
        _FIRST_USE,
        *_network("classifiers/danceability", "danceability-vggish-audioset-1", 288_629_000, json_bytes=3_100),
    ),
    _descriptors(
        "tonal_atonal-vggish-audioset-1",
        "atonality",
        "A VGGish network that tells music with a key from music without one.",
        "accuracy 0.97 on 345 excerpts, 5-fold, as published",
        _FIRST_USE,
        *_network("classifiers/tonal_atonal", "tonal_atonal-vggish-audioset-1", 288_629_000, json_bytes=3_000),
    ),
    _descriptors(
        "msd-musicnn-1",
        "50 tags",
        "MusiCNN: the 50 commonest tags of the Million Song Dataset.",
        "as reported by Pons & Serra 2019 (musicnn)",
        _AGREED,
        *_network(
            "feature-extractors/musicnn", "msd-musicnn-1", 3_197_999,
            "cdea0722bcee7f731286843f2233e3aa69887bb5c3e2dce011eff55f38d04f3e", 3_000,
        ),
    ),
    Model(
        "audiobox-aesthetics",
        "descriptors",
        "content enjoyment, usefulness, complexity, production quality",
        "Audiobox Aesthetics: what listeners are expected to answer, from 1 to 10.",
        "as reported by Tjandra et al. 2025; hears nothing above 8 kHz and no stereo",
        "huggingface.co/facebook/audiobox-aesthetics (Meta)",
        "CC-BY-4.0",
        "free for any use, naming the authors",
        _HUB,
        (
            WeightsFile(
                "audiobox-aesthetics/model.safetensors", (f"{_AUDIOBOX}/model.safetensors",), 415_472_992,
                "a5a3c2412649cc2384ec525ffd5180ce6c4778f43bed6108e0a1303de04d014e", _HUB_HOSTS,
            ),
            WeightsFile("audiobox-aesthetics/config.json", (f"{_AUDIOBOX}/config.json",), 492, hosts=_HUB_HOSTS),
        ),
    ),
)  # fmt: skip

MODELS: Mapping[str, Model] = MappingProxyType({model.name: model for model in _ALL})


def known(name: str) -> Model:
    """Return a model by name.

    Raises
    ------
    UsageError
        There is no such model.
    """
    if name not in MODELS:
        raise UsageError("unknown-model", f"there is no model “{name}”", f"the models are {', '.join(MODELS)}")
    return MODELS[name]
