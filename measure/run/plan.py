"""Which jobs a run consists of, in which order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Iterable, Sequence

from measure.errors import ConditionError, UserError
from measure.run.jobs import Job
from measure.tables import read_table

ENGINES = ("dla0", "dla1", "dla", "gpu", "gpu+dla", "cpu")
PRECISIONS = ("int8", "fp16", "fp32")
WEIGHTS = ("dense", "sparse")

CPU_NETWORKS = ("resnet-50", "ssd-mobilenet-v1")
"""Networks of a first look on a CPU."""


@dataclass(frozen=True)
class Subject:
    """A network or model that can be measured."""

    name: str
    shape: tuple[int, int, int]
    """Channels, height and width of the input."""
    dla_batch: int
    gpu_batch: int
    model_sha256: str = ""
    """Of a model of one's own."""
    form: str = ""
    """Form of a model of one's own; empty for a network, which has them all."""
    weights: str = ""
    """Weights of a model of one's own, likewise."""


@dataclass(frozen=True)
class Place:
    """What a plan must know of the machine."""

    backend: str
    dla_cores: int
    strongly_typed: bool
    """Whether TensorRT takes types from the model only, as 11 does."""
    modes: tuple[str, ...] = ("",)
    """Power modes to measure in, the outermost order."""
    clock_policy: str = ""


@dataclass(frozen=True)
class Wishes:
    """What the user wants to measure; empty is the default of the machine."""

    networks: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    batch: int | None = None


def reference_subjects() -> list[Subject]:
    """Return the reference networks with the batches they were published with."""
    return [
        Subject(
            row["network"],
            (int(row["input_channels"]), int(row["input_height"]), int(row["input_width"])),
            int(row["dla_batch"]),
            int(row["gpu_batch"]),
        )
        for row in read_table("reference/networks")
    ]


def make_plan(wishes: Wishes, subjects: Sequence[Subject], place: Place, seed: int) -> list[Job]:
    """Return the jobs: modes outermost, then networks, then engines in an order by chance.

    Jobs on one network stand together: their segments are interleaved.

    Raises
    ------
    UserError
        When a word is unknown.
    ConditionError
        When the machine can't do what is asked.
    """
    chosen = _chosen_subjects(wishes, subjects, place)
    engines = _chosen_engines(wishes.engines, place)
    draw = random.Random(seed)
    jobs: list[Job] = []
    for mode in place.modes:
        groups = [(subject, kind) for subject in chosen for kind in _weights(wishes, subject)]
        draw.shuffle(groups)
        for subject, kind in groups:
            group = [
                _job(subject, engine, precision, kind, mode, wishes.batch, place)
                for engine in engines
                for precision in _precisions(wishes, engine, place, subject)
            ]
            draw.shuffle(group)
            jobs += group
    return list(dict.fromkeys(jobs))


def groups_of(jobs: Iterable[Job]) -> list[list[Job]]:
    """Return the jobs by power mode and network: those of a group are interleaved."""
    groups: dict[tuple[str, str, str], list[Job]] = {}
    for job in jobs:
        groups.setdefault((job.power_mode, job.network, job.weights), []).append(job)
    return list(groups.values())


def check_words(words: Iterable[str], known: Sequence[str], option: str) -> tuple[str, ...]:
    """Return the words of a list, each once.

    Raises
    ------
    UserError
        When one is unknown.
    """
    found = tuple(dict.fromkeys(words))
    for word in found:
        if word not in known:
            raise UserError(f"{option}: {word!r} is unknown; choose {', '.join(known)}")
    return found


def _chosen_subjects(wishes: Wishes, subjects: Sequence[Subject], place: Place) -> list[Subject]:
    by_name = {subject.name: subject for subject in subjects}
    own = [subject.name for subject in subjects if subject.model_sha256]
    if wishes.networks:
        names: Sequence[str] = check_words(wishes.networks, tuple(by_name), "--networks")
    elif own:
        names = own
    else:
        names = CPU_NETWORKS if place.backend == "onnxruntime" else tuple(by_name)
    return [by_name[name] for name in names]


