"""A plugin of pytest for tests that wait for a real window or for real sound.

Such a test depends on an X server, a sound server, and on how busy the machine is. So it is run again, at most twice, before it fails.
The summary says how many tests needed that and why, or a fault that comes and goes would never be seen. No other test is run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

MARKER = "real_time"
RERUNS = 2
LIMIT_S = 180  # each try: pytest-timeout counts all tries of a test together, and stops counting once one of them has failed


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", f"{MARKER}: waits for a real window or for real sound; is run again, at most {RERUNS} times, before it fails"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.get_closest_marker(MARKER):
        item.add_marker(pytest.mark.flaky(reruns=RERUNS))
        item.add_marker(pytest.mark.timeout(LIMIT_S, func_only=True))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    # Under pytest-xdist this runs in the controller, to which every report comes.
    reports = [report for kind in ("passed", "failed", "error", "rerun") for report in terminalreporter.stats.get(kind, [])]
    for line in summary([report for report in reports if MARKER in getattr(report, "keywords", ())]):
        terminalreporter.write_line(line)


def summary(reports: list[pytest.TestReport]) -> Iterator[str]:
    """Tell of the tests with the marker how many were run again, which, why, and how each ended."""
    tests = {report.nodeid for report in reports}
    tries: dict[str, list[pytest.TestReport]] = {}
    for report in reports:
        if report.outcome == "rerun":
            tries.setdefault(report.nodeid, []).append(report)
    if tests:
        yield f"Real windows and sound: {len(tries) or 'none'} of {len(tests)} tests needed another try"
    for test, failed in tries.items():
        ended = "failed" if any(report.failed for report in reports if report.nodeid == test) else f"passed at try {len(failed) + 1}"
        yield f"  {test} {ended}; before: {'; '.join(reason(report) for report in failed)}"


def reason(report: pytest.TestReport) -> str:
    """Return the first line of what a try failed with."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return (crash.message if crash else str(report.longrepr)).partition("\n")[0]
