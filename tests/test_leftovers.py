"""What killed programs left of unfinished files goes, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import wait_for

from mixassistant import leftovers
from mixassistant.audio.write import write_bytes
from mixassistant.cli.files import make_folder
from mixassistant.leftovers import clear_leftovers, temporary_beside

WRITE = """
import sys, time
from pathlib import Path
from mixassistant.audio.write import write_atomically

def fill(path):
    path.write_bytes(b"half")
    print("writing", flush=True)
    sys.stdin.read()

write_atomically(Path(sys.argv[1]), fill)
"""

posix = pytest.mark.skipif(os.name != "posix", reason="on Windows age alone tells")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def at_any_age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "YOUNG_S", -1.0)


@posix
@pytest.mark.usefixtures("at_any_age")
def test_what_a_killed_program_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(tmp_path / name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in ("killed.json", "alive.json")
    ]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "writing\n"
        killed, alive = running
        assert clear_leftovers(tmp_path) == 0
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
        assert len(names(tmp_path)) == 2
        wait_for("the lock given back", lambda: clear_leftovers(tmp_path) == 1, 5)
        assert alive.communicate("", timeout=30)
        assert names(tmp_path) == ["alive.json"]
        assert (tmp_path / "alive.json").read_bytes() == b"half"
    finally:
        for process in running:
            process.kill()
            process.communicate()


@pytest.mark.usefixtures("at_any_age")
def test_nothing_of_others_goes(tmp_path: Path) -> None:
    others = [".part-", ".part-12345678x", ".part-HELD1234.json", "part-held-12345678.json", ".part-held-1234567", ".hidden", "a.json"]
    for name in others:
        (tmp_path / name).write_bytes(b"precious")
    (tmp_path / ".part-held-folder12").mkdir()
    (tmp_path / ".part-held-link1234").symlink_to(tmp_path / "a.json")
    before = names(tmp_path)
    assert clear_leftovers(tmp_path) == 0
    assert names(tmp_path) == before
    assert clear_leftovers(tmp_path / "absent") == 0


def test_a_file_without_a_lock_goes_by_its_age(tmp_path: Path) -> None:
    for name, age_s in ((".part-abcdefgh.json", 7200), (".part-ijklmnop.json", 60)):
        (tmp_path / name).touch()
        made = (tmp_path / name).stat().st_mtime - age_s
        os.utime(tmp_path / name, (made, made))
    assert clear_leftovers(tmp_path) == 1
    assert names(tmp_path) == [".part-ijklmnop.json"]


@posix
@pytest.mark.usefixtures("at_any_age")
def test_the_next_run_that_finds_one_deletes_it(tmp_path: Path) -> None:
    for folder in (tmp_path / "asked", tmp_path / "written"):
        folder.mkdir()
        (folder / ".part-held-abcdefgh.json").write_bytes(b"half")
    make_folder(tmp_path / "asked")
    write_bytes(tmp_path / "written" / "a.json", b"{}")
    assert names(tmp_path / "asked") == []
    assert names(tmp_path / "written") == ["a.json"]


@pytest.mark.usefixtures("at_any_age")
def test_a_file_that_is_written_is_held(tmp_path: Path) -> None:
    with temporary_beside(tmp_path / "a.json") as temporary:
        assert clear_leftovers(tmp_path) == 0
        assert names(tmp_path) == [temporary.name]
    assert names(tmp_path) == []
