"""What a report says of what the mix was compared with: weights, dislikes and strengths, written, read back and shown."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sample_documents import make_profile, make_track

from mixassistant.errors import InputError
from mixassistant.features.descriptor import Measurement
from mixassistant.report import tables
from mixassistant.report.document import Document, Wishes, dumps, read_document, validate
from mixassistant.report.html import to_html
from mixassistant.report.markdown import to_markdown
from mixassistant.report.page import build_page
from mixassistant.report.pdf import to_pdf
from mixassistant.report.wording import measured, spread

Build = Callable[..., Document]


@pytest.fixture
def wished(documents: Build) -> Document:
    """Return a report with three references, one of them heavy, one disliked, and two kinds of moves held back."""
    profile = make_profile(3)
    references = tuple(replace(r, content_hash=str(i), name=f"Song {i}") for i, r in enumerate(profile.references))
    wishes = Wishes({"1": 2.5}, ("Too <harsh>",), {"eq": 0.5, "stereo": 0.0, "level": 1.0})
    return documents(profile=replace(profile, references=references), wishes=wishes)


def test_weights_dislikes_and_strengths_are_read_back_as_they_were(wished: Document, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(dumps(wished))
    found = read_document(path)
    assert found == wished
    assert found["profile"]["reference_weights"] == [1.0, 2.5, 1.0]
    assert found["profile"]["disliked_names"] == ["Too <harsh>"]
    assert found["strengths"] == {"eq": 0.5, "stereo": 0.0, "level": 1.0}


def test_a_report_from_before_is_still_read_and_shown(document: Document) -> None:
    old = copy.deepcopy(document)
    del old["strengths"], old["profile"]["reference_weights"], old["profile"]["disliked_names"]
    validate(old)
    assert build_page(old).compared == build_page(document).compared
    to_pdf(old)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["profile"].update(reference_weights=[1.0]),
        lambda d: d["profile"].update(reference_weights=[1.0, 0.0, 1.0]),
        lambda d: d.update(strengths={"eq": 2.0}),
        lambda d: d.update(strengths={"treble": 1.0}),
        lambda d: d["profile"].update(disliked_names=[1]),
    ],
    ids=["too few", "no weight", "too strong", "unknown kind", "no name"],
)
def test_wishes_that_cannot_be_are_refused(wished: Document, spoil: Callable[[Document], None]) -> None:
    spoil(wished)
    with pytest.raises(InputError):
        validate(wished)


def test_every_format_says_what_it_was_compared_with(wished: Document) -> None:
    shown = dict(build_page(wished).compared)
    assert shown["Liked"] == "“Song 0”, “Song 1” (counts as 2.5 songs), “Song 2”"
    assert shown["Disliked"] == "“Too <harsh>”"
    assert shown["How far to go"] == "Equalizer 50\u00a0%, Stereo width 0\u00a0%; everything else in full."
    assert "What it was compared with" in to_html(wished) and "Too &lt;harsh&gt;" in to_html(wished)
    assert "## What it was compared with" in to_markdown(wished) and "counts as 2.5 songs" in to_markdown(wished)
    assert len(to_pdf(wished)) > len(to_pdf({**wished, "profile": {**wished["profile"], "disliked_names": []}}))


def test_a_profile_of_ones_own_is_called_as_people_say(documents: Build) -> None:
    def said(count: int, name: str) -> str:
        return dict(build_page(documents(profile=replace(make_profile(count), name=name))).facts)["Compared with"]

    assert said(3, "your references").startswith("your 3 references")
    assert said(1, "your references").startswith("your reference")
    assert said(3, "Night").startswith("“Night” (3 references)")


def test_ranges_end_where_a_descriptor_does() -> None:
    target = {"low": -0.06, "high": 1.07, "median": 0.5, "unit": "", "count": 3}
    assert spread("mono_compatibility", target).startswith("−0.06")  # unknown to this version: nobody knows its bounds
    assert spread("activity", target) == "0.00 to 1.00"


def test_frequencies_have_three_digits_and_keys_have_names() -> None:
    assert measured("spectral_centroid", {"value": 3868.2, "unit": "Hz"}) == "3.87\u00a0kHz"
    assert spread("spectral_centroid", {"low": -359.0, "high": 9002.0, "unit": "Hz"}) == "0\u00a0Hz to 9\u00a0kHz"
    assert measured("key", {"value": 4.0, "unit": "", "label": "E major"}) == "E major"
    assert measured("bpm_is_defined", {"value": 0.0, "unit": ""}) == "no"


def test_what_was_not_measured_is_told_once_by_its_reason_and_nobodys_folders_are_shown(documents: Build) -> None:
    track = make_track()
    absent = {"lra": Measurement(None, "plays for less than 8 s"), "bpm": Measurement(None, "plays for less than 8 s")}
    networks = {"danceability": Measurement(None, "needs a network, in /home/somebody/models")}
    roles = {"drums": {**track.roles["drums"], **absent}}
    document = documents(track=replace(track, mix={**track.mix, **absent, **networks}, roles=roles))
    told = tables.missing(document)
    assert "Plays for less than 8 s: Mix, Drums – Loudness range; Tempo" in told
    assert "Needs a network: Mix – Danceability" in told
    assert not any(row.cells[1] == "–" for row in tables.mix_table(document).rows)
    assert "somebody" not in to_html(document) + to_markdown(document)


def test_an_interval_is_of_the_first_bands_gain_only_where_there_are_several(document: Document) -> None:
    def told(bands: int) -> str:
        changed = copy.deepcopy(document)
        eq = next(s for s in changed["suggestions"] if s["kind"] == "eq")
        eq["parameters"]["bands"] = eq["parameters"]["bands"][:bands]
        return to_markdown(changed)

    assert "of the first band’s gain" in told(2)
    assert "first band" not in told(1)


def test_the_references_own_range_stands_beside_what_is_expected(documents: Build) -> None:
    quiet = tuple(replace(make_track(f"Song {i}"), mix={**make_track().mix, "lufs": Measurement(-23.1)}) for i in range(10))
    document = documents(profile=replace(make_profile(10), references=quiet))
    validate(document)
    assert document["profile"]["own"]["mix/lufs"] == {"median": -23.1, "low": -23.1, "high": -23.1}
    table = tables.mix_table(document)
    assert table.columns[2:] == ("References, 10–90\u00a0%", "Expected (10–90\u00a0%)", "Against what is expected")
    row = next(row for row in table.rows if row.cells[0] == "Integrated loudness")
    assert row.cells[2:4] == ("−23.1 to −23.1\u00a0LUFS", "−9.1 (−10.3 to −7.9\u00a0LUFS)")
    alone = tables.mix_table(documents(profile=make_profile(0)))
    assert alone.columns[2:] == ("Finished songs (10–90\u00a0%)", "Against what is expected")
    assert tables.mix_table(documents(profile=make_profile(2))).columns[2] == "References, least to most"
