"""The text says the outcome first, then causes, warnings and the command."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace

import pytest

from measure.check.text import as_text
from measure.check.wording import bytes_text, share
from measure.printable import safe
from tests.measure.check.reports import all_on_dla, node, reason, some_fall_back

COLOUR = re.compile("\x1b\\[[0-9;]*m")


def test_some_fall_back() -> None:
    """Causes are grouped, with values, remedy and what devices did."""
    expected = """\
        net.onnx: Orin, TensorRT 10.3.0 (jetpack-6.2), INT8
        5 of 9 layers fall back to the GPU; 1 unknown; 2 DLA subgraphs (limit 16); 100 % of
        the MACs on the DLA.

          5 nodes: MaxPool
              - Window height and width lie between 1 and 8. Here: 9; 10; 11; 12 and 1 more.
                Seen on devices: 2 agree, 0 contradict. [demo.window]
              Fix: window 9 -> 8. Split it.
              Nodes: pool0, pool1, pool2 and 2 more
          1 node: Swish (unknown)
              - Window height and width lie between 1 and 8. Seen on devices: 2 agree, 0
                contradict. [demo.state]
              Fix: Check it.
              Nodes: swish

        What brings most: change the 5 MaxPool nodes: 5 more layers on the DLA.

        Borders inside the network: 2 tensors, at least 2.0 KiB an inference.
        No reformat at the ends with: x int8:dla_hwc4.

        warning: No INT8 scales.
        note: A note.

        Confirm on the device:
          trtexec --onnx=models/net.onnx --useDLACore=0 --verbose
        """
    assert textwrap.dedent(expected) == as_text(some_fall_back(), 85)


def test_all_on_dla() -> None:
    """Good news is short."""
    expected = """\
        net.onnx: Orin, TensorRT 10.3.0 (jetpack-6.2), INT8
        All 2 layers on the DLA; 1 DLA subgraph (limit 16); 100 % of the MACs on the DLA.

        Confirm on the device:
          trtexec --onnx=net.onnx
        """
    assert textwrap.dedent(expected) == as_text(all_on_dla(), 85)


def test_colours_change_nothing_else() -> None:
    """Without its colours the coloured text is the plain one."""
    report = some_fall_back()

    assert as_text(report, 85) == COLOUR.sub("", as_text(report, 85, colour=True))
    assert "\x1b" not in as_text(report, 85)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_fit(width: int) -> None:
    """But for what cannot be broken."""
    lines = as_text(some_fall_back(), width).splitlines()

    assert [line for line in lines if len(line) > width and " " in line.strip()] == []


def test_many_causes_are_cut_short() -> None:
    """The text stays short; the other reports have all."""
    report = some_fall_back()
    nodes = [
        node(f"n{number}", "Op", number, "gpu", reasons=[reason(f"rule{number}")])
        for number in range(30)
    ]
    from measure.check.grouping import group_causes

    text = as_text(replace(report, nodes=nodes, groups=group_causes(nodes)), 100)

    assert "24 more causes" in text
    assert len(text.splitlines()) < 60


@pytest.mark.parametrize(
    "name",
    ["new\nline", "\x1b[31mred", "tab\there", "\u202eright to left", "\udc80", "x" * 500, ""],
)
def test_hostile_names_stay_on_their_line(name: str) -> None:
    """No name breaks a line, colours the terminal or floods it."""
    report = some_fall_back()
    plain = as_text(report, 100)
    report.nodes[2].name = name
    report.formats = [replace(report.formats[0], name=name)]
    text = as_text(report, 100)
    text.encode()

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text.splitlines()) <= len(plain.splitlines()) + 2


def test_shares_are_whole_only_at_the_ends() -> None:
    """Nearly all is not all, and little is not nothing."""
    assert share(0, 10) == "0 %"
    assert share(1, 1000) == "less than 1 %"
    assert share(9999, 10000) == "99 %"
    assert share(10, 10) == "100 %"
    assert share(1, 0) == "0 %"


def test_sizes_have_short_units() -> None:
    """A size is a few digits and a unit."""
    assert bytes_text(None) == "unknown size"
    assert bytes_text(1023) == "1023 bytes"
    assert bytes_text(1536) == "1.5 KiB"
    assert bytes_text(3 * 2**30) == "3.0 GiB"


def test_long_names_keep_both_ends() -> None:
    """What tells names apart is often at the end."""
    assert safe("a" * 100 + "end").endswith("end")
    assert len(safe("a" * 100)) <= 72
