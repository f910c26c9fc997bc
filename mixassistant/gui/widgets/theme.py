"""Design tokens: colours of both themes, spacing, type scale; and the palette and style sheet made from them.

Colours of roles, which are those of reports, and of sections differ in lightness as well as in hue; text on its background
passes WCAG AA (a test checks every pair).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from mixassistant import paths
from mixassistant.report import palette

SPACE = 8  # px: every margin is a multiple of half of it
RADIUS = 8  # px
TYPE_PT = {"small": 9, "body": 10, "title": 12, "display": 20}


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as ``#rrggbb``."""

    name: Literal["light", "dark"]
    window: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    good: str
    warning: str
    error: str
    band: str
    mix: str
    drums: str
    bass: str
    vocals: str
    other: str
    after: str
    low: str
    mid: str
    high: str
    section_1: str
    section_2: str
    section_3: str
    section_4: str
    section_5: str
    section_6: str

    def color(self, name: str) -> QColor:
        """Return a token as a colour."""
        return QColor(getattr(self, name))


ROLES = {
    name: {role: colors[role] for role in ("mix", "drums", "bass", "vocals", "other")}
    for name, colors in (("light", palette.LIGHT), ("dark", palette.DARK))
}
LIGHT = Tokens(
    name="light", window="#f3f4f6", panel="#ffffff", raised="#f8f9fb", line="#d5d9e0", text="#1a1d23", quiet="#525a68", accent="#1f5fbf",
    on_accent="#ffffff", good="#137b48", warning="#8a4b00", error="#9b0011", band="#c9d3e3", after="#7030c0", **ROLES["light"],
    low="#4527a0", mid="#00808a", high="#c67c00",
    section_1="#b7d6fe", section_2="#dd9c85", section_3="#98caa8", section_4="#ab8dc3", section_5="#f2e8c3", section_6="#4c9195",
)  # fmt: skip
DARK = Tokens(
    name="dark", window="#15171c", panel="#1d2027", raised="#252932", line="#363b47", text="#eceef2", quiet="#a4acba", accent="#7db1ff",
    on_accent="#0c1420", good="#5fd093", warning="#ffc67d", error="#f58882", band="#39435a", after="#bf9bff", **ROLES["dark"],
    low="#7c6cf2", mid="#2fb5a6", high="#ffd95a",
    section_1="#2c4f7c", section_2="#4b291d", section_3="#214730", section_4="#6f5086", section_5="#292413", section_6="#2f767a",
)  # fmt: skip
SECTION_COLORS = tuple(f"section_{number}" for number in range(1, 7))  # of letters, in turn; text stands on them
TEXT_PAIRS = tuple(
    (front, back) for front in ("text", "quiet", "accent", "good", "warning", "error") for back in ("window", "panel", "raised")
)


def tokens_for(choice: str) -> Tokens:
    """Return the tokens of ``"light"``, ``"dark"`` or ``"system"``."""
    if choice == "system":
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two colours, 1–21."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def apply_theme(app: QApplication, tokens: Tokens) -> None:
    """Give the application its palette, font and style sheet."""
    if not app.styleSheet():  # the first time: every widget is dressed again for it, and once more for the style sheet
        app.setStyle("Fusion")
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.Base: tokens.panel,
        QPalette.ColorRole.AlternateBase: tokens.raised,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.quiet,
        QPalette.ColorRole.Link: tokens.accent,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor(tokens.quiet))
    app.setPalette(palette)
    app.setFont(_font())
    template = paths.resource("themes/style.qss").read_text("utf-8")
    for field in fields(Tokens):
        template = template.replace(f"@{field.name}@", getattr(tokens, field.name))
    template = template.replace("@icons@", paths.resource("icons").as_posix()).replace("@name@", tokens.name)
    for name, value in {"space": SPACE, "half": SPACE // 2, "radius": RADIUS, **TYPE_PT}.items():
        template = template.replace(f"@{name}@", str(value))
    app.setStyleSheet(template)


def _font() -> QFont:
    """Return the system's font, or the shipped one where the system has none (a bare machine, a container)."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if not QFontDatabase.families():
        number = QFontDatabase.addApplicationFont(str(paths.resource("fonts/DejaVuSans.ttf")))
        QFontDatabase.addApplicationFont(str(paths.resource("fonts/DejaVuSans-Bold.ttf")))
        font = QFont(QFontDatabase.applicationFontFamilies(number)[0])
    font.setPointSize(TYPE_PT["body"])
    return font
