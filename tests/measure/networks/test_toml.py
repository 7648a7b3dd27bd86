"""The small reader of TOML agrees with Python's own wherever it reads anything."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from measure.errors import UserError
from measure.networks.toml import read_toml


def quoted(text: str) -> str:
    """Return a string as TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def literal(text: str) -> str:
    """Return a string as TOML without escapes."""
    return f"'{text}'"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'"), max_size=9)
STRINGS = st.one_of(TEXTS.map(quoted), PLAIN.map(literal))
INTEGERS = st.one_of(
    st.integers(-(1 << 63), (1 << 63) - 1).map(str),
    st.sampled_from(["+7", "-0", "+0", "1_000", "1_2_3"]),
)
SCALARS = st.one_of(STRINGS, INTEGERS, st.sampled_from(["true", "false"]))
SPACES = st.sampled_from(["", " ", "\t", "  \t"])
COMMENTS = st.one_of(st.just(""), PLAIN.map(lambda text: f"# {text}\t"))
ENDS = st.sampled_from(["\n", "\r\n"])
BARE = st.text("abcXYZ019_-", min_size=1, max_size=4)
KEYS = st.one_of(BARE, STRINGS)
BREAKS = st.tuples(SPACES, COMMENTS, ENDS).map("".join)


@st.composite
def arrays(draw: st.DrawFn) -> str:
    """Return an array, over several lines or with a comma at its end as it comes."""
    gap = st.one_of(SPACES, BREAKS)
    parts = draw(st.lists(SCALARS, max_size=4))
    inner = ",".join(draw(gap) + part + draw(gap) for part in parts)
    comma = draw(st.sampled_from(["", ","])) if parts else ""
    return f"[{inner or draw(gap)}{comma}]"


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Return a line of a document, which need not fit the others."""
    kind = draw(st.integers(0, 9))
    gaps = [draw(SPACES) for _ in range(4)]
    if kind == 0:
        body = ""
    elif kind <= 2:
        keys = draw(st.lists(BARE, min_size=1, max_size=2))
        body = f"[{gaps[0]}{'.'.join(keys)}{gaps[1]}]"
    elif kind == 3:
        body = f"[[{gaps[0]}{draw(BARE)}{gaps[1]}]]"
    else:
        value = draw(st.one_of(SCALARS, arrays()))
        body = f"{draw(KEYS)}{gaps[0]}={gaps[1]}{value}"
    return f"{gaps[2]}{body}{gaps[3]}{draw(COMMENTS)}{draw(ENDS)}"


@given(st.lists(lines(), max_size=8).map("".join))
def test_documents_are_read_as_python_reads_them(text: str) -> None:
    """Both readers make the same of a document, or both refuse it."""
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(UserError):
            read_toml(text, "models.toml")
        return

    assert read_toml(text, "models.toml") == expected


SIGNS = st.text("[]{}=.,#'\"\\ \t\r\n\x00\x7fa1-+_eEu:TZtruefalseinf", max_size=24)


@given(st.lists(st.one_of(lines(), SIGNS), max_size=6).map("".join))
@example("a = 1\rb = 2\n")
@example("a = 0x1F\n")
@example("a = 1979-05-27\n")
@example("a = 07:32:00\n")
@example("a = 01\n")
@example("a = 1_\n")
@example("a = truex\n")
@example("a = 1 b = 2\n")
@example("a.b = 1\n")
@example("[a.b]\n[a]\nc = 1\n[a]\n")
@example("[[a]]\n[a.b]\n[[a]]\n[a.b]\nc = 1\n")
@example("[a]\n[[a]]\n")
@example("a = [1]\n[[a]]\n")
@example("a = [1\n# no end")
@example('a = "\\uD800"\n')
@example('a = "\\U00110000"\n')
@example('a = "\\x41"\n')
@example("a = '''\nb'''\n")
@example("a = inf\n")
@example("a = -\n")
@example("a = 1.5\n")
@example("a = {b = 1}\n")
@example("= 1\n")
@example('"" = 1\n')
@example("\ufeffa = 1\n")
def test_what_is_read_is_never_something_else(text: str) -> None:
    """Whatever a text holds: it is refused in one line, or read as Python reads it."""
    found, refused = None, ""
    try:
        found = read_toml(text, "models.toml")
    except UserError as error:
        refused = str(error)

    if found is None:
        assert refused.startswith("models.toml line ")
        assert refused.isprintable()
    else:
        assert found == tomllib.loads(text)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\n\na = 1.5\n", 3, "no string, decimal integer, true or false"),
        ("a = [\n 1,\n [2],\n]\n", 3, "an array in an array is not read at '[2],'"),
        ("a = [1 2]\n", 1, "an array goes on with a comma or ends with ] at '2]'"),
        ("a = {}\n", 1, "a table in braces is not read; write a table for it"),
        ("a.b = 1\n", 1, "a key with a dot is not read"),
        ("[a.b.c]\n", 1, "tables nested this deep are not read"),
        ("[[a.b]]\n", 1, "tables nested this deep are not read"),
        ("[a\n", 1, "a header that does not end with ]"),
        ("[[a]\n", 1, "a header that does not end with ]]"),
        ("a\n", 1, "the key 'a' has no = behind it"),
        ("a = 1\na = 2\n", 2, "'a' is there twice, first in line 1"),
        ("[a]\nb = 1\n[a]\n", 3, "'a' is there twice, first in line 1"),
        ("a = 1\n[a.b]\n", 2, "'a' is there twice, first in line 1"),
        ('a = "b\n', 1, "a string without an end, or with control characters at '\"b'"),
        ('a = """\nb"""\n', 1, "a string of several lines is not read"),
        ('a = "\\e"\n', 1, "the escape \\e is not one of TOML's"),
        ('a = "\\uDEAD"\n', 1, "the escape \\uDEAD stands for no character"),
        ("a = 9223372036854775808\n", 1, "an integer of more than 64 bits"),
        ("a = 1 # \x07\n", 1, "more in a line than it may hold"),
        ("?\n", 1, "no key; one is of letters, digits, _ and -, or in quotes at '?'"),
    ],
)
def test_what_is_not_read_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    """The error says where and what, and never shows a whole file."""
    with pytest.raises(UserError) as caught:
        read_toml(text, "models.toml")

    assert str(caught.value).startswith(f"models.toml line {line}: {reason}")


def test_tables_know_their_lines() -> None:
    """A later check of the values can name the line, too."""
    table = read_toml("a = [\n1,\n]\n\n[[model]]\nname = 'x'\n[model.inputs]\nb = 1\n", "f")

    assert table.lines == {"a": 1, "model": 5}
    (model,) = table["model"]
    assert (model.line, model.lines) == (5, {"name": 6, "inputs": 7})
    assert model["inputs"].lines == {"b": 8}
