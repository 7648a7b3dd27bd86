"""The shape of a CSV, found from its bytes without parsing a cell."""

from __future__ import annotations

import numpy as np

_COMMA, _NEWLINE, _QUOTE = b',\n"'
_BLOCK = 1 << 24


class Shape:
    """Where rows end, on which line they start and how many cells they have."""

    def __init__(self, data: bytes) -> None:
        self.broken = -1
        array = np.frombuffer(data, dtype=np.uint8)
        ends, inner, commas = [], [], []
        is_open = 0
        for start in range(0, len(array), _BLOCK):
            block = array[start : start + _BLOCK]
            quotes = np.flatnonzero(block == _QUOTE)
            block_ends = np.flatnonzero(block == _NEWLINE)
            block_commas = np.flatnonzero(block == _COMMA)
            if len(quotes) or is_open:
                self._check_quotes(array, quotes + start, is_open)
                is_inner = (np.searchsorted(quotes, block_ends) + is_open) % 2 == 1
                inner.append(block_ends[is_inner] + start)
                block_ends = block_ends[~is_inner]
                is_quoted = (np.searchsorted(quotes, block_commas) + is_open) % 2 == 1
                block_commas = block_commas[~is_quoted]
                is_open = (is_open + len(quotes)) % 2
            ends.append(block_ends + start)
            commas.append(block_commas + start)
        self.ends = np.concatenate(ends)
        if is_open and self.broken < 0:
            self.broken = data.rfind(b'"')
        if not len(self.ends) and self.broken < 0:
            self.broken = 0
        if self.broken >= 0:
            return
        cut = np.searchsorted(np.concatenate(commas), self.ends)
        self.widths = np.diff(cut, prepend=0) + 1
        self.lines = np.arange(1, len(self.ends) + 1)
        if inner and any(map(len, inner)):
            starts = np.concatenate(([0], self.ends[:-1] + 1))
            self.lines += np.searchsorted(np.concatenate(inner), starts)

    def _check_quotes(self, array: np.ndarray, quotes: np.ndarray, is_open: int) -> None:
        """Remember the first quote that neither opens nor closes a cell nor is doubled."""
        if self.broken >= 0 or not len(quotes):
            return
        opens = (np.arange(len(quotes)) + is_open) % 2 == 0
        before = array[np.maximum(quotes - 1, 0)]
        after = array[np.minimum(quotes + 1, len(array) - 1)]
        is_start = np.isin(before, (_COMMA, _NEWLINE, _QUOTE)) | (quotes == 0)
        is_end = np.isin(after, (_COMMA, _NEWLINE, _QUOTE)) | (quotes == len(array) - 1)
        stray = np.flatnonzero(np.where(opens, ~is_start, ~is_end))
        if len(stray):
            self.broken = int(quotes[stray[0]])
