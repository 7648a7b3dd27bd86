"""What the records of a journal must hold so that rows can be derived from them.

Journals are exchanged; one that its own program did not write may hold anything.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Mapping, Sequence

from measure.errors import UserError

VERSIONS = {"dla-ppw": 1, "dla-operators": 1}
"""Protocols that are read, and the version of each."""

Check = Callable[[Any], str]
"""Returns what a value must be; nothing if it is that."""

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
        for field, problem in _problems(record, _SHAPES.get(kind, {})):
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


_MISSING = object()
"""Stands for a field that a record doesn't have; only what may be null must be there for it."""


def _problems(value: Mapping[str, Any], shape: Mapping[str, Check]) -> list[tuple[str, str]]:
    """Return the first field that is not what it must be, and what that is."""
    for field, check in shape.items():
        problem = check(value.get(field, _MISSING))
        if problem:
            return [(field, problem)]
    return []


def _number(low: float, high: float) -> Check:
    return lambda value: (
        ""
        if type(value) in (int, float) and low <= value <= high
        else f"a number from {low:g} to {high:g}"
    )


def _whole(low: int, high: int) -> Check:
    return lambda value: (
        ""
        if type(value) is int and low <= value <= high
        else f"a whole number from {low} to {high}"
    )


def _one_of(*words: str) -> Check:
    return lambda value: "" if value in words else f"one of {', '.join(words)}"


def _matching(pattern: re.Pattern[str], words: str) -> Check:
    return lambda value: "" if isinstance(value, str) and pattern.fullmatch(value) else f"{words}"


def _list_of(check: Check) -> Check:
    def problem(value: Any) -> str:
        if not isinstance(value, list):
            return "a list"
        return next((f"a list of which each is {text}" for text in map(check, value) if text), "")

    return problem


def _two_of(check: Check) -> Check:
    each = _list_of(check)
    return lambda value: each(value) or ("" if len(value) in (0, 2) else "a list of two")


def _object(shape: Mapping[str, Check]) -> Check:
    def problem(value: Any) -> str:
        if not isinstance(value, dict):
            return "an object"
        return next((f"one with {name} {text}" for name, text in _problems(value, shape)), "")

    return problem


def _each(check: Check) -> Check:
    """Hold all values of an object against a check, whatever their names are."""

    def problem(value: Any) -> str:
        if not isinstance(value, dict):
            return "an object"
        return next((f"one with {text}" for text in map(check, value.values()) if text), "")

    return problem


def _maybe(check: Check) -> Check:
    return lambda value: "" if value is None or value is _MISSING else check(value)


def _there(check: Check) -> Check:
    return lambda value: "" if value is None else check(value)


def _maybe_all(check: Check, *names: str) -> dict[str, Check]:
    return {name: _maybe(check) for name in names}


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "a text"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _command(value: Any) -> str:
    return "" if isinstance(value, str) else _list_of(_text)(value)


_WATTS = _number(-1000, 1000)
_COUNT = _whole(0, 10**12)
_LAYERS = _whole(0, 100_000)
_KEY = _matching(_WORD, "a word")
_FLAGS = _maybe(_list_of(_text))
_SECONDS = _number(0, 100_000)
_RATE = _number(0, 10_000_000)

