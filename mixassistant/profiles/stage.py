"""How finished a mix is before anybody looks at it: only its user knows for sure."""

from __future__ import annotations

from typing import Literal, get_args

Stage = Literal["rough", "working", "finished"]
STAGES: tuple[Stage, ...] = get_args(Stage)
USUAL_STAGE: Stage = "working"
"""What a mix is taken for of which nobody has said anything: in progress."""
