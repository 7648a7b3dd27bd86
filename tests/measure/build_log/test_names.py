"""Names as TensorRT joins them."""

from __future__ import annotations

import pytest

from measure.build_log.engine import EngineReader
from measure.build_log.names import (
    foreign_ends,
    foreign_node,
    fused_parts,
    split_groups,
    split_names,
)


def test_a_foreign_node_ends_at_its_last_closing() -> None:
    """Names hold brackets, braces and commas of their own."""
    node = "{ForeignNode[(Unnamed Layer* 1) [Shuffle]...a]}b, c]}"

    assert node == foreign_node(f"{node} (DLA)")
    assert foreign_node("{ForeignNode[never closed") == ""
    assert foreign_node("x {ForeignNode[a]}") == ""


@pytest.mark.parametrize(
    ("inner", "ends"),
    [
        ("a", ("a",)),
        ("a + b", ("a + b",)),
        ("a...b", ("a", "b")),
        ("(Unnamed Layer* 1) [Shuffle]...b", ("(Unnamed Layer* 1) [Shuffle]", "b")),
        ("f(x...y)...b", ("f(x...y)", "b")),
        ("...b", ("...b",)),
        ("", ("",)),
    ],
)
def test_the_ends_of_a_subgraph(inner: str, ends: tuple[str, ...]) -> None:
    """The range is cut where both halves are names."""
    assert ends == foreign_ends("{ForeignNode[" + inner + "]}")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a + b", ["a", "b"]),
        ("PWN(a)", ["a"]),
        ("PWN(PWN(a + d, b), c)", ["a", "d", "b", "c"]),
        ("a, b", ["a, b"]),
    ],
)
def test_fused_layers_come_apart(name: str, parts: list[str]) -> None:
    assert parts == fused_parts(name)


def test_a_list_on_one_line_is_split_at_its_outer_commas() -> None:
    assert split_names("a + b, PWN(c, d), e, ") == ["a + b", "PWN(c, d)", "e"]


def test_groups_on_one_line_keep_their_layers() -> None:
    assert split_groups("{a,(Unnamed Layer* 2) [Scale]}, {b}, ") == [
        ["a", "(Unnamed Layer* 2) [Scale]"],
        ["b"],
    ]


def test_brackets_that_do_not_match_split_all_over() -> None:
    assert split_names("a(, b") == ["a(", "b"]


def test_formats_of_both_spellings_are_read() -> None:
    """8.x puts the type before the bracket of the sizes, 10.x into the other bracket."""
    reader = EngineReader()
    reader.read(
        "Layer(DLA): {ForeignNode[a]}, Tactic: 0x3, x[Half(1,8:16,4,4)] -> y[Int8(1,3,4,4)]"
    )
    reader.read(
        "Layer(DLA): {ForeignNode[b]}, Tactic: 0x3, y (Int8[1,64:32,4,4]), z (Float[]) -> w ()"
    )
    first, second = reader.layers

    assert tuple(vars(first.inputs[0]).values()) == ("x", "half", [1, 8, 4, 4], 16)
    assert tuple(vars(first.outputs[0]).values()) == ("y", "int8", [1, 3, 4, 4], None)
    assert [(tensor.name, tensor.vector) for tensor in second.inputs] == [("y", 32), ("z", None)]
    assert second.outputs == []
