"""Which runs of a log are brought in, and whether they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.build_log.failures import FAILED
from measure.errors import UserError
from measure.trtexec.batch import EXPLICIT
from measure.versions import parse_version

if TYPE_CHECKING:
    from measure.recorded.request import Request
    from measure.trtexec.log import TrtexecLog, TrtexecRun


def chosen_runs(log: TrtexecLog, request: Request) -> list[tuple[int, TrtexecRun]]:
    """Return the runs with a figure and their numbers in the log, from 1.

    Raises
    ------
    UserError
        When there is none, with why, or when it is open which one the other files belong to.
    """
    runs = list(enumerate(log.runs, start=1))
    if request.pick is not None:
        if request.pick > len(runs):
            raise UserError(f"--pick {request.pick}: {log.name} holds {len(runs)} runs")
        runs = [runs[request.pick - 1]]
    found = [(number, run) for number, run in runs if run.throughput_text]
    if not found:
        raise UserError(f"{log.name}: no run has a throughput; {_why(runs[0][1])}")
    if len(found) > 1 and request.has_companions:
        numbers = ", ".join(str(number) for number, _ in found)
        raise UserError(
            f"{log.name} holds {len(found)} runs with a throughput; say by --pick which one the "
            f"other files belong to: {numbers}"
        )
    return found


def check_run(run: TrtexecRun, request: Request, where: str) -> None:
    """Make sure that a run did not fail, and is of the device and the batch that are stated.

    Parameters
    ----------
    where
        What to call the run in a message.

    Raises
    ------
    UserError
        When it failed, or the log and the user contradict each other.
    """
    if run.run.outcome == FAILED:
        raise UserError(f"{where} failed in the end; {_why(run)}")
    stated = request.images_per_query
    if request.batch and request.input_shape and request.batch != request.input_shape[0]:
        raise UserError(
            f"--batch {request.batch} and --input-shape {'x'.join(map(str, request.input_shape))} "
            "state two batches"
        )
    if stated and run.batch.size and stated != run.batch.size:
        raise UserError(
            f"{where} has batch {run.batch.size} by its {_BASES[run.batch.basis]}, not {stated}; "
            "leave --batch out"
        )
    _check_software(run, request, where)


def check_figure(run: TrtexecRun, where: str) -> None:
    """Make sure that images/s are known, now that all files were read.

    Raises
    ------
    UserError
        When they are not, with what would tell them.
    """
    if run.images_per_second is None:
        raise UserError(f"{where}: images/s are unknown: {_open_question(run)}")


_BASES = {
    "option": "option dump",
    "binding": "inputs",
    "shapes": "shapes",
    "caller": "user",
}


def _check_software(run: TrtexecRun, request: Request, where: str) -> None:
    """Make sure that the release and the module are ones the log can be of."""
    if request.release is not None and run.version and request.release["tensorrt_min"]:
        known = parse_version(request.release["tensorrt_min"])
        logged = parse_version(run.version)
        shared = min(len(known), len(logged))
        if known[:shared] != logged[:shared]:
            raise UserError(
                f"{where} is of TensorRT {run.version}, but {request.release['product']} "
                f"{request.release['release']} has {request.release['tensorrt_min']}; "
                "give the release of the device, or leave --release out"
            )
    soc = run.run.settings.soc
    if request.module is not None and soc and request.module["soc"] != soc:
        raise UserError(
            f"{where} ran on {soc.capitalize()} ({run.run.settings.device}), but "
            f"{request.module['name']} has {request.module['soc'].capitalize()}"
        )


def _open_question(run: TrtexecRun) -> str:
    """Say what is missing for images/s."""
    if run.batch.note:
        return run.batch.note
    if run.throughput_qps is None:
        return run.notes[-1]
    if run.batch.kind == EXPLICIT:
        return "a query is a run of the engine, and nothing tells its batch; give --batch N"
    return "nothing tells what a query is; give --batch N if the engine has an explicit batch"


def _why(run: TrtexecRun) -> str:
    """Say why a run has no figure."""
    for failure in run.run.failed.failures.values():
        return f"{failure.message.title}: {failure.text}. {failure.message.what_to_do}"
    if run.run.has_failed:
        told = run.run.failed.errors[:1] or ["standard error was not kept (add 2>&1)"]
        return f"it failed: {told[0]}"
    if run.notes:
        return run.notes[-1]
    return "give the log of a run that measures, to the end and with both streams"
