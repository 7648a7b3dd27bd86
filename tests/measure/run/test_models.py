from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import onnx
import pytest
from onnx import TensorProto, helper

from measure.errors import UserError
from measure.run import code_version as versions
from measure.run import run_record
from measure.run.code_version import code_version
from measure.run.models import Models
from measure.run.plan import Place, Wishes, make_plan
from tests.fake_jetson.tiny import NAME, write_tiny

if TYPE_CHECKING:
    from pathlib import Path

CPU = Place("onnxruntime", 0, False, ("",), "dvfs")


def test_own_model(tmp_path: Path) -> None:
    """An entry of the file becomes a subject, and its file is that of the job."""
    models = Models(tmp_path, str(write_tiny(tmp_path)))
    (job,) = make_plan(Wishes(), models.subjects(), CPU, 0)

    assert job.network == NAME
    assert job.input_shape == (1, 3, 32, 32)
    assert models.file(job).path == tmp_path / f"{NAME}.onnx"
    with pytest.raises(UserError, match="name its file with --models"):
        Models(tmp_path, None).file(job)


def test_what_an_entry_says_of_its_model(tmp_path: Path) -> None:
    """Batch and weights are those of the entry; what the file leaves open is known."""
    entries = write_tiny(tmp_path)
    path = tmp_path / f"{NAME}.onnx"
    model = onnx.load(path)
    for end in (model.graph.input[0], model.graph.output[0]):
        end.type.tensor_type.shape.dim[0].dim_param = "N"
    onnx.save(model, path)
    entries.write_text(entries.read_text() + 'batch = 4\nweights = "sparse"\n')
    models = Models(tmp_path, str(entries))
    (job,) = make_plan(Wishes(), models.subjects(), CPU, 0)

    assert (job.input_shape, job.batch, job.weights) == ((4, 3, 32, 32), 4, "sparse")
    assert models.file(job).left_open == {"x": (4, 3, 32, 32)}


def test_own_model_that_changed(tmp_path: Path) -> None:
    """A resumed run must not go on with another model."""
    models = Models(tmp_path, str(write_tiny(tmp_path)))
    (job,) = make_plan(Wishes(), models.subjects(), CPU, 0)
    path = tmp_path / f"{NAME}.onnx"
    model = onnx.load(path)
    model.doc_string = "another"
    onnx.save(model, path)

    with pytest.raises(UserError, match="changed since the run began"):
        models.file(job)


def test_own_model_without_images(tmp_path: Path) -> None:
    """images/s need a batch of images."""
    path = write_tiny(tmp_path)
    shape = [1, 8]
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])],
        NAME,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
    )
    onnx.save(helper.make_model(graph, ir_version=8), tmp_path / f"{NAME}.onnx")

    with pytest.raises(UserError, match="2 dimensions"):
        Models(tmp_path, str(path)).subjects()


def test_reference_network(tmp_path: Path) -> None:
    """A reference network is built where it is asked for."""
    models = Models(tmp_path / "networks", None)
    jobs = make_plan(Wishes(("ssd-mobilenet-v1",)), models.subjects(), CPU, 0)

    assert models.file(jobs[0]).path.parent == tmp_path / "networks"


def repository(folder: Path) -> Path:
    """Return the package folder of a repository with one commit."""
    package = folder / "measure"
    package.mkdir()
    (package / "one.py").write_text("one = 1\n")
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a"}
    environment = {**os.environ, **who, "GIT_COMMITTER_EMAIL": "a@b"}
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True)
    return package


def test_code_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit, with a sign if measure was changed since; without git a hash of the sources."""
    package = repository(tmp_path)
    monkeypatch.setattr(versions, "_PACKAGE", package)
    commit = code_version()
    (package / "one.py").write_text("one = 2\n")
    changed = code_version()
    monkeypatch.setenv("PATH", "")
    bare = code_version()

    assert len(commit) == 12
    assert changed == f"{commit}+"
    assert bare.startswith("sources-")


def test_code_that_is_no_part_of_the_repository_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle that was unpacked in a repository has not that one's version."""
    repository(tmp_path)
    (tmp_path / ".gitignore").write_text("bundle\n")
    package = tmp_path / "bundle"
    package.mkdir()
    (package / "one.py").write_text("one = 1\n")
    monkeypatch.setattr(versions, "_PACKAGE", package)

    assert code_version().startswith("sources-")


def test_version_of_what_is_missing() -> None:
    """A package that isn't there has no version."""
    assert run_record._version_of("no-such-package") == ""
