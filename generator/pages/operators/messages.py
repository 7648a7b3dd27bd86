"""What TensorRT prints about the DLA: what it means and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.facts.messages import LEVELS, javascript_pattern
from generator.facts.operator_rules import version_span
from generator.markup import attributes
from generator.pages.operators.parts import rule_link

if TYPE_CHECKING:
    from generator.package import Record
    from generator.page import Page
    from generator.pages.operators.subject import Subject


def messages_page(subject: Subject) -> Page:
    """Return the page with all messages."""
    page = PageBuilder(
        subject.atlas,
        "operators/messages.md",
        "Messages",
        "What TensorRT prints about the DLA, what it means and what to do: paste a line of a log.",
        search={"boost": 2},
    )
    messages = page.atlas.package.records("messages")
    groups = []
    for level, title in LEVELS.items():
        found = [message for message in messages if message["level"] == level]
        if found:
            articles = Markup("").join(_article(page, subject, message) for message in found)
            groups.append((title, level, page.slot(articles)))
    return page.build(
        "operator_messages.md.jinja",
        count=len(messages),
        groups=groups,
        counts=[
            (title, sum(message["level"] == level for message in messages))
            for level, title in LEVELS.items()
        ],
        form=page.slot(_form()),
    )


def _form() -> Markup:
    return Markup(
        '<form class="op-paste" hidden><label for="op-paste">Paste lines of a build log'
        '</label><textarea id="op-paste" rows="4" spellcheck="false"></textarea>'
        '<p role="status"></p><ol></ol></form>'
    )


def _article(page: PageBuilder, subject: Subject, message: Record) -> Markup:
    source, flags = javascript_pattern(message["regex"])
    rule = subject.rules.rows.get(message["rule"] or "")
    return Markup(
        '<article class="op-message"{}><h3><a href="#{}">{}</a></h3><pre tabindex="0">{}</pre>'
        "<p><strong>Meaning:</strong> {}</p><p><strong>What to do:</strong> {}</p>"
        '<p class="op-small">{}{}; {}, {}</p></article>'
    ).format(
        attributes([("id", message["message"]), ("data-pattern", source), ("data-flags", flags)]),
        message["message"],
        message["title"],
        message["pattern"],
        message["meaning"],
        message["what_to_do"] or "nothing",
        Markup("Rule {}; ").format(rule_link(page, rule["rule"])) if rule else "",
        version_span(message),
        page.link(page.atlas.record_url(message), "record"),
        page.source(message["source"]),
    )
