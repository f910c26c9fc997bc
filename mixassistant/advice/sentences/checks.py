"""A check as sentences: what was found, with its numbers, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from mixassistant.advice import findings as found
from mixassistant.advice.sentences.headline import place_name
from mixassistant.advice.sentences.phrases import (
    called,
    decibels,
    exact_frequency,
    in_sentence,
    joined,
    number,
    spoken,
    too_dense,
)
from mixassistant.advice.standards import ALBUM_LUFS, CHARTS_LU, OVER_LIMITED_PSR_LU, PEAK_LIMIT_DBTP, TRACK_LUFS
from mixassistant.advice.suggestion import Check
from mixassistant.i18n import _
from mixassistant.stems.place import Place

MOST_NAMED = 3  # stems with the same fault
MOST_TIMES = 4  # moments that are told


def check_sentence(check: Check) -> str:
    """Say what is worth checking."""
    match check.finding:
        case found.OverCompressed():
            assert check.evidence is not None
            text = _("{target}: {dense} Go back to a less compressed version if you have one.")
            return text.format(target=place_name(check.target), dense=too_dense(check.evidence))
        case found.OutOfStep(version):
            return _(
                "“{version}” does not hold the same part of the song as this mix: one has music where the other has none. So small "
                "differences of tone and level cannot be told from what is played, and nothing is said of compression and masking. Export "
                "both from the same bar to the same bar."
            ).format(version=version)
        case found.LeftOut(version, roles):
            return _(
                "Left out of the comparison with “{version}”: {roles}. What plays there is too different: other stems in that role, "
                "or processed very differently. Give each stem the same role in both."
            ).format(version=version, roles=joined([in_sentence(role) for role in roles]))
        case found.LimitedHarder() | found.Limited() | found.Loud() | found.Quiet() | found.VoiceOff() as finding:
            return _of_delivery(finding)
        case found.SectionLevel() as finding:
            return _of_sections(check, finding)
        case fault:
            is_mix = check.target.place.role == "mix"
            where = _("In the mix") if is_mix else _("On {stem}").format(stem=called(check.target.name, check.target.place.role))
            shows, remedy = _fault(fault, is_mix)
            text = _("{where}, {shows}: {remedy}.").format(where=where, shows=shows, remedy=remedy)
            return f"{text} {_also(check.also)}" if check.also else text


def _also(stems: Sequence[Place]) -> str:
    names = [called(place.stem, place.role) for place in stems]
    if len(names) <= MOST_NAMED:
        return _("The same is true of {stems}.").format(stems=", ".join(names))
    shown = names[: MOST_NAMED - 1]
    return _("The same is true of {stems} and {count} more.").format(stems=", ".join(shown), count=len(names) - len(shown))


def _of_delivery(finding: found.LimitedHarder | found.Limited | found.Loud | found.Quiet | found.VoiceOff) -> str:
    match finding:
        case found.LimitedHarder(version, descriptor, measured, theirs):
            return _(
                "The mix is limited harder than your other version of this song, “{version}”, by about {more}: its peaks stand {measured} "
                "LU over {stretch}, there {theirs} LU. Work on the version before the limiter, and limit last."
            ).format(
                version=version, more=decibels(theirs - measured), measured=number(measured), stretch=_stretch(descriptor),
                theirs=number(theirs),
            )  # fmt: skip
        case found.Limited(descriptor, measured, usual):
            return _(
                "The mix is limited hard: its peaks stand only {measured} LU over {stretch} (limiting is heard below {heard:g} LU){usual}. "
                "Work on the version before the limiter, and limit last."
            ).format(
                measured=number(measured), stretch=_stretch(descriptor), heard=OVER_LIMITED_PSR_LU,
                usual="" if usual is None else f"; {_usual(usual, 'LU')}",
            )  # fmt: skip
        case found.Loud(measured, usual, turn_down_db):
            remedy = _("Limit less: it will be played as loud, with more punch.")
            if turn_down_db is not None:  # nothing was limited: it only is turned up too far
                remedy = _("Turn the whole mix down by {gain}: nothing is lost.").format(gain=decibels(turn_down_db))
            return _(
                "The mix is louder than it will be played: at {measured} LUFS streaming services turn it down by {track:.1f} LU as a track "
                "({track_lufs} LUFS) and by {album:.1f} LU as the loudest of an album ({album_lufs} LUFS, AES TD1008), while {usual}. "
                "{remedy}"
            ).format(
                measured=number(measured), track=measured - TRACK_LUFS, track_lufs=number(TRACK_LUFS), album=measured - ALBUM_LUFS,
                album_lufs=number(ALBUM_LUFS), usual=_usual(usual, "LUFS"), remedy=remedy,
            )  # fmt: skip
        case found.Quiet():
            return _quiet(finding)
        case found.VoiceOff(ratio, usual, is_quiet):
            remedy = (
                _("lift it, or make room for it in the accompaniment") if is_quiet else _("turn it down, or bring the accompaniment up")
            )
            return _(
                "The lead vocal lies {ratio} the accompaniment; in {whose} it lies {usual} (charts: about {charts} it): {remedy}, if that "
                "is not meant."
            ).format(ratio=_beside(ratio), whose=_whose(usual), usual=_beside_it(usual), charts=_beside(CHARTS_LU), remedy=remedy)
        case _ as never:
            assert_never(never)


def _of_sections(check: Check, finding: found.SectionLevel) -> str:
    """Say in which sections a role sinks or rises, by how much, and what is usual."""
    where = {"chorus": _("in the choruses"), "verse": _("in the verses")}[finding.kind]
    is_one = check.target.place.role == "bass" or check.target.name.lower() != check.target.place.role
    one, many = (_("sinks"), _("sink")) if finding.gap_lu < 0 else (_("rises"), _("rise"))
    name = spoken(check.target)
    start = _("{name} {moves} by {gap} LU {where} ({times}) against everything else").format(
        name=name[:1].upper() + name[1:], moves=one if is_one else many, gap=number(abs(finding.gap_lu)), where=where,
        times=", ".join(_minutes(s) for s in finding.times_s[:MOST_TIMES]),
    )  # fmt: skip
    low, high = (("+" if round(end, 1) > 0 else "") + number(end) for end in finding.usual_lu)
    usual = _("{having} of your {of} references change by {low} to {high} LU there").format(
        having=finding.having, of=finding.of, low=low, high=high
    )
    remedy = _("ride the level up there") if finding.off_lu < 0 else _("ride the level down there")
    text = _("{start}; {usual}. If that is not meant, {remedy}.").format(start=start, usual=usual, remedy=remedy)
    return f"{text} {_('Which sections these are is a guess.')}" if finding.is_guess else text


def _quiet(finding: found.Quiet) -> str:
    start = _("The mix is quiet: {measured} LUFS, while {usual}.")
    if finding.fits_broadcast:
        start = _("The mix is quiet: {measured} LUFS, though it fits broadcast (EBU R 128), while {usual}.")
    start = start.format(measured=number(finding.measured_lufs), usual=_usual(finding.usual, "LUFS"))
    if finding.held_back_lu is None:
        text = _("{start} Turn it up by {gain:.1f} dB: its peaks stay below −{limit:g} dBTP.")
        return text.format(start=start, gain=finding.turn_up_db, limit=-PEAK_LIMIT_DBTP)
    return _(
        "{start} Its peaks allow {gain:.1f} dB more below −{limit:g} dBTP, which leaves it {left:.1f} LU under the {track} LUFS of "
        "streaming: tame the highest peaks, or leave that to mastering."
    ).format(start=start, gain=finding.turn_up_db, limit=-PEAK_LIMIT_DBTP, left=finding.held_back_lu, track=number(TRACK_LUFS))


def _stretch(descriptor: str) -> str:
    """Return what the peaks are held against."""
    return _("the loudest three seconds") if descriptor == "psr" else _("its loudness")


def _whose(usual: found.Usual) -> str:
    if usual.is_theirs:
        return _("your reference") if usual.references == 1 else _("your references")
    if usual.references == 0:
        return _("nine of ten finished songs")
    return _("nine of ten mixes like your reference") if usual.references == 1 else _("nine of ten mixes like your references")


def _usual(usual: found.Usual, unit: str) -> str:
    if usual.low == usual.high:
        return _("{whose} has {value} {unit}").format(whose=_whose(usual), value=number(usual.low), unit=unit)
    text = _("{whose} lie between {low} and {high} {unit}")
    return text.format(whose=_whose(usual), low=number(usual.low), high=number(usual.high), unit=unit)


def _beside(ratio_lu: float) -> str:
    return (_("{level:.1f} LU under") if ratio_lu < 0 else _("{level:.1f} LU over")).format(level=abs(ratio_lu))


def _beside_it(usual: found.Usual) -> str:
    """Return where the voice lies: ``"5.4 LU under it"``, ``"between 5.4 LU under and 4.1 LU over it"``."""
    if usual.low == usual.high:
        return _("{level} it").format(level=_beside(usual.low))
    low = _beside(usual.low) if (usual.low < 0) != (usual.high < 0) else f"{abs(usual.low):.1f}"
    return _("between {low} and {high} it").format(low=low, high=_beside(usual.high))


Fault = (
    found.SilentChannel | found.MissingChannel | found.OneSided | found.Inverted | found.Opposed | found.Clipping | found.FlatTops
    | found.TruePeak | found.MonoLoss | found.LowRate | found.Offset | found.Hum | found.Breaks | found.CutOff | found.CutSound
    | found.Sibilance | found.Resonance
)  # fmt: skip


def _fault(fault: Fault, is_mix: bool) -> tuple[str, str]:
    """Return what shows a fault of the mix or of a stem, and what to do about it."""
    match fault:
        case found.SilentChannel():
            if is_mix:
                return _("one channel is silent"), _("check the routing and the export before anything else")
            return _("one channel is silent"), _("check its routing, unless it is panned hard on purpose")
        case found.MissingChannel():
            return _("there is one channel while its stems have two"), _("export it in stereo")
        case found.OneSided():
            return _one_sided(fault), _("check the routing and the export there, unless it is panned so on purpose")
        case found.Inverted(is_whole):
            what = _("the two channels are nearly inverted copies, so that it vanishes")
            if not is_whole:
                what = _("the low end of one channel is upside down against the other’s, so that it vanishes")
            shows = _("{what} on a mono loudspeaker") if is_mix else _("{what} in mono")
            return shows.format(what=what), _("flip the polarity of one side")
        case found.Opposed(other, gain, low, high):
            shows = _("the polarity is opposite to that of {other}, which carries the same source, and the two cancel at {low} to {high}")
            return (
                shows.format(other=called(other.stem, other.role), low=exact_frequency(low), high=exact_frequency(high)),
                _("flip the polarity of one, and their sum gains {gain:.1f} dB there").format(gain=gain),
            )
        case found.Clipping(count):
            remedy = _("turn it down before the export, or ease what drives it into full scale")
            return (
                _("the sound clips in {count:.0f} places").format(count=count),
                remedy if is_mix else _("export or record it again at a lower level"),
            )
        case found.FlatTops(count, peak):
            shows = _(
                "the peaks are cut off flat at {peak} dBFS in {count:.0f} places, so it was clipped, there or before it was turned down"
            )
            remedy = _("ease what drives the master bus and export it again, since turning it down brings nothing back")
            if not is_mix:
                remedy = _("export or record it again at a lower level, since turning it down brings nothing back")
            return shows.format(peak=number(peak), count=count), remedy
        case found.TruePeak(peak):
            shows = (
                _("true peaks reach {peak} dBTP, which clips in converters and encoders")
                if peak > 0
                else _("true peaks reach {peak} dBTP, which a lossy encoder can push over full scale")
            )
            remedy = _("lower it by {gain:.1f} dB, or set the limiter’s ceiling to −{limit:g} dBTP")
            return shows.format(peak=number(peak)), remedy.format(gain=peak - PEAK_LIMIT_DBTP, limit=-PEAK_LIMIT_DBTP)
        case found.MonoLoss(loss):
            if is_mix:
                shows = _("{loss:.1f} LU are lost on a mono loudspeaker")
                return shows.format(loss=loss), _("narrow or delay less what is out of phase between left and right")
            return _("{loss:.1f} LU are lost in mono").format(loss=loss), _("narrow it, or check the polarity of its microphones")
        case found.LowRate(rate_hz):
            shows = _("the sample rate is {rate:g} kHz, so that nothing above {highest} is left")
            return shows.format(rate=rate_hz / 1000, highest=exact_frequency(rate_hz / 2)), _("export it again at 44.1 kHz or more")
        case found.Offset(share):
            shows = _("there is a DC offset of {share:.1f} % of full scale").format(share=100 * share)
            return shows, _("high-pass it at 20 Hz, or take the offset out where it was recorded")
        case found.Hum(hum_hz, below_db):
            shows = _("there is mains hum at {hum:.1f} Hz and its harmonics, {below:.0f} dB below the music")
            base = 50 if hum_hz < 55 else 60
            remedy = _("find the ground loop, or notch {one}, {two} and {three} Hz where it shows in pauses")
            return shows.format(hum=hum_hz, below=below_db), remedy.format(one=base, two=2 * base, three=3 * base)
        case found.Breaks():
            return _breaks(fault)
        case found.CutOff(hz):
            shows = _("the spectrum ends like a wall at {hz}, as an MP3 of low bit rate does").format(hz=exact_frequency(hz))
            return shows, _("go back to the uncompressed original")
        case found.CutSound(end, step):
            if end == "start":
                shows = _("the file begins in the middle of a sound with a click, its first sample at {step} dBFS")
                return shows.format(step=number(step, 0)), _("move the cut, or fade in over 10 ms")
            shows = _("the file ends in the middle of a sound with a click, its last sample at {step} dBFS")
            return shows.format(step=number(step, 0)), _("move the cut, or fade out over 10 ms")
        case found.Sibilance(sharp):
            shows = _("the s-sounds at 5–10 kHz are {sharp:.1f} dB louder than the loud notes (finished songs: about −7 dB)")
            return shows.format(sharp=sharp), _("use a de-esser, or ride them down by hand")
        case found.Resonance(hz, over):
            shows = _("{hz} rings whatever is played, {over:.0f} dB over what surrounds it").format(hz=exact_frequency(hz), over=over)
            return shows, _("try a narrow cut there (Q about 10), unless it is a note that is held throughout")
        case _ as never:
            assert_never(never)


def _one_sided(fault: found.OneSided) -> str:
    side, other = (_("right"), _("left")) if fault.side == "right" else (_("left"), _("right"))
    state = _("is silent")
    if fault.under_db is not None:
        state = _("lies {under:.0f} dB under the {other}").format(under=fault.under_db, other=other)
    begin, end = fault.begin_s, fault.end_s
    if begin is not None and end is not None:
        when = _("from {begin} to {end}").format(begin=_minutes(begin), end=_minutes(end))
    elif begin is not None:
        when = _("from {begin} on").format(begin=_minutes(begin))
    else:
        when = _("throughout") if end is None else _("until {end}").format(end=_minutes(end))
    text = _("the {side} channel {state} {when}").format(side=side, state=state, when=when)
    if fault.others:
        more = (
            _(", and one side is missing in {count} more place")
            if fault.others == 1
            else _(", and one side is missing in {count} more places")
        )
        text += more.format(count=fault.others)
    return text


def _minutes(time_s: float) -> str:
    return "{}:{:02d}".format(*divmod(round(time_s), 60))


def _breaks(fault: found.Breaks) -> tuple[str, str]:
    times, count = fault.times_s, len(fault.times_s)
    shown = ", ".join(_hundredths(s) for s in times[:MOST_TIMES])
    if count > MOST_TIMES:
        shown = _("{times} and {count} more").format(times=shown, count=count - MOST_TIMES)
    if fault.kind == "click":
        # Of six planted ones two to five were found: drums hide the others.
        shows = _("there is a click at {times}") if count == 1 else _("there are at least {count} clicks, at {times}")
        return shows.format(times=shown, count=count), _("zoom in there, and mend the edit or redraw the sample")
    shows = _("there is a dropout at {times}") if count == 1 else _("there are {count} dropouts, at {times}")
    return shows.format(times=shown, count=count), _("export it again with a larger buffer, or mend the edit")


def _hundredths(time_s: float) -> str:
    minutes, seconds = divmod(round(time_s * 100), 6000)
    return f"{minutes}:{seconds / 100:05.2f}"
