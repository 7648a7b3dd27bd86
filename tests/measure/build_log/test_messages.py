"""The patterns of the table, as the reader uses them."""

from __future__ import annotations

import re

import pytest

from measure.build_log.lists import ListReader
from measure.build_log.messages import NOTHING_ON_DLA, load_messages, match_message
from measure.errors import UserError
from measure.tables import read_table


def _example(pattern: str) -> str:
    """Fill the placeholders of a pattern's human form."""
    filled = re.sub(r"<(?:other )?number>", "4", pattern)
    filled = re.sub(r"<(?:type|operation)>", "SOME_TYPE", filled)
    return re.sub(r"<[a-z ]+>", "/some/name", filled)


@pytest.mark.parametrize("row", read_table("operators/messages"), ids=lambda row: row["message"])
def test_every_pattern_is_found_in_its_own_example(row: dict[str, str]) -> None:
    """A pattern's human form, its placeholders filled, is a line that is recognised as it."""
    match = match_message(_example(row["pattern"]).partition(" or [GpuLayer]")[0])

    assert match is not None
    assert match.message.key == row["message"]


def test_keys_that_the_code_names_are_in_the_table() -> None:
    keys = {message.key for message in load_messages()}

    assert {NOTHING_ON_DLA, "i1", "i2"} <= keys


@pytest.mark.parametrize(
    "text",
    [
        "[DlaLayer] {ForeignNode[a...b]}",
        "[GpuLayer] REDUCE: a",
        "---------- Layers Running on DLA ----------",
        "--------------- Layers running on GPU:",
        "Number of DLA node candidates offloaded : 2 out of 2",
        "{ForeignNode[a]} successfully offloaded to DLA.",
    ],
)
def test_the_reader_of_lists_and_the_table_agree(text: str) -> None:
    """What the table calls a line of placement, the reader takes for one."""
    assert ListReader().read(text)
    match = match_message(text)
    assert match is not None
    assert match.message.level == "placement"


def test_white_space_does_not_matter() -> None:
    """TensorRT puts tabs between the sizes of the pools."""
    match = match_message(
        "DLA Memory Pool Sizes: Managed SRAM = 1 MiB,\tLocal DRAM = 4 MiB,\tGlobal DRAM = 8 MiB"
    )

    assert match is not None
    assert match.message.key == "i3"


def test_a_long_line_takes_no_time() -> None:
    """No pattern may take quadratic time on a line that almost matches."""
    assert match_message("x: " * 200_000 + "DLA cores do not support") is None


def test_a_broken_pattern_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {**read_table("operators/messages")[0], "regex": "("}
    monkeypatch.setattr("measure.build_log.messages.read_table", lambda _: [row])
    load_messages.cache_clear()
    try:
        with pytest.raises(UserError, match="operators/messages m1: regex"):
            load_messages()
    finally:
        load_messages.cache_clear()
