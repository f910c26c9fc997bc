"""The library: what is confirmed stays, whoever else writes, whatever becomes of the program."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from mixassistant.advice.decision import Decision
from mixassistant.errors import InputError, MissingError, OutputError
from mixassistant.features.descriptor import Measurement
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.library.faults import explained
from mixassistant.library.library import Description, Library
from mixassistant.library.migrations import MIGRATIONS
from mixassistant.processing.moves import Band
from mixassistant.profiles.taste import Answer


def track(content: str = "a" * 64, name: str = "Song", loudness: float = -9.8) -> MeasuredTrack:
    curve = np.linspace(-30, -6, 7)
    values = {"lufs": Measurement(loudness), "ltas": Measurement(curve), "lra": Measurement(None, "too short")}
    stems = (MeasuredStem("KICK", "drums", "supplied", values),)
    prints = np.arange(16, dtype=np.float32).reshape(8, 2)
    return MeasuredTrack(name, content, 30.0, 44100, 2, values, {"drums": values}, stems, {"title": "Über"}, prints)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


@pytest.fixture
def songs(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"song {i}.wav" for i in range(3)]
    for path in found:
        path.write_bytes(b"sound")
    return found


def test_without_a_path_it_is_the_users_own() -> None:
    with Library() as library:
        assert str(library.path).startswith(os.environ["MIXASSISTANT_DATA"])
        assert library.path.name == "library.sqlite3"


def test_what_was_added_is_there_when_it_is_opened_again(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        library.references.add(songs[0], track("a" * 64, "One"))
        library.references.add(songs[1], track("b" * 64, "Two"), liked=False)
    with Library(file) as library:
        rows = library.references.all()
    assert [(r.name, r.liked, r.path, r.missing) for r in rows] == [("One", True, songs[0], False), ("Two", False, songs[1], False)]
    assert rows[0].tags == {"title": "Über"}


def test_a_reference_that_vanished_is_listed_as_missing(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        library.references.add(songs[0])
        songs[0].unlink()
        assert [r.missing for r in library.references.all()] == [True]


def test_a_reference_whose_path_cannot_exist_is_missing_and_no_error(file: Path, tmp_path: Path) -> None:
    with Library(file) as library:
        library.references.add(tmp_path / ("n" * 300 + ".wav"))
        assert [r.missing for r in library.references.all()] == [True]


def test_moved_content_is_found_again_and_not_doubled(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        first = library.references.add(songs[0], track())
        moved = songs[0].rename(songs[0].with_name("moved.wav"))
        second = library.references.add(moved, track())
        assert second.id == first.id
        assert [(r.path, r.missing) for r in library.references.all()] == [(moved, False)]


def test_content_moved_over_another_references_path_leaves_one_row_and_its_profiles(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        one = library.references.add(songs[0], track("a" * 64, "One"))
        library.references.add(songs[1], track("b" * 64, "Two"))
        library.profiles.create("mine", [one.id])
        songs[0].replace(songs[1])
        library.references.add(songs[1], track("a" * 64, "One"))
        assert [(r.name, r.path) for r in library.references.all()] == [("One", songs[1])]
        assert [r.path for r in library.profiles.references_of("mine")] == [songs[1]]


def test_adding_the_same_path_twice_keeps_one_row(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        library.references.add(songs[0])
        library.references.add(songs[0], track())
        assert [r.content_hash for r in library.references.all()] == ["a" * 64]
        library.references.add(songs[0])
        assert [r.content_hash for r in library.references.all()] == ["a" * 64]


def test_a_like_is_changed_and_changed_back(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        added = library.references.add(songs[0])
        library.references.like(added.id, False)
        assert library.references.all(liked=True) == ()
        assert [r.id for r in library.references.all(liked=False)] == [added.id]
        library.references.like(added.id)
        assert [r.id for r in library.references.all(liked=True)] == [added.id]


def test_a_removed_reference_is_restored_as_it_was(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        added = library.references.add(songs[0], track(), liked=False)
        library.profiles.create("mine", [added.id])
        library.references.remove(added.id)
        assert library.references.all() == ()
        assert library.profiles.references_of("mine") == ()
        library.references.restore(added.id)
        assert library.references.all() == (added,)
        assert library.profiles.references_of("mine") == (added,)


@pytest.mark.parametrize("key", ["number", "path", "name"])
def test_a_reference_is_found_by_number_path_and_name(file: Path, songs: list[Path], key: str) -> None:
    with Library(file) as library:
        added = library.references.add(songs[0], track(name="It's “mine”"))
        keys = {"number": str(added.id), "path": str(songs[0]), "name": "It's “mine”"}
        assert library.references.find(keys[key]) == added


def test_an_unknown_or_ambiguous_reference_is_refused(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        library.references.add(songs[0], track("a" * 64))
        library.references.add(songs[1], track("b" * 64))
        with pytest.raises(InputError, match="2 references are named “Song”"):
            library.references.find("Song")
        with pytest.raises(InputError, match="there is no reference “x”"):
            library.references.find("x")


NASTY = [
    'it\'s "so".wav',
    "two\nlines.wav",
    "🎸.wav",
    "<script>alert(1)</script>.wav".replace("/", "∕"),
    "'; DROP TABLE profiles; --.wav",
    "%_.wav",
]


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_come_back_letter_for_letter(file: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Library(file) as library:
        added = library.references.add(path, track(name=name))
        library.profiles.create(name, [added.id])
        assert library.profiles.references_of(name) == (added,)
        assert library.profiles.counts() == ((name, 1),)
    assert (added.path, added.name) == (path, name)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only there can a file name be other than Unicode")
def test_a_name_that_is_not_utf8_keeps_its_path(file: Path, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.wav")
    path.write_bytes(b"sound")
    with Library(file) as library:
        library.references.add(path)
        library.references.add(path, track(name=path.stem))
        (found,) = library.references.all()
    assert (found.path, found.missing) == (path, False)
    found.name.encode()


def test_a_measured_track_comes_back_bit_for_bit(file: Path) -> None:
    put = track(loudness=-9.81234567890123)
    with Library(file) as library:
        library.tracks.keep(put, "m1", "supplied")
    with Library(file) as library:
        got = library.tracks.find(put.content_hash, "m1", "supplied")
    assert got is not None
    assert got.mix["lufs"] == put.mix["lufs"]
    assert got.mix["lra"].reason == "too short"
    assert np.array_equal(np.asarray(got.mix["ltas"].value), np.asarray(put.mix["ltas"].value))
    assert np.array_equal(got.fingerprint, put.fingerprint)


def test_another_content_method_or_separator_is_not_remembered(file: Path) -> None:
    with Library(file) as library:
        library.tracks.keep(track(), "m1", "embedded")
        assert library.tracks.find("b" * 64, "m1", "embedded") is None
        assert library.tracks.find("a" * 64, "m2", "embedded") is None
        assert library.tracks.find("a" * 64, "m1", "demucs:htdemucs") is None


def test_a_new_method_replaces_what_an_old_one_measured(file: Path) -> None:
    with Library(file) as library:
        library.tracks.keep(track(), "m1", "embedded")
        library.tracks.keep(track(), "m2", "embedded")
        assert library.tracks.find("a" * 64, "m1", "embedded") is None
        assert library.tracks.find("a" * 64, "m2", "embedded") is not None


def test_a_damaged_measurement_is_measured_again(file: Path) -> None:
    with Library(file) as library:
        library.tracks.keep(track(), "m1", "embedded")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE tracks SET measured = x'00ff'")
    connection.close()
    with Library(file) as library:
        assert library.tracks.find("a" * 64, "m1", "embedded") is None


def test_a_profile_is_replaced_by_one_of_its_name(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        ids = [library.references.add(song).id for song in songs]
        library.profiles.create("mine", ids)
        library.profiles.create("mine", ids[:1])
        assert [r.id for r in library.profiles.references_of("mine")] == ids[:1]
        assert library.profiles.counts() == (("mine", 1),)


def test_an_empty_or_unknown_profile_is_refused(file: Path) -> None:
    with Library(file) as library:
        with pytest.raises(InputError, match="would be empty"):
            library.profiles.create("mine", [])
        with pytest.raises(MissingError, match="no profile “mine”"):
            library.profiles.references_of("mine")


def test_a_profile_that_cannot_be_made_leaves_the_old_one(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        added = library.references.add(songs[0])
        library.profiles.create("mine", [added.id])
        with pytest.raises(sqlite3.IntegrityError):  # a number that no reference has: a bug of the caller, not a damaged file
            library.profiles.create("mine", [added.id, 999])
        assert library.profiles.references_of("mine") == (added,)


def test_a_decision_is_changed_and_taken_back(file: Path) -> None:
    with Library(file) as library:
        library.answers.decide("a", "bass-eq", Decision(True, 1.5))
        assert library.answers.decisions("a") == {"bass-eq": Decision(True, 1.5)}
        shaped = Decision(True, 1.0, (Band("bell", 340.5, -6.25, 2.0), Band("high_shelf", 8000.0, 1.5, 0.71)))
        library.answers.decide("a", "bass-eq", shaped)
        assert library.answers.decisions("a") == {"bass-eq": shaped}
        library.answers.decide("a", "bass-eq", Decision(False))
        assert library.answers.decisions("a") == {"bass-eq": Decision(False)}
        library.answers.decide("a", "bass-eq", None)
        assert library.answers.decisions("a") == {}


def test_a_library_of_the_first_version_is_brought_up_to_date(file: Path) -> None:
    old = sqlite3.connect(file)
    old.executescript(MIGRATIONS[0])
    old.execute("INSERT INTO decisions VALUES ('a', 'bass-eq', 1, '2026-01-01')")
    old.execute("INSERT INTO analyses (created, name, content_hash, document) VALUES ('2026-01-01', 'One', 'a', x'00')")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    with Library(file) as library:
        assert library.answers.decisions("a") == {"bass-eq": Decision(True, 1.0)}
    with sqlite3.connect(file) as found:
        assert found.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert found.execute("SELECT count(*) FROM analyses").fetchone() == (0,)  # reports that nobody read
    found.close()


def test_what_answers_of_before_taught_is_kept(file: Path) -> None:
    old = sqlite3.connect(file)
    for migration in MIGRATIONS[:6]:
        old.executescript(migration)
    row = "INSERT INTO decisions (content_hash, suggestion, accepted, decided, amount, dimension, move_db, offset_db, confidence) "
    old.execute(row + "VALUES ('a', 'bass-eq', 1, '2026-01-01', 0.5, 'tone/high', 3.0, -0.5, 0.8)")
    old.execute(row + "VALUES ('a', 'mix-stereo', 0, '2026-01-02', 1.0, '', 0.0, 0.0, 1.0)")
    old.execute("PRAGMA user_version = 6")
    old.commit()
    old.close()
    with Library(file) as library:
        assert library.answers.all() == (Answer("tone/high", 3.0, -0.5, True, 0.5, 0.8),)
        assert len(library.answers.decisions("a")) == 2
        library.answers.decide("a", "bass-eq", None)
        assert library.answers.all() == ()


def test_opening_counts_rejections_and_leaves_acceptances_and_other_dimensions(file: Path) -> None:
    with Library(file) as library:
        library.answers.decide(
            "a", "one", Decision(False, 1.0), Answer("level/bass", 2.0, 0.0, False), Answer("width/bass", 1.0, 0.0, False)
        )
        library.answers.decide("a", "two", Decision(True, 1.0), Answer("level/bass", 2.0, 0.0, True))
        assert library.answers.open("level/bass") == 1 and library.answers.open("level/bass") == 0
        assert [(a.dimension, a.accepted, a.may_close) for a in library.answers.all()] == [
            ("level/bass", False, False),
            ("width/bass", False, True),
            ("level/bass", True, True),
        ]
        assert library.answers.open() == 1


def test_a_newer_library_is_refused_and_left_alone(file: Path) -> None:
    Library(file).close()
    newer = sqlite3.connect(file)
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    before = file.read_bytes()
    with pytest.raises(OutputError, match="newer Mix Assistant"):
        Library(file)
    assert file.read_bytes() == before


def test_a_file_that_is_no_library_is_refused_and_left_alone(file: Path) -> None:
    file.write_text("not a database, and precious\n" * 100)
    before = file.read_bytes()
    with pytest.raises(OutputError, match="damaged or not a library") as caught:
        Library(file)
    assert str(file) in str(caught.value)
    assert caught.value.exit_code == 5
    assert file.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(file: Path) -> None:
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.commit()
    other.close()
    before = file.read_bytes()
    with pytest.raises(OutputError, match="not a library"):
        Library(file)
    assert file.read_bytes() == before


def test_a_library_with_a_hole_in_it_is_told_and_kept(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        for index in range(200):
            library.references.add(songs[0].with_name(f"{index}.wav"), track(f"{index:064}"))
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(OutputError, match="damaged"), Library(file) as library:
        library.references.all()
    assert file.read_bytes() == bytes(content)


def test_a_folder_in_its_place_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder") as caught:
        Library(tmp_path)
    assert caught.value.exit_code == 5


def test_a_file_where_its_folder_should_be_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="folder"):
        Library(tmp_path / "file" / "library.sqlite3")


def test_a_read_only_library_is_an_output_error(file: Path, songs: list[Path]) -> None:
    # SQLite's own switch, since an administrator may write what permissions forbid.
    with Library(file) as library:
        library._store._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(OutputError) as caught:
            library.references.add(songs[0])
    assert caught.value.exit_code == 5


def test_a_full_disk_is_told_and_loses_nothing(file: Path, songs: list[Path]) -> None:
    with Library(file) as library:
        library.references.add(songs[0])
        pages = library._store._connection.execute("PRAGMA page_count").fetchone()[0]
        library._store._connection.execute(f"PRAGMA max_page_count = {pages}")
        long = Description(1, np.random.default_rng(1).bytes(100_000).hex())
        with pytest.raises(OutputError, match="the disk is full"):
            library.references.describe([long])
        assert len(library.references.all()) == 1
        library.references.like(1, False)


@pytest.mark.parametrize(
    ("kind", "reason", "said"),
    [
        ("SQLITE_IOERR_SHMSIZE", errno.ENOSPC, "the disk is full"),  # no room for the index of the journal
        ("SQLITE_CANTOPEN", errno.EDQUOT, "the disk is full"),
        ("SQLITE_CANTOPEN", errno.EACCES, "check its permissions"),
        ("SQLITE_IOERR_WRITE", None, "check its permissions"),
    ],
)
def test_a_full_disk_is_not_taken_for_a_lack_of_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: int | None, said: str
) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorname = kind
    if reason:

        def refuse(**_: object) -> None:
            raise OSError(reason, "x")

        monkeypatch.setattr("mixassistant.library.faults.tempfile.TemporaryFile", refuse)
    told = explained(error, tmp_path / "library.sqlite3")
    assert isinstance(told, OutputError) and said in str(told)


def test_a_library_that_another_program_holds_is_told(file: Path, songs: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixassistant.library.store.BUSY_TIMEOUT_S", 0.01)
    Library(file).close()
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")
    with Library(file) as library, pytest.raises(OutputError, match="another program is using it"):
        library.references.add(songs[0])
    other.close()


def test_threads_write_at_once_with_a_connection_each(file: Path, tmp_path: Path) -> None:
    errors: list[BaseException] = []

    def add(start: int) -> None:
        try:
            with Library(file) as library:
                for index in range(start, start + 20):
                    library.references.add(tmp_path / f"{index}.wav", track(f"{index:064}"))
        except BaseException as error:  # noqa: BLE001 - a thread's error would otherwise be lost
            errors.append(error)

    threads = [threading.Thread(target=add, args=(start,)) for start in (0, 20, 40, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with Library(file) as library:
        assert len(library.references.all()) == 80


ADD_FOREVER = """
import sys
from pathlib import Path
from mixassistant.library.library import Description, Library
with Library(Path(sys.argv[1])) as library:
    for index in range(int(sys.argv[3])):
        library.references.add(Path(f"/{sys.argv[2]}/{index}.wav"))
        print(index, flush=True)
"""


def writer(file: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", ADD_FOREVER, str(file), name, str(count)], stdout=subprocess.PIPE, text=True)


def test_processes_that_make_the_library_together_lose_nothing(file: Path) -> None:
    running = [writer(file, f"writer {n}", 10) for n in range(4)]
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0, 0, 0, 0]
    with Library(file) as library:
        assert len(library.references.all()) == 40


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("confirmed", [1, 7, 25])
def test_a_killed_program_loses_nothing_that_it_had_confirmed(file: Path, confirmed: int) -> None:
    with writer(file, "w", 1_000_000) as process:
        assert process.stdout is not None
        for _ in range(confirmed):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
    with Library(file) as library:
        kept = {reference.path for reference in library.references.all()}
        assert {Path(f"/w/{index}.wav") for index in range(last + 1)} <= kept
        assert library._store._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
