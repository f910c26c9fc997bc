"""What a stem is to the profile: by the words of its name, then by its sound."""

from __future__ import annotations

import itertools
import re

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.stems.stem import Role


# Words of stem names as engineers write them. Longer ones first where one begins another.
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of stem names as engineers write them.
WORDS: dict[Role, frozenset[str]] = {
    "vocals": _words("""
        vox vocal vocals voc vocs voice voices bgvox bvox bgv bgvs bv bvs ldvox leadvox singer sing singing choir rap rapper adlib adlibs
        harmony harmonies leadvocal backingvocal backings soprano alto tenor talkbox acapella acappella
    """),
    "drums": _words("""
        drum drums kick kicks kik bd snare snares sd snr hat hats hihat hihats hh hho hhc ohh chh ride crash cymbal cymbals tom toms clap
        claps snap snaps perc percs percussion shaker shakers tambourine tamb cowbell conga congas bongo bongos cajon timbale breakbeat beat
        beats drumloop overhead overheads oh ohs room rooms rim rimshot stick sticks break
    """),
    "bass": _words("""
        bass basses sub subbass bassline 808 bs bassgtr bassguitar bassdi contrabass doublebass upright
    """),
    "other": _words("""
        guitar guitars gtr gtrs git acgtr elgtr agtr egtr rhythm piano pno keys key keyboard rhodes wurli organ hammond synth synths syn
        lead pad pads arp pluck plucks strings string violin viola cello brass horn horns trumpet trombone sax flute harp bell bells mallet
        mallets marimba vibes accordion banjo mandolin ukulele uke fx sfx effect effects sweep riser rise noise ambience texture melody
        chord chords stab stabs other others music instrumental orchestra minilogue microcosm beep glitch
    """),
}
MIX_WORDS = _words("mix mixture mixdown master mastered final full fullmix stereomix print bounce premaster")
# Where words of several roles meet, the earlier wins: "BASS DRUM" is drums, "VOX SYNTH" a voice, "PAD + BASS" a bass.
ORDER: tuple[Role, ...] = ("vocals", "drums", "bass", "other")
_SPLIT = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"(?<=[a-z])\d+$|^\d+(?=[a-z])")


def words_of(name: str) -> list[str]:
    """Return the lower-case words of a name, numbers at their ends removed: ``"BGVOX2_Harmony"`` → bgvox, harmony."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = [w for w in _SPLIT.split(spaced.lower()) if w]
    return [w if w in {"808"} else (_NUMBER.sub("", w) or w) for w in words]


def role_from_name(name: str) -> Role | None:
    """Return the role that a stem's name tells, or ``None``.

    "BASS DRUM" and "VOCAL BASS" go by the order vocals, drums, bass, other.
    """
    words = words_of(name)
    joined = {a + b for a, b in itertools.pairwise(words)}
    for role in ORDER:
        if WORDS[role] & (set(words) | joined):
            # "LEAD VOX" is a voice, "LEAD" alone a synth; "KEY" words never beat the others, being last in the order.
            return role
    return None


def is_mix_name(name: str) -> bool:
    """Tell whether a file beside stems is named like their mix."""
    words = words_of(name)
    return bool(MIX_WORDS & set(words)) and role_from_name(name) is None


def role_from_sound(audio: Audio) -> Role:
    """Guess the role of a stem from its spectrum and its attacks.

    A stem with most of its energy below 200 Hz and few attacks is a bass; one whose level jumps often and steeply is drums; one
    that lives between 200 Hz and 4 kHz, near the centre, in phrases with pauses, is a voice; everything else is other.
    """
    mono = audio.samples.mean(axis=0)
    frame = max(1, round(0.02 * audio.sample_rate_hz))
    count = min(mono.size // frame, 9000)  # three minutes are plenty
    if count < 50:
        return "other"
    frames = mono[: count * frame].reshape(count, frame)
    power = np.maximum((frames.astype(np.float64) ** 2).mean(axis=1), 1e-12)
    levels = 10 * np.log10(power)
    active = levels > np.quantile(levels, 0.95) - 40
    if active.sum() < 25:
        return "other"
    spectrum = np.zeros(frame // 2 + 1)
    for start in range(0, count, 500):
        block = frames[start : start + 500][active[start : start + 500]]
        spectrum += (np.abs(np.fft.rfft(block * np.hanning(frame), axis=1)) ** 2).sum(axis=0)
    frequency = np.fft.rfftfreq(frame, 1 / audio.sample_rate_hz)
    share = spectrum / max(float(spectrum.sum()), 1e-20)
    low = float(share[frequency < 200].sum())
    voice = float(share[(frequency > 200) & (frequency < 4000)].sum())
    rises = np.diff(levels)
    attacks = float(((rises > 9) & active[1:]).sum() / (active.sum() * 0.02))  # per second of playing
    if low > 0.6 and attacks < 3.0:
        return "bass"
    if attacks > 3.0:
        return "drums"
    wide = audio.channels == 2 and float(np.mean((audio.samples[0] - audio.samples[1]) ** 2)) > 0.1 * float(np.mean(audio.samples**2))
    pauses = float(1 - active.mean())
    return "vocals" if voice > 0.8 and not wide and pauses > 0.15 else "other"
