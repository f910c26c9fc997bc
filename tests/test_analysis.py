"""The whole flow on songs made here: what the references are, and what they are not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_documents import make_track

import mixassistant.analysis
from mixassistant.advice.answers import Question
from mixassistant.advice.engine import advise
from mixassistant.analysis import Request, analyze
from mixassistant.audio import storage
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode
from mixassistant.audio.resample import resample
from mixassistant.audio.storage import StorageTuning
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.extraction.measurer import Measurer
from mixassistant.features.descriptor import scalar
from mixassistant.features.track import Section
from mixassistant.library.library import Library
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.report.document import dumps
from mixassistant.report.outcome import outcome_text
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES
from signals import music

PARTS = {role: music(i, duration_s=8.0) for i, role in enumerate(ROLES)}


def write_song(folder: Path, **moves: Chain) -> Path:
    folder.mkdir()
    for role, audio in PARTS.items():
        write_audio(render(audio, moves.get(role, Chain())), folder / f"{role}.wav")
    return folder


def test_the_mix_among_its_references_is_left_out_and_does_not_hide_what_the_others_say(tmp_path: Path) -> None:
    mine = write_song(tmp_path / "mine", vocals=Chain(gain_db=-5.0))
    earlier = write_song(tmp_path / "earlier")
    found = analyze(Request(mine, references=(mine, earlier), library=tmp_path / "library.sqlite3"))
    assert any("mix itself" in warning for warning in found.warnings)
    assert [move.id for move in found.moves if move.kind == "level"] == ["vocals-level"]
    assert [r.name for r in found.profile.references] == ["earlier"]


def test_a_reference_at_a_low_sample_rate_says_nothing_of_the_treble(tmp_path: Path) -> None:
    mine = write_song(tmp_path / "mine", other=Chain((Band("bell", 900.0, 6.0, 1.0),)))
    (tmp_path / "old").mkdir()
    for role, audio in PARTS.items():
        low = resample(audio, 16000)
        write_audio(Audio(np.ascontiguousarray(low.samples), 16000), tmp_path / "old" / f"{role}.wav")
    found = analyze(Request(mine, references=(tmp_path / "old",), library=tmp_path / "library.sqlite3"))
    bands = [band for move in found.moves for band in move.chain.bands]
    assert bands and all(band.frequency_hz < 7000 for band in bands)
    assert min(band.gain_db for band in bands) == pytest.approx(-6.0, abs=1.0)


def test_the_same_content_under_another_name_is_called_by_that_name(tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite3"
    first, second = write_song(tmp_path / "Take one"), write_song(tmp_path / "Take two")
    assert [analyze(Request(path, library=library)).track.name for path in (first, second)] == ["Take one", "Take two"]


def test_disliked_references_in_a_folder_push_the_profile_away_and_are_told_in_the_report(tmp_path: Path) -> None:
    mine, liked = write_song(tmp_path / "mine"), write_song(tmp_path / "liked", vocals=Chain(gain_db=-1.0))
    harsh = tmp_path / "harsh"
    harsh.mkdir()
    write_song(harsh / "One", drums=Chain(gain_db=3.0))
    write_song(harsh / "Two", drums=Chain(gain_db=4.0))
    library = tmp_path / "library.sqlite3"
    plain, pushed = (
        analyze(Request(mine, references=(liked,), library=library, disliked=disliked, strengths={"eq": 0.5}))
        for disliked in ((), (harsh,))
    )
    drums = ROLES.index("drums")
    assert pushed.profile.levels.mean[drums] < plain.profile.levels.mean[drums]
    document = pushed.document()
    assert document["profile"]["disliked_names"] == ["One", "Two"] and document["strengths"] == {"eq": 0.5}
    assert plain.document()["profile"]["disliked_names"] == []


def test_a_disliked_reference_that_is_the_mix_or_liked_too_is_left_out_with_a_word(tmp_path: Path) -> None:
    mine, liked = write_song(tmp_path / "mine"), write_song(tmp_path / "liked", vocals=Chain(gain_db=-1.0))
    library = tmp_path / "library.sqlite3"
    plain = analyze(Request(mine, references=(liked,), library=library))
    found = analyze(Request(mine, references=(liked,), library=library, disliked=(mine, liked, liked)))
    assert "The mix itself is among the disliked references: it was left out there." in found.warnings
    assert "“liked” is liked and disliked at once: only the liking counts." in found.warnings
    assert found.document()["profile"] == plain.document()["profile"]


def test_dislikes_of_the_library_that_do_not_count_are_told(tmp_path: Path) -> None:
    mine, liked, harsh = write_song(tmp_path / "mine"), write_song(tmp_path / "liked"), write_song(tmp_path / "harsh")
    file = tmp_path / "library.sqlite3"
    with Library(file) as library:
        for path in (liked, harsh):
            library.references.add(path, replace(make_track(path.name), content_hash=path.name.ljust(64, "0")))
        library.references.like([library.references.find("harsh").id], False)
    told = (
        "1 song is disliked in your library; that counts where a mix is compared with all liked references, and not with references "
        "given for this mix."
    )
    assert told in analyze(Request(mine, references=(liked,), library=file)).warnings
    assert told not in analyze(Request(mine, references=(liked,), library=file, disliked=(harsh,))).warnings


def test_a_disliked_file_that_cannot_be_read_is_named_and_alone_ends_the_analysis(tmp_path: Path) -> None:
    mine, liked = write_song(tmp_path / "mine"), write_song(tmp_path / "liked", vocals=Chain(gain_db=-1.0))
    library, text = tmp_path / "library.sqlite3", tmp_path / "words.wav"
    text.write_text("This is text.")
    with pytest.raises(InputError):
        analyze(Request(mine, library=library, disliked=(text,)))
    found = analyze(Request(mine, library=library, disliked=(text, liked)))
    assert any("words.wav" in warning for warning in found.warnings)
    assert found.document()["profile"]["disliked_names"] == ["liked"]


def test_weights_of_the_library_are_told_in_the_report(tmp_path: Path) -> None:
    mine, liked = write_song(tmp_path / "mine"), write_song(tmp_path / "liked", vocals=Chain(gain_db=-1.0))
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        added = library.references.add(liked, Measurer.of(library, device="cpu").measure_file(liked))
        library.references.weigh([added.id], 3.0)
    assert analyze(Request(mine, library=path)).document()["profile"]["reference_weights"] == [3.0]


def test_a_role_that_is_given_reaches_measurements_advice_and_report_and_leaves_the_other_roles_alone(tmp_path: Path) -> None:
    mine, reference = write_song(tmp_path / "mine", bass=Chain((Band("bell", 400.0, 6.0, 1.0),))), write_song(tmp_path / "reference")
    write_audio(render(music(7, duration_s=8.0), Chain(gain_db=-20.0)), mine / "Spur 5.wav")
    library = tmp_path / "library.sqlite3"
    plain, told = (analyze(Request(mine, references=(reference,), library=library, roles=roles)) for roles in ({}, {"Spur 5": "drums"}))
    assert [{s.name: s.role for s in found.track.stems}["Spur 5"] for found in (plain, told)] == ["other", "drums"]
    assert [any("“Spur 5”" in warning for warning in found.warnings) for found in (plain, told)] == [True, False]
    assert [s["role"] for s in told.document()["stems"] if s["name"] == "Spur 5"] == ["drums"]
    assert told.track.content_hash != plain.track.content_hash
    for role in ("drums", "other"):
        assert told.track.roles[role]["level"].value != plain.track.roles[role]["level"].value
    (before,), (after,) = ([move for move in found.moves if move.id == "bass-eq"] for found in (plain, told))
    assert (before.target, before.evidence.measured) == (after.target, after.evidence.measured)  # a decision on it still holds


def test_a_stage_that_was_said_holds_for_this_mix_until_another_is_said(tmp_path: Path) -> None:
    mine, library = write_song(tmp_path / "mine"), tmp_path / "library.sqlite3"
    said = [analyze(Request(mine, library=library, stage=stage)) for stage in (None, "finished", None)]
    assert [found.stage for found in said] == ["working", "finished", "finished"]
    assert [found.document()["stage"] for found in said] == ["working", "finished", "finished"]


def test_sections_that_the_user_moves_and_names_stay_and_are_measured(tmp_path: Path) -> None:
    folder = write_song(tmp_path / "mine")
    library = tmp_path / "library.sqlite3"
    said = (Section(0.0, 4.0, "A", "verse", False), Section(4.0, 8.0, "B", "chorus", False))
    told = analyze(Request(folder, library=library, sections=said)).track.sections
    again = analyze(Request(folder, library=library))
    for sections in (told, again.track.sections):
        assert [(s.start_s, s.letter, s.kind, s.is_guess) for s in sections] == [(0.0, "A", "verse", False), (4.0, "B", "chorus", False)]
        assert all(scalar(s.values, "lufs") is not None for s in sections)
    entry = again.document()["mix"]["sections"][1]
    assert (entry["kind"], entry["is_guess"]) == ("chorus", False) and set(entry["levels"]) <= set(ROLES)
    assert analyze(Request(folder, library=library, sections=())).track.sections == ()  # eight seconds are too short for any


def test_what_the_user_has_closed_is_told_over_the_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = (Question(Place("vocals"), "level", 2.0),)
    monkeypatch.setattr(mixassistant.analysis, "advise", lambda *given, **named: replace(advise(*given, **named), closed=closed))
    found = analyze(Request(write_song(tmp_path / "mine"), library=tmp_path / "library.sqlite3"))
    assert any(warning.startswith("Closed by you: vocals louder.") for warning in found.warnings)


def test_a_role_that_the_song_does_not_have_stands_nowhere_and_says_nothing_of_the_stage(tmp_path: Path) -> None:
    mine = write_song(tmp_path / "mine", vocals=Chain(gain_db=-20.0))
    library = tmp_path / "library.sqlite3"
    plain, told = (analyze(Request(mine, library=library, absent=absent)) for absent in ((), ("vocals",)))
    assert any(stand.place == Place("vocals") for stand in plain.standing) and plain.stage_hint
    assert not any(stand.place == Place("vocals") for stand in told.standing) and not told.stage_hint
    assert "Vocals" not in outcome_text(told.moves, 0, told.verification, told.standing, told.stage)


def test_a_level_is_one_number_on_the_card_in_the_tables_and_in_the_proof(tmp_path: Path) -> None:
    mine = write_song(tmp_path / "mine", drums=Chain(gain_db=-12.0))
    copy = render(PARTS["bass"], Chain(gain_db=-3.0))  # stems that are alike add up to more than their powers
    write_audio(copy, mine / "bass 2.wav")
    write_audio(copy, mine / "pad.wav")
    document = analyze(Request(mine, library=tmp_path / "library.sqlite3", stage="rough")).document()
    card = next(s for s in document["suggestions"] if s["id"] == "drums-level")
    stand = next(s for s in document["standing"] if (s["place"], s["dimension"]) == ("drums", "level"))
    proof = document["verification"]["before"]["drums/level"]
    numbers = [document["roles"]["drums"]["measurements"]["level"]["value"], stand["value"], proof]
    assert numbers == pytest.approx([card["evidence"]["measured"]] * 3, abs=0.011)


def test_what_a_song_does_not_have_stands_nowhere(tmp_path: Path) -> None:
    mine, liked = write_song(tmp_path / "mine"), write_song(tmp_path / "liked", vocals=Chain(gain_db=-1.0))
    found = analyze(Request(mine, references=(liked,), library=tmp_path / "library.sqlite3", absent=("vocals",)))
    places = {stand.place.role for stand in found.standing}
    assert "vocals" not in places and "drums" in places


def test_a_mix_that_is_its_own_only_reference_is_told_no_way_to_other_songs(tmp_path: Path) -> None:
    mine = write_song(tmp_path / "mine", drums=Chain(gain_db=-12.0))
    library = tmp_path / "library.sqlite3"
    alone, itself = (analyze(Request(mine, references=liked, library=library, stage="rough")) for liked in ((), (mine,)))
    assert any(move.group == "toward" for move in alone.moves)
    assert not any(move.group == "toward" for move in itself.moves)
    assert itself.stage == "rough"


def test_a_library_that_cannot_be_written_is_gone_by_and_the_report_says_that_nothing_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library.sqlite3"
    Library(library).close()
    monkeypatch.setattr("mixassistant.library.store._is_read_only", lambda path: path.is_file())
    before = library.read_bytes()
    found = analyze(Request(write_song(tmp_path / "mine"), library=library, stage="rough", absent=("vocals",)))
    assert found.stage == "rough"
    assert mixassistant.analysis.NOT_KEPT in found.warnings
    assert library.read_bytes() == before


@pytest.mark.parametrize("is_separated", [False, True])
def test_audio_in_files_gives_the_report_of_audio_in_memory(is_separated: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    liked = write_song(tmp_path / "liked")
    mine = write_song(tmp_path / "mine", vocals=Chain(gain_db=-6.0), other=Chain((Band("bell", 900.0, 6.0, 1.0),)))
    if is_separated:
        whole = mix([decode(path) for path in sorted(mine.glob("*.wav"))])
        mine = tmp_path / "mix.wav"
        write_audio(resample(whole, 48000), mine, "FLOAT")
    reports = []
    for tuning in (storage.STORAGE, StorageTuning(held_bytes=0, smallest_bytes=1)):
        monkeypatch.setattr(storage, "STORAGE", tuning)
        monkeypatch.setenv("MIXASSISTANT_CACHE", str(tmp_path / f"cache {tuning.held_bytes}"))
        library = tmp_path / f"{tuning.held_bytes}.sqlite3"
        found = analyze(Request(mine, references=(liked,), library=library, separator="embedded", device="cpu", stage="finished"))
        reports.append(dumps(replace(found, created="").document()))
    assert reports[0] == reports[1]
    assert is_separated or found.moves
