"""Texts for people, through gettext. Catalogues live in ``resources/locale``."""

from __future__ import annotations

import gettext

from mixassistant import paths

_translation = gettext.translation("mixassistant", localedir=str(paths.resource("locale", missing_ok=True)), fallback=True)


def _(text: str) -> str:
    """Return `text` in the user's language."""
    return _translation.gettext(text)
