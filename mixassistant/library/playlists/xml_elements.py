"""XML from outside: no entities, no other files, bounded depth and count. Expat tells the elements one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from mixassistant.library.playlists.entry import NotThisFormat

MOST_DEEP = 64
MOST_ELEMENTS = 4_000_000


@dataclass(slots=True)
class Element:
    """An element: its name without namespace, attributes, text and children."""

    name: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without spaces at the ends."""
        return "".join(self.texts).strip()

    def all(self, *names: str) -> list[Element]:
        """Return what lies down a path of names."""
        found = [self]
        for name in names:
            found = [child for element in found for child in element.children if child.name == name]
        return found

    def said(self, name: str) -> str:
        """Return the text of the first child of a name; empty without."""
        return next((child.text for child in self.children if child.name == name), "")


class _Tree:
    def __init__(self) -> None:
        self.root = Element("", {})
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > MOST_DEEP or self._count > MOST_ELEMENTS:
            raise NotThisFormat("deeper or larger than a playlist")
        element = Element(name.rpartition(" ")[2], attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].texts.append(text)


def _refuse(*_declared: object) -> None:
    raise NotThisFormat("one that declares entities, which no playlist needs")


def read_elements(content: bytes) -> Element:
    """Return the first element of a document.

    Raises
    ------
    NotThisFormat
        It is damaged, declares entities (which can name other files, or unfold to gigabytes), or is too large.
    """
    tree, parser = _Tree(), expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = tree.start, tree.end
    parser.CharacterDataHandler = tree.characters
    parser.EntityDeclHandler = _refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, NotThisFormat):
            raise
        line = getattr(error, "lineno", None)
        raise NotThisFormat("damaged" if line is None else f"damaged in line {line}") from error
    return tree.root.children[0]
