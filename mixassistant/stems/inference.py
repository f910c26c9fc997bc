"""Running Demucs' networks on segments: where, how many at once, and in what precision.

A device that runs out of memory gets fewer segments at once, then shorter ones, and then the processor takes over; each step is
kept as a sentence for the user. Sixteen bits are used where they are faster, and only after the networks gave the same on a piece
of this very mix as in 32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mixassistant.errors import MissingError
from mixassistant.i18n import _
from mixassistant.stems.convolutions import fast_convolutions
from mixassistant.stems.demucs_bag import Bag
from mixassistant.stems.device import batch_size, describe_device, free_memory, half_precision, is_out_of_memory, left_to_processor
from mixassistant.stems.segments import OverlapAdd, Plan

if TYPE_CHECKING:
    import torch

LEAST_SDR_DB = 40.0  # of 16 bits against 32, for every stem that is heard
HEARD_DB = -30.0  # relative to the loudest estimate; what is quieter is not judged by itself
MOST_PIECES = 4  # of a segment: 2 s, below which Demucs hears too little of the music
TRIAL_SHARE = 4  # the piece that precisions are compared on is this part of a segment

Tick = Callable[[float], None]


class Inference:
    """A bag of networks on a device.

    Parameters
    ----------
    bag : Bag
    device : str
        As `mixassistant.stems.device.pick_device` returns it.
    """

    def __init__(self, bag: Bag, device: str) -> None:
        import torch

        self.bag = bag
        self.pieces = 1
        self.notes: list[str] = []
        """What was not as it should be, as whole sentences."""
        self.precision = torch.float32
        self.precision_sdr_db: float | None = None
        """Of 16 bits against 32 on a piece of the mix; ``None`` where they were not compared."""
        self._tick: Tick = lambda _fraction: None
        self._calls, self._expected = 0, 1
        self.device, self.batch = device, batch_size(device)
        try:
            self._place(device)
        except (RuntimeError, MemoryError) as error:
            if device == "cpu":
                raise
            self._leave(is_out_of_memory(error))

    def _place(self, device: str) -> None:
        for network in self.bag.networks:
            network.to(device)

    def _leave(self, is_full: bool) -> None:
        """Go on with the processor."""
        import torch

        self.notes.append(left_to_processor(self.device, is_full))
        left, self.device, self.batch, self.pieces = self.device, "cpu", 1, 1
        self.precision, self.precision_sdr_db = torch.float32, None
        self._place("cpu")
        free_memory(left)

    @contextmanager
    def told(self, tick: Tick) -> Iterator[None]:
        """Let `tick` be called between the layers, with the fraction of an `estimate` that is done; it may raise."""
        import torch

        self._tick = tick
        with ExitStack() as hooks:
            for network in self.bag.networks:
                lists = [module for module in network.modules() if isinstance(module, torch.nn.ModuleList)]
                for layer in (layer for layers in lists for layer in layers):
                    # Not on every module: hooks inside attention turn its fast path off.
                    hooks.callback(layer.register_forward_pre_hook(self._between_layers).remove)
            yield

    def _between_layers(self, *_arguments: object) -> None:
        self._calls += 1
        self._tick(min(self._calls / self._expected, 1.0))

    def choose_precision(self, piece: torch.Tensor) -> None:
        """Take 16 bits where they are faster and give the same.

        Parameters
        ----------
        piece : torch.Tensor [shape=(2, samples)], float32
            A segment of the mix, of which the middle is compared; the loudest one hides nothing.
        """
        import torch

        self.precision, self.precision_sdr_db = torch.float32, None
        half = half_precision(self.device)
        if half is None:
            return
        length = piece.shape[1] // TRIAL_SHARE
        start = (piece.shape[1] - length) // 2
        middle = piece[None, :, start : start + length].contiguous()
        device = self.device
        whole = self._safely(lambda: self._networks(middle, length))
        if self.device != device:
            self.choose_precision(piece)
            return
        self.precision = half
        try:
            coarse = self._networks(middle, length)
        except (RuntimeError, MemoryError):
            # Some layer that this device cannot compute in 16 bits.
            self.precision = torch.float32
            return
        self.precision_sdr_db = sdr_between(whole[0], coarse[0])
        if not self.precision_sdr_db >= LEAST_SDR_DB:  # NaN is no good either
            self.precision = torch.float32

    def estimate(self, segments: torch.Tensor) -> torch.Tensor:
        """Return the roles in segments of the length that the networks were trained on.

        Parameters
        ----------
        segments : torch.Tensor [shape=(segments, 2, samples)], float32, on the processor

        Returns
        -------
        torch.Tensor [shape=(segments, roles, 2, samples)], float32, on `device`

        Raises
        ------
        MissingError
            Even the processor has too little memory.
        """
        return self._safely(lambda: self._in_batches(segments))

    def _safely(self, work: Callable[[], torch.Tensor]) -> torch.Tensor:
        """Do work, again with less at once wherever memory runs out, and on the processor where a device fails."""
        while True:
            self._calls, self._expected = 0, 1
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                is_full = is_out_of_memory(error)
                if not is_full and self.device == "cpu":
                    raise
            # Here the error is gone, and with it the frames that held on to the memory.
            if is_full:
                self._take_less()
            else:
                self._leave(is_full=False)

    def _take_less(self) -> None:
        free_memory(self.device)
        if self.batch > 1:
            self.batch //= 2
        elif self.pieces < MOST_PIECES:
            if self.pieces == 1:
                words = _("Memory was short with {device}: shorter segments were separated, which is a little less accurate.")
                self.notes.append(words.format(device=describe_device(self.device)))
            self.pieces *= 2
        elif self.device != "cpu":
            self._leave(is_full=True)
        else:
            raise MissingError(
                "out-of-memory", _("This machine has too little memory to separate"), _("Close other programs, or use --separator embedded")
            )

    def _in_batches(self, segments: torch.Tensor) -> torch.Tensor:
        import torch

        plan = Plan(segments.shape[-1], segments.shape[-1] // self.pieces)
        parts = [segments[start : start + self.batch] for start in range(0, segments.shape[0], self.batch)]
        self._expected = self._layers * len(parts) * (plan.count if self.pieces > 1 else 1)
        return torch.cat([self._in_pieces(part, plan) for part in parts])

    @property
    def _layers(self) -> int:
        import torch

        return sum(len(module) for network in self.bag.networks for module in network.modules() if isinstance(module, torch.nn.ModuleList))

    def _in_pieces(self, segments: torch.Tensor, plan: Plan) -> torch.Tensor:
        import torch

        if self.pieces == 1:
            return self._networks(segments, plan.segment)
        added, found = OverlapAdd(plan), []
        for index in range(plan.count):
            start = index * plan.stride - plan.lead(index)
            piece = segments[..., start : start + plan.segment]
            piece = torch.nn.functional.pad(piece, (0, plan.segment - piece.shape[-1]))
            found.append(added.add(self._networks(piece, plan.segment)[None]))
        return torch.cat(found, dim=-1)

    def _networks(self, segments: torch.Tensor, length: int) -> torch.Tensor:
        """Return the roles in segments of one length, by all networks."""
        import torch

        total: torch.Tensor | None = None
        segments = segments.to(self.device)
        for network, shares in zip(self.bag.networks, self.bag.shares, strict=True):
            found = self._forward(network, segments, length)
            mixed = torch.einsum("rs,bscn->brcn", torch.from_numpy(shares).to(found.device), found)
            total = mixed if total is None else total + mixed
        assert total is not None
        return total

    def _forward(self, network: Any, segments: torch.Tensor, length: int) -> torch.Tensor:
        import torch

        trained = network.segment
        half = self.precision != torch.float32
        try:
            # Demucs' own way to take shorter segments (``--segment``); longer ones than it was trained on it cannot.
            network.segment = Fraction(length, int(network.samplerate))
            with ExitStack() as modes:
                modes.enter_context(torch.inference_mode())
                if self.device == "cuda":
                    # The same mix gives the same stems; and 32 bits are 32, not the 19 of TensorFloat.
                    modes.enter_context(torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False))
                if half:
                    modes.enter_context(torch.autocast(self.device, self.precision))
                    if self.device == "cpu":
                        modes.enter_context(fast_convolutions(network))
                found: torch.Tensor = network(segments).float()
        finally:
            network.segment = trained
        if half and self.precision == torch.float16 and not bool(torch.isfinite(found).all()):
            # A number beyond what 16 bits hold: rare, and no reason to lose a song.
            self.precision = torch.float32
            return self._forward(network, segments, length)
        return found


def sdr_between(whole: torch.Tensor, coarse: torch.Tensor) -> float:
    """Return the lowest signal-to-distortion ratio in dB over the roles that are heard.

    Parameters
    ----------
    whole, coarse : torch.Tensor [shape=(roles, channels, samples)]
        In full precision, and in less.
    """
    import torch

    whole, coarse = whole.double(), coarse.double()
    power = whole.square().sum(dim=(1, 2))
    error = (whole - coarse).square().sum(dim=(1, 2))
    heard = power >= power.max() * 10 ** (HEARD_DB / 10)
    return float((10 * torch.log10(power / error.clamp(min=1e-30)))[heard].min())
