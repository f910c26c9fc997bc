"""Colours of reports: one for each role, the same in every plot and format, and in the window.

Roles differ in lightness as well as hue (8 points of CIE L* between neighbours), so that they hold in print and for every eye, and all
reach the contrast of WCAG 2.2 AA against the page and the profile's range: 3:1 for lines, 4.5:1 for text.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#ffffff", "panel": "#f5f7f9", "ink": "#1b1f24", "muted": "#57606a", "rule": "#d5dbe1", "grid": "#e3e8ed", "axis": "#7d8792",
    "range": "#dfe5ec", "median": "#5c6773", "mix": "#111418",
    "bass": "#012c81", "vocals": "#8f004a", "drums": "#994000", "other": "#017e69",
    "good": "#1a6e35", "bad": "#a3241b", "warn": "#7a4b00",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "page": "#15181d", "panel": "#1d2128", "ink": "#e8ebef", "muted": "#9aa4b1", "rule": "#343b45", "grid": "#272d35", "axis": "#6f7a87",
    "range": "#2c333d", "median": "#a7b1bd", "mix": "#f5f7fa",
    "bass": "#4090ff", "vocals": "#ff7ebe", "drums": "#ffb16d", "other": "#7af0d5",
    "good": "#63cf85", "bad": "#ff8d83", "warn": "#e9b452",
}  # fmt: skip
