from __future__ import annotations

from measure.device.doctor.report import OK, STOP, WARN, Check, Report
from measure.device.doctor.text import as_text

REPORT = Report(
    True,
    (
        Check("board", "board", OK, "jetson-agx-orin-64gb"),
        Check("clocks", "clocks", WARN, "pinned", "let them go"),
        Check("rights", "rights", STOP, "missing \x1b[31m", "lay them", "sudo lay"),
    ),
)
EXPECTED = """\
ok    board   jetson-agx-orin-64gb
warn  clocks  pinned
              let them go
stop  rights  missing \\x1b[31m
              lay them
              $ sudo lay

1 thing stops a measurement, 1 to note.
"""


def test_lines() -> None:
    """Each line has its verdict as a word, what was found, and under it what to do."""
    assert as_text(REPORT) == EXPECTED


def test_colours_say_nothing_new() -> None:
    """Without its colours the coloured text is the plain one."""
    coloured = as_text(REPORT, colour=True)
    for code in ("32", "33", "1;31", "0"):
        assert f"\x1b[{code}m" in coloured
        coloured = coloured.replace(f"\x1b[{code}m", "")

    assert coloured == EXPECTED


def test_wrapping() -> None:
    """Long findings wrap under themselves; commands stay whole."""
    check = Check("rails", "power rails", WARN, "RAIL " * 40, "word " * 40, "command " * 20)
    lines = as_text(Report(True, (check,)), width=60).splitlines()
    indent = " " * len("warn  power rails  ")
    commands = [line for line in lines if line.startswith(f"{indent}$ ")]

    assert all(len(line) <= 60 for line in lines if line not in commands)
    assert all(line.startswith(indent) for line in lines[1:-2])
    assert len(commands) == 1


def test_conclusions() -> None:
    """The last line counts."""
    ok, warn, stop = REPORT.checks

    assert as_text(Report(True, (ok,))).endswith("\nNothing stops a measurement.\n")
    assert as_text(Report(True, (ok, warn))).endswith("Nothing stops a measurement, 1 to note.\n")
    assert as_text(Report(True, (stop, stop))).endswith("\n2 things stop a measurement.\n")


def test_nothing_found() -> None:
    """A check that found nothing has its line all the same."""
    assert as_text(Report(True, (Check("a", "a", OK, ""),))).startswith("ok    a\n")
