"""What the page on measuring shows is what the commands print, and what it names is there."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import COMMANDS, main
from measure.device.doctor.host import OLDEST_PYTHON
from measure.errors import BUSY, CANNOT_READ, CONDITION, INTERRUPTED, SOME_FAILED
from measure.networks.own import read_entries
from measure.run.settings import OVERRIDES
from measure.trtexec.flags import FAMILIES
from tests.fake_jetson.jetson import make_jetson
from tests.measure.codes import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

PAGES = {
    path: (REPOSITORY / path).read_text(encoding="utf-8")
    for path in ("docs/measure.md", "docs/protocol.md", "docs/fake-jetson.md", "README.md")
}
MEASURE = PAGES["docs/measure.md"]
OUTPUTS = re.findall(r"```text\n(.*?)```", MEASURE, re.DOTALL)

CHANGING = (
    (r"trtexec  .*\n(?: {10}.*\n)*", "trtexec PATH\n"),
    (r"temperature +[\d.]+", "temperature N"),
    (r"load +[\d.]+ over", "load N over"),
    (r"disk  .*\n(?: {10}.*\n)*", "disk N GB free in FOLDER\n"),
    (r"(Python|numpy) +[\d.]+", r"\1 N"),
    (r"core (\d) (?:active|suspended)", r"core \1 STATE"),
)
"""What of the doctor's report is another thing at each call."""


def steady(text: str) -> list[str]:
    """Return the words of a report without what changes from call to call."""
    for pattern, stands_for in CHANGING:
        text = re.sub(pattern, stands_for, text)
    return text.split()


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands see a fake Jetson, with the durations of the protocol."""
    fake = make_jetson(tmp_path / "jetson", mode="MAXN")
    for name, value in fake.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(OVERRIDES)


@pytest.mark.usefixtures("device")
def test_the_doctor_says_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert steady(capsys.readouterr().out) == steady(OUTPUTS[0])


@pytest.mark.usefixtures("device")
def test_the_plan_is_the_one_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--plan", "--networks", "resnet-50"]) == 0
    assert capsys.readouterr().out == OUTPUTS[1]


def test_the_plan_of_a_cpu_is_the_one_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLA_MEASURE_ROOT", str(tmp_path))
    monkeypatch.delenv(OVERRIDES, raising=False)

    assert main(["run", "--plan"]) == 0
    assert capsys.readouterr().out == OUTPUTS[2]


@cache
def help_of(command: str) -> str:
    """Return the help of a command."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    return out.getvalue()


def commands_of(text: str) -> list[tuple[str, list[str]]]:
    """Return each command of measure that a page has, with its options."""
    found = []
    for name, rest in re.findall(r"python3? -m measure ([a-z]+)([^`\n]*)", text):
        found.append((name, re.findall(r"--[a-z][a-z-]*", rest)))
    for target, rest in re.findall(r"make (measure|publish|bundle)\b([^`\n]*)", text):
        command = {"measure": "run"}.get(target, target)
        found.append((command, re.findall(r"--[a-z][a-z-]*", rest)))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_their_options_exist(page: str) -> None:
    called = commands_of(PAGES[page])

    assert called
    for name, options in called:
        assert name in COMMANDS
        known = re.findall(r"--[a-z][a-z-]*", help_of(name))
        assert [option for option in options if option not in known] == []


def test_options_in_tables_are_those_of_run() -> None:
    """The table of what to add, and the fallback ways out, name options that are there."""
    named = set(re.findall(r"`[^`\n]*?(--[a-z][a-z-]*)[^`\n]*`", MEASURE))
    known = {option for name in COMMANDS for option in re.findall(r"--[a-z][a-z-]*", help_of(name))}

    assert named - known == set()


def test_the_models_file_can_be_read(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", MEASURE, re.DOTALL)
    assert block is not None
    path = tmp_path / "models.toml"
    path.write_text(block[1], encoding="utf-8")

    (entry,) = read_entries(path)

    assert entry.name == "my-detector"
    assert entry.path == tmp_path / "detector.onnx"
    assert entry.inputs == {"image": (1, 3, 640, 640)}
    assert f"--models {path.name}" in MEASURE


@cache
def literals() -> str:
    """Return all texts of the program, a line each, with … for what is put in."""
    found = []
    for path in sorted((REPOSITORY / "measure").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (
                    str(part.value) if isinstance(part, ast.Constant) else "…"
                    for part in node.values
                )
                found.append(" ".join("".join(parts).split()))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(" ".join(node.value.split()))
    return "\n".join(found)


def messages() -> list[str]:
    """Return the messages of the table of troubles."""
    table = MEASURE.partition("| Message |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


@pytest.mark.parametrize("message", messages())
def test_a_message_is_one_of_the_program(message: str) -> None:
    assert message in literals()


def test_the_table_of_messages_is_long_enough_to_help() -> None:
    assert len(messages()) > 15


def test_exit_codes_and_oldest_versions_are_those_of_the_program() -> None:
    line = next(line for line in MEASURE.splitlines() if line.startswith("Exit codes:"))
    oldest = next(family.key for family in FAMILIES if family.measurable)

    codes = [0, CANNOT_READ, CONDITION, BUSY, SOME_FAILED, INTERRUPTED]
    assert [int(code) for code in re.findall(r"\b\d+\b", line)] == codes
    assert f"TensorRT {oldest} or newer" in MEASURE
    assert f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer" in MEASURE
