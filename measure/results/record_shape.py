"""What the records of a journal must hold so that rows can be derived from them.

Journals are exchanged; one that its own program did not write may hold anything.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence

from measure.errors import UserError
from measure.results.shape_checks import (
    Check,
    a_command,
    a_flag,
    a_text,
    divisor_from,
    each,
    list_of,
    matching,
    maybe,
    maybe_all,
    number_from,
    object_of,
    one_of,
    problems,
    there,
    two_of,
    whole_from,
)

VERSIONS = {"dla-ppw": 1, "dla-operators": 1}
"""Protocols that are read, and the version of each."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_RUN = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")
_LONGEST = 60


def check_records(records: Sequence[Mapping[str, Any]], name: str) -> None:
    """Refuse a journal that no rows can be derived from.

    Parameters
    ----------
    name
        What messages call the journal.

    Raises
    ------
    UserError
        Naming the line, the field and what it must be.
    """
    met = set()
    for number, record in enumerate(records, start=1):
        kind = record.get("type")
        where = f"{name} line {number}"
        if not isinstance(kind, str):
            raise UserError(f"{where} has no type; {_REMEDY}")
        if kind == "run":
            _check_protocol(record, where)
        for field, problem in problems(record, _SHAPES.get(kind, {})):
            raise UserError(f"{where} ({kind[:_LONGEST]}): {field} must be {problem}; {_REMEDY}")
        if kind == "segment":
            key = (record["job"], record["segment"])
            if key in met:
                raise UserError(f"{where}: the job has a segment {key[1]} already; {_REMEDY}")
            met.add(key)


_REMEDY = "the journal is damaged or of another program: take it from a copy"


def _check_protocol(record: Mapping[str, Any], where: str) -> None:
    """Refuse what a later version of the protocol may mean in another way."""
    stated = record.get("protocol")
    found = re.fullmatch(r"([a-z-]+)/(\d{1,9})", stated) if isinstance(stated, str) else None
    if found is None or found.group(1) not in VERSIONS:
        raise UserError(f"{where}: is of no protocol that is known; {_REMEDY}")
    version = VERSIONS[found.group(1)]
    if int(found.group(2)) != version:
        raise UserError(
            f"{where}: is of protocol {stated}, but this program reads {found.group(1)}/{version}; "
            "take the version of the program that wrote it"
        )


_WATTS = divisor_from(-1000, 1000)
_COUNT = whole_from(0, 10**12)
_LAYERS = whole_from(0, 100_000)
_KEY = matching(_WORD, "a word")
_FLAGS = maybe(list_of(a_text))
_SECONDS = divisor_from(0, 100_000)
_RATE = divisor_from(0, 10_000_000)

