"""Build the network of a case on the device, and read what became of its operator."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measure.backends.failures import WRONG_VERSION, read_run
from measure.backends.trtexec_call import run_to_end
from measure.device.clock import now_ns
from measure.journal.files import make_folder, store_file, write_whole
from measure.one_operator.case import RECORD, CannotBuildError
from measure.one_operator.forms import form_of
from measure.one_operator.prediction import predict
from measure.one_operator.verdict import FAILED, REFUSED, Outcome, outcome_of
from measure.onnx_file.writing import iterate_bytes
from measure.trtexec.commands import EngineBuild, build_words

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Mapping

    from measure.backends.base import Problem
    from measure.backends.child import Wait
    from measure.one_operator.case import OperatorCase
    from measure.one_operator.forms import Form
    from measure.run.rig import Rig
    from measure.target import Target

CANNOT_BE_MADE = "cannot_be_made"
"""Failure of a case of which no network can be made."""
_MODEL, _ENGINE, _CALIBRATION = "model.onnx", "model.engine", "calibration.cache"
_WORK = "work"


@dataclass(frozen=True)
class Bench:
    """What builds one case after the other.

    Parameters
    ----------
    targets
        What the device is, by precision.
    folder
        Of the run.
    limit_s
        Seconds after which a build is killed.
    wait
        Waits some seconds; raises when the user wants the end.
    """

    rig: Rig
    targets: Mapping[str, Target]
    folder: Path
    limit_s: float
    wait: Wait

    def build(self, case: OperatorCase) -> dict[str, Any]:
        """Build the network of a case, and return the journal's record."""
        predicted = predict(case, self.targets[case.precision])
        record = {
            "type": RECORD,
            "key": case.key,
            **case.as_dict(),
            "predicted": predicted.placement,
            "predicted_rules": list(predicted.rules),
        }
        try:
            form = form_of(case, self.rig.tensorrt.version, self.rig.strongly_typed)
        except CannotBuildError as error:
            return {**record, **_verdict(Outcome(FAILED, str(error), failure=CANNOT_BE_MADE))}
        work = self.folder / _WORK
        try:
            return {**record, **self._run(case, form, work)}
        finally:
            shutil.rmtree(str(work), ignore_errors=True)

    def _run(self, case: OperatorCase, form: Form, work: Path) -> dict[str, Any]:
        """Run trtexec, and return what the record says of the build."""
        make_folder(work)
        digest = write_whole(work / _MODEL, iterate_bytes(form.model))
        if form.calibration:
            write_whole(work / _CALIBRATION, form.calibration.encode("ascii"))
        log = work / "build.log"
        began_ns = now_ns()
        problem = run_to_end(
            self.rig, self._words(case, form, f"{work}/"), log, self.limit_s, self.wait
        )
        seconds = round((now_ns() - began_ns) / 1e9, 3)
        found = read_run(log)
        outcome = outcome_of(found.run if found else None, form.model.graph)
        if problem is not None and (outcome.verdict != REFUSED or problem.code == WRONG_VERSION):
            outcome = Outcome(FAILED, self._shown(problem, work), failure=problem.code)
        packed = gzip.compress(log.read_bytes(), mtime=0)
        path, log_sha256 = store_file(self.folder, f"logs/{case.key}.log.gz", packed)
        return {
            **_verdict(outcome),
            "quantization": form.quantization,
            "onnx_sha256": digest,
            "command": ["trtexec", *self._words(case, form, "")],
            "seconds": seconds,
            "log": path,
            "log_sha256": log_sha256,
        }

    def _words(self, case: OperatorCase, form: Form, place: str) -> list[str]:
        """Return the words of the build; without a place they name nobody's folders."""
        layout = case.parameters.get("input_format")
        build = EngineBuild(
            model=f"{place}{_MODEL}",
            engine=f"{place}{_ENGINE}",
            dla_core=0,
            precision=case.precision,
            quantization=form.quantization,
            input_formats=(f"{case.precision}:{layout}",) if layout else (),
            calibration=f"{place}{_CALIBRATION}" if form.calibration else "",
        )
        return build_words(build, self.rig.tensorrt.version, self.rig.board.soc or "orin")

    def _shown(self, problem: Problem, work: Path) -> str:
        """Return why a build failed without the folder, which names a user of this machine."""
        return problem.text.replace(f"{work}/", "").replace(str(self.folder.parent), "")


def _verdict(outcome: Outcome) -> dict[str, str]:
    return {
        "verdict": outcome.verdict,
        "message": outcome.text,
        "message_id": outcome.message,
        "message_rule": outcome.rule,
        "failure": outcome.failure,
    }
