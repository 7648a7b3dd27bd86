from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from measure.device.board import Board
from measure.device.tensorrt import probe_dla_cores, read_tensorrt, without_dla
from tests.measure.build_log.logs import real_log
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from measure.device.machine import Machine

TRTEXEC = "/usr/src/tensorrt/bin/trtexec"
DPKG = r"printf 'libnvinfer10\t10.3.0.30-1+cuda12.5\tii \n'"
_ONE_CORE = """
case "$*" in
*Core=1*) echo '[E] Cannot create DLA engine, 1 not available'; exit 1;;
*) echo '&&&& PASSED TensorRT.trtexec';;
esac
"""
HEADER = "/usr/include/aarch64-linux-gnu/NvInferVersion.h"


def with_trtexec(folder: Path, script: str, python: str = "exit 1", dpkg: str = DPKG) -> Machine:
    """Return a device whose Python knows no TensorRT."""
    return device(folder, programs={"dpkg-query": dpkg, "python3": python, TRTEXEC: script})


class TestVersion:
    """Where the version is read."""

    def test_packages(self, tmp_path: Path) -> None:
        """The newest runtime library is the one in use; trtexec is found where JetPack puts it."""
        lines = r"libnvinfer8\t8.6.2-1\tii \nlibnvinfer10\t10.3.0.30-1\tii \ntensorrt\tx\tii \n"
        found = read_tensorrt(with_trtexec(tmp_path, "", dpkg=f"printf '{lines}'"))

        assert (found.version, found.basis) == ("10.3.0.30", "package libnvinfer10")
        assert found.trtexec == tmp_path / TRTEXEC.lstrip("/")

    def test_header(self, tmp_path: Path) -> None:
        """Without packages the header tells."""
        numbers = zip(("MAJOR", "MINOR", "PATCH", "BUILD"), (8, 5, 2, 2), strict=False)
        text = "".join(f"#define NV_TENSORRT_{name} {number} //!< x\n" for name, number in numbers)
        found = read_tensorrt(device(tmp_path, {HEADER: text}))

        assert (found.version, found.basis, found.trtexec) == ("8.5.2.2", HEADER, None)

    def test_nothing(self, tmp_path: Path) -> None:
        """A header that names no number, and no package: unknown."""
        text = "#define NV_TENSORRT_MAJOR TRT_MAJOR_ENTERPRISE\n"
        found = read_tensorrt(device(tmp_path, {HEADER: text}))

        assert (found.version, found.basis, found.trtexec) == ("", "", None)


