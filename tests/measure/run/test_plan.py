from __future__ import annotations

from dataclasses import replace

import pytest

from measure.errors import ConditionError, UserError
from measure.run.plan import Place, Subject, Wishes, groups_of, make_plan, reference_subjects

JETSON = Place("trtexec", 2, False, ("maxn", "30w"), "pinned")
CPU = Place("onnxruntime", 0, False, ("",), "dvfs")
SUBJECTS = reference_subjects()


def test_default_on_a_jetson() -> None:
    """Six networks on one core, both cores and the GPU, in each mode, with published batches."""
    jobs = make_plan(Wishes(), SUBJECTS, JETSON, 1)

    assert len(jobs) == 6 * 3 * 2
    assert [job.power_mode for job in jobs] == ["maxn"] * 18 + ["30w"] * 18
    resnet = {(job.engine, job.cores): job for job in jobs if job.network == "resnet-50"}
    assert set(resnet) == {("dla", (0,)), ("dla", (0, 1)), ("gpu", ())}
    assert resnet["gpu", ()].batch == 256
    assert resnet["dla", (0,)].input_shape == (2, 3, 224, 224)
    assert {job.quantization for job in jobs} == {"implicit"}
    assert {job.clock_policy for job in jobs} == {"pinned"}


def test_default_on_a_cpu() -> None:
    """Two networks in single precision."""
    jobs = make_plan(Wishes(), SUBJECTS, CPU, 1)

    assert {job.network for job in jobs} == {"resnet-50", "ssd-mobilenet-v1"}
    assert {(job.engine, job.precision, job.form, job.batch) for job in jobs} == {
        ("cpu", "fp32", "fp32", 1)
    }


def test_order_is_by_chance_and_repeatable() -> None:
    """The same seed gives the same order; jobs on one network stay together."""
    first = make_plan(Wishes(), SUBJECTS, JETSON, 1)

    assert first == make_plan(Wishes(), SUBJECTS, JETSON, 1)
    assert first != make_plan(Wishes(), SUBJECTS, JETSON, 2)
    groups = groups_of(first)
    assert [job for group in groups for job in group] == first
    assert {len(group) for group in groups} == {3}


@pytest.mark.parametrize(
    ("precision", "typed", "backend", "expected"),
    [
        ("int8", False, "trtexec", ("implicit", "fp32")),
        ("int8", True, "trtexec", ("explicit", "qdq")),
        ("fp16", False, "trtexec", ("none", "fp32")),
        ("fp16", True, "trtexec", ("none", "fp16")),
        ("int8", False, "onnxruntime", ("explicit", "qdq")),
    ],
)
def test_forms(precision: str, typed: bool, backend: str, expected: tuple[str, str]) -> None:
    """Strongly typed TensorRT and ONNX Runtime take types from the model."""
    place = replace(JETSON if backend == "trtexec" else CPU, strongly_typed=typed)
    wishes = Wishes(("resnet-50",), precisions=(precision,))

    assert {(job.quantization, job.form) for job in make_plan(wishes, SUBJECTS, place, 0)} == {
        expected
    }


def test_wishes() -> None:
    """Words choose networks, engines, weights and batch; the same job comes once."""
    wishes = Wishes(("resnet-50",), ("gpu+dla", "dla1"), (), ("dense", "sparse"), 4)
    jobs = make_plan(wishes, SUBJECTS, replace(JETSON, modes=("maxn",)), 0)

    assert {(job.engine, job.cores, job.weights, job.batch) for job in jobs} == {
        (engine, cores, weights, 4)
        for engine, cores in (("gpu+dla", (0, 1)), ("dla", (1,)))
        for weights in ("dense", "sparse")
    }
    one_core = replace(JETSON, dla_cores=1, modes=("maxn",))
    assert len(make_plan(Wishes(("resnet-50",)), SUBJECTS, one_core, 0)) == 2


def test_own_models_come_first() -> None:
    """Where models of one's own are named, they are what is measured."""
    own = Subject("mine", (3, 8, 8), 1, 1, "ab" * 32, "qdq")
    jobs = make_plan(Wishes(), [*SUBJECTS, own], CPU, 0)

    assert [(job.network, job.form, job.model_sha256) for job in jobs] == [
        ("mine", "qdq", "ab" * 32)
    ]


