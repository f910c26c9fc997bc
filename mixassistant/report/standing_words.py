"""Where a mix stands, in words: names and units of the dimensions, and one sentence a place, the number first.

The ranges are the references' own, or those of finished songs where no reference has a value; never a blend.
"""

from __future__ import annotations

from mixassistant.features.bands import BROAD_HZ
from mixassistant.i18n import _
from mixassistant.profiles.standing import FEW, TONE, Stand
from mixassistant.report.wording import decimals_of, frequency, number, role_name, whose_text, with_unit

MARKS = {("edge", False): "▽", ("edge", True): "△", ("outside", False): "▼", ("outside", True): "▲"}
"""By where it lies and whether above: what is inside has no mark."""


def dimension_name(dimension: str) -> str:
    """Return a dimension for people: ``"Level"``, ``"Brilliance (5.6–22 kHz)"``."""
    short = short_name(dimension)
    if dimension not in TONE:
        return {"dynamic_spread": _("Dynamic spread"), "crest": _("Crest factor"), "width": _("Stereo width")}.get(dimension, short)
    low, high = (frequency(hz, 2) for hz in BROAD_HZ[dimension.partition("/")[2]])
    unit = "\u00a0" + high.partition("\u00a0")[2]
    return f"{short} ({low.removesuffix(unit)}–{high})"


def short_name(dimension: str) -> str:
    """Return a dimension in a word or two, for narrow columns."""
    return {
        "lufs": _("Loudness"), "level": _("Level"), "tone/sub": _("Sub"), "tone/bass": _("Bass"), "tone/low_mids": _("Low mids"),
        "tone/mids": _("Mids"), "tone/upper_mids": _("Upper mids"), "tone/presence": _("Presence"), "tone/brilliance": _("Brilliance"),
        "dynamic_spread": _("Spread"), "crest": _("Crest"), "width": _("Width"), "low_mono_share": _("Mono low end"),
    }[dimension]  # fmt: skip


def decimals(dimension: str) -> int:
    """Return the decimals that a dimension is shown with."""
    return 1 if dimension in TONE else decimals_of(dimension)


def value_text(stand: Stand) -> str:
    """Return a value with its unit: ``"−9.1 LU"``."""
    return with_unit(stand.value, decimals(stand.dimension), stand.unit)


def ends_text(stand: Stand, ends: tuple[float, float]) -> str:
    """Return two ends without their unit: ``"−10.2 to −7.9"``."""
    low, high = (number(end, decimals(stand.dimension)) for end in ends)
    return _("{low} to {high}").format(low=low, high=high)


def range_name(stand: Stand) -> str:
    """Say what the range of a stand is: the references' own, or that of finished songs."""
    if stand.of == 0:
        return _("Finished songs, 10–90\u00a0%")
    if stand.of > FEW:
        return _("References, 10–90\u00a0%")
    return _("Your reference") if stand.of == 1 else _("References, least to most")


def mark(stand: Stand) -> str:
    """Return the mark of a stand: a hollow triangle at the edge, a filled one outside, up above and down below; empty inside."""
    return MARKS.get((stand.where, stand.value > stand.middle), "")


def from_middle_half(stand: Stand) -> float:
    """Return how far a value lies from the middle half: above it positive, below it negative, inside 0; in its unit."""
    low, high = stand.middle_half
    return max(stand.value - high, 0.0) - max(low - stand.value, 0.0)


def _shown_gap(stand: Stand) -> float:
    """Return how far a value lies from the middle half as it is shown: what is rounded to nothing is none."""
    return round(from_middle_half(stand), decimals(stand.dimension))


def gap_text(stand: Stand, gap: float) -> str:
    """Return a difference without its sign, in the unit of differences: ``"3.4 LU"``."""
    return with_unit(abs(gap), decimals(stand.dimension), "LU" if stand.unit == "LUFS" else stand.unit)


def compared_text(stand: Stand, others: str) -> str:
    """Say that a value is less or more than others', in the dimension's own word: ``"quieter than 9 of 10 references"``."""
    less, more = {
        "lufs": (_("quieter than {others}"), _("louder than {others}")),
        "level": (_("quieter than {others}"), _("louder than {others}")),
        "dynamic_spread": (_("steadier than {others}"), _("less steady than {others}")),
        "crest": (_("flatter than {others}"), _("more peaked than {others}")),
        "width": (_("narrower than {others}"), _("wider than {others}")),
    }.get(stand.dimension, (_("less than {others}"), _("more than {others}")))
    return (less if stand.value < stand.middle else more).format(others=others)


