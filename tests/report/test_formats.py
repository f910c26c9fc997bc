"""HTML, Markdown and PDF: made from the document alone, safe with any name, and worth reading."""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from sample_documents import NASTY, loudness_curves, make_profile, make_standing, make_suggestions, make_track, make_verification

from mixassistant.advice.suggestion import Verification
from mixassistant.errors import OutputError, UsageError
from mixassistant.features.descriptor import Measurement
from mixassistant.report import pdf, plots, wording
from mixassistant.report.document import Document, dumps, read_document
from mixassistant.report.formats import FORMATS, check_format, write_report
from mixassistant.report.html import to_html
from mixassistant.report.markdown import escape, to_markdown
from mixassistant.report.page import build_page
from mixassistant.report.palette import DARK, LIGHT
from mixassistant.report.pdf import to_pdf
from mixassistant.report.svg import cut, runs

Build = Callable[..., Document]
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)


# HTML


def test_hostile_names_are_text_and_never_markup(nasty_document: Document) -> None:
    reader = Reader(to_html(nasty_document))
    assert not {"script", "iframe", "img", "object", "embed", "form", "link"} & set(reader.tags)
    assert not any(name.startswith("on") for name, _value in reader.attributes)
    assert wording.clean(NASTY) in "".join(reader.words)


def test_the_page_fetches_nothing(nasty_document: Document) -> None:
    text = to_html(nasty_document)
    reader = Reader(text)
    addresses = [value for name, value in reader.attributes if name in ("src", "href", "srcset", "action", "xlink:href")]
    assert all(address.startswith("#") for address in addresses)
    assert not re.search(r"url\(|@import", text)
    assert "default-src 'none'" in text


def test_ids_are_unique_and_links_lead_somewhere(document: Document) -> None:
    reader = Reader(to_html(document))
    assert len(reader.ids) == len(set(reader.ids))
    wanted = {value[1:] for name, value in reader.attributes if name == "href"}
    wanted |= {part for name, value in reader.attributes if name == "aria-labelledby" for part in value.split()}
    assert wanted <= set(reader.ids)


def test_every_plot_has_a_name_a_description_and_its_numbers(document: Document) -> None:
    page = build_page(document)
    figures = [*page.spectra, *(f for f in (page.balance, page.loudness) if f)]
    assert len(figures) == 7
    assert all(figure.table.rows for figure in figures)
    assert page.standing is not None
    for svg in [page.standing.svg, *(figure.svg for figure in figures)] + [plot for move in page.moves for plot in move.plots]:
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert root[0].tag.endswith("title")
        assert root[0].text
        assert root[1].tag.endswith("desc")
        assert root[1].text


def test_nothing_is_drawn_outside_the_picture(document: Document, nasty_document: Document) -> None:
    for page in (build_page(document), build_page(nasty_document)):
        figures = [figure.svg for figure in (*page.spectra, page.balance, page.loudness) if figure]
        for svg in [*figures, *(plot for move in page.moves for plot in move.plots)]:
            root = ET.fromstring(svg)
            width, height = float(root.get("width", 0)), float(root.get("height", 0))
            for element in root.iter():
                for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", element.get("points", "")):
                    assert -0.1 <= float(x) <= width + 0.1
                    assert -0.1 <= float(y) <= height + 0.1


def test_the_summary_names_the_first_moves_and_the_loudness(document: Document) -> None:
    page = build_page(document)
    assert [move.command for move in page.first] == [
        "fader +4.0\u00a0dB",
        "−4.1\u00a0dB at 312\u00a0Hz, +1.5\u00a0dB above 2.41\u00a0kHz, high pass at 31.2\u00a0Hz",
        "2.5\u00a0dB of gain reduction on average, 3:1 from −22.4\u00a0dBFS",
    ]
    assert page.tiles[0].value == "−9.8\u00a0LUFS"
    assert page.tiles[0].context == "References, 10–90\u00a0%: −11.0 to −8.4\u00a0LUFS; inside"
    assert page.tiles[3].context == "Expected, 10–90\u00a0%: 4.1 to 7.7\u00a0LU; as expected"


def test_technical_points_come_after_moves_in_the_summary_whatever_their_priority(documents: Build) -> None:
    moves = make_suggestions()
    page = build_page(documents(suggestions=(moves[3], *moves[:3])))
    assert page.moves[0].is_warning
    assert not any(move.is_warning for move in page.first)


