"""The door to all commands: quick, and of use on the oldest device."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import measure.__main__ as door
from measure.errors import CANNOT_READ, UserError

ROOT = Path(door.__file__).resolve().parent.parent
MODULES = sorted((ROOT / "measure").rglob("*.py"))


def find_python(version: str) -> str | None:
    """Return an interpreter of a version that runs, from the search path or pyenv behind it."""
    found = shutil.which(f"python{version}")
    candidates = [found] if found else []
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if Path(folder).name == "shims":
            versions = Path(folder).parent / "versions"
            candidates += [str(path) for path in versions.glob(f"{version}*/bin/python")]
    for candidate in candidates:
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


@pytest.fixture(params=["3.8", "3.10"])
def old_python(request: pytest.FixtureRequest) -> str:
    """Return an interpreter as the older JetPacks have it."""
    found = find_python(request.param)
    if found is None:
        pytest.skip(f"no Python {request.param}")
    return found


def run(python: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run an interpreter in the folder of the repository, without what is installed for it."""
    return subprocess.run(
        [python, "-B", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_help_on_old_devices(old_python: str) -> None:
    """The commands are listed without any package."""
    answer = run(old_python, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
                 "import measure.__main__ as door; door.main(['--help'])")  # fmt: skip

    assert (answer.returncode, answer.stderr) == (0, "")
    assert all(command in answer.stdout for command in door.COMMANDS)


def test_modules_on_old_devices(old_python: str) -> None:
    """Every module of this half can be imported by an old Python that has no packages."""
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).replace(".__init__", "")
        for path in MODULES
        if path.name != "__main__.py"
    ]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from importlib import import_module\n"
    code += f"for name in {names!r}: import_module(name)"

    answer = run(old_python, "-I", "-S", "-c", code)

    assert (answer.returncode, answer.stderr) == (0, "")


def test_models_on_old_devices(old_python: str, tmp_path: Path) -> None:
    """The structure of a model is read with the standard library alone."""
    import onnx

    model = sorted(Path(onnx.__file__).parent.rglob("light_squeezenet.onnx"))[0]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
    code += "from measure.onnx_file.read import read_structure; "
    code += f"print(len(read_structure({str(model)!r}).graph.nodes))"

    answer = run(old_python, "-I", "-S", "-c", code)

    assert (answer.stdout.strip(), answer.stderr) == ("105", "")


def test_help_loads_no_command() -> None:
    """Help costs as little as the parser: no command, no numpy, no onnx."""
    code = "import sys, measure.__main__ as door\ntry: door.main(['--help'])\n"
    code += "except SystemExit: print(*sys.modules)"

    loaded = run(sys.executable, "-c", code).stdout.splitlines()[-1]

    heavy = [name for name in loaded.split() if name.startswith(("measure", "numpy", "onnx"))]
    assert heavy == ["measure", "measure.errors", "measure.output", "measure.__main__"]


@pytest.mark.parametrize("words", [[], ["unknown"]])
def test_wrong_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A missing or unknown command is a usage error."""
    with pytest.raises(SystemExit) as caught:
        door.main(words)

    assert caught.value.code == CANNOT_READ
    assert "usage: python3 -m measure" in capsys.readouterr().err


def test_errors_are_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the user can mend is told in one line without a traceback."""

    class Command:
        def add_arguments(self, parser: object) -> None:
            """Take no arguments."""

        def run(self, arguments: object) -> int:
            raise UserError("first line\nsecond\tline")

    monkeypatch.setattr(door, "import_module", lambda name: Command())

    assert door.main(["check"]) == CANNOT_READ
    assert capsys.readouterr().err == "error: first line second line\n"


@pytest.mark.parametrize("command", sorted(door.COMMANDS))
def test_every_help_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asks for help sees a line to type."""
    with pytest.raises(SystemExit, match="0"):
        door.main([command, "--help"])

    examples = capsys.readouterr().out.partition("examples:")[2]
    assert f"python3 -m measure {command}" in examples
