"""Colours: text is readable on every surface that it stands on, roles differ in lightness too, and nothing is coloured by hand."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from shiboken6 import getCppPointer

import mixassistant.gui
from mixassistant import paths
from mixassistant.gui.widgets import theme
from mixassistant.gui.widgets.theme import DARK, LIGHT, SECTION_COLORS, TEXT_PAIRS, Tokens, contrast
from mixassistant.report import palette

TEXT_RATIO = 4.5  # WCAG 2.2, 1.4.3
MARK_RATIO = 3.0  # WCAG 2.2, 1.4.11: what is drawn and has to be seen
LIGHTNESS_STEP = 6.0  # CIE L*: apart for who sees no hues, side by side
SURFACES = ("window", "panel", "raised")
ROLES = ("mix", "drums", "bass", "vocals", "other")
STATES = ("good", "warning", "error")
BALANCE = ("low", "mid", "high")
TEXTS = ("text", "quiet", "accent", *STATES, *ROLES)
MARKS = ("after", *BALANCE)
ON_ACCENT = ("on_accent",)
DECORATION = ("line", "band")  # what they part or fill is told by something else as well
STYLE = paths.resource("themes/style.qss").read_text("utf-8")
GUI = Path(mixassistant.gui.__file__).parent
themes = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def rules() -> list[tuple[str, dict[str, str]]]:
    """Return the style sheet's selectors and declarations."""
    found = []
    for selector, body in re.findall(r"^([^{}]+?)\s*\{([^}]*)\}", STYLE, flags=re.MULTILINE):
        pairs = (line.split(":", 1) for line in body.split(";") if ":" in line)
        found.append((selector, {name.strip(): value.strip() for name, value in pairs}))
    return found


def token(value: str) -> str:
    """Return the first token that a value names, or nothing."""
    found = re.search(r"@(\w+)@", value)
    return found[1] if found else ""


def lightness(color: str) -> float:
    """Return CIE L* of a colour, 0–100."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_every_token_is_a_surface_a_text_a_mark_or_decoration() -> None:
    known = {*SURFACES, *SECTION_COLORS, *TEXTS, *MARKS, *ON_ACCENT, *DECORATION}
    assert known == {field.name for field in fields(Tokens)} - {"name"}


@themes
def test_text_is_readable_on_every_surface(tokens: Tokens) -> None:
    pairs = {(front, back) for front in TEXTS for back in SURFACES} | set(TEXT_PAIRS) | {("on_accent", "accent")}
    pairs |= {("text", color) for color in SECTION_COLORS}  # a section's name stands on its colour
    ratios = {(front, back): contrast(getattr(tokens, front), getattr(tokens, back)) for front, back in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < TEXT_RATIO} == {}


@themes
def test_text_is_readable_in_every_rule_of_the_style_sheet(tokens: Tokens) -> None:
    poor = []
    for selector, rule in rules():
        for front, back in (
            ("color", "background"),
            ("selection-color", "selection-background-color"),
            ("placeholder-text-color", "background"),
        ):
            text, surface = token(rule.get(front, "")), token(rule.get(back, ""))
            if text in ON_ACCENT:
                assert surface == "accent", selector
            elif text:
                grounds = [surface] if surface else SURFACES
                ratios = {below: contrast(getattr(tokens, text), getattr(tokens, below)) for below in grounds}
                poor += [(selector, text, below) for below, ratio in ratios.items() if ratio < TEXT_RATIO]
    assert poor == []


@themes
def test_what_is_drawn_stands_out_from_its_ground(tokens: Tokens) -> None:
    assert [
        (mark, back)
        for mark in (*MARKS, "quiet", "accent")
        for back in SURFACES
        if contrast(getattr(tokens, mark), getattr(tokens, back)) < MARK_RATIO
    ] == []


@themes
def test_the_focus_is_seen_against_the_border_that_it_replaces(tokens: Tokens) -> None:
    assert contrast(tokens.accent, tokens.line) >= MARK_RATIO


@themes
@pytest.mark.parametrize("group", [ROLES, STATES, BALANCE, SECTION_COLORS], ids=["roles", "states", "balance", "sections"])
def test_colours_of_a_group_differ_in_lightness_as_well_as_in_hue(tokens: Tokens, group: tuple[str, ...]) -> None:
    close = [
        (a, b) for a, b in combinations(group, 2) if abs(lightness(getattr(tokens, a)) - lightness(getattr(tokens, b))) < LIGHTNESS_STEP
    ]
    assert close == []


@themes
def test_a_role_has_the_colour_that_it_has_in_reports(tokens: Tokens) -> None:
    reports = {"light": palette.LIGHT, "dark": palette.DARK}[tokens.name]
    assert {role: getattr(tokens, role) for role in ROLES} == {role: reports[role] for role in ROLES}


@themes
def test_what_a_suggestion_makes_is_told_from_every_role(tokens: Tokens) -> None:
    hue, others = QColor(tokens.after).hue(), [QColor(getattr(tokens, role)).hue() for role in ROLES if role != "mix"]
    assert min(abs((hue - other + 180) % 360 - 180) for other in others) >= 30  # degrees: beside them it is dotted, too


def test_every_token_of_the_style_sheet_exists() -> None:
    known = {field.name for field in fields(Tokens)} | {"space", "half", "radius", "icons", *theme.TYPE_PT}
    assert set(re.findall(r"@(\w+)@", STYLE)) <= known


def test_no_colour_is_written_outside_the_theme() -> None:
    written = [
        f"{path.relative_to(GUI)}:{number}"
        for path in sorted(GUI.rglob("*.py"))
        if path.name != "theme.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"""["']\#[0-9a-fA-F]{3,8}["']|GlobalColor\.(?!transparent)\w+|QColor\(\s*["'\d]""", line)
    ]
    assert written == []
    assert re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", STYLE) == []


@themes
def test_icons_are_in_the_theme_s_colours(tokens: Tokens) -> None:
    check = paths.resource(f"icons/check-{tokens.name}.svg").read_text("utf-8")
    assert f'stroke="{tokens.on_accent}"' in check
    arrow = paths.resource(f"icons/down-{tokens.name}.svg").read_text("utf-8")
    assert f'stroke="{tokens.quiet}"' in arrow


def test_another_theme_dresses_the_widgets_once(qapp: QApplication) -> None:
    theme.apply_theme(qapp, LIGHT)
    style = getCppPointer(qapp.style())
    theme.apply_theme(qapp, DARK)
    assert getCppPointer(qapp.style()) == style  # another one would dress them a second time
    assert DARK.panel in qapp.styleSheet() and qapp.palette().color(QPalette.ColorRole.Base).name() == DARK.panel
