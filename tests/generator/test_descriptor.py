"""The descriptor as objects, and what a cell means."""

from __future__ import annotations

import datetime as dt

import pytest

from generator.descriptor import Field, ForeignKey, Value, read_tables

RESOURCE = {
    "name": "clocks",
    "path": "reference/clocks.csv",
    "title": "Clocks",
    "description": "One clock of one module.",
    "group": "reference",
    "schema": {
        "fields": [
            {"name": "module", "constraints": {"required": True}},
            {"name": "cap_mhz", "type": "number", "title": "Cap", "unit": "MHz"},
            {
                "name": "is_fixed",
                "type": "boolean",
                "trueValues": ["fixed"],
                "falseValues": ["free"],
            },
        ],
        "primaryKey": "module",
        "foreignKeys": [
            {"fields": "module", "reference": {"resource": "modules", "fields": "module"}},
            {"fields": ["module"], "reference": {"resource": "", "fields": ["module"]}},
        ],
    },
}


class TestReadTables:
    """Tables as the descriptor declares them."""

    def test_members_of_a_table(self) -> None:
        """Each member stands where it belongs; keys may be a name or a list."""
        table = read_tables({"resources": [RESOURCE]})["clocks"]

        assert table.path == "reference/clocks.csv"
        assert (
            table.title,
            table.description,
            table.group,
        ) == ("Clocks", "One clock of one module.", "reference")
        assert table.field_names == ("module", "cap_mhz", "is_fixed")
        assert table.primary_key == ("module",)
        assert (
            ForeignKey(("module",), "modules", ("module",)),
            ForeignKey(("module",), "clocks", ("module",)),
        ) == table.foreign_keys

    def test_members_of_a_field(self) -> None:
        """A field has its unit and its constraints."""
        table = read_tables({"resources": [RESOURCE]})["clocks"]

        assert table.field("cap_mhz").unit == "MHz"
        assert table.field("module").required
        assert not table.field("cap_mhz").required
        assert table.has("module", "is_fixed")
        assert not table.has("module", "mode")

    def test_a_field_that_is_not_there(self) -> None:
        """The error names both the table and the field."""
        table = read_tables({"resources": [RESOURCE]})["clocks"]

        with pytest.raises(KeyError, match="'clocks' has no field 'mode'"):
            table.field("mode")


class TestParse:
    """Cells as typed values."""

    @pytest.mark.parametrize(
        ("kind", "text", "value"),
        [
            ("string", "0.3740", "0.3740"),
            ("string", " x ", " x "),
            ("integer", "2037", 2037),
            ("integer", "-1", -1),
            ("integer", "18446744073709551616", 2**64),
            ("number", "76.00", 76.0),
            ("number", "-0.5", -0.5),
            ("number", "3", 3.0),
            ("boolean", "yes", True),
            ("boolean", "no", False),
            ("date", "2024-02-29", dt.date(2024, 2, 29)),
        ],
    )
    def test_a_value(self, kind: str, text: str, value: Value) -> None:
        """A cell of its type has a value of that type."""
        parsed = Field("x", kind).parse(text)

        assert value == parsed
        assert type(value) is type(parsed)

    @pytest.mark.parametrize("kind", ["string", "integer", "number", "boolean", "date"])
    def test_an_empty_cell_is_unknown(self, kind: str) -> None:
        """Nothing is not zero, not false and not an empty text."""
        assert Field("x", kind).parse("") is None

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("integer", "1.0"),
            ("integer", "1_000"),
            ("integer", "٣"),
            ("integer", "9" * 5000),
            ("number", "nan"),
            ("number", "inf"),
            ("number", "1e3"),
            ("number", "2,6"),
            ("number", "1\n"),
            ("boolean", "true"),
            ("date", "2023-02-29"),
            ("date", "20230101"),
            ("date", "2023-01"),
        ],
    )
    def test_what_is_not_of_the_type_is_unknown(self, kind: str, text: str) -> None:
        """No cell is bent into a value."""
        assert Field("x", kind).parse(text) is None

    def test_other_words_for_yes_and_no(self) -> None:
        """A boolean is written as the descriptor says."""
        column = read_tables({"resources": [RESOURCE]})["clocks"].field("is_fixed")

        assert tuple(map(column.parse, ("fixed", "free", "yes"))) == (True, False, None)
