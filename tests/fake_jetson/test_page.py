"""What the page on the fake Jetson shows can be typed, and its faults are all there."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.fake_jetson.__main__ import table
from tests.fake_jetson.faults import FAULTS
from tests.fake_jetson.jetson import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PAGE = (REPOSITORY / "docs" / "fake-jetson.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
DEFAULT = "/tmp/jetson"


def typed(block: str) -> list[str]:
    """Return the commands of a block."""
    return re.findall(r"^\$ (.+)$", block, re.MULTILINE)


def test_the_page_has_every_fault_with_its_outcome() -> None:
    """When this fails, python -m tests.fake_jetson --table prints what the page must have."""
    assert table() in PAGE


def test_a_fake_is_made_and_measured_as_the_page_says(tmp_path: Path) -> None:
    """The commands of the page, with another folder, in a shell."""
    (make,) = typed(CONSOLE[0])
    words = make.replace(DEFAULT, str(tmp_path / "jetson")).split()
    words[0] = sys.executable
    # Without a terminal it ends once it has made the device.
    made = subprocess.run(
        words, cwd=REPOSITORY, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True
    )
    exports = [line for line in made.stdout.splitlines() if line.startswith("export ")]
    shown = [line for line in typed(CONSOLE[1]) if line.startswith("export ")]
    assert sorted(exports) == sorted(
        line.replace(DEFAULT, str(tmp_path / "jetson")) for line in shown
    )

    script = "\n".join(
        ["set -e", *exports, *(line for line in typed(CONSOLE[1]) if line not in shown)]
    ).replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["bash", "-c", script], cwd=REPOSITORY, capture_output=True, text=True, env=dict(os.environ)
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing stops a measurement" in done.stdout
    assert "custom_settings" in done.stdout
    assert "nothing to put back" in done.stdout


def test_the_options_of_the_page_make_what_they_say(tmp_path: Path) -> None:
    options = re.findall(r"^\| `(--\w+)(?: ([\w.-]+))?` \|", PAGE, re.MULTILINE)
    help_text = subprocess.run(
        [sys.executable, "-m", "tests.fake_jetson", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert [name for name, _ in options if name not in help_text] == []
    words = [word for pair in options if pair[1] for word in pair]
    folder = tmp_path / "jetson"
    subprocess.run(
        [sys.executable, "-m", "tests.fake_jetson", str(folder), *words],
        cwd=REPOSITORY,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    made = json.loads((folder / ".fake" / "scenario.json").read_text(encoding="utf-8"))
    stated = dict(options)
    assert made["board"]["module"] == stated["--board"]
    assert made["tensorrt"].startswith(stated["--trt"])
    assert made["knobs"] == FAULTS[stated["--fault"]].knobs


def call(*words: object) -> subprocess.CompletedProcess[str]:
    """Make a device from the command line, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tests.fake_jetson", *map(str, words)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize(
    "name", ["no_dla_in_this_release", "mode_never_was_in_force", "trtexec_hangs_building"]
)
def test_a_fault_brings_its_release_mode_and_settings(tmp_path: Path, name: str) -> None:
    """What breaks may be more than a knob; what to call then is said."""
    fault, folder = FAULTS[name], tmp_path / "jetson"

    made = call(folder, "--fault", name)

    scenario = json.loads((folder / ".fake/scenario.json").read_text(encoding="utf-8"))
    mode = json.loads((folder / ".fake/state.json").read_text(encoding="utf-8"))["mode"]
    settings = json.loads((folder / ".fake/settings.json").read_text(encoding="utf-8"))
    assert scenario["tensorrt"].startswith(fault.trt)
    assert fault.mode == next(one["name"] for one in scenario["modes"] if one["id"] == mode)
    assert fault.settings.items() <= settings.items()
    assert f"run --networks resnet-50 {' '.join(fault.words)}" in made.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fault", "ctrl_c"), "done to a run"),
        (("--fault", "no_such"), "--list has all"),
        (("--trt", "99"), "no release"),
    ],
)
def test_what_no_device_can_be_made_with(tmp_path: Path, words: Sequence[str], said: str) -> None:
    refused = call(tmp_path / "jetson", *words)

    assert refused.returncode == 2
    assert said in refused.stderr.splitlines()[-1]
    assert not (tmp_path / "jetson").exists()


def test_a_device_that_is_kept_reboots_when_asked(tmp_path: Path) -> None:
    terminal, end = pty.openpty()
    words = [sys.executable, "-m", "tests.fake_jetson", str(tmp_path / "jetson")]
    with subprocess.Popen(
        words, cwd=REPOSITORY, stdin=end, stdout=subprocess.PIPE, text=True
    ) as kept:
        assert kept.stdout is not None
        while "Ctrl-C" not in (line := kept.stdout.readline()):
            assert line
        (tmp_path / "jetson/.fake/reboot-requested").touch()
        said = kept.stdout.readline()
        kept.send_signal(signal.SIGINT)
        code = kept.wait()
    os.close(terminal)
    os.close(end)

    assert (said, code) == ("# rebooted into MAXN; what the unit calls then:\n", 0)


def test_the_test_of_the_page_passes(tmp_path: Path) -> None:
    """The example of a test does what it says."""
    block = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    scope: dict[str, object] = {}
    exec(block[1], scope)

    scope["test_something"](tmp_path)  # type: ignore[operator]


def test_the_page_names_places_that_are_there() -> None:
    for place in re.findall(r"`(tests/[\w/.]+)`", PAGE):
        assert (REPOSITORY / place).exists(), place