_POWER = _each(
    _object(
        {
            "mean_w": _there(_WATTS),
            "lsb_w": _maybe(_number(0, 100)),
            "codes": _maybe(_COUNT),
        }
    )
)
_JOB = _object(
    {
        "job": _matching(re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*"), "a word"),
        "network": _text,
        "engine": _one_of("dla", "gpu", "cpu", "gpu+dla"),
        "cores": _list_of(_whole(0, 1)),
        "input_shape": _maybe(_list_of(_whole(1, 16_384))),
        "batch": _maybe(_whole(1, 4096)),
        "flags": _FLAGS,
        **_maybe_all(
            _text,
            *("precision", "quantization", "weights", "power_mode", "clock_policy", "transfers"),
            "note",
        ),
    }
)
_INSTANCE = _object(
    {
        "dla_core": _maybe(_whole(-1, 1)),
        "images": _maybe(_COUNT),
        "command": _maybe(_command),
        **_maybe_all(_text, "log", "log_sha256", "times", "times_sha256", "transfers"),
    }
)
_SHAPES: Mapping[str, Mapping[str, Check]] = {
    "run": {
        "run": _matching(_RUN, "a name such as 20261121-trtexec-a1b2c3"),
        "backend": _one_of("trtexec", "onnxruntime", "recorded"),
        "at": _matching(_DATE, "a date and time"),
        "rails": _maybe(_list_of(_object({"name": _text, "role": _maybe(_text)}))),
        "seed": _maybe(_whole(0, 2**32 - 1)),
        "cpu_cores": _maybe(_whole(1, 4096)),
        "ambient_c": _maybe(_number(-40, 85)),
        "quick": _maybe(_flag),
        "command": _maybe(_command),
        "flags": _FLAGS,
        **_maybe_all(
            _text,
            *("date", "device", "module", "soc", "cpu_model", "l4t", "jetpack", "product"),
            *("tensorrt", "runtime_version", "power_source", "psu", "code_version", "source"),
            *("locator", "note", "transfers", "tegrastats"),
        ),
    },
    "plan": {
        "jobs": _list_of(_JOB),
        "settings": _maybe(_object({"min_pairs": _maybe(_whole(0, 10_000))})),
    },
    "mode": {"key": _maybe(_text), "mode_id": _maybe(_whole(0, 99))},
    "build": {
        "build": _KEY,
        "job": _maybe(_text),
        "outcome": _one_of("built", "cached", "failed"),
        "seconds": _maybe(_number(0, 1_000_000)),
        "command": _maybe(_command),
        "batch": _maybe(_whole(0, 4096)),
        "engine_bytes": _maybe(_COUNT),
        "engine": _maybe(_one_of("", "dla", "gpu", "cpu", "gpu+dla")),
        **_maybe_all(_LAYERS, "dla_layers", "gpu_layers", "reformats", "refusals"),
        "dla_subgraphs": _maybe(_whole(0, 1000)),
        **_maybe_all(_text, "network", "log", "layer_info", "placement"),
    },
    "segment": {
        "job": _text,
        "segment": _whole(1, 100_000),
        "role": _one_of("load", "idle", "host", "rate"),
        "valid": _flag,
        "pair": _whole(0, 10_000),
        "seconds": _maybe(_SECONDS),
        "images": _maybe(_COUNT),
        "images_per_second": _maybe(_RATE),
        "blocks": _maybe(_list_of(_RATE)),
        "latency_ms": _maybe(
            _object(
                {
                    "queries": _maybe(_COUNT),
                    **_maybe_all(_RATE, "p50", "p90", "p99"),
                }
            )
        ),
        "power": _maybe(_POWER),
        "power_halves": _maybe(_two_of(_POWER)),
        "steady_power": _maybe(
            _object(
                {
                    **dict.fromkeys(("mean_w", "low_w", "high_w"), _WATTS),
                    "idle_floor_w": _maybe(_WATTS),
                }
            )
        ),
        "clocks": _maybe(_each(_maybe(_number(0, 10_000)))),
        "tj_mean_c": _maybe(_number(-40, 130)),
        "instances": _maybe(_list_of(_INSTANCE)),
        "reasons": _maybe(_list_of(_object({"code": _text}))),
        "flags": _FLAGS,
        "tegrastats": _maybe(_text),
    },
    "stop": {
        "job": _text,
        "why": _one_of("narrow", "cap", "failed", "refused", "interrupted"),
    },
    "operator_case": {
        "key": _KEY,
        "operator": _text,
        "parameters": _object({}),
        "precision": _one_of("int8", "fp16"),
        "verdict": _one_of("accepted", "refused", "partly", "failed", "unknown"),
        "predicted_rules": _list_of(_text),
        "quantization": _maybe(_text),
        **dict.fromkeys(("predicted", "message", "message_id", "message_rule", "failure"), _text),
    },
    "soak": {"job": _text, "steady": _maybe(_flag)},
}
"""Fields by the type of their record; what else a record holds is not looked at."""
