"""What the README and CONTRIBUTING tell people to type works, and every link leads somewhere."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from mixassistant.audio.write import write_audio
from mixassistant.cli.parser import COMMANDS, build_parser
from mixassistant.demo.folder import DEMO_SEED, REFERENCE_SEEDS
from mixassistant.demo.song import make_song

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = (README, ROOT / ".github" / "CONTRIBUTING.md")
SHORT_S = 8.0


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[list[str]]:
    """Return the lines of the shell blocks as words."""
    lines = [line for block in blocks(page, "bash") for line in block.splitlines()]
    return [words for words in (shlex.split(line, comments=True) for line in lines) if words]


def inline_commands(page: Path) -> set[str]:
    """Return the commands of mixassistant that the running text names."""
    return set(re.findall(r"`mixassistant ([a-z]+)", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("words", [pytest.param(words, id=" ".join(words)) for page in PAGES for words in commands(page)])
def test_a_command_that_people_are_told_to_type_is_understood(words: list[str]) -> None:
    if words[0] == "mixassistant":
        build_parser().parse_args(words[1:])
    elif words[0] == "python3":
        assert (ROOT / words[1]).is_file()
        assert f"{words[2]} " in (ROOT / words[1]).read_text(encoding="utf-8")
    else:
        assert words[0].startswith(".venv/bin/")
        assert (Path(sys.executable).parent / Path(words[0]).name).exists()
        assert all((ROOT / word).exists() for word in words[1:] if "/" in word)


def test_the_commands_named_in_the_text_exist() -> None:
    assert inline_commands(README)
    assert inline_commands(README) <= set(COMMANDS)


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_place_in_the_table_of_rooms_exists() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    places = [row for row in rows if row.split()[0] not in COMMANDS]  # which have a table of their own
    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_room_is_in_the_table_of_rooms() -> None:
    text = README.read_text(encoding="utf-8")
    rooms = [path.name for path in (ROOT / "mixassistant").iterdir() if path.is_dir() and (path / "__init__.py").exists()]
    assert [room for room in rooms if f"`mixassistant/{room}/`" not in text] == []


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    others = [*REFERENCE_SEEDS.items()][:2]
    for folder, seed, faults in (("Demo song", DEMO_SEED, True), *((f"references/{name}", seed, False) for name, seed in others)):
        place = tmp_path / "demo-output" / folder
        place.mkdir(parents=True)
        for name, (_, audio) in make_song(seed, faults, SHORT_S).items():
            write_audio(audio, place / f"{name}.wav")
    monkeypatch.chdir(tmp_path)
    (code,) = blocks(README, "python")
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102  our own README
    assert capsys.readouterr().out.strip(), "the demo song has faults, so there is something to say"
