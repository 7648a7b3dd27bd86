"""Where the ONNX file of a job comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.errors import UserError
from measure.networks.own import OwnModel, model_file_of, read_entries
from measure.networks.store import model_file
from measure.run.plan import Subject, reference_subjects

if TYPE_CHECKING:
    from pathlib import Path

    from measure.networks.model_file import ModelFile
    from measure.run.jobs import Job


class Models:
    """The reference networks, and models of one's own where a file names some.

    Parameters
    ----------
    folder
        Where networks are built.
    own
        File with entries of own models.
    """

    def __init__(self, folder: Path, own: str | None) -> None:
        self._folder = folder
        self._own: dict[str, OwnModel] = {}
        for entry in read_entries(own) if own else []:
            self._own[entry.name] = entry

    def subjects(self) -> list[Subject]:
        """Return all that can be measured."""
        return [*reference_subjects(), *(self._own_subject(one) for one in self._own.values())]

    def _own_subject(self, entry: OwnModel) -> Subject:
        model = model_file_of(entry)
        shape = next(iter(model.inputs.values()), ())
        if len(shape) != 4:
            raise UserError(
                f"model {entry.name}: its first input has {len(shape)} dimensions; "
                "images/s need NCHW with the batch first"
            )
        sizes = (shape[1], shape[2], shape[3])
        return Subject(
            entry.name,
            sizes,
            model.batch,
            model.batch,
            model.sha256,
            model.form,
            model.weights,
        )

    def file(self, job: Job) -> ModelFile:
        """Return the file of a job, built if need be."""
        if not job.model_sha256:
            return model_file(job.network, job.form, job.weights, job.batch, self._folder)
        if job.network not in self._own:
            raise UserError(f"{job.network} is a model of your own: name its file with --models")
        model = model_file_of(self._own[job.network])
        if model.sha256 != job.model_sha256:
            raise UserError(f"{model.path} has changed since the run began; begin another run")
        return model
