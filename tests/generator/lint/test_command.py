"""The command as a user meets it: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from generator.__main__ import main

from .planting import SHIPPED, Copy

if TYPE_CHECKING:
    from pathlib import Path


def lint(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["lint", *arguments])


def plant_three(copy: Copy) -> None:
    """Plant mistakes of three layers in three files."""
    copy.plant("reference/modules.csv", {"soc": "xavier"}, "memory_gb_min", "8 GB")
    copy.plant("published/tops.csv", {"power_mode": "15w", "engine": "total"}, "tops", "64")
    copy.plant("published/throughput.csv", {"network": "resnet-50"}, "source", "nobody")


def test_sound_data_are_counted() -> None:
    """The shipped data have no findings, and the summary says how much was looked at."""
    result = lint("--data", str(SHIPPED))

    assert (result.exit_code, result.stderr) == (0, "")
    tables, rows, verdict = result.stdout.strip().split(", ")
    assert verdict == "no findings"
    assert tables.endswith(" tables")
    assert int(rows.split()[0]) > 3000


def test_all_findings_are_reported_together(copy: Copy) -> None:
    """Each is one line in the order of files; the summary is not among them."""
    plant_three(copy)

    result = lint("--data", str(copy.root))

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [tuple(line.removeprefix(f"{copy.root}/").split(": ")[:4]) for line in lines] == [
        ("published/throughput.csv:2", "source", "'nobody'", "key.foreign"),
        ("published/tops.csv:13", "tops", "'64'", "tops.total"),
        ("reference/modules.csv:8", "memory_gb_min", "'8 GB'", "number.unit"),
    ]
    assert all("; " in line for line in lines)
    assert result.stderr.strip().endswith(" rows, 3 findings")


def test_the_line_reads_as_documented(copy: Copy) -> None:
    """File, line, column, value, rule, what is wrong, and the remedy."""
    where = {"network": "resnet-50", "power_mode": "30w"}
    line = copy.plant("published/perf-per-watt.csv", where, "ratio", "2,6")

    result = lint("--data", str(copy.root))

    expected = (
        f"{copy.root}/published/perf-per-watt.csv:{line}: ratio: '2,6': number.decimal-comma: "
        "a number uses a comma for its decimals; write 2.6\n"
    )
    assert expected == result.stdout


def test_files_are_named_from_the_working_directory(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --data the folder is ./data, and an editor can follow the file and line."""
    plant_three(copy)
    monkeypatch.chdir(copy.root.parent)

    result = lint()

    assert result.stdout.startswith("data/published/throughput.csv:2: source: 'nobody': ")


def test_findings_as_json(copy: Copy) -> None:
    """Each member of a finding has its name; standard output is nothing but JSON."""
    plant_three(copy)

    result = lint("--json", "--data", str(copy.root))

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert len(found) == 3
    assert {"file", "line", "column", "value", "rule", "problem", "remedy"} == set(found[0])
    assert json.loads(lint("--json", "--data", str(SHIPPED)).stdout) == []


@pytest.mark.parametrize("make", [False, True], ids=["no folder", "folder without a descriptor"])
def test_no_data(tmp_path: Path, make: bool) -> None:
    """One line says what is missing and what to do; it is a mistake of use."""
    folder = tmp_path / "nowhere"
    if make:
        folder.mkdir()

    result = lint("--data", str(folder))

    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert "nowhere: no datapackage.json" in result.stderr


def test_a_long_or_wild_value_is_shown_in_one_short_line(copy: Copy) -> None:
    """Control characters are escaped and long cells are cut."""
    wild = "a\nb\x1b[2J\u202e" + "x" * 5000
    copy.plant("reference/modules.csv", {"soc": "thor"}, "note", wild)

    result = lint("--data", str(copy.root))

    (line,) = result.stdout.splitlines()
    assert line.isprintable()
    assert len(line) - len(str(copy.root)) < 300


def test_it_runs_from_a_shell_in_any_locale(copy: Copy) -> None:
    """Findings in other scripts are printed as UTF-8 wherever they go."""
    copy.plant("reference/modules.csv", {"soc": "thor"}, "note", "ドライブ <b>")
    command = [sys.executable, "-m", "generator", "lint", "--data", str(copy.root)]
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}

    run = subprocess.run(
        command, capture_output=True, cwd=SHIPPED.parent, env=environment, check=False
    )

    assert run.returncode == 1
    assert "ドライブ" in run.stdout.decode("utf-8")
    assert b"Traceback" not in run.stderr


def test_help_needs_no_pandas() -> None:
    """``--help`` is instant: nothing heavy is imported for it."""
    script = (
        "import sys; from generator.__main__ import main; "
        "main(['lint', '--help'], standalone_mode=False); "
        "sys.exit(bool({'pandas', 'pandera', 'numpy'} & set(sys.modules)))"
    )

    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, cwd=SHIPPED.parent, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
