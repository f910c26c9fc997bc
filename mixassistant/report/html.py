"""The report as one HTML file: style and plots inside, nothing fetched from outside, light, dark and print."""

from __future__ import annotations

from collections.abc import Mapping

from mixassistant import paths
from mixassistant.i18n import _
from mixassistant.report.document import Document
from mixassistant.report.page import build_page
from mixassistant.report.palette import DARK, LIGHT
from mixassistant.report.wording import clean


def to_html(document: Document) -> str:
    """Return a report document as a self-contained HTML page.

    Parameters
    ----------
    document : dict
        ``mixassistant.report/2`` or ``/1``. All text from it is escaped by the template engine; only our own plots and style are not.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(paths.resource("templates/report.html").read_text("utf-8"))
    return template.render(page=build_page(document), style=style_sheet(), version=clean(document["version"]), _=_)


def style_sheet() -> str:
    """Return the style of the page with the palettes for light, dark and print."""
    marks = "\n".join(f".f-{name} {{ fill: var(--{name}); }} .s-{name} {{ stroke: var(--{name}); }}" for name in LIGHT)
    return "\n".join(
        [
            f":root {{ color-scheme: light dark; {_variables(LIGHT)} }}",
            # Paper is white: print keeps the light palette whatever the screen shows.
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}",
            marks,
            paths.resource("templates/report.css").read_text("utf-8"),
        ]
    )


def _variables(palette: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {color};" for name, color in palette.items())