def test_a_mix_in_place_is_told_so(documents: Build) -> None:
    page = build_page(documents(suggestions=(), verification=Verification(0.6, 0.6)))
    outside = "Vocals 2.0\u00a0LU quieter than the quietest tenth of your references; no move is suggested for it."
    assert page.headline == f"{outside} One more value lies outside its range without a move."
    warned = build_page(documents(suggestions=(make_suggestions()[3],), verification=Verification(0.6, 0.6)))
    assert warned.headline == f"{page.headline} One more point is worth checking."
    inside = tuple(stand for stand in make_standing(make_track()) if stand.where == "inside" and abs(stand.outside_by) < 1e-6)
    placed = build_page(documents(suggestions=(), standing=inside))
    assert placed.headline == "Everything lies within the range of your 12 references; no move is suggested."
    assert page.verification_text.startswith("0.6 times the usual spread")


def test_the_page_never_shows_where_files_lie(document: Document) -> None:
    document["mix"]["source"]["path"] = "/home/someone/secret/song.wav"
    for text in (to_html(document), to_markdown(document)):
        assert "secret" not in text


def test_the_verification_tells_closer_from_not_closer(documents: Build) -> None:
    verification = replace(make_verification(), measured={**make_verification().measured, "vocals/level": -12.0})
    rows = build_page(documents(verification=verification)).verification.rows
    assert rows[0].cells == ("Vocals, level in the mix", "−9.1", "−5.6", "−12.0", "−5.1", "LU", "not closer")
    assert rows[1].cells[0] == "Bass, spectrum at 315\u00a0Hz"
    assert rows[1].cells[-1] == "closer"


# Markdown


def test_markdown_holds_no_html_and_no_broken_table(nasty_document: Document) -> None:
    text = to_markdown(nasty_document)
    assert "<" not in text
    tables = [list(rows) for is_row, rows in itertools.groupby(text.splitlines(), key=lambda line: line.startswith("|")) if is_row]
    assert tables
    for rows in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a|b", "a\\|b"),
        ("*x* _y_ `z`", "\\*x\\* \\_y\\_ \\`z\\`"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("[x](javascript:1)", "\\[x\\](javascript:1)"),
        ("# head", "\\# head"),
        ("1. one", "1\\. one"),
        ("- dash", "\\- dash"),
        ("--- ", "\\--- "),
        ("1.5 dB", "1.5 dB"),
        ("back\\slash", "back\\\\slash"),
        ("https://x.y", "https\\://x.y"),
    ],
)
def test_markdown_escapes(name: str, written: str) -> None:
    assert escape(name) == written


# PDF


def test_the_pdf_is_the_same_every_time(document: Document) -> None:
    first = to_pdf(document)
    assert first.startswith(b"%PDF-")
    assert to_pdf(json.loads(dumps(document))) == first


def test_hostile_names_reach_the_pdf_as_text(nasty_document: Document) -> None:
    assert to_pdf(nasty_document).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<b>&", "&lt;b&gt;&amp;"),
        ("🔥 mix", ":fire: mix"),
        ("Ünïcode Ωж −3", "Ünïcode Ωж −3"),
        ("\U000e0041", "\u25a1"),
        ("中文", '<font name="STSong-Light">中文</font>'),
        ("日本の", '<font name="HeiseiKakuGo-W5">日本の</font>'),
    ],
)
def test_pdf_markup(text: str, written: str) -> None:
    pdf._register_fonts()
    assert pdf.markup(text) == written


def test_a_very_long_report_fits_its_pages(documents: Build) -> None:
    names = {"drums": [f"{'W' * 250} {i}" for i in range(40)], "vocals": ["LEAD"]}
    text = "word " * 390 + "end."
    built = documents(track=make_track("T" * 5000, stem_names=names), warnings=(text,) * 20)  # type: ignore[arg-type]
    for suggestion in built["suggestions"]:
        suggestion["text"] = text
    assert to_pdf(built).startswith(b"%PDF-")


# All formats


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_handles_poor_documents(documents: Build, suffix: str) -> None:
    bare = replace(
        make_track(), stems=(), roles={}, mix={"lufs": Measurement(None, "silent"), "ltas": Measurement(np.full(31, np.nan))}, tags={}
    )
    poor = documents(track=bare, profile=replace(make_profile(0), targets={}), suggestions=(), verification=Verification(0, 0), warnings=())
    assert FORMATS[suffix](poor)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("duration_s", [0.5, 7.0, 7200.0])
def test_every_format_handles_short_and_long_songs(documents: Build, suffix: str, duration_s: float) -> None:
    assert FORMATS[suffix](documents(track=make_track(duration_s=duration_s)))


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_handles_descriptors_that_this_version_does_not_know(document: Document, suffix: str) -> None:
    document["mix"]["measurements"]["groove"] = {"value": 0.5, "unit": "points"}
    assert FORMATS[suffix](document)


def test_a_silent_mix_is_drawn_without_a_loudness_plot(documents: Build) -> None:
    track = make_track()
    silence = {key: Measurement(np.full(100, -np.inf)) for key in loudness_curves(10)}
    assert build_page(documents(track=replace(track, mix={**track.mix, **silence}))).loudness is None