class TestProbe:
    """How many DLA cores TensorRT sees."""

    def test_python(self, tmp_path: Path) -> None:
        """Python's answer counts, whatever else it prints."""
        python = "echo '[TRT] [W] something'; echo num_DLA_cores 2; exit 0"

        assert probe_dla_cores(device(tmp_path, programs={"python3": python})) == 2

    def test_python_that_crashes_at_its_end(self, tmp_path: Path) -> None:
        """An answer of a program that crashed doesn't count."""
        python = "echo num_DLA_cores 2; kill -11 $$"

        assert probe_dla_cores(device(tmp_path, programs={"python3": python})) is None

    def test_question(self, tmp_path: Path) -> None:
        """The question is one that TensorRT's Python answers."""
        python = 'echo "$2" >"$DLA_MEASURE_ROOT/asked"'
        probe_dla_cores(device(tmp_path, programs={"python3": python}))
        asked = (tmp_path / "asked").read_text(encoding="utf-8")
        answers: list[tuple[object, ...]] = []

        class Logger:
            ERROR = 1

            def __init__(self, level: int) -> None:
                self.level = level

        class Builder:
            num_DLA_cores = 2  # noqa: N815

            def __init__(self, logger: Logger) -> None:
                assert logger.level == Logger.ERROR

        statement = asked.replace("import tensorrt as t; ", "")
        names = {
            "t": type("t", (), {"Logger": Logger, "Builder": Builder}),
            "print": lambda *words: answers.append(words),
        }
        exec(statement, names)

        assert answers == [("num_DLA_cores", 2)]

    @pytest.mark.parametrize(
        ("script", "cores"),
        [
            ("echo '&&&& PASSED TensorRT.trtexec'", 2),
            (
                _ONE_CORE,
                1,
            ),
            ("echo '[E] Cannot create DLA engine, 0 not available'; exit 1", 0),
            ("echo 'Segmentation fault'; exit 139", None),
            ("echo '&&&& PASSED TensorRT.trtexec'; exit 1", None),
        ],
    )
    def test_trtexec(self, tmp_path: Path, script: str, cores: int | None) -> None:
        """Where Python can't answer, builds of one layer do."""
        assert probe_dla_cores(with_trtexec(tmp_path, script)) == cores

    @pytest.mark.parametrize(
        ("version", "has", "lacks"),
        [
            ("8.5.2", {"--fp16", "--buildOnly"}, {"--skipInference"}),
            ("10.3.0.30", {"--fp16", "--skipInference"}, {"--buildOnly"}),
            ("11.4.1", {"--skipInference"}, {"--fp16", "--buildOnly"}),
        ],
    )
    def test_words(self, tmp_path: Path, version: str, has: set[str], lacks: set[str]) -> None:
        """Trtexec gets only options that its version knows, and a model that is there."""
        script = (
            'echo "$@" >"$DLA_MEASURE_ROOT/words"; for word; do case "$word" in '
            '--onnx=*) read -r line <"${word#--onnx=}" || true;; esac; done'
        )
        dpkg = rf"printf 'libnvinfer\t{version}-1\tii \n'"
        probe_dla_cores(with_trtexec(tmp_path, script, dpkg=dpkg))
        words = set((tmp_path / "words").read_text(encoding="utf-8").split())

        assert has <= words
        assert not lacks & words
        assert {"--useDLACore=1", "--allowGPUFallback"} <= words
        model = next(word for word in words if word.startswith("--onnx="))
        assert not Path(model.partition("=")[2]).exists()

    def test_nobody_to_ask(self, tmp_path: Path) -> None:
        """Without trtexec, or without its version, the number stays unknown."""
        assert probe_dla_cores(device(tmp_path / "a", programs={"dpkg-query": DPKG})) is None
        assert probe_dla_cores(with_trtexec(tmp_path / "b", "exit 0", dpkg="exit 1")) is None

    def test_model_of_one_layer(self, tmp_path: Path) -> None:
        """The model that the probe builds is one ReLU that ONNX accepts."""
        import onnx

        found = 'case "$word" in --onnx=*) exec /bin/cp "${word#--onnx=}" "$DLA_MEASURE_ROOT/kept"'
        copy = f"for word; do {found};; esac; done"
        probe_dla_cores(with_trtexec(tmp_path, copy))
        model = onnx.load(tmp_path / "kept")

        onnx.checker.check_model(model, full_check=True)
        assert [node.op_type for node in model.graph.node] == ["Relu"]
        assert model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.FLOAT16

    @pytest.mark.parametrize(
        "name", ["trt1016_orinnx_jp72_no_dla.txt", "trt8502_no_dla_device_docker.txt"]
    )
    def test_real_refusals(self, tmp_path: Path, name: str) -> None:
        """What TensorRT without a DLA really printed counts as no core."""
        text = Path(real_log(f"excerpts/{name}")).read_text(encoding="utf-8", errors="replace")
        line = next(line for line in text.splitlines() if re.search("Cannot create DLA", line))
        machine = with_trtexec(tmp_path, f"echo '{line}'; exit 1")

        assert probe_dla_cores(machine) == 0


@pytest.mark.parametrize(
    ("soc", "cores", "version", "sentence"),
    [
        ("orin", 2, "10.3.0.30", ""),
        ("orin", 2, "10.16.2.10", "this JetPack's TensorRT has no DLA"),
        ("orin", 2, "11.1", "this JetPack's TensorRT has no DLA"),
        ("orin", 2, "11.4.1", ""),
        ("orin", 2, "", ""),
        ("", None, "10.16.2.10", ""),
        ("orin", 0, "10.3.0.30", ""),
        ("thor", None, "10.13.3.9", ""),
    ],
)
def test_without_dla(soc: str, cores: int | None, version: str, sentence: str) -> None:
    """The tables tell which TensorRT has no DLA; a module without one is another matter."""
    assert without_dla(Board("", (), "", soc, cores), version) == sentence
