"""What was decided on a report's moves: in one line at its top, on each move, and as the proof that goes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from mixassistant.i18n import _

Answer = Literal["accepted", "rejected", "open"]
MOST_AMOUNTS = 3  # that are told one by one
SAME = 2e-3  # of a parameter of the document, whose numbers are rounded: no other amount and no other shape


def moves_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the moves of a document, first things first."""
    return [s for s in sorted(document["suggestions"], key=lambda s: int(s["priority"])) if s["kind"] != "technical"]


def answer_of(suggestion: Mapping[str, Any]) -> Answer:
    """Return what was said to a suggestion; a report of version 1 knows no answers."""
    answer: Answer = suggestion.get("decision", {}).get("answer", "open")
    return answer


def is_decided(document: Mapping[str, Any]) -> bool:
    """Tell whether anything was accepted or rejected."""
    return any(answer_of(s) != "open" for s in moves_of(document))


def has_accepted(document: Mapping[str, Any]) -> bool:
    """Tell whether any move was accepted."""
    return any(answer_of(s) == "accepted" for s in moves_of(document))


def parameters_of(suggestion: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a move does as it was decided; as it is suggested where it was not accepted."""
    found: Mapping[str, Any] = suggestion["decision"]["parameters"] if answer_of(suggestion) == "accepted" else suggestion["parameters"]
    return found


def is_changed(suggestion: Mapping[str, Any]) -> bool:
    """Tell whether a move was accepted other than it is suggested: at another amount, or in another shape."""
    return bool(parameters_of(suggestion) != suggestion["parameters"])


def is_reshaped(suggestion: Mapping[str, Any]) -> bool:
    """Tell whether the user has shaped an equalizer otherwise than it was suggested, beside its amount."""
    ours, theirs = suggestion["parameters"].get("bands", ()), parameters_of(suggestion).get("bands", ())
    if answer_of(suggestion) != "accepted" or len(ours) != len(theirs):
        return len(ours) != len(theirs)
    share = suggestion["decision"]["amount_percent"] / 100
    return any(
        one["type"] != other["type"]
        or abs(one["frequency_hz"] - other["frequency_hz"]) > SAME
        or abs(one["q"] - other["q"]) > SAME
        or abs(share * one["gain_db"] - other["gain_db"]) > SAME
        for one, other in zip(ours, theirs, strict=True)
    )


def answer_text(suggestion: Mapping[str, Any]) -> str:
    """Return a decision in a word or two: ``"Accepted at 144 %"``, ``"Rejected"``, ``"Open"``."""
    answer = answer_of(suggestion)
    if answer != "accepted":
        return _("Rejected") if answer == "rejected" else _("Open")
    if is_reshaped(suggestion):
        return _("Accepted, with an equalizer of your own")
    amount = round(suggestion["decision"]["amount_percent"])
    return _("Accepted") if amount == 100 else _("Accepted at {amount}\u00a0%").format(amount=amount)


def decided_text(document: Mapping[str, Any]) -> str:
    """Say what was decided: ``"3 of 7 moves accepted, 1 at 144 %; 2 rejected; 2 open."``; nothing where nothing was."""
    moves = moves_of(document)
    if not is_decided(document):
        return ""
    counts = Counter(answer_of(s) for s in moves)
    accepted = [s for s in moves if answer_of(s) == "accepted"]
    parts = [_("{count} of {all} moves accepted").format(count=counts["accepted"], all=len(moves)) + _others(accepted)]
    if counts["rejected"]:
        parts.append(_("{count} rejected").format(count=counts["rejected"]))
    if counts["open"]:
        parts.append(_("{count} open").format(count=counts["open"]))
    return "; ".join(parts) + "."


def _others(accepted: Sequence[Mapping[str, Any]]) -> str:
    """Say which of the accepted moves are other than they are suggested."""
    reshaped = sum(is_reshaped(s) for s in accepted)
    amounts = Counter(round(s["decision"]["amount_percent"]) for s in accepted if not is_reshaped(s))
    del amounts[100]
    told = [_("{count} at {amount}\u00a0%").format(count=count, amount=amount) for amount, count in sorted(amounts.items())]
    if len(amounts) == 1 and amounts.total() == len(accepted):  # all of them alike
        told = [_("at {amount}\u00a0%").format(amount=next(iter(amounts)))]
    if len(told) > MOST_AMOUNTS:
        told = [_("{count} at other amounts").format(count=amounts.total())]
    if reshaped:
        told.append(_("{count} with an equalizer of your own").format(count=reshaped))
    return "".join(f", {text}" for text in told)


def shown_proof(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the proof that numbers and curves "after" are of: the accepted moves', where it was made, else that of all moves."""
    found: Mapping[str, Any] = document.get("verification_as_decided") or document["verification"]
    return found


def after_name(document: Mapping[str, Any]) -> str:
    """Name what "after" is of, in the middle of a sentence."""
    if "verification_as_decided" in document:
        return _("after the accepted moves")
    return _("after all moves as suggested") if is_decided(document) else _("after all moves")