def rank_text(stand: Stand) -> str:
    """Say how many references, or how many finished songs in general, a value lies beyond."""
    is_below = stand.value < stand.middle
    if stand.of == 1:
        return _("as in your reference") if stand.value == stand.middle else compared_text(stand, _("your reference"))
    if stand.of:
        beyond = stand.of - stand.rank if is_below else stand.rank
        if not beyond:  # they all measure the same
            return _("as in your references")
        return compared_text(stand, _("{count} of {of} references").format(count=beyond, of=stand.of))
    if stand.outside_by:
        return compared_text(stand, _("nine in ten finished songs"))
    if _shown_gap(stand):
        return compared_text(stand, _("three in four finished songs"))
    return _("in the middle half of finished songs")


def place_text(stand: Stand) -> str:
    """Say how far a value lies from the middle half: ``"3.4 LU below their middle half"``."""
    gap = _shown_gap(stand)
    if gap == 0:
        return _("inside their middle half") if stand.of != 1 else _("no difference")
    if stand.of == 1:
        text = _("{gap} above it") if gap > 0 else _("{gap} below it")
    else:
        text = _("{gap} above their middle half") if gap > 0 else _("{gap} below their middle half")
    return text.format(gap=gap_text(stand, gap))


def where_text(stand: Stand) -> str:
    """Say in a few words where a value lies: ``"1.6 LU below the range"``, ``"0.8 LU below the middle half"``, ``"inside"``."""
    if stand.where == "inside":
        return _("inside")
    gap = stand.outside_by if stand.where == "outside" else from_middle_half(stand)
    if stand.where == "outside":
        text = _("{gap} above the range") if gap > 0 else _("{gap} below the range")
    else:
        text = _("{gap} above the middle half") if gap > 0 else _("{gap} below the middle half")
    return text.format(gap=gap_text(stand, gap))


def stage_name(stage: str) -> str:
    """Return a stage for people."""
    return {"rough": _("Rough mix"), "working": _("In progress"), "finished": _("Finished")}[stage]


def what_text(stand: Stand) -> str:
    """Name a place and a dimension: ``"Vocals, level"``."""
    name = dimension_name(stand.dimension)
    return f"{role_name(stand.place.role)}, {name[:1].lower()}{name[1:]}"


def stand_text(stand: Stand) -> str:
    """Return where a place stands, the number first: ``"Vocals, level: −9.1 LU, quieter than 9 of 10 references (3.4 LU below …)"``."""
    return _("{what}: {value}, {rank} ({gap})").format(
        what=what_text(stand), value=value_text(stand), rank=rank_text(stand), gap=place_text(stand)
    )


def outside_text(stand: Stand) -> str:
    """Say what lies outside its range, and by how much: ``"Drums 1.6 LU quieter than the quietest tenth of your references"``."""
    is_above, gap = stand.outside_by > 0, gap_text(stand, stand.outside_by)
    if stand.dimension in ("level", "lufs"):
        text = _("{place} {gap} louder than {edge}") if is_above else _("{place} {gap} quieter than {edge}")
        return text.format(place=role_name(stand.place.role), gap=gap, edge=_edge(stand, _("loudest") if is_above else _("quietest")))
    text = _("{what}: {gap} above {edge}") if is_above else _("{what}: {gap} below {edge}")
    return text.format(what=what_text(stand), gap=gap, edge=_edge(stand, _("highest") if is_above else _("lowest")))


def _edge(stand: Stand, end: str) -> str:
    """Name the end of a range: ``"the quietest tenth of your references"``, ``"the quietest of your 3 references"``."""
    if stand.of == 0:
        return _("the {end} tenth of finished songs").format(end=end)
    if stand.of > FEW:
        return _("the {end} tenth of your references").format(end=end)
    return whose_text(1) if stand.of == 1 else _("the {end} of {whose}").format(end=end, whose=whose_text(stand.of))
