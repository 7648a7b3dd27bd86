"""Each fault of the table, through the real command line."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.fake_jetson.faults import BUILD, FAULTS, FIGURE, NOTHING, REASON, Fault
from tests.measure.faults.measuring import PROVEN, Bench

PLAIN = [name for name, fault in FAULTS.items() if not fault.special]
LEFT_CHANGED = {"clocks_not_restored", "mode_never_was_in_force"}
"""Faults that keep the board from being put back, or from being what it says."""


def test_every_fault_is_proven() -> None:
    """Those of the table by the test below, the others by tests of their own."""
    for path in Path(__file__).parent.glob("test_*.py"):
        import_module(f"{__package__}.{path.stem}")

    assert {name for name, fault in FAULTS.items() if fault.special} == PROVEN


def bench_of(fault: Fault, folder: Path) -> Bench:
    """Return a device that has a fault."""
    return Bench(
        folder,
        board=fault.board,
        trt=fault.trt,
        mode=fault.mode,
        settings=fault.settings,
        **fault.knobs,
    )


@pytest.mark.parametrize("name", PLAIN)
def test_fault_has_its_documented_outcome(tmp_path: Path, name: str) -> None:
    """Exit code, sentence, what is kept; and the board is as it was."""
    fault = FAULTS[name]
    with bench_of(fault, tmp_path) as bench:
        measured = bench.run(*fault.words)
        said = bench.said(measured)
        changed = bench.changed()
        running = bench.fake.running()

    assert (measured.code, fault.says in said) == (fault.code, True), said
    assert running == []
    if name not in LEFT_CHANGED:
        assert changed == []
    check_kept(fault, bench)


def check_kept(fault: Fault, bench: Bench) -> None:
    """Hold what is left to what is documented."""
    loads = [one for one in bench.of("segment") if one["role"] == "load"]
    failed = [one for one in bench.of("build") if one["outcome"] == "failed"]
    flags = {flag for row in bench.results for flag in row["flags"].split()}
    kept = {
        NOTHING: not bench.results and not bench.of("segment"),
        REASON: not bench.results and not any(one["valid"] for one in loads),
        BUILD: not bench.results and bool(failed),
        FIGURE: bool(bench.results) and any(one["valid"] for one in loads),
    }

    assert kept[fault.kept]
    assert not fault.flag or fault.flag in flags
    if bench.of("mode"):
        assert [one["outcome"] for one in bench.of("end")] == ["complete"]
