"""The report as one HTML file: style and plots inside, nothing fetched from outside, light, dark and print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mixassistant import paths
from mixassistant.i18n import _
from mixassistant.report.comparison import Comparison
from mixassistant.report.comparison_page import build_comparison_page
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
    return rendered("report.html", page=build_page(document), version=clean(document["version"]))


def comparison_to_html(comparison: Comparison) -> str:
    """Return a comparison of two bounces as a self-contained HTML page; its text is escaped like a report's."""
    return rendered("comparison.html", page=build_comparison_page(comparison), version=clean(comparison["version"]))


def rendered(name: str, **values: Any) -> str:
    """Return a page from one of our templates, by its name: all text in it is escaped, and the style is inside."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    loader = FunctionLoader(lambda template: paths.resource(f"templates/{template}").read_text("utf-8"))
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(name).render(style=style_sheet(), _=_, **values)


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
