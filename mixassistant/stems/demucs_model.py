"""Separation by Hybrid Transformer Demucs: htdemucs, htdemucs_ft (four networks), htdemucs_6s (guitar and piano join other).

The mix is brought to zero mean and unit variance as in training, and the estimate back by the same factor: no stem is scaled
on its own, so that their relative levels stay. The mix goes through segment by segment, and what is finished is written at once:
an hour needs the memory of a few segments, and a separation that was cut off goes on where it was.

References
----------
S. Rouard, F. Massa, A. Défossez, Hybrid Transformers for Music Source Separation, ICASSP 2023;
https://github.com/adefossez/demucs (``demucs.api.Separator``)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.source import Source, Spool, resampled
from mixassistant.audio.write import output_error
from mixassistant.i18n import _
from mixassistant.progress import Progress, part, silent
from mixassistant.stems import weights
from mixassistant.stems.demucs_bag import load_bag
from mixassistant.stems.device import describe_device, pick_device
from mixassistant.stems.heap import memory_kept
from mixassistant.stems.inference import Inference
from mixassistant.stems.segments import Normal, OverlapAdd, Plan, Told
from mixassistant.stems.stem import ROLES, Role
from mixassistant.stems.stem_files import RESIDUAL, Shape, StemFiles, residual_of

__all__ = ["DemucsSeparator", "SeparationReport"]

WAIT_S = 0.1  # between two calls of progress while the disk is slow
LEAST_SEGMENTS = 4  # below which comparing precisions costs more than it gains


@dataclass(frozen=True)
class SeparationReport:
    """How a mix was separated.

    Parameters
    ----------
    device : str
        For people, to stand after “with”.
    precision : {"float32", "bfloat16", "float16"}
    precision_sdr_db : float or None
        Of 16 bits against 32 on a piece of the mix, for the worst stem; ``None`` where they were not compared.
    segments : int
        How many were separated; fewer than there are where an earlier run had made the others.
    notes : tuple of str
        Whole sentences on what was not as it should be.
    """

    device: str
    precision: str
    precision_sdr_db: float | None
    segments: int
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return a document of it."""
        sdr = None if self.precision_sdr_db is None else round(self.precision_sdr_db, 1)
        return {"device": self.device, "precision": self.precision, "precision_sdr_db": sdr, "notes": list(self.notes)}


