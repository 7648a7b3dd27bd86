"""Run a command on whatever it is given, and see that it answers or refuses in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import jsonschema
from bs4 import BeautifulSoup

import measure.check
from measure.__main__ import main

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((Path(measure.check.__file__).parent / "schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

CPU_LIMIT_S, HANGS_S, MEMORY_LIMIT_BYTES = 60, 1200, 1 << 30
LOADING = ("script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form")

MEASURED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
resource.setrlimit(resource.RLIMIT_DATA, ({limit}, {limit}))
from measure.__main__ import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    peak = next(line for line in status if line.startswith("VmHWM"))
print(int(peak.split()[1]) << 10, file=sys.stderr)
raise SystemExit(code)
"""
"""A command that tells its peak memory, and fails where it would fill the machine or a minute.

The minute is one of computing: a machine with other work to do is no reason to fail.
"""


class Answer(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str


def ask(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Answer:
    """Return what a command says, having seen that it is an answer or a refusal."""
    code = main([str(word) for word in words])
    answer = Answer(code, *capsys.readouterr())
    hold(answer)
    return answer


def hold(answer: Answer) -> None:
    """See that an answer is one, or one clear line on standard error."""
    code, out, err = answer
    assert "Traceback" not in out + err
    assert is_harmless(out + err)
    if code == 2:
        assert out == ""
        assert err.startswith("error: ")
        assert err.count("\n") == 1
        assert len(err) < 2100
    else:
        assert code in (0, 1)
        assert err == ""


def is_harmless(text: str) -> bool:
    """Say whether a terminal shows a text without obeying any of it."""
    return all(sign.isprintable() or sign == "\n" for sign in text)


def hold_page(path: Path) -> None:
    """See that a report is a page that loads nothing and in which no name has become markup."""
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    assert page.find(LOADING) is None
    assert is_harmless(page.get_text())
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "src"]
        address = str(tag.get("href", "#"))
        assert address.startswith(("#", "https://", "http://"))


def ask_in_all_forms(capsys: pytest.CaptureFixture[str], path: Path, folder: Path) -> Answer:
    """Check a model in each form of output, and return the text."""
    text = ask(capsys, "check", path)
    found = ask(capsys, "check", path, "--json")
    page = folder / "report.html"
    page.unlink(missing_ok=True)
    assert ask(capsys, "check", path, "--html", page) == text
    assert found.code == text.code
    if text.code == 2:
        assert not page.exists()
    else:
        VALIDATOR.validate(json.loads(found.out))
        hold_page(page)
    return text


def ask_measured(*words: str | Path, limit: int = MEMORY_LIMIT_BYTES) -> tuple[Answer, int]:
    """Return what a command says in a process of its own, and the peak of its memory in bytes."""
    code = MEASURED.format(limit=limit, seconds=CPU_LIMIT_S)
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT,
        # Each thread of the linear algebra takes memory, and there are as many as cores.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=HANGS_S,
        check=False,
    )
    *lines, peak = done.stderr.splitlines(keepends=True)
    answer = Answer(done.returncode, done.stdout, "".join(lines))
    hold(answer)
    return answer, int(peak)
