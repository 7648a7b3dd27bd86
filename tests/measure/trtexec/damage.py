"""Hand-made files with pieces cut out, doubled and overwritten."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.measure.trtexec.files import CORPUS

LOGS = [path.read_bytes() for path in sorted(CORPUS.glob("*.log"))]
LINES = [line for log in LOGS for line in log.splitlines()]

fragments = st.sampled_from(
    [
        *(b"Throughput: 1e400 qps", b"9" * 5000, b"Batch: 0", b"nan", b"inf", b"-0"),
        *(b"{", b"}", b"[", b"]", b'"', b"\\", b"null", b"1e999", b"\0", b"\xff\xfe"),
        *(b"&&&& RUNNING TensorRT.trtexec # trtexec --loadEngine=e", b" with dimensions 0x"),
        *(b"=== Profile (9 iterations ) ===\n", b"throughput: 0 qps\n"),
    ]
)


def damaged(originals: list[bytes]) -> st.SearchStrategy[bytes]:
    """Cut, double and overwrite pieces of a hand-made file."""

    @st.composite
    def build(draw: st.DrawFn) -> bytes:
        data = bytearray(draw(st.sampled_from(originals)))
        for _ in range(draw(st.integers(1, 6))):
            start = draw(st.integers(0, len(data)))
            end = min(len(data), start + draw(st.integers(0, 200)))
            copied = st.just(bytes(data[start:end]))
            piece = draw(st.one_of(st.binary(max_size=20), fragments, copied))
            data[start:end] = piece * draw(st.integers(0, 3))
        return bytes(data)

    return build()


garbage_logs = st.one_of(
    damaged(LOGS), st.lists(st.sampled_from(LINES), max_size=60).map(b"\n".join)
)
