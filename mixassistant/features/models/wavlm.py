"""The WavLM encoder (Chen et al. 2022, base size) with the heads of Audiobox Aesthetics, as functions of their weights.

Our own code, after the papers and the published implementations (WavLM: Microsoft, MIT; Audiobox Aesthetics: Meta, CC BY 4.0),
whose names of tensors it keeps and whose scores it must reproduce. Sizes are read from the weights themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    Weights = Mapping[str, Tensor]

AXES = ("CE", "CU", "PC", "PQ")
STRIDES = (5, 2, 2, 2, 2, 2, 2)  # of the seven convolutions: one step is 20 ms at 16 kHz
POSITION_GROUPS = 16
BUCKETS_SPAN = 800  # steps; farther than this, distances are told apart no more
LAYERS = 12
TICKS = 2 * (len(STRIDES) + LAYERS)  # for each call of `encode`


def encode(weights: Weights, waves: Tensor, padding: Tensor, tick: Callable[[], None]) -> tuple[list[Tensor], Tensor]:
    """Return every layer's output and which steps are padding.

    Parameters
    ----------
    weights : mapping
        Tensors under ``wavlm_model.``.
    waves : Tensor [shape=(batch, samples)]
        At 16 kHz.
    padding : Tensor of bool [shape=(batch, samples)]
    tick : callable
        Called `TICKS` times, twice a layer; may raise.

    Returns
    -------
    layers : list of Tensor [shape=(batch, steps, size)]
        The transformer's input and the output of each of its layers.
    padding : Tensor of bool [shape=(batch, steps)]
    """
    import torch
    from torch.nn import functional

    def norm(values: Tensor, name: str) -> Tensor:
        return functional.layer_norm(values, values.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"])

    def linear(values: Tensor, name: str) -> Tensor:
        return functional.linear(values, weights[f"{name}.weight"], weights[f"{name}.bias"])

    x = waves[:, None]
    convolutions = "wavlm_model.feature_extractor.conv_layers"
    for i, stride in enumerate(STRIDES):
        x = functional.conv1d(x, weights[f"{convolutions}.{i}.0.weight"], stride=stride)
        tick()
        if i == 0:  # each channel by itself
            x = functional.group_norm(x, x.shape[1], weights[f"{convolutions}.0.2.weight"], weights[f"{convolutions}.0.2.bias"])
        x = functional.gelu(x)
        tick()
    x = norm(x.transpose(1, 2), "wavlm_model.layer_norm")
    steps = x.shape[1]
    whole = padding[:, : padding.shape[1] - padding.shape[1] % steps]
    padded = whole.reshape(len(waves), steps, -1).all(dim=-1)
    if "wavlm_model.post_extract_proj.weight" in weights:
        x = linear(x, "wavlm_model.post_extract_proj")
    x = x.masked_fill(padded[..., None], 0.0)

    position = "wavlm_model.encoder.pos_conv.0"
    direction = weights[f"{position}.weight_v"]
    kernel = weights[f"{position}.weight_g"] * direction / direction.norm(dim=(0, 1), keepdim=True)
    moved = functional.conv1d(x.transpose(1, 2), kernel, weights[f"{position}.bias"], padding=kernel.shape[-1] // 2, groups=POSITION_GROUPS)
    # An even kernel yields one step too many.
    x = norm(x + functional.gelu(moved[..., :steps]).transpose(1, 2), "wavlm_model.encoder.layer_norm")

    layers = [x]
    bias = weights["wavlm_model.encoder.layers.0.self_attn.relative_attention_bias.weight"][_buckets(weights, steps, x.device)].permute(
        2, 0, 1
    )
    blocked = torch.zeros_like(padded, dtype=x.dtype).masked_fill(padded, -torch.inf)[:, None, None]
    for i in range(LAYERS):
        name = f"wavlm_model.encoder.layers.{i}"
        attention = f"{name}.self_attn"
        scale = weights[f"{attention}.grep_a"]  # [1, heads, 1, 1]
        split = (len(x), steps, scale.shape[1], -1)
        # The distance between two steps counts more or less, as the step itself decides (a gate per head).
        gates = linear(x.view(split).transpose(1, 2), f"{attention}.grep_linear")
        one, two = torch.sigmoid(gates.view(*gates.shape[:3], 2, 4).sum(-1)).chunk(2, dim=-1)
        mask = (one * (two * scale - 1.0) + 2.0) * bias + blocked
        query, key, value = (linear(x, f"{attention}.{part}_proj").view(split).transpose(1, 2) for part in "qkv")
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = norm(x + linear(attended.transpose(1, 2).flatten(2), f"{attention}.out_proj"), f"{name}.self_attn_layer_norm")
        tick()
        x = norm(x + linear(functional.gelu(linear(x, f"{name}.fc1")), f"{name}.fc2"), f"{name}.final_layer_norm")
        layers.append(x)
        tick()
    return layers, padded


def _buckets(weights: Weights, steps: int, device: object) -> Tensor:
    """Return the bucket of the distance between every two steps (T5's: exact when near, logarithmic when far)."""
    import torch

    half = weights["wavlm_model.encoder.layers.0.self_attn.relative_attention_bias.weight"].shape[0] // 2
    exact = half // 2
    places = torch.arange(steps, device=device)  # type: ignore[call-overload]
    signed = places[None, :] - places[:, None]
    distance = signed.abs()
    far = exact + (torch.log(distance.float() / exact) / math.log(BUCKETS_SPAN / exact) * (half - exact)).clamp(min=0).long()
    buckets: Tensor = (signed > 0).long() * half + torch.where(distance < exact, distance, far.clamp(max=half - 1))
    return buckets


def aesthetics(weights: Weights, layers: Sequence[Tensor], padding: Tensor, normalise: bool) -> dict[str, Tensor]:
    """Return the heads' standardised scores by axis, each ``[shape=(batch,)]``."""
    import torch
    from torch.nn import functional

    stacked = torch.stack(tuple(layers), dim=-1)  # batch, steps, size, layers
    kept = (~padding)[..., None].to(stacked.dtype)
    scores = {}
    for axis in AXES:
        embedding = (stacked @ torch.softmax(weights[f"layer_weights.{axis}"], dim=-1) * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1)
        if normalise:
            embedding = functional.normalize(embedding, dim=-1)
        scores[axis] = _perceptron(weights, f"proj_layer.{axis}", embedding).squeeze(-1)
    return scores


def _perceptron(weights: Weights, name: str, x: Tensor) -> Tensor:
    """Run linear layers with GELU between them, and layer norms where there are some; dropout holds no weights."""
    from torch.nn import functional

    places = sorted({int(key.split(".")[2]) for key in weights if key.startswith(f"{name}.")})
    for count, place in enumerate(places):
        weight, bias = weights[f"{name}.{place}.weight"], weights[f"{name}.{place}.bias"]
        if weight.ndim == 1:
            x = functional.layer_norm(x, x.shape[-1:], weight, bias)
        else:
            x = functional.linear(functional.gelu(x) if count else x, weight, bias)
    return x
