"""`mixassistant learn` and `habit`: parse, call, print."""

from __future__ import annotations

import argparse
import json

from mixassistant.audio.write import write_bytes
from mixassistant.cli.files import check_outputs
from mixassistant.cli.terminal import one_line, say, table, terminal_progress
from mixassistant.errors import UsageError
from mixassistant.learning.learn import learn as learn_habit
from mixassistant.learning.sentences import effect_lines, habit_lines, learned_lines, what_it_tells
from mixassistant.library.library import Library
from mixassistant.profiles.habit import habit_to_json, load_habit
from mixassistant.stems.folders.tree import name_of

SHIPPED = "(engineers as a rule)"


def learn(parsed: argparse.Namespace) -> int:
    """Learn from finished songs what the user does to raw tracks, keep it, and use it from now on."""
    if parsed.output is not None:
        if parsed.output.suffix.lower() != ".json":
            raise UsageError("suffix", f"“{parsed.output.name}” does not end in .json", f"name it {parsed.output.stem}.json")
        check_outputs([parsed.output], lambda file: None)
    name = parsed.name or name_of(parsed.folder)
    with Library(parsed.library) as library:
        library.require_writable()
        learned = learn_habit(parsed.folder, name, load_habit(), terminal_progress())
        library.habits.keep(learned.habit)
    if parsed.output is not None:
        written = json.dumps(habit_to_json(learned.habit), ensure_ascii=False, indent=1) + "\n"
        write_bytes(parsed.output, written.encode(errors="replace"))
    say(f"{one_line(name)}: {one_line(learned.habit.provenance)}")
    for title, lines in (
        (
            "What you did to the raw tracks (in brackets: expected of the next song)",
            learned_lines(learned.habit, learned.songs),
        ),
        ("What you set (no moves are made of it)", effect_lines(learned.habit.effects)),
        ("What this can tell", what_it_tells(learned.songs)),
        ("Notes", learned.notes),
    ):
        if lines:
            say("\n".join(["", f"{title}:", *(f"  {one_line(line)}" for line in lines)]))
    say(f"\nAdvice goes by {one_line(name)} from now on; back to engineers as a rule: mixassistant habit use")
    return 0


def habit_list(parsed: argparse.Namespace) -> int:
    """List the habits; the one in use is marked."""
    with Library(parsed.library) as library:
        names, used = library.habits.names(), library.habits.chosen_name()
    rows = [(SHIPPED, "", not used), *((name, learned[:10], name == used) for name, learned in names)]
    say(table([["name", "learned", ""], *([name, learned, "in use" if is_used else ""] for name, learned, is_used in rows)]))
    return 0


def habit_show(parsed: argparse.Namespace) -> int:
    """Show what a habit expects of the next song: the one in use by default."""
    usual = load_habit()
    with Library(parsed.library) as library:
        habit = (library.habits.get(parsed.name) if parsed.name else library.habits.chosen()) or usual
    say(f"{SHIPPED if habit is usual else one_line(habit.name)}: {one_line(habit.provenance)}")
    say("\n".join(f"  {one_line(line)}" for line in (*habit_lines(habit, usual), *effect_lines(habit.effects))))
    return 0


def habit_use(parsed: argparse.Namespace) -> int:
    """Choose the habit that advice goes by; without a name: what engineers do as a rule."""
    with Library(parsed.library) as library:
        library.habits.choose(parsed.name)
    say(f"Advice goes by {one_line(parsed.name) if parsed.name else 'what engineers do as a rule'}.")
    return 0


def habit_forget(parsed: argparse.Namespace) -> int:
    """Forget a habit."""
    with Library(parsed.library) as library:
        library.habits.forget(parsed.name)
    say(f"Forgot {one_line(parsed.name)}.")
    return 0
