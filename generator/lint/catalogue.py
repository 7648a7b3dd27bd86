"""Every rule of the lint and what it says."""

from __future__ import annotations


def catalogue() -> dict[str, str]:
    """Return the sentence of each rule by its id, from the bytes up to sense."""
    from generator.lint import (
        cells,
        descriptor,
        exceptions,
        header,
        keys,
        run,
        run_files,
        schema,
        text,
    )
    from generator.lint.sense import ordered_rules

    rules: dict[str, str] = {}
    for layer in (descriptor.RULES, run.FILE_RULES, text.RULES, header.RULES, cells.RULES):
        rules |= layer
    rules |= schema.RULES | run_files.RULES | keys.RULES | exceptions.RULES
    return rules | {rule.id: rule.sentence for rule in ordered_rules()}
