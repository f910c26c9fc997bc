"""Draws the program's icon in every size that a system wants, from its one SVG: ``python icons.py FOLDER``.

Made are ``hicolor/<size>x<size>/apps/mixassistant.png`` and ``hicolor/scalable/apps/mixassistant.svg`` (the freedesktop icon theme
specification), ``mixassistant.ico`` for Windows and ``mixassistant.icns`` for macOS.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SVG = Path(__file__).resolve().parents[2] / "resources" / "icons" / "mixassistant.svg"
HICOLOR_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)  # px
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)  # px
ICNS_SIZES = (16, 32, 64, 128, 256, 512, 1024)  # px; Apple's, with the doubled ones


def drawn(size: int) -> QImage:
    """Return the icon drawn at a size, in pixels, on nothing."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    return image


def make_icons(folder: Path) -> None:
    """Write every file of the icon into a folder."""
    drawings: dict[int, Path] = {}
    for size in sorted({*HICOLOR_SIZES, *ICO_SIZES, *ICNS_SIZES}):
        themed = size in HICOLOR_SIZES
        place = folder / (f"hicolor/{size}x{size}/apps/mixassistant.png" if themed else f"drawings/{size}.png")
        place.parent.mkdir(parents=True, exist_ok=True)
        if not drawn(size).save(str(place)):
            raise OSError(f"cannot write {place}")
        drawings[size] = place
    scalable = folder / "hicolor" / "scalable" / "apps" / SVG.name
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SVG, scalable)
    _together(drawings, ICO_SIZES, folder / "mixassistant.ico")
    _together(drawings, ICNS_SIZES, folder / "mixassistant.icns")


def _together(drawings: Mapping[int, Path], sizes: tuple[int, ...], file: Path) -> None:
    """Put several sizes into one file, each as it was drawn and none scaled from another."""
    with ExitStack() as opened:
        *smaller, largest = (opened.enter_context(Image.open(drawings[size])) for size in sizes)
        # An .ico wants to be told its sizes; an .icns has Apple's.
        largest.save(file, append_images=smaller, sizes=[(size, size) for size in sizes])


if __name__ == "__main__":
    make_icons(Path(sys.argv[1]))
