"""Collects the licences of all that is in a bundle into one file: ``python licences.py BUNDLE FILE``, with the Python that built it.

Of every distribution its name, version, licence and the texts that it ships; of Python itself; of the libraries that come from the system
that the bundle was made on (Debian keeps their terms in ``/usr/share/doc``); and of the weights, fonts and statistics among the resources.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from contents import distributions

ROOT = Path(__file__).resolve().parents[2]
TERMS = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
TEXT_SUFFIXES = ("", ".txt", ".md", ".rst", ".apache", ".bsd", ".mit", ".lgpl", ".gpl")
RESOURCES = {
    "The embedded separator's weights (not free for commercial use)": "separator.LICENSE.txt",
    "Where the embedded separator's weights come from": "separator.md",
    "The weights of what tells beats": "beats.LICENSE.txt",
    "Where they come from": "beats.md",
    "Where the shipped habit comes from": "habit.md",
    "DejaVu fonts": "fonts/LICENSE-DejaVu.txt",
    "Credits, with the port of the timbral models": "notice.md",
}
RULE = "=" * 100


def licence_of(distribution: metadata.Distribution) -> str:
    """Return a distribution's licence in the words of its own metadata; of a whole text its first line."""
    fields = distribution.metadata
    said = next((str(fields[name]) for name in ("License-Expression", "License") if name in fields), "")
    if said.strip().lower().startswith("copyright"):
        said = ""  # a whole text in the place of a name
    classified = [c.rpartition(" :: ")[2] for c in fields.get_all("Classifier") or () if c.startswith("License ::")]
    return said.strip().splitlines()[0] if said.strip() else ", ".join(classified) or "see the text"


def texts_of(distribution: metadata.Distribution) -> Iterator[tuple[str, str]]:
    """Yield name and content of each text of terms that a distribution ships."""
    for file in distribution.files or ():
        if TERMS.search(file.name) and file.suffix.lower() in TEXT_SUFFIXES:
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                yield str(file), path.read_text(encoding="utf-8", errors="replace")


def system_packages(contents: Path) -> dict[str, Path]:
    """Return the Debian packages that libraries at the top of the bundle's contents come from, and the file with their terms."""
    found: dict[str, Path] = {}
    if shutil.which("dpkg-query") is None:
        return found
    for library in sorted(contents.glob("*.so*")):
        for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu"):
            candidate = Path(folder) / library.name
            if not candidate.exists():
                continue
            owner = subprocess.run(["dpkg-query", "-S", str(candidate.resolve())], capture_output=True, text=True, check=False).stdout
            owner = owner or subprocess.run(["dpkg-query", "-S", str(candidate)], capture_output=True, text=True, check=False).stdout
            package = owner.partition(":")[0].strip()
            terms = Path("/usr/share/doc") / package / "copyright"
            if package and terms.is_file():
                found[package] = terms
                break
    return found


def write_licences(bundle: Path, target: Path) -> int:
    """Write the licences of a bundle into a file; return how many parts have none that could be found."""
    table: list[str] = []
    texts: list[str] = []
    silent = 0
    for distribution in sorted(distributions(), key=lambda one: one.metadata["Name"].lower()):
        title = f"{distribution.metadata['Name']} {distribution.version}"
        found = list(texts_of(distribution))
        licence = licence_of(distribution)
        if not found and licence == "see the text":
            silent += 1
            licence = "UNKNOWN"
        table.append(f"{title:<44} {licence[:120]}")
        texts += [_section(f"{title}: {name}", text) for name, text in found]
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    table.append(f"{'Python ' + sys.version.split()[0]:<44} PSF-2.0")
    if python.is_file():
        texts.append(_section("Python", python.read_text(encoding="utf-8")))
    for package, terms in system_packages(bundle / "_internal").items():
        table.append(f"{package + ' (from the system)':<44} see the text")
        texts.append(_section(f"{package} (from the system)", terms.read_text(encoding="utf-8", errors="replace")))
    texts += [_section(title, (ROOT / "resources" / name).read_text(encoding="utf-8")) for title, name in RESOURCES.items()]
    head = "Mix Assistant is free software under GPL-3.0-or-later; its source is where you have this from."
    target.write_text("\n".join([head, "In this bundle are, under their own terms:", "", *table, "", *texts]), encoding="utf-8")
    return silent


def _section(title: str, text: str) -> str:
    return f"{RULE}\n{title}\n{RULE}\n{text.strip()}\n"


if __name__ == "__main__":
    without = write_licences(Path(sys.argv[1]), Path(sys.argv[2]))
    if without:
        sys.exit(f"{without} parts of the bundle say nothing of their licence: see UNKNOWN in {sys.argv[2]}")
