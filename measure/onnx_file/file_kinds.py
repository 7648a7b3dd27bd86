"""Files that are taken for an ONNX model and are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.onnx_file.wire import MappedFile

SIGNATURES = (
    (0, b"PK\x03\x04", "a zip archive, as PyTorch saves; export the model with torch.onnx.export"),
    (0, b"\x1f\x8b", "a gzip archive; unpack it first"),
    (0, b"BZh", "a bzip2 archive; unpack it first"),
    (0, b"\xfd7zXZ", "an xz archive; unpack it first"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (0, b"ftrt", "a TensorRT engine; give the ONNX model that it was built from"),
    (0, b"ptrt", "a TensorRT engine; give the ONNX model that it was built from"),
    (4, b"ORTM", "an ONNX Runtime model; give the ONNX model that it was made from"),
    (4, b"TFL3", "a TensorFlow Lite model; convert it with tf2onnx"),
    (0, b"\x89HDF", "an HDF5 file, as Keras saves; convert it with tf2onnx"),
    (0, b"\x93NUMPY", "a numpy array; give the model"),
    (0, b"\x80\x02", "a Python pickle, as PyTorch saves; export it with torch.onnx.export"),
    (0, b"\x80\x04", "a Python pickle, as PyTorch saves; export it with torch.onnx.export"),
    (0, b"version https://git-lfs", "a Git LFS pointer; fetch the file with 'git lfs pull'"),
)

SAMPLE_BYTES = 512


def kind_by_signature(file: MappedFile) -> str | None:
    """Return what the first bytes say that a file is, if they say so."""
    for position, signature, kind in SIGNATURES:
        if file.slice(position, position + len(signature)) == signature:
            return kind
    return None


def is_text(file: MappedFile) -> bool:
    """Tell whether a file starts like one that people read."""
    sample = file.slice(0, SAMPLE_BYTES)
    try:
        # The last character may be cut.
        words = sample[: -3 if len(sample) == SAMPLE_BYTES else None].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < SAMPLE_BYTES - 6:
            return False
        words = sample[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\t\n\r\f\ufeff" for letter in words)
