"""What is said first of an operator: one sentence, and its state with each platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.facts.operators import (
    BUILD_TIME,
    CONFLICTING,
    DOCUMENT_ONLY,
    LIMITED,
    MEASURED,
    NATIVE,
    RECONSTRUCTION,
    REFUSED,
    RUNS,
    UNKNOWN,
    ran,
)
from generator.facts.releases import soc_name
from generator.pages.operators.parts import known_words, state_badge
from generator.words import counted, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.builder import PageBuilder
    from generator.facts.operators import Verdict
    from generator.pages.operators.subject import Subject

SENTENCES = {
    NATIVE: "runs on the DLA",
    LIMITED: "runs on the DLA by documents, under {conditions}",
    RECONSTRUCTION: "does not run on the DLA as it is, but other operators can express it",
    BUILD_TIME: "is computed while the engine is built and runs nowhere afterwards",
    REFUSED: "does not run on the DLA: it falls back to the GPU",
    UNKNOWN: "is not in NVIDIA's list: nobody states whether the DLA takes it",
}

BINDING = ("falls_back", "build_fails")
"""Effects of rules that count as conditions; the others are advice."""


def answer(page: PageBuilder, subject: Subject, operator: str) -> Markup:
    """Return the strip at the top of an operator's page."""
    boxes = Markup("").join(_boxes(page, subject, operator))
    return Markup('<div class="atlas-answer op-answer"><p>{}</p><dl>{}</dl></div>').format(
        _text(subject, operator), boxes
    )


def _text(subject: Subject, operator: str) -> str:
    soc = subject.soc
    verdict = subject.verdict(operator, soc)
    rules = subject.in_force(subject.rules.of(operator), soc)
    binding = [rule for rule in rules if rule["effect"] in BINDING]
    what = SENTENCES[verdict.state].format(conditions=counted(len(binding), "condition"))
    release = subject.newest[soc]
    where = f"JetPack {release['release']} (TensorRT {subject.tensorrt(release)})"
    sentences = [f"With {where} on {soc_name(soc)}, {operator} {what}.", _known(verdict)]
    sentences.append(_measured(subject, verdict))
    if verdict.state == UNKNOWN:
        sentences.append(_expected(subject, operator))
    if subject.software(operator).state in RUNS and verdict.state not in RUNS:
        sentences.append(
            "The DLA's own software has it, but that is of no use to a model that goes through "
            "TensorRT."
        )
    return " ".join(filter(None, sentences))


def _expected(subject: Subject, operator: str) -> str:
    """Return what the layer of an operator says of it where no source does; may be empty."""
    row = subject.operators.rows[operator]
    layer = subject.rules.layers.get(row["layer"] or "")
    if row["parser"] == "no":
        return "TensorRT's parser does not read it, so no model with it gets that far."
    if layer and layer.raw["dla"] == "no":
        return (
            f"TensorRT makes the layer {layer['name']} of it, which is none of the DLA's: expect "
            "it on the GPU."
        )
    return ""


def _known(verdict: Verdict) -> str:
    """Return in a sentence what stands behind a state."""
    if verdict.basis == CONFLICTING:
        return "Other sources contradict that: count on neither before you have built it."
    if verdict.state == UNKNOWN:
        return _seen(verdict)
    if verdict.basis == MEASURED:
        return ""
    if verdict.basis == DOCUMENT_ONLY:
        return "That is what documents say; no build that shows it is known."
    if verdict.state in RUNS and not any(map(ran, verdict.agreeing)):
        return "The builds that are known refused it, for reasons that its conditions name."
    return "Builds on devices agree."


def _measured(subject: Subject, verdict: Verdict) -> str:
    """Return in a sentence what this project's program measured; may be empty."""
    records = verdict.measured
    if not records:
        return ""
    taken = sum(map(ran, records))
    releases = listing(subject.operators.releases(records))
    return (
        f"Measured on {releases}: of {counted(len(records), 'network')} with this operator alone, "
        f"the DLA took {taken or 'none'}."
    )


def _seen(verdict: Verdict) -> str:
    """Return in a sentence what devices did with an operator of unknown state."""
    if not verdict.agreeing:
        return ""
    return "A device ran it." if any(map(ran, verdict.agreeing)) else "A device refused it."


def _boxes(page: PageBuilder, subject: Subject, operator: str) -> Iterator[Markup]:
    for soc, release in subject.newest.items():
        yield _box(
            page,
            subject,
            f"{soc_name(soc)}, JetPack {release['release']}",
            subject.verdict(operator, soc),
            f"TensorRT {subject.tensorrt(release)}; {{basis}}",
        )
    for step in subject.axes.drive[-1:]:
        verdict = subject.operators.verdict(operator, step.kind, step.version, step.socs[0])
        yield _box(page, subject, step.names, verdict, f"TensorRT {step.version}; {{basis}}")
    if subject.axes.software:
        version = subject.axes.software[-1].versions[-1]
        note = f"version {version}; not what TensorRT takes"
        yield _box(page, subject, "In DLA software", subject.software(operator), note)


def _box(page: PageBuilder, subject: Subject, title: str, verdict: Verdict, note: str) -> Markup:
    return Markup("<div><dt>{}</dt><dd>{}</dd><dd class='note'>{}</dd></div>").format(
        title,
        state_badge(page, verdict.state, verdict.row),
        note.format(basis=known_words(subject.operators, verdict)),
    )
