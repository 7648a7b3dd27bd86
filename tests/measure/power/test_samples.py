"""The sampler's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.errors import UserError
from measure.power.samples import read_samples
from measure.power.sampling import RECORD

if TYPE_CHECKING:
    from pathlib import Path

HEADER = b'["VDD_IN", "VDD_SOC"]\n'


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "samples"
    path.write_bytes(data)
    return path


def test_readings_and_lost_reads(tmp_path: Path) -> None:
    records = [
        RECORD.pack(100, 120, 0, 5000, 800),
        RECORD.pack(120, 140, 1, float("nan"), 80),
        RECORD.pack(200, 220, 0, 5000, float("nan")),
        RECORD.pack(220, 240, 1, 5008, 88),
    ]

    samples = read_samples(_file(tmp_path, HEADER + b"".join(records)))

    assert samples["VDD_IN"].t_ns == [110]
    assert samples["VDD_IN"].lost_ns == [210]
    assert samples["VDD_SOC"].lost_ns == [130]
    assert (samples["VDD_SOC"].millivolts, samples["VDD_SOC"].milliamperes) == ([5008], [88])


def test_torn_record(tmp_path: Path) -> None:
    """The sampler may be writing, or was killed while it did."""
    whole = RECORD.pack(100, 120, 0, 5000, 800)
    for size in range(RECORD.size):
        samples = read_samples(_file(tmp_path, HEADER + whole + whole[:size]))
        assert samples["VDD_IN"].t_ns == [110]


@pytest.mark.parametrize(
    "data",
    [b"", b"hello\n", b"5\n", b"[]\n" + RECORD.pack(1, 2, 0, 3, 4), b"\xff\xfe\n", b"null\n"],
)
def test_other_files(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UserError, match="is not a file of the power sampler"):
        read_samples(_file(tmp_path, data))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="none cannot be read: No such file"):
        read_samples(tmp_path / "none")