class DemucsSeparator:
    """A separator around Demucs' networks; the weights are read at the first separation.

    Parameters
    ----------
    path : Path
        Of the checkpoint, ``.th`` or ``.safetensors``, or of a folder with those of a bag.
    model : str
        Its name, for `origin`.
    device : str
        As `mixassistant.stems.device.pick_device` takes it.
    """

    def __init__(self, path: Path, model: str, device: str = "auto") -> None:
        self.path = path
        self.origin = f"demucs:{model}"
        self.device = pick_device(device)
        self.report: SeparationReport | None = None
        """How the last mix was separated."""
        self._inference: Inference | None = None
        self._checksum = ""

    @property
    def version(self) -> str:
        """The checksum of the weights."""
        self._checksum = self._checksum or weights.checksum_of(self.path)
        return self._checksum

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        """Return one stem per role, at the mix's own sample rate, channels, length and level.

        They lie in temporary files that are gone with the last of them.

        Raises
        ------
        InputError
            The checkpoint cannot be used.
        MissingError
            The machine has too little memory.
        OutputError
            The disk of temporary files is full.
        Cancelled
            `progress` raised it; it is called within every segment.
        """
        try:
            files = self.separate_into(None, mix, progress)
        except OSError as error:
            raise output_error(Path(error.filename or _("temporary files")), error) from error
        with ExitStack() as closing:
            closing.callback(files.close)
            return {role: files.audio(role) for role in ROLES}

    def separate_into(self, folder: Path | None, mix: Audio, progress: Progress = silent) -> StemFiles:
        """Separate into files: the roles, and ``residual``, which is what they leave out of the mix.

        Parameters
        ----------
        folder : Path, optional
            Where to keep them; a separation of the same mix by the same weights that was cut off there goes on.
        mix : Audio
        progress : Progress

        Raises
        ------
        OSError
            The folder cannot be written.
        InputError, MissingError, Cancelled
            As for `separate`.
        """
        progress(_("Separating"), 0.0)
        self._inference = self._inference or Inference(load_bag(self.path), self.device)
        rate, length = self._inference.bag.sample_rate_hz, mix.length
        shape = Shape((*ROLES, RESIDUAL), mix.channels, length, mix.sample_rate_hz)
        making = {"weights": self.version, "overlap": "0.25"}
        with ExitStack() as unless_done:
            if mix.sample_rate_hz == rate:
                files = StemFiles(shape, folder, making)
                unless_done.callback(files.close)
                self._run(mix, mix, files, progress)
            else:
                source = Spool(resampled(Told(mix, part(progress, 0.0, 0.02, _("Changing the sample rate"))), rate), rate)
                unless_done.callback(source.close)
                shape_inside = Shape(ROLES, mix.channels, source.length, rate)
                inside = StemFiles(shape_inside, folder and folder.with_name(f"{folder.name}-network-rate"), making)
                unless_done.callback(inside.close)
                self._run(None, source, inside, part(progress, 0.02, 0.95))
                files = StemFiles(shape, folder, making, resume=False)
                unless_done.callback(files.close)
                _back_to_rate(inside, mix, files, part(progress, 0.95, 1.0, _("Changing the sample rate")))
                unless_done.pop_all()
                source.close()
                inside.discard()
            unless_done.pop_all()
        progress(_("Separating"), 1.0)
        return files

    def _run(self, mix: Audio | None, source: Source, files: StemFiles, progress: Progress) -> None:
        """Separate a source at the networks' rate into files, with the residual where the mix is at that rate too."""
        import torch

        inference = self._inference
        assert inference is not None
        inference.notes.clear()
        plan = Plan(source.length, inference.bag.segment)
        # The segment before the first that is missing lends its tail.
        first = max(files.done // plan.stride - 1, 0) if files.done < source.length else plan.count
        normal = Normal(source, plan.stride, part(progress, 0.0, 0.01, _("Separating")))

        def cut(indices: Iterable[int]) -> torch.Tensor:
            return torch.from_numpy(np.stack([plan.cut(normal, index) for index in indices]))

        done = 0.01
        stage = _stage(inference)

        def tell(start: float, share: float, fraction: float) -> None:
            nonlocal done
            done = max(done, start + share * fraction)
            progress(stage, done)

        device = ""
        index = first
        added = OverlapAdd(plan, first)
        with ThreadPoolExecutor(1) as writer, memory_kept():
            writing: Future[None] | None = None
            while index < plan.count:
                if device != inference.device:
                    device, stage = inference.device, _stage(inference)
                    if plan.count - index >= LEAST_SEGMENTS:
                        with inference.told(partial(tell, done, 0.0)):
                            inference.choose_precision(cut([normal.loudest])[0])
                count = min(inference.batch, plan.count - index)
                start, share = 0.01 + 0.98 * index / plan.count, 0.98 * count / plan.count
                with inference.told(partial(tell, start, share)):
                    estimate = inference.estimate(cut(range(index, index + count)))
                finished = added.add(estimate) * float(normal.deviation)
                at = index * plan.stride
                if files.shape.channels == 1:
                    finished = finished.mean(dim=1, keepdim=True)
                samples = finished.cpu().numpy()[..., max(files.done - at, 0) if index == first else 0 :]
                _wait_for(writing, partial(tell, done, 0.0, 0.0))
                writing = writer.submit(_write, files, mix, samples)
                index += count
            _wait_for(writing, partial(tell, done, 0.0, 0.0))
        self.report = SeparationReport(
            describe_device(inference.device),
            str(inference.precision).removeprefix("torch."),
            inference.precision_sdr_db,
            plan.count - first,
            tuple(inference.notes),
        )


def _stage(inference: Inference) -> str:
    return _("Separating with {device}").format(device=describe_device(inference.device))


def _wait_for(writing: Future[None] | None, tell: Callable[[], None]) -> None:
    """Wait for what is being written, however long a slow disk takes; raise its error."""
    if writing is not None:
        while not wait([writing], WAIT_S).done:
            tell()
        writing.result()


def _write(files: StemFiles, mix: Audio | None, samples: Samples) -> None:
    """Append stems ``[shape=(roles, channels, samples)]``, and what they leave out of the mix where there is one."""
    blocks: dict[str, Samples] = dict(zip(ROLES, samples, strict=True))
    if mix is not None:
        blocks[RESIDUAL] = residual_of(mix.read(files.done, files.done + samples.shape[2]), blocks)
    files.append(blocks)


def _back_to_rate(inside: StemFiles, mix: Audio, files: StemFiles, progress: Progress) -> None:
    """Write stems at the mix's own sample rate and length."""
    streams = [resampled(Told(inside.part(role), progress), mix.sample_rate_hz) for role in ROLES]
    for blocks in zip(*streams, strict=True):
        keep = mix.length - files.done
        _write(files, mix, np.stack([block[:, :keep] for block in blocks]))
    if files.done < mix.length:
        _write(files, mix, np.zeros((len(ROLES), mix.channels, mix.length - files.done), np.float32))