_POWER = each(
    object_of(
        {
            "mean_w": there(_WATTS),
            "lsb_w": maybe(divisor_from(0, 100)),
            "codes": maybe(_COUNT),
        }
    )
)
_JOB = object_of(
    {
        "job": matching(re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*"), "a word"),
        "network": a_text,
        "engine": one_of("dla", "gpu", "cpu", "gpu+dla"),
        "cores": list_of(whole_from(0, 1)),
        "input_shape": maybe(list_of(whole_from(1, 16_384))),
        "batch": maybe(whole_from(1, 4096)),
        "flags": _FLAGS,
        **maybe_all(
            a_text,
            *("precision", "quantization", "weights", "power_mode", "clock_policy", "transfers"),
            "note",
        ),
    }
)
_INSTANCE = object_of(
    {
        "dla_core": maybe(whole_from(-1, 1)),
        "images": maybe(_COUNT),
        "command": maybe(a_command),
        **maybe_all(a_text, "log", "log_sha256", "times", "times_sha256", "transfers"),
    }
)
_SHAPES: Mapping[str, Mapping[str, Check]] = {
    "run": {
        "run": matching(_RUN, "a name such as 20261121-trtexec-a1b2c3"),
        "backend": one_of("trtexec", "onnxruntime", "recorded"),
        "at": matching(_DATE, "a date and time"),
        "rails": maybe(list_of(object_of({"name": a_text, "role": maybe(a_text)}))),
        "seed": maybe(whole_from(0, 2**32 - 1)),
        "cpu_cores": maybe(whole_from(1, 4096)),
        "ambient_c": maybe(number_from(-40, 85)),
        "quick": maybe(a_flag),
        "command": maybe(a_command),
        "flags": _FLAGS,
        **maybe_all(
            a_text,
            *("date", "device", "module", "soc", "cpu_model", "l4t", "jetpack", "product"),
            *("tensorrt", "runtime_version", "power_source", "psu", "code_version", "source"),
            *("locator", "note", "transfers", "tegrastats"),
        ),
    },
    "plan": {
        "jobs": list_of(_JOB),
        "settings": maybe(
            object_of(
                {
                    "min_pairs": maybe(whole_from(0, 10_000)),
                    **maybe_all(number_from(0.001, 100_000), "load_s", "block_s"),
                }
            )
        ),
    },
    "mode": {"key": maybe(a_text), "mode_id": maybe(whole_from(0, 99))},
    "build": {
        "build": _KEY,
        "job": maybe(a_text),
        "outcome": one_of("built", "cached", "failed"),
        "seconds": maybe(number_from(0, 1_000_000)),
        "command": maybe(a_command),
        "batch": maybe(whole_from(0, 4096)),
        "engine_bytes": maybe(_COUNT),
        "engine": maybe(one_of("", "dla", "gpu", "cpu", "gpu+dla")),
        **maybe_all(_LAYERS, "dla_layers", "gpu_layers", "reformats", "refusals"),
        "dla_subgraphs": maybe(whole_from(0, 1000)),
        **maybe_all(a_text, "network", "log", "layer_info", "placement"),
    },
    "segment": {
        "job": a_text,
        "segment": whole_from(1, 100_000),
        "role": one_of("load", "idle", "host", "rate", "endurance"),
        "valid": a_flag,
        "pair": whole_from(0, 10_000),
        "seconds": maybe(_SECONDS),
        "images": maybe(_COUNT),
        "images_per_second": maybe(_RATE),
        "blocks": maybe(list_of(_RATE)),
        "latency_ms": maybe(
            object_of(
                {
                    "queries": maybe(_COUNT),
                    **maybe_all(_RATE, "p50", "p90", "p99"),
                }
            )
        ),
        "power": maybe(_POWER),
        "power_halves": maybe(two_of(_POWER)),
        "steady_power": maybe(
            object_of(
                {
                    **dict.fromkeys(("mean_w", "low_w", "high_w"), _WATTS),
                    "idle_floor_w": maybe(_WATTS),
                }
            )
        ),
        "clocks": maybe(each(maybe(number_from(0, 10_000)))),
        "tj_mean_c": maybe(number_from(-40, 130)),
        "instances": maybe(list_of(_INSTANCE)),
        "reasons": maybe(list_of(object_of({"code": a_text}))),
        "flags": _FLAGS,
        "tegrastats": maybe(a_text),
    },
    "stop": {
        "job": a_text,
        "why": one_of("narrow", "cap", "failed", "refused", "interrupted"),
    },
    "endurance": {"job": a_text, "why": one_of("failed", "refused")},
    "operator_case": {
        "key": _KEY,
        "operator": a_text,
        "parameters": object_of({}),
        "precision": one_of("int8", "fp16"),
        "verdict": one_of("accepted", "refused", "partly", "failed", "unknown"),
        "predicted_rules": list_of(a_text),
        "quantization": maybe(a_text),
        **dict.fromkeys(("predicted", "message", "message_id", "message_rule", "failure"), a_text),
    },
    "soak": {"job": a_text, "steady": maybe(a_flag)},
}
"""Fields by the type of their record; what else a record holds is not looked at."""
