"""Where each operator runs, by release: what the documents state and what devices did.

An operator's state comes from the one row of the table of states whose versions and SoC fit.
What devices did is set beside it, from rows of the table of evidence with the same SoC, platform
and minor version of TensorRT:

* it ran: agrees with `native` and `limited`, contradicts every other state that says something;
* it was refused: agrees with `refused` and `reconstruction`, contradicts `native`; it agrees with
  `limited` where a condition explains it and no other document disputes the state.

Where this project's program built a network of the operator, it tried nodes outside of general
conditions on purpose: a refusal that a condition explains does not contradict `native` then.

A state is *conflicting* if a device contradicts it or another document does, *measured* if this
project's program saw it on a device, *observed* if anybody did and no device contradicts it, and
else *document only*; one that is unknown, and of which no device was seen either, is *unstated*.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from generator.facts.releases import minor_version
from generator.facts.versions import in_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.atlas import Atlas
    from generator.package import Record

JETSON, DRIVE, DLA_SOFTWARE = "tensorrt-jetson", "tensorrt-drive", "dla-software"
ANY = "any"

NATIVE, LIMITED, RECONSTRUCTION = "native", "limited", "reconstruction"
BUILD_TIME, REFUSED, UNKNOWN = "build_time", "refused", "unknown"
RUNS = (NATIVE, LIMITED)

STATES = {
    NATIVE: "runs on the DLA; no condition of its own is known",
    LIMITED: "runs on the DLA under conditions",
    RECONSTRUCTION: "not as it is; other operators can express it",
    BUILD_TIME: "computed while the engine is built, by no engine afterwards",
    REFUSED: "not taken by the DLA: falls back to the GPU",
    UNKNOWN: "no source says",
}
"""What each state means, the best first."""

DOCUMENT_ONLY, OBSERVED, CONFLICTING = "document_only", "observed", "conflicting"
MEASURED, UNSTATED = "measured", "unstated"

BASES = {
    DOCUMENT_ONLY: "documents only",
    OBSERVED: "seen on a device",
    MEASURED: "measured",
    CONFLICTING: "conflicting",
    UNSTATED: "no source",
}
"""How far a state is known, in words."""

ON_DEVICES = ("device", MEASURED)
"""Kinds of evidence that a device gave."""


class Verdict(NamedTuple):
    """What is known of an operator in one version of TensorRT on one SoC."""

    row: Record | None
    """Row of the table of states; None where there is none."""
    basis: str
    """One of `BASES`."""
    agreeing: tuple[Record, ...]
    contradicting: tuple[Record, ...]

    @property
    def state(self) -> str:
        """One of `STATES`."""
        return str(self.row["state"]) if self.row else UNKNOWN

    @property
    def measured(self) -> tuple[Record, ...]:
        """What this project's program measured."""
        return tuple(filter(is_measured, (*self.contradicting, *self.agreeing)))

    @property
    def precisions(self) -> str:
        """Precisions in which it runs, separated by blanks; empty where unknown."""
        return (self.row["precision"] or "") if self.row else ""


class Operators:
    """The operators with the questions pages ask of them.

    Parameters
    ----------
    atlas
        The data.
    """

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.rows = {str(row["operator"]): row for row in atlas.package.records("operators")}
        self._states = _by(atlas.package.records("operator-states"), "operator", "version_kind")
        self._evidence = _by(atlas.package.records("evidence"), "operator")
        self._history = _by(atlas.package.records("operator-history"), "operator")
        self._runs = {str(row["run"]): row for row in atlas.package.records("runs")}
        self._verdicts: dict[tuple[str, str, str, str], Verdict] = {}

    def states(self, operator: str, kind: str) -> list[Record]:
        """Return the rows of an operator for one kind of version."""
        return self._states.get((operator, kind), [])

    def evidence(self, operator: str) -> list[Record]:
        """Return what devices and maintainers said of an operator, in file order."""
        return self._evidence.get((operator,), [])

    def releases(self, records: Iterable[Record]) -> list[str]:
        """Return the releases, or else versions of TensorRT, that rows were measured on."""
        return list(dict.fromkeys(map(self.release, records)))

    def release(self, record: Record) -> str:
        """Return the release that a measured row is of; the version of TensorRT if unknown."""
        run = self.run(record)
        if run is None or not run["release"]:
            return f"TensorRT {record['trt_version']}"
        return f"{run['product']} {run['release']}"

    def run(self, record: Record) -> Record | None:
        """Return the run that measured a row of evidence; None for any other."""
        return self._runs.get(record.raw["run"])

    def history(self, operator: str) -> list[Record]:
        """Return the changes of NVIDIA's entry for an operator, in file order."""
        return self._history.get((operator,), [])

    def verdict(self, operator: str, kind: str, version: str, soc: str) -> Verdict:
        """Return what is known of an operator in one version.

        Parameters
        ----------
        operator, kind, version, soc
            The operator, and the kind of version, version and SoC it is asked for.
        """
        key = operator, kind, version, soc
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(*key)
        return self._verdicts[key]

    def _judge(self, operator: str, kind: str, version: str, soc: str) -> Verdict:
        row = next(
            (
                row
                for row in self.states(operator, kind)
                if row["soc"] in (ANY, soc)
                and in_range(version, row.raw["since"], row.raw["until"])
            ),
            None,
        )
        silent = UNSTATED if row is None or row["state"] == UNKNOWN else DOCUMENT_ONLY
        if kind == DLA_SOFTWARE:
            return Verdict(row, silent, (), ())
        seen = [
            record
            for record in self.evidence(operator)
            if record["kind"] in ON_DEVICES
            and _platform(record["platform"], kind)
            and record["soc"] in (ANY, soc)
            and minor_version(record["trt_version"]) == minor_version(version)
        ]
        contradicting = tuple(record for record in seen if row and contradicts(row, record))
        agreeing = tuple(record for record in seen if record not in contradicting)
        if contradicting or (row and row["disputed_state"]):
            return Verdict(row, CONFLICTING, agreeing, contradicting)
        if any(map(is_measured, seen)):
            return Verdict(row, MEASURED, agreeing, contradicting)
        return Verdict(row, OBSERVED if seen else silent, agreeing, contradicting)


def contradicts(row: Record, evidence: Record) -> bool:
    """Return whether what a device did cannot be if a row of the states is right."""
    state = row["state"]
    if state == UNKNOWN:
        return False
    if ran(evidence):
        return state not in RUNS
    if state == LIMITED:
        return bool(row["disputed_state"]) or not evidence["rule"]
    return state == NATIVE and not (is_measured(evidence) and evidence["rule"])


def is_measured(evidence: Record) -> bool:
    """Return whether this project's program made a row of evidence."""
    return evidence.raw.get("kind") == MEASURED


def ran(evidence: Record) -> bool:
    """Return whether the node of a row of evidence ran on the DLA."""
    return evidence.raw["runs_on_dla"] == "yes"


def _platform(platform: str | None, kind: str) -> bool:
    return platform in (None, ANY) or kind == f"tensorrt-{platform}"


def _by(records: Iterable[Record], *names: str) -> dict[tuple[str, ...], list[Record]]:
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in records:
        groups[tuple(record.raw[name] for name in names)].append(record)
    return groups
