"""Constants of a model: found in the file, and read only when someone asks for a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.onnx_file import encode
from measure.onnx_file.data_types import NAMES, bits_of
from measure.onnx_file.model import VALUE_LIMIT, Shape, Tensor
from measure.onnx_file.wire import FIXED64, LENGTH_DELIMITED, NAME_LIMIT, VARINT

if TYPE_CHECKING:
    import numpy as np

    from measure.onnx_file.external import ExternalFiles, Place
    from measure.onnx_file.wire import MappedFile

RANK_LIMIT = 64
"""Dimensions of a tensor; what claims more has no shape that can be used."""

# Fields of TensorProto.
DIMS, DATA_TYPE, FLOAT_DATA, INT32_DATA, INT64_DATA = 1, 2, 4, 5, 7
NAME, RAW_DATA, DOUBLE_DATA, UINT64_DATA, EXTERNAL_DATA, DATA_LOCATION = 8, 9, 10, 11, 13, 14
TYPED_DATA = (FLOAT_DATA, INT32_DATA, INT64_DATA, DOUBLE_DATA, UINT64_DATA)

FLOATS = ("float16", "float32", "float64")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
PLAIN_TYPES = (*FLOATS, *INTEGERS, "bool")
"""Types that numpy has under the same name."""


@dataclass
class StoredTensor:
    """Where a model file holds the value of a tensor; call it to read the value."""

    file: MappedFile
    start: int
    end: int
    shape: Shape
    number: int
    place: Place | None
    external: ExternalFiles

    def __call__(self) -> np.ndarray | None:
        """Return the value, ``None`` when it is missing, large, or of a type without numbers."""
        name, count = NAMES.get(self.number), self._count()
        if count is None or count > VALUE_LIMIT:
            return None
        data = self.raw(count)
        numbers = self._from_raw(data, name) if data is not None else self._from_typed(name)
        if numbers is None or len(numbers) < count:
            return None
        return numbers[:count].reshape([size or 0 for size in self.shape or ()])

    def raw(self, count: int) -> bytes | None:
        """Return the data as little-endian bytes when that is how they are stored."""
        bits = bits_of(NAMES.get(self.number))
        if bits is None:
            return None
        n_bytes = (count * bits + 7) // 8
        if self.place is not None:
            return self.external.read(self.place, n_bytes)
        for number, wire_type, start, end in self.file.fields(self.start, self.end):
            if number == RAW_DATA and wire_type == LENGTH_DELIMITED:
                return self.file.slice(start, min(end, start + n_bytes))
        return None

    def message(self, name: str) -> bytes | None:
        """Return a TensorProto of that name with the data in it, ``None`` without data."""
        count = self._count()
        if count is None:
            return None
        data = self.raw(count)
        if data is not None:
            fields = [encode.block(RAW_DATA, data)]
        elif self.place is not None:
            return None
        else:
            fields = [
                encode.block(number, self.file.slice(start, end))
                if wire_type == LENGTH_DELIMITED
                else encode.integers(number, [start])
                for number, wire_type, start, end in self.file.fields(self.start, self.end)
                if number in TYPED_DATA and wire_type in (LENGTH_DELIMITED, VARINT)
            ]
        return b"".join([tensor_message(name, self.shape, self.number), *fields])

    def _count(self) -> int | None:
        """Return the number of elements, ``None`` when the file holds far more than that."""
        count = Tensor("", self.shape).n_elements
        if count is None or self.end - self.start > 16 * count + NAME_LIMIT:
            return None
        return count

    def _from_raw(self, data: bytes, name: str | None) -> np.ndarray | None:
        import numpy as np

        if name in PLAIN_TYPES:
            plain = np.dtype(name).newbyteorder("<")
            whole = len(data) // plain.itemsize * plain.itemsize
            return np.frombuffer(data[:whole], plain).astype(name)
        if name == "bfloat16":
            halves = np.frombuffer(data[: len(data) // 2 * 2], "<u2").astype("uint32")
            return (halves << np.uint32(16)).view("float32")
        if name in ("int4", "uint4"):
            pairs = np.frombuffer(data, "uint8")
            nibbles = np.stack([pairs & 15, pairs >> 4], axis=-1).reshape(-1).astype("int8")
            return np.where(nibbles > 7, nibbles - 16, nibbles) if name == "int4" else nibbles
        return None

    def _from_typed(self, name: str | None) -> np.ndarray | None:
        import numpy as np

        floats: list[float] = []
        integers: list[int] = []
        doubles: list[bytes] = []
        for field in self.file.fields(self.start, self.end):
            number, wire_type, start, end = field
            if number == FLOAT_DATA:
                floats += self.file.floats(field)
            elif number in (INT32_DATA, INT64_DATA, UINT64_DATA):
                integers += self.file.integers(field)
            elif number == DOUBLE_DATA and wire_type in (FIXED64, LENGTH_DELIMITED):
                doubles.append(self.file.slice(start, end))
        if name == "float32":
            return np.array(floats, name)
        if name == "float64":
            return self._from_raw(b"".join(doubles), name)
        # Sixteen-bit floats are stored as the numbers that their bits make.
        bits = np.array(integers, "int64")
        if name == "float16":
            return bits.astype("uint16").view(name)
        if name in ("bfloat16", "int4", "uint4"):
            width = "uint8" if name.endswith("4") else "<u2"
            return self._from_raw(bits.astype(width).tobytes(), name)
        return bits.astype(name) if name in PLAIN_TYPES else None


def tensor_message(name: str, shape: Shape, number: int) -> bytes:
    """Return a TensorProto without data."""
    dims = b"".join(encode.integer(DIMS, size or 0) for size in shape or ())
    return dims + encode.integer(DATA_TYPE, number) + encode.text(NAME, name)


def read_tensor(file: MappedFile, start: int, end: int, external: ExternalFiles) -> Tensor:
    """Return the constant whose TensorProto lies between two positions."""
    name, number, dims, outside = "", 0, [], False
    entries: dict[str, str] = {}
    for field in file.fields(start, end):
        key, wire_type, first, last = field
        if key == DIMS:
            dims += file.integers(field)
        elif key == DATA_TYPE and wire_type == VARINT:
            number = first
        elif key == NAME and wire_type == LENGTH_DELIMITED:
            name = file.name(first, last)
        elif key == DATA_LOCATION and wire_type == VARINT:
            outside = first == 1
        elif key == EXTERNAL_DATA and wire_type == LENGTH_DELIMITED:
            entries.update([read_entry(file, first, last)])
    usable = len(dims) <= RANK_LIMIT and min(dims, default=0) >= 0
    shape = tuple(dims) if usable else None
    place = external.place(entries, name) if outside else None
    tensor = Tensor(
        name=name,
        shape=shape,
        dim_params=(None,) * len(shape or ()),
        data_type=NAMES.get(number),
        constant=True,
        load=StoredTensor(file, start, end, shape, number, place, external),
    )
    if place is not None:
        external.expect(place, tensor.n_bytes)
    return tensor


def read_sparse_tensor(file: MappedFile, start: int, end: int, external: ExternalFiles) -> Tensor:
    """Return the constant that a SparseTensorProto describes; its value is not read."""
    dims: list[int] = []
    values = Tensor("", constant=True)
    for field in file.fields(start, end):
        if field[0] == 1 and field[1] == LENGTH_DELIMITED:
            values = read_tensor(file, field[2], field[3], external)
        elif field[0] == 3:
            dims += file.integers(field)
    usable = len(dims) <= RANK_LIMIT and min(dims, default=0) >= 0
    values.shape = tuple(dims) if usable else None
    values.dim_params = (None,) * len(values.shape or ())
    values.load = None
    values.sparse = True
    return values


def read_entry(file: MappedFile, start: int, end: int) -> tuple[str, str]:
    """Return a pair of key and value (StringStringEntryProto)."""
    words = {1: "", 2: ""}
    for number, wire_type, first, last in file.fields(start, end):
        if number in words and wire_type == LENGTH_DELIMITED:
            words[number] = file.name(first, last)
    return words[1], words[2]