@pytest.mark.parametrize(
    ("form", "place", "precision", "expected"),
    [
        ("qdq", CPU, "", ("int8", "explicit")),
        ("fp32", CPU, "", ("fp32", "none")),
        ("fp16", CPU, "", ("fp32", "none")),
        ("qdq", JETSON, "", ("int8", "explicit")),
        ("fp32", JETSON, "", ("int8", "implicit")),
        ("fp32", JETSON, "fp16", ("fp16", "none")),
        ("qdq", replace(JETSON, strongly_typed=True), "", ("int8", "explicit")),
        ("fp16", replace(JETSON, strongly_typed=True), "", ("fp16", "none")),
    ],
)
def test_own_model_is_labelled_by_what_it_computes_in(
    form: str, place: Place, precision: str, expected: tuple[str, str]
) -> None:
    """Where the file settles the types, no option and no default says something else."""
    own = Subject("mine", (3, 8, 8), 4, 4, "ab" * 32, form, "sparse")
    wishes = Wishes(precisions=(precision,) if precision else ())
    jobs = make_plan(wishes, [*SUBJECTS, own], place, 0)

    assert {(job.precision, job.quantization) for job in jobs} == {expected}
    assert {(job.form, job.weights) for job in jobs} == {(form, "sparse")}
    assert {(job.batch, job.input_shape[0]) for job in jobs} == {(4, 4)}


@pytest.mark.parametrize(
    ("form", "place", "wishes", "error", "said"),
    [
        ("fp32", CPU, Wishes(precisions=("int8",)), ConditionError, "mine has its types in its"),
        ("qdq", JETSON, Wishes(precisions=("fp16",)), ConditionError, "and is int8 here"),
        (
            "fp32",
            replace(JETSON, strongly_typed=True),
            Wishes(),
            ConditionError,
            "mine has its types in its file, and is fp32 here; the DLA computes in int8 or fp16",
        ),
        ("fp32", CPU, Wishes(weights=("sparse",)), ConditionError, "those of mine are dense"),
        ("fp32", CPU, Wishes(batch=8), UserError, "--batch 8: mine has a batch of 4"),
    ],
)
def test_own_model_that_is_not_as_asked_for(
    form: str, place: Place, wishes: Wishes, error: type, said: str
) -> None:
    """A label or a batch that the file does not have would make the figure a false one."""
    own = Subject("mine", (3, 8, 8), 4, 4, "ab" * 32, form, "dense")

    with pytest.raises(error, match=said):
        make_plan(wishes, [own], place, 0)


@pytest.mark.parametrize(
    ("wishes", "place", "error", "said"),
    [
        (Wishes(("resnet",)), CPU, UserError, "--networks: 'resnet' is unknown; choose resnet-50"),
        (Wishes(engines=("tpu",)), CPU, UserError, "--engines: 'tpu'"),
        (Wishes(precisions=("fp8",)), CPU, UserError, "--precision: 'fp8'"),
        (Wishes(engines=("gpu",)), CPU, ConditionError, "onnxruntime measures the CPU here"),
        (Wishes(engines=("cpu",)), JETSON, ConditionError, "GPU and DLA here"),
        (
            Wishes(engines=("dla",)),
            replace(JETSON, dla_cores=0),
            ConditionError,
            "sees 0 DLA cores",
        ),
        (Wishes(engines=("dla1",)), replace(JETSON, dla_cores=1), ConditionError, "sees 1 DLA"),
        (Wishes(precisions=("fp16",)), CPU, ConditionError, "the CPU computes in fp32 or int8"),
        (Wishes(precisions=("fp32",)), JETSON, ConditionError, "the DLA computes in int8 or fp16"),
    ],
)
def test_what_cannot_be(wishes: Wishes, place: Place, error: type, said: str) -> None:
    """What the machine cannot do, or nobody knows, is said before anything starts."""
    with pytest.raises(error, match=said):
        make_plan(wishes, SUBJECTS, place, 0)


def test_without_a_dla_the_gpu_is_measured() -> None:
    """A module without a DLA still has a GPU."""
    jobs = make_plan(Wishes(("resnet-50",)), SUBJECTS, replace(JETSON, dla_cores=0), 0)

    assert {job.engine for job in jobs} == {"gpu"}