def _chosen_engines(words: Sequence[str], place: Place) -> list[tuple[str, tuple[int, ...]]]:
    """Return engine and DLA cores of each wish."""
    on_cpu = place.backend == "onnxruntime"
    default = ("cpu",) if on_cpu else ("dla0", "dla", "gpu") if place.dla_cores else ("gpu",)
    found = []
    for word in check_words(words or default, ENGINES, "--engines"):
        if (word == "cpu") != on_cpu:
            there = "the CPU" if on_cpu else "GPU and DLA"
            raise ConditionError(
                f"--engines {word}: {place.backend} measures {there} here; "
                "a Jetson's GPU and DLA need --backend trtexec, a CPU --backend onnxruntime"
            )
        name = "".join(sign for sign in word if not sign.isdigit())
        digits = "".join(sign for sign in word if sign.isdigit())
        cores = tuple(range(place.dla_cores))
        if "dla" not in name:
            cores = ()
        elif digits:
            cores = cores[int(digits) : int(digits) + 1]
        if "dla" in name and not cores:
            raise ConditionError(
                f"--engines {word}: TensorRT sees {place.dla_cores} DLA cores here; "
                "`python3 -m measure doctor` says why"
            )
        found.append((name, cores))
    return list(dict.fromkeys(found))


def _weights(wishes: Wishes, subject: Subject) -> tuple[str, ...]:
    words = check_words(wishes.weights, WEIGHTS, "--weights")
    for word in words:
        if subject.weights and word != subject.weights:
            raise ConditionError(
                f"--weights {word}: those of {subject.name} are {subject.weights}, by its entry"
            )
    return words or ((subject.weights,) if subject.weights else WEIGHTS[:1])


def _precisions(
    wishes: Wishes, engine: tuple[str, tuple[int, ...]], place: Place, subject: Subject
) -> tuple[str, ...]:
    on_cpu = engine[0] == "cpu"
    words = check_words(wishes.precisions, PRECISIONS, "--precision")
    if on_cpu and "fp16" in words:
        raise ConditionError("--precision fp16: the CPU computes in fp32 or int8")
    own = _precision_of_form(subject.form, place)
    if "dla" in engine[0] and "fp32" in words:
        raise ConditionError("--precision fp32: the DLA computes in int8 or fp16")
    for word in words:
        if own and word != own:
            raise ConditionError(
                f"--precision {word}: {subject.name} has its types in its file, and is {own} here"
            )
    if "dla" in engine[0] and own == "fp32":
        raise ConditionError(
            f"{subject.name} has its types in its file, and is fp32 here; the DLA computes in "
            "int8 or fp16"
        )
    return words or ((own,) if own else ("fp32",) if on_cpu else ("int8",))


def _precision_of_form(form: str, place: Place) -> str:
    """Return the precision that the file of an own model settles; empty where options do."""
    if form == "qdq":
        return "int8"
    if place.backend == "onnxruntime":
        return "fp32" if form else ""
    return form if place.strongly_typed else ""


def _job(
    subject: Subject,
    engine: tuple[str, tuple[int, ...]],
    precision: str,
    weights: str,
    mode: str,
    batch: int | None,
    place: Place,
) -> Job:
    name, cores = engine
    # GPU and DLA together take the DLA's batch: both must have the same share of each second.
    published = {"cpu": 1, "gpu": subject.gpu_batch}.get(name, subject.dla_batch)
    count = _own_batch(subject, batch) if subject.model_sha256 else batch or published
    quantization, form = _quantization(precision, place, subject.form)
    return Job(
        network=subject.name,
        input_shape=(count, *subject.shape),
        engine=name,
        cores=cores,
        precision=precision,
        quantization=quantization,
        form=form,
        weights=weights,
        batch=count,
        power_mode=mode,
        clock_policy=place.clock_policy,
        model_sha256=subject.model_sha256,
    ).keyed()


def _own_batch(subject: Subject, wanted: int | None) -> int:
    """Return the batch of a model of one's own, which its file or its entry settles."""
    if wanted not in (None, subject.dla_batch):
        raise UserError(
            f"--batch {wanted}: {subject.name} has a batch of {subject.dla_batch}; leave the "
            "option out, or change the batch in the model or its entry"
        )
    return subject.dla_batch


def _quantization(precision: str, place: Place, own: str) -> tuple[str, str]:
    """Return how a network gets to a precision, and the form of its file.

    Parameters
    ----------
    own
        Form of a model of one's own; empty for a network, which has them all.
    """
    explicit = place.strongly_typed or place.backend == "onnxruntime" or own == "qdq"
    if precision == "int8":
        return ("explicit", own or "qdq") if explicit else ("implicit", own or "fp32")
    typed = precision == "fp16" and place.strongly_typed
    return "none", own or ("fp16" if typed else "fp32")
