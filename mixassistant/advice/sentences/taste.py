"""What answers have taught, and what they have closed, as sentences: the number first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mixassistant.advice.answers import Question
from mixassistant.advice.sentences.phrases import joined
from mixassistant.i18n import _
from mixassistant.profiles.profile import Z90
from mixassistant.profiles.taste import Preference, asked_at, followed_db

TOLD_DB = 0.25  # of what follows for other places: less is no matter
LEAST_DB = 0.05  # that is told of what advice follows
WAYS = {
    "level": (_("{place} louder"), _("{place} quieter")),
    "tone": (_("more {band} on {place}"), _("less {band} on {place}")),
    "density": (_("{place} denser"), _("{place} more dynamic")),
    "width": (_("{place} wider"), _("{place} narrower")),
}
PLACES = {
    "mix": _("the mix"), "drums": _("drums"), "bass": _("bass"), "vocals": _("vocals"), "other": _("other instruments"),
    "": _("all roles"),
}  # fmt: skip
BANDS = {
    "sub": _("sub (below 56 Hz)"), "bass": _("bass (56–140 Hz)"), "low_mids": _("low mids (140–360 Hz)"), "mids": _("mids (360–890 Hz)"),
    "upper_mids": _("upper mids (0.9–2.2 kHz)"), "presence": _("presence (2.2–5.6 kHz)"), "brilliance": _("brilliance (above 5.6 kHz)"),
    "low": _("low end (below 150 Hz)"), "low-mid": _("low mids (150–700 Hz)"), "high-mid": _("high mids (0.7–3.5 kHz)"),
    "high": _("high end (above 3.5 kHz)"),
}  # fmt: skip


def way(dimension: str, more: bool) -> str:
    """Return a direction of a dimension of taste in words: ``"vocals louder"``, ``"less presence (2.2–5.6 kHz) on drums"``."""
    subject, *detail = dimension.split("/")
    band = detail.pop() if subject == "tone" else ""
    return WAYS[subject][0 if more else 1].format(place=PLACES["".join(detail)], band=BANDS.get(band, ""))


def preference_sentence(found: Preference) -> str:
    """Say what was learned: how much (with its 90 % interval), of what, from how many answers, what is made of it, and what is closed."""
    count = _("1 answer") if found.answers == 1 else _("{count} answers").format(count=found.answers)
    followed = abs(followed_db(found))
    so_far = _("advice follows by {followed:.1f} dB").format(followed=followed) if followed >= LEAST_DB else _("too few to follow yet")
    text = _("{amount:.1f} ± {interval:.1f} dB: {way} than in your references ({count}: {so_far})").format(
        amount=abs(found.offset_db), interval=Z90 * found.sd_db, way=way(found.dimension, found.offset_db >= 0), count=count, so_far=so_far
    )
    closed = [way(found.dimension, direction > 0) for direction in found.closed]
    return f"{text}. {_('Closed by you: {ways}').format(ways=joined(closed))}" if closed else text


def follows_sentence(known: Mapping[str, Preference]) -> str:
    """Say how far places follow of which nothing was answered; empty where that is no matter."""
    most = max((abs(followed_db(found)) for found in known.values() if not found.answers), default=0.0)
    text = _("Up to {most:.1f} dB: tone, dynamics and width of places without answers follow the others by a part.")
    return text.format(most=most) if most >= TOLD_DB else ""


def closed_sentences(questions: Iterable[Question]) -> tuple[str, ...]:
    """Say which moves there would be if the user had not closed the way; each way once."""
    text = _("Closed by you: {way}. You rejected this before; to be asked again, open {dimension} in Taste.")
    asked = ((asked_at(q.place, q.dimension), q.move_db) for q in questions)
    told = (text.format(way=way(to[0], to[1] * move_db > 0), dimension=to[0]) for to, move_db in asked if to is not None)
    return tuple(dict.fromkeys(told))