@pytest.mark.parametrize("suffix", FORMATS)
def test_reports_are_written_by_suffix(document: Document, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"report{suffix.upper()}"
    write_report(document, path)
    assert path.read_bytes() == FORMATS[suffix](document)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_written_report_reads_back(document: Document, tmp_path: Path) -> None:
    write_report(document, tmp_path / "report.json")
    assert read_document(tmp_path / "report.json") == document


@pytest.mark.parametrize("name", ["report.docx", "report", "report.html.gz"])
def test_an_unknown_suffix_lists_the_formats(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.json, \.html, \.md, \.pdf"):
        check_format(tmp_path / name)


def test_a_missing_folder_is_an_output_error(document: Document, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_report(document, tmp_path / "absent" / "report.html")


# Numbers, names and colours


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (wording.gain(2.449), "+2.4\u00a0dB"),
        (wording.gain(-0.04), "0.0\u00a0dB"),
        (wording.frequency(311.87), "312\u00a0Hz"),
        (wording.frequency(2476), "2.48\u00a0kHz"),
        (wording.frequency(999.9), "1\u00a0kHz"),
        (wording.milliseconds(0.0075), "7.5\u00a0ms"),
        (wording.milliseconds(0.18), "180\u00a0ms"),
        (wording.clock(187.4), "3:07"),
        (wording.clock(3727), "1:02:07"),
        (wording.clean("a\nb\x00c\u202e"), "a b c"),
        (wording.clean("\udcff.wav"), "\\xff.wav"),
        (wording.sentence("from -7.4 to -2.8 LU"), "from −7.4 to −2.8\u00a0LU"),
        (wording.sentence("the stem take -2 is"), "the stem take -2 is"),
    ],
)
def test_numbers_read_as_an_engineer_writes_them(shown: str, expected: str) -> None:
    assert shown == expected


def test_lines_and_areas_end_exactly_at_the_frame() -> None:
    # The drawing's y grows downward: the floor is at 10.
    assert runs([(0, 0), (2, 20), (4, 0)], 10) == [[(0, 0), (1, 10)], [(3, 10), (4, 0)]]
    assert runs([(0, 20), (1, 30)], 10) == []
    assert cut([(0, 0), (2, 0), (2, 20), (0, 20)], 10, is_closed=True, keep_above=True) == [(0, 10), (0, 0), (2, 0), (2, 10)]


def test_bands_are_named_by_their_nominal_frequency() -> None:
    assert wording.band_frequency(316.2) == "315\u00a0Hz"
    assert wording.band_frequency(12589.3) == "12.5\u00a0kHz"
    assert wording.band_frequency(290.0) == "290\u00a0Hz"


def test_the_same_song_is_named_as_what_the_moves_go_by(documents: Build) -> None:
    level = make_suggestions()[0]
    same = replace(level, evidence=replace(level.evidence, tier="same song", references=("Demo 2",)))
    page = build_page(documents(suggestions=(same,)))
    assert "your other version of this song" in page.headline
    assert dict(page.moves[0].grounds)["Rests on"] == "another version of this song: “Demo 2”"


def test_thinning_a_curve_keeps_its_peaks() -> None:
    values: list[float | None] = [-30.0] * 5000
    values[1234] = -3.0
    thinned = plots.columns(values, 0.1, 300)
    assert len(thinned) <= 300
    assert max(v for _t, v in thinned if v is not None) == -3.0


def test_a_band_without_signal_leaves_a_gap(documents: Build) -> None:
    track = make_track()
    ltas = np.array([*np.full(27, -15.0), *np.full(4, -120.0)])
    built = documents(track=replace(track, mix={**track.mix, "ltas": Measurement(ltas)}))
    spectrum = plots.spectrum_of(built, "mix")
    assert spectrum is not None
    assert spectrum[-4:] == [None] * 4


def _luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(a: str, b: str) -> float:
    dark, light = sorted((_luminance(a), _luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_reach_wcag_aa(palette: dict[str, str]) -> None:
    for text in ("ink", "muted", "good", "bad", "warn"):
        assert min(_contrast(palette[text], palette[ground]) for ground in ("page", "panel")) >= 4.5
    for line in ("mix", "drums", "bass", "vocals", "other", "median"):
        assert min(_contrast(palette[line], palette[ground]) for ground in ("page", "panel", "range")) >= 3.0
    assert _contrast(palette["axis"], palette["page"]) >= 3.0


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_roles_differ_in_lightness(palette: dict[str, str]) -> None:
    lightness = sorted(116 * _luminance(palette[role]) ** (1 / 3) - 16 for role in ("drums", "bass", "vocals", "other"))
    assert min(np.diff(lightness)) >= 8


def test_both_palettes_name_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)
