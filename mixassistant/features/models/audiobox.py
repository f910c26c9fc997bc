"""Audiobox Aesthetics (Tjandra et al. 2025): four scores from 1 to 10, with weights that the user brings.

The weights (CC BY 4.0) are ``model.safetensors`` with ``config.json`` from huggingface.co/facebook/audiobox-aesthetics, or
the older ``checkpoint.pt``. Only tensors and plain values are read from either; nothing in them is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mixassistant.bounded_json import read_json
from mixassistant.errors import MissingError
from mixassistant.features.models.wavlm import AXES, LAYERS, TICKS, aesthetics, encode
from mixassistant.progress import Progress, silent
from mixassistant.stems.weight_bounds import check_package, check_tensors, safetensors_header

if TYPE_CHECKING:
    from torch import Tensor

SAMPLE_RATE_HZ = 16_000
WINDOW = 10 * SAMPLE_RATE_HZ
SHORTEST = SAMPLE_RATE_HZ  # one second; the listeners heard ten
DESCRIPTORS: Mapping[str, str] = {
    "CE": "content_enjoyment",
    "CU": "content_usefulness",
    "PC": "production_complexity",
    "PQ": "production_quality",
}
STAGE = "Rating aesthetics"


class NoAesthetics(MissingError):
    """The weights are not there or are something else; the message is the reason for a value that is not there."""


@dataclass(frozen=True, eq=False)
class Aesthetics:
    """The model.

    Parameters
    ----------
    weights : mapping of str to Tensor
    scale : mapping of axis to (mean, standard deviation)
        Of the listeners' scores, by which the heads' answers are standardised.
    normalise : bool
        Whether embeddings are brought to unit length.
    """

    weights: Mapping[str, Tensor]
    scale: Mapping[str, tuple[float, float]]
    normalise: bool

    def rate(self, samples: NDArray[np.float32], progress: Progress = silent) -> dict[str, float]:
        """Rate a recording.

        Parameters
        ----------
        samples : np.ndarray [shape=(n,)], float32
            Mono at 16 kHz.
        progress : Progress
            Called twice a layer.

        Returns
        -------
        dict
            Scores by descriptor: the mean over windows of 10 s, weighted by their length.
        """
        import torch

        device = next(iter(self.weights.values())).device
        starts = range(0, samples.size, WINDOW)
        ticks, done = len(starts) * TICKS, 0

        def tick() -> None:
            nonlocal done
            done += 1
            progress(STAGE, done / ticks)

        total = dict.fromkeys(AXES, 0.0)
        with torch.inference_mode():
            for start in starts:
                piece = samples[start : start + WINDOW]
                wave = torch.zeros(1, WINDOW, device=device)
                wave[0, : piece.size] = torch.tensor(piece, dtype=torch.float32)
                padding = torch.arange(WINDOW, device=device)[None] >= piece.size
                scores = aesthetics(self.weights, *encode(self.weights, wave, padding, tick), self.normalise)
                for axis, score in scores.items():
                    mean, deviation = self.scale[axis]
                    total[axis] += (float(score[0]) * deviation + mean) * piece.size
        return {DESCRIPTORS[axis]: value / samples.size for axis, value in total.items()}


def files(folder: Path) -> list[Path]:
    """Return the files of the weights, where the folder has all of one of the two kinds."""
    new, old = [folder / "model.safetensors", folder / "config.json"], [folder / "checkpoint.pt"]
    return next((kind for kind in (new, old) if all(path.is_file() for path in kind)), [])


def load(folder: Path, device: str = "cpu") -> Aesthetics:
    """Load the model.

    Raises
    ------
    NoAesthetics
        The weights are not there, or the files hold something else.
    """
    found = files(folder)
    if not found:
        raise NoAesthetics("no-weights", f"needs model.safetensors and config.json of audiobox-aesthetics in {folder}")
    try:
        settings, tensors = _read_safetensors(*found) if len(found) == 2 else _read_checkpoint(*found)
        scale = {
            axis: (float(settings["target_transform"][axis]["mean"]), float(settings["target_transform"][axis]["std"])) for axis in AXES
        }
        if not settings.get("use_weighted_layer_sum", True):
            raise ValueError("the layers are not weighed")
        # Every name and size that the model needs is used once here, on a tenth of a second of silence.
        model = Aesthetics({name: tensor.float() for name, tensor in tensors.items()}, scale, bool(settings.get("normalize_embed", True)))
        _try_out(model.weights)
    except _damage() as error:
        raise NoAesthetics("not-weights", f"{found[0]} does not hold the weights of audiobox-aesthetics") from error
    return Aesthetics({name: tensor.to(device) for name, tensor in model.weights.items()}, scale, model.normalise)


def _try_out(weights: Mapping[str, Tensor]) -> None:
    import torch

    with torch.inference_mode():
        wave = torch.zeros(1, SAMPLE_RATE_HZ // 10)
        scores = aesthetics(weights, *encode(weights, wave, torch.zeros_like(wave, dtype=torch.bool), lambda: None), True)
    if f"wavlm_model.encoder.layers.{LAYERS}.fc1.weight" in weights or any(score.shape != (1,) for score in scores.values()):
        raise ValueError("another model")


def _read_safetensors(path: Path, config: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return settings and tensors as the hub publishes them."""
    from safetensors.torch import load_file

    settings = read_json(config)
    safetensors_header(path)
    return settings, load_file(path)


def _read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return settings and tensors of the older file, whose names begin with ``model.``."""
    import torch

    check_package(path)
    package = torch.load(path, map_location="cpu", weights_only=True)
    tensors = {name.removeprefix("model."): tensor for name, tensor in package["state_dict"].items()}
    check_tensors(tensors.values())
    return {**package["model_cfg"], "target_transform": package["target_transform"]}, tensors


def _damage() -> tuple[type[Exception], ...]:
    """Return the errors by which a file shows that it is damaged or something else."""
    from pickle import UnpicklingError

    from safetensors import SafetensorError

    readers = (UnpicklingError, SafetensorError, EOFError, OSError)
    return (*readers, RuntimeError, LookupError, ArithmeticError, TypeError, ValueError, AttributeError, AssertionError)
