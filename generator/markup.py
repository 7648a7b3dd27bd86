"""Safe HTML for tables and marks: whatever a cell of the data holds comes out as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from generator.record_ids import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONG_TABLE = 30
"""So many rows always fill the height a table may take, so its size is known before layout."""

UNKNOWN = Markup('<span class="atlas-unknown">unknown</span>')

# Punctuation that could start Markdown syntax, an HTML tag or an entity, line breaks, and white
# space that could indent a line.
_MARKDOWN_SIGNS = re.compile(r"[&<>\"'\\`*_{}\[\]()#+\-.!|~^=:$@\t\n\r]|^ +| +$")
# The same where a word stands before it, so that it cannot begin a line.
_INNOCENT = re.compile(r"(?<=\w)[\-.:'](?=\w)|(?<=\w[ ])[+=\-](?=[ ])|(?<=[^\W\d_])[.:](?=\s|$)")

# Signs that Markdown would still see in the text of inline HTML.
_LIVE_IN_HTML = re.compile(r"<[^>]*>|[\\`*_{}\[\]!]")

# A colon before the first of these signs would make what stands before it a scheme; browsers skip
# blanks and control characters in one, so what a scheme may look like is no help.
_ADDRESS = re.compile(r"https?://|[^:/?#]*(?:[/?#]|\Z)")


class Column(NamedTuple):
    """A column of a table on a page.

    Parameters
    ----------
    name
        Key in filters and addresses.
    title
        What the header prints; plain text or safe HTML.
    numeric
        Right-aligned and sorted by value.
    filter
        ``"select"`` for a list of the values, ``"text"`` for a search, ``""`` for none.
    sortable
        Whether a reader may sort by it.
    switch
        Name and choice of the switch with which the column is shown.
    off
        Whether that switch starts with another choice.
    """

    name: str
    title: str
    numeric: bool = False
    filter: str = ""
    sortable: bool = True
    switch: tuple[str, str] | None = None
    off: bool = False


class Cell(NamedTuple):
    """A cell of a table on a page.

    Parameters
    ----------
    html
        What the cell shows; plain text or safe HTML.
    value
        What filters and sorting use when it differs from the text shown.
    id
        Fragment under which the cell can be addressed.
    attributes
        Further attributes, such as those of a switch, as safe HTML.
    """

    html: str | Markup
    value: str | None = None
    id: str = ""
    attributes: Markup = Markup("")


def markdown_text(text: object) -> str:
    """Return `text` so that Markdown shows it as it is, whatever it holds."""
    if hasattr(text, "__html__"):
        return _LIVE_IN_HTML.sub(_entity_outside_tags, str(text))

    plain = str(text)
    innocent = {match.start() for match in _INNOCENT.finditer(plain)}

    def entity(match: re.Match[str]) -> str:
        if match.start() in innocent:
            return match.group()
        return "".join(f"&#{ord(sign)};" for sign in match.group())

    return _MARKDOWN_SIGNS.sub(entity, plain)


def _entity_outside_tags(match: re.Match[str]) -> str:
    found = match.group()
    return found if found.startswith("<") else f"&#{ord(found)};"


def attributes(pairs: Iterable[tuple[str, object]]) -> Markup:
    """Return ` name="value"` for each pair; the names are ours, the values are escaped."""
    return Markup("".join(f' {name}="{escape(value)}"' for name, value in pairs))


def link(href: str, text: object, classes: str = "") -> Markup:
    """Return a link; `href` is an address on this site or an http(s) address.

    Addresses of another scheme are shown as text only.
    """
    if not _ADDRESS.match(href):
        return escape(text)
    extra = f' class="{escape(classes)}"' if classes else ""
    return Markup(f'<a{extra} href="{escape(href)}">{escape(text)}</a>')


def badge(kind: str, text: str, family: str = "evidence") -> Markup:
    """Return a small label such as the kind of evidence or a verdict."""
    return Markup('<span class="{0} {0}--{1}">{2}</span>').format(family, slug(kind), text)


def switch(name: str, legend: str, choices: Sequence[tuple[str, str]], group: str = "") -> Markup:
    """Return a choice between alternatives, shown where there is JavaScript.

    Parameters
    ----------
    name
        Elements with ``data-<name>`` follow it.
    legend
        What is chosen.
    choices
        Value and label of each choice; the first is made at the start.
    group
        Name of the inputs, to tell two switches of one name on a page apart.
    """
    inputs = Markup("").join(
        Markup('<label><input type="radio" name="{}" value="{}"{}> <span>{}</span></label>').format(
            group or name, value, Markup(" checked") if at == 0 else "", label
        )
        for at, (value, label) in enumerate(choices)
    )
    return Markup(
        '<fieldset class="atlas-switch" data-switch="{}" hidden><legend>{}</legend>{}</fieldset>'
    ).format(name, legend, inputs)


def table(
    name: str,
    caption: str | Markup,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
) -> Markup:
    """Return a table that can be filtered and sorted where there is JavaScript.

    Parameters
    ----------
    name
        Key of the table in addresses; its element is ``tbl-<name>``.
    caption
        What one row is, and in which unit; plain text or safe HTML.
    columns, rows
        The header and the body; each row has one cell per column.
    """
    head = "".join(_header(column) for column in columns)
    classes_of_columns = [_classes(column) for column in columns]
    body = list(rows)
    long = " atlas-table__scroll--long" if len(body) >= LONG_TABLE else ""
    parts = [
        (
            f'<div class="atlas-table" id="tbl-{escape(name)}" data-table="{escape(name)}">'
            f'<div class="atlas-table__scroll{long}" tabindex="0" role="region" '
            f'aria-label="{escape(Markup(caption).striptags())}">'
            f'<table class="atlas-grid"><caption>{escape(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>"
        )
    ]
    for row in body:
        parts.append("<tr>")
        for cell, classes in zip(row, classes_of_columns, strict=True):
            html, value, identifier, more = cell
            parts.append(
                f"<td{classes}"
                + (f' id="{escape(identifier)}"' if identifier else "")
                + (f' data-value="{escape(value)}"' if value is not None else "")
                + f"{more}>{escape(html)}</td>"
            )
        parts.append("</tr>")
    parts.append("</tbody></table></div></div>")
    return Markup("".join(parts))


def _header(column: Column) -> str:
    pairs: list[tuple[str, object]] = [("scope", "col"), ("data-column", column.name)]
    if column.filter:
        pairs.append(("data-filter", column.filter))
    if column.sortable:
        pairs.append(("data-sort", "number" if column.numeric else "text"))
    if column.switch:
        pairs.append((f"data-{column.switch[0]}", column.switch[1]))
    return f"<th{_classes(column)}{attributes(pairs)}>{escape(column.title)}</th>"


def _classes(column: Column) -> Markup:
    names = ["num"] * column.numeric + ["atlas-off"] * column.off
    return attributes([("class", " ".join(names))]) if names else Markup("")
