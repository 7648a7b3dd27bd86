"""One thing to measure: a network, an engine and the conditions."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Mapping, NamedTuple

KEY_LENGTH = 16


class Extras(NamedTuple):
    """What is measured of each job besides its pairs, if it is asked for."""

    marginal: bool = False
    """Several rates, for the energy of one more image."""
    endurance: bool = False
    """One long load, to see whether the figure holds."""


@dataclass(frozen=True)
class Job:
    """A network on an engine in a power mode, the unit that gets a figure."""

    network: str
    """Key of the reference network, or the name of an own model."""
    input_shape: tuple[int, ...]
    """NCHW with the batch."""
    engine: str
    """dla, gpu, cpu or gpu+dla."""
    cores: tuple[int, ...]
    """DLA cores in use; empty on GPU and CPU."""
    precision: str
    """int8, fp16 or fp32."""
    quantization: str
    """implicit, explicit or none."""
    form: str
    """Form of the ONNX file: fp32, qdq or fp16."""
    weights: str = "dense"
    """dense or sparse."""
    batch: int = 1
    power_mode: str = ""
    """Key of the power mode; empty where the device has none."""
    clock_policy: str = "pinned"
    """pinned or dvfs."""
    model_sha256: str = ""
    """Of an own model, as its entry states it."""
    job: str = ""
    """Key of the job, made from all that is above."""

    def keyed(self) -> Job:
        """Return the job with its key."""
        content = {name: value for name, value in asdict(self).items() if name != "job"}
        text = json.dumps(content, sort_keys=True)
        return replace(self, job=hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH])

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        return {**asdict(self), "input_shape": list(self.input_shape), "cores": list(self.cores)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Job:
        """Return the job that the journal stored; what a later version added is left out."""
        known = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        known["input_shape"] = tuple(known["input_shape"])
        known["cores"] = tuple(known["cores"])
        return cls(**known)

    @property
    def instances(self) -> tuple[tuple[str, int], ...]:
        """Return engine and DLA core of each process: ("dla", 0), ("gpu", -1)."""
        found = [("dla", core) for core in self.cores]
        if self.engine in ("gpu", "gpu+dla"):
            found.append(("gpu", -1))
        if self.engine == "cpu":
            found.append(("cpu", -1))
        return tuple(found)

    @property
    def title(self) -> str:
        """Return what a person calls the job."""
        where = {"dla": "DLA core", "gpu": "GPU", "cpu": "CPU", "gpu+dla": "GPU + DLA core"}
        engine = where[self.engine]
        if self.cores:
            engine += ("s " if len(self.cores) > 1 else " ") + "+".join(map(str, self.cores))
        words = [self.network, engine, self.precision, self.weights, f"batch {self.batch}"]
        return ", ".join([*words, self.power_mode] if self.power_mode else words)
