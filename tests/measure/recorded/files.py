"""Logs of tegrastats as a module would print them, and the command that brings runs in."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measure.__main__ import main
from measure.journal.journal import read_journal

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MODULE = "jetson-agx-orin-64gb"
LINES_PER_SECOND = 4
IDLE_S, LOAD_S = 4, 20


def tegrastats(
    folder: Path,
    *,
    cpus: int = 12,
    gpu_mhz: int = 800,
    dla: str = "80%@1369",
    day: str = "09-09-2026",
    hour: int = 7,
    load_s: int = LOAD_S,
    rails: bool = True,
) -> Path:
    """Write a log with a load in its middle and return its path."""
    path = folder / "tegrastats.log"
    lines = []
    for second in range(2 * IDLE_S + load_s):
        is_busy = IDLE_S <= second < IDLE_S + load_s
        for part in range(LINES_PER_SECOND):
            watts = (6 + part % 2 * 0.4, 2.8, 6.8) if is_busy else (3.2, 0.4, 4.0)
            cores = ",".join(["5%@2201"] * cpus + ["off"] * (12 - cpus))
            line = (
                f"{day} {hour:02d}:{second // 60:02d}:{second % 60:02d} RAM 4000/62000MB "
                f"CPU [{cores}] EMC_FREQ 10%@3199 GR3D_FREQ 3%@[{gpu_mhz},{gpu_mhz}] "
                f"NVDLA0 {dla if is_busy else 'off'} NVDLA1 off tj@50.5C"
            )
            names = ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0")
            if rails:
                line += "".join(
                    f" {name} {value * 1000:.0f}mW/{value * 1000:.0f}mW"
                    for name, value in zip(names, watts, strict=False)
                )
            lines.append(line)
    path.write_text("\n".join(lines) + "\n")
    return path


@dataclass(frozen=True)
class Imported:
    """What a call of the command left behind."""

    code: int
    out: str
    err: str
    runs: Path

    @property
    def folder(self) -> Path:
        """The folder of the one run."""
        (journal,) = self.runs.glob("*/journal.jsonl")
        return journal.parent

    @property
    def records(self) -> list[dict[str, Any]]:
        """The journal."""
        return read_journal(self.folder / "journal.jsonl")

    def record(self, kind: str) -> dict[str, Any]:
        """Return the one record of a type."""
        (record,) = (one for one in self.records if one["type"] == kind)
        return record

    @property
    def json(self) -> dict[str, Any]:
        """What was printed for programs."""
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def row(self) -> dict[str, str]:
        """The one row of results; a cell that is not there is empty."""
        (row,) = self.json["results"]
        return defaultdict(str, row)


class Importer:
    """Calls the command with a folder of runs of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self._runs = folder / "runs"

    def __call__(self, *words: object) -> Imported:
        """Call it and return what it did."""
        code = main(["import", *map(str, words), "--runs", str(self._runs)])
        printed = self._capsys.readouterr()
        return Imported(code, printed.out, printed.err, self._runs)
