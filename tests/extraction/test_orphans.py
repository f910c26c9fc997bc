"""The processes of an extraction end with it, whatever ended it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from processes import WITHIN_S, children, needs_proc, processor_s, runs
from waiting import is_so, wait_for

from signals import music

EXTRACT = """
import sys
from pathlib import Path
from mixassistant.extraction.batch import extract_all

if __name__ == "__main__":
    extract_all(sorted(Path(sys.argv[1]).iterdir()), Path(sys.argv[2]), processes=2)
"""


@needs_proc
@pytest.mark.parametrize(("how", "begun_s"), [(signal.SIGTERM, 0.2), (signal.SIGKILL, 3.0)])  # while they start, and while they measure
def test_the_processes_of_an_extraction_end_with_it(tmp_path: Path, how: signal.Signals, begun_s: float) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    for index in range(4):
        soundfile.write(tmp_path / "in" / f"{index}.wav", music(index, 20.0).samples.T, 44_100)
    (tmp_path / "run.py").write_text(EXTRACT)
    run = subprocess.Popen([sys.executable, tmp_path / "run.py", tmp_path / "in", tmp_path / "out"])
    try:
        # Two workers, and what gives back their shared memory.
        started = wait_for("workers", lambda: found if len(found := children(run.pid)) >= 3 else None, 60)
        wait_for("work", lambda: sum(processor_s(process) > begun_s for process in started) >= 2, 100)
        run.send_signal(how)
        run.wait(10)
        assert is_so(lambda: not any(map(runs, started)), WITHIN_S)
    finally:
        run.kill()
        run.wait()
