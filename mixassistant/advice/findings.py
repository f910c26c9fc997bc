"""What a check has found, as values: each finding with the numbers and names that its sentence tells.

Numbers are as they were measured; `mixassistant.advice.sentences` rounds them to what can be heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mixassistant.stems.place import Place

Side = Literal["left", "right"]


@dataclass(frozen=True)
class OverCompressed:
    """A stem is denser than the evidence; the check's evidence says by how much."""


@dataclass(frozen=True)
class OutOfStep:
    """The song's other version holds another part of it."""

    version: str


@dataclass(frozen=True)
class LeftOut:
    """What plays in these roles is too different from the song's other version."""

    version: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Usual:
    """Where the songs lie that a mix is compared with; `low` is `high` of a single reference.

    Parameters
    ----------
    low, high : float
    references : int
        How many.
    is_theirs : bool
        Whether it is what they measure themselves, and not where nine of ten such songs lie.
    """

    low: float
    high: float
    references: int
    is_theirs: bool


@dataclass(frozen=True)
class LimitedHarder:
    """Peaks stand lower over the loudness (LU, of `descriptor`) than in the song's other version."""

    version: str
    descriptor: str
    measured_lu: float
    theirs_lu: float


@dataclass(frozen=True)
class Limited:
    """Peaks hardly stand over the loudness (LU, of `descriptor`), and lower than usual where that is given."""

    descriptor: str
    measured_lu: float
    usual: Usual | None


@dataclass(frozen=True)
class Loud:
    """Louder than it will be played; by how much to turn it down, or None where a limiter has made it so."""

    measured_lufs: float
    usual: Usual
    turn_down_db: float | None


@dataclass(frozen=True)
class Quiet:
    """Quieter than the range.

    Parameters
    ----------
    measured_lufs : float
    usual : Usual
    fits_broadcast : bool
    turn_up_db : float
        As far as the peaks and the loudness of streaming allow.
    held_back_lu : float or None
        How far under the loudness of streaming it stays then, where that is much.
    """

    measured_lufs: float
    usual: Usual
    fits_broadcast: bool
    turn_up_db: float
    held_back_lu: float | None


@dataclass(frozen=True)
class VoiceOff:
    """The lead vocal lies too far under or over the accompaniment."""

    ratio_lu: float
    usual: Usual
    is_quiet: bool


@dataclass(frozen=True)
class SilentChannel:
    """One channel is silent."""


@dataclass(frozen=True)
class MissingChannel:
    """The mix is mono and its stems are not."""


@dataclass(frozen=True)
class OneSided:
    """One side is missing for a while; `end_s` or `begin_s` is None where that reaches the song's end or start.

    Parameters
    ----------
    side : Side
        That is missing.
    under_db : float or None
        How far under the other; None: silent.
    begin_s, end_s : float or None
    others : int
        More such places.
    """

    side: Side
    under_db: float | None
    begin_s: float | None
    end_s: float | None
    others: int


@dataclass(frozen=True)
class Inverted:
    """One channel is upside down against the other: all of it, or its low end."""

    is_whole: bool


@dataclass(frozen=True)
class Opposed:
    """A stem is upside down against another of the same source; what the sum gains in a band when one is flipped."""

    other: Place
    gain_db: float
    low_hz: float
    high_hz: float


@dataclass(frozen=True)
class Clipping:
    """Full scale is reached in so many places."""

    count: float


@dataclass(frozen=True)
class FlatTops:
    """Peaks are cut off below full scale."""

    count: float
    peak_dbfs: float


@dataclass(frozen=True)
class TruePeak:
    """True peaks reach higher than lossy encoders stand."""

    peak_dbtp: float


@dataclass(frozen=True)
class MonoLoss:
    """So much is lost on a mono loudspeaker."""

    loss_lu: float


@dataclass(frozen=True)
class LowRate:
    """The sample rate is too low for the treble."""

    rate_hz: int


@dataclass(frozen=True)
class Offset:
    """A constant under the sound, as a share of full scale."""

    share: float


@dataclass(frozen=True)
class Hum:
    """Mains hum and its harmonics."""

    hum_hz: float
    below_music_db: float


@dataclass(frozen=True)
class Breaks:
    """Clicks or dropouts, and when the sound has them."""

    kind: Literal["click", "dropout"]
    times_s: tuple[float, ...]


@dataclass(frozen=True)
class CutOff:
    """The spectrum ends like a wall."""

    hz: float


@dataclass(frozen=True)
class CutSound:
    """The file begins or ends in the middle of a sound, with a step of its first or last sample."""

    end: Literal["start", "end"]
    step_dbfs: float


@dataclass(frozen=True)
class Sibilance:
    """S-sounds are so much louder than the loud notes."""

    sharp_db: float


@dataclass(frozen=True)
class Resonance:
    """A frequency rings whatever is played, so far over what surrounds it."""

    hz: float
    over_db: float


@dataclass(frozen=True)
class SectionLevel:
    """A role lies otherwise in one kind of section than in the rest of the song, and otherwise than in the references.

    Parameters
    ----------
    kind : str
        Of section: ``"chorus"``.
    gap_lu : float
        How much higher it lies there against the other roles than elsewhere.
    usual_lu : (float, float)
        The same in the references, from the least to the most.
    having, of : int
        References in which it can be told, and all of them.
    times_s : tuple of float
        Where these sections begin.
    is_guess : bool
        Whether the sections' kinds are guessed.
    off_lu : float
        How much higher than usual.
    """

    kind: str
    gap_lu: float
    usual_lu: tuple[float, float]
    having: int
    of: int
    times_s: tuple[float, ...]
    is_guess: bool
    off_lu: float


Finding = (
    OverCompressed | OutOfStep | LeftOut | LimitedHarder | Limited | Loud | Quiet | VoiceOff | SilentChannel | MissingChannel | OneSided
    | Inverted | Opposed | Clipping | FlatTops | TruePeak | MonoLoss | LowRate | Offset | Hum | Breaks | CutOff | CutSound | Sibilance
    | Resonance | SectionLevel
)  # fmt: skip
