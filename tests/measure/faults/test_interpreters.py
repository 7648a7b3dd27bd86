"""The state machine under the Pythons that Jetsons have: 3.8 with JetPack 5, 3.10 with 6."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fake_jetson.jetson import REPOSITORY
from tests.measure.faults.measuring import Bench

VERSIONS = ("3.8", "3.10", f"{sys.version_info.major}.{sys.version_info.minor}")
ELSEWHERE = "DLA_ATLAS_PYTHONS"
"""Environment variable: more interpreters, with colons between."""
STEP = """\
import json, sys
from measure.device.machine import Machine
from measure.modes.keeper import ModeKeeper
keeper = ModeKeeper(Machine.here(), allow_reboot=True, settle_s=0.5)
what = sys.argv[1]
if what == "begin":
    keeper.save("a-run")
    found = keeper.apply("30w")
elif what == "resume":
    found = keeper.resume(0)
else:
    keeper.running("a-job")
    found = keeper.restore()
print(json.dumps([type(found).__name__, keeper.state]))
"""


@functools.cache
def interpreters(version: str) -> tuple[str, ...]:
    """Return the interpreters of a version that are here."""
    if version == VERSIONS[-1]:
        return (sys.executable,)
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    named = [*filter(None, os.environ.get(ELSEWHERE, "").split(os.pathsep))]
    named += [*filter(None, [shutil.which(f"python{version}")])]
    named += [str(path) for path in sorted(root.glob(f"versions/{version}.*/bin/python"))]
    ask = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    return tuple(path for path in named if answer_of(path, ask) == version)


def answer_of(python: str, code: str) -> str:
    """Return what a line of Python prints."""
    finished = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True)
    return finished.stdout.strip()


def interpreter(version: str, *, numpy: bool) -> str:
    """Return an interpreter, or skip the test with the reason why there is none."""
    found = interpreters(version)
    if not found:
        pytest.skip(f"no Python {version} here")
    if not numpy:
        return found[0]
    probe = "import numpy; print('yes')"
    having = [path for path in found if answer_of(path, probe) == "yes"]
    if not having:
        pytest.skip(f"Python {version} has no numpy here; {ELSEWHERE} can name one that has")
    return having[0]


def step(bench: Bench, python: str, what: str) -> list[str]:
    """Take one step of the state machine in a process of its own."""
    finished = subprocess.run(
        [python, "-c", STEP, what],
        env=bench.environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    found: list[str] = json.loads(finished.stdout)
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_modes_are_kept_without_any_package(tmp_path: Path, version: str) -> None:
    """Into a mode behind a reboot and back, each step in another process."""
    python = interpreter(version, numpy=False)
    with Bench(tmp_path) as bench:
        found = [step(bench, python, "begin")]
        bench.fake.reboot()
        found += [step(bench, python, "resume"), step(bench, python, "end")]
        bench.fake.reboot()
        found += [step(bench, python, "resume")]
        changed = bench.changed()

    assert found == [
        ["RebootPending", "SWITCHING"],
        ["Applied", "READY"],
        ["Restored", "RESTORING"],
        ["Restored", "IDLE"],
    ]
    assert changed == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_doctor_needs_no_package(tmp_path: Path, version: str) -> None:
    """It says that numpy is missing, if it is, and judges the rest."""
    python = interpreter(version, numpy=False)
    has_numpy = answer_of(python, "import numpy; print('yes')") == "yes"
    with Bench(tmp_path) as bench:
        finished = subprocess.run(
            [python, "-m", "measure", "doctor"],
            env=bench.environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
        )

    assert finished.returncode == (0 if has_numpy else 3), finished.stdout + finished.stderr
    assert "jetson-agx-orin-64gb" in finished.stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_a_whole_run_with_reboots(tmp_path: Path, version: str) -> None:
    """Build, soak, segments, power, statistics and tables, in a mode behind a reboot."""
    python = interpreter(version, numpy=True)
    with Bench(tmp_path) as bench:
        more = ("--allow-reboot", "--marginal", "--endurance")
        words = bench.words(("--engines", "dla", "--modes", "30w", *more))
        resume = bench.words(("--resume",))
        for called in (words, resume, resume):
            finished = subprocess.run(
                [python, "-m", "measure", *called],
                env=bench.environment,
                cwd=REPOSITORY,
                capture_output=True,
                text=True,
            )
            assert finished.returncode == 0, finished.stderr
            if bench.fake.wants_reboot:
                bench.fake.reboot()
        per_core = [row for row in bench.results if row["aggregation"] == "per_core"]
        changed = bench.changed()

    assert len(bench.results) == 1 + len(per_core)
    assert sum(bool(row.get("endurance_s")) for row in bench.results) == 1
    assert changed == []
