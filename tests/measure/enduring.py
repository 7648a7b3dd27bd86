"""Run a command of measuring on whatever it is given, and see that it ends as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.__main__ import main
from tests.measure.surviving import Answer, is_harmless

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CODES = (0, 2, 3, 4, 5, 130)
"""All that a command of measuring may end with; 1 is Python's own, for what nobody caught."""


def endure(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Answer:
    """Return what a command says, having seen that it ends by the rules."""
    capsys.readouterr()
    try:
        code = main([str(word) for word in words])
    except SystemExit as caught:  # The parser of the command line ends the program itself.
        code = int(caught.code or 0)
    answer = Answer(code, *capsys.readouterr())
    hold(answer)
    return answer


def hold(answer: Answer) -> None:
    """See that a command ended with a code of its own, and said in one line what is wrong."""
    assert "Traceback" not in answer.out + answer.err
    assert is_harmless(answer.out + answer.err)
    assert answer.code in CODES
    errors = [line for line in answer.err.splitlines() if "error: " in line]
    if answer.code == 2:
        assert answer.out == ""
        assert len(errors) == 1
        assert len(errors[0]) < 2100
    if answer.code == 0:
        assert errors == []
