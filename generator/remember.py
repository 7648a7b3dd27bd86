"""What the last build made, for a build after an edit that changed little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Remembered(Generic[T]):
    """The last value of each key, made again when it would be made from something else.

    Only the last value is kept, so it never holds more than one build's worth.
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[object, T]] = {}

    def get(self, key: Hashable, made_from: object, make: Callable[[], T]) -> T:
        """Return the value of `key`.

        Parameters
        ----------
        key
            What is made.
        made_from
            All that it depends on; compared with ``==``, which is quick for the same objects.
        make
            Makes the value.
        """
        last = self._last.get(key)
        if last is not None and last[0] == made_from:
            return last[1]
        value = make()
        self._last[key] = (made_from, value)
        return value
