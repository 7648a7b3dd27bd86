"""What must not get into a published row: who and where the device is."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Any, Iterable, Mapping

from measure.errors import ConditionError

if TYPE_CHECKING:
    from measure.device.machine import Machine

_MAC = re.compile(r"(?<![0-9a-f:-])[0-9a-f]{2}([:-][0-9a-f]{2}){5}(?![0-9a-f:-])", re.IGNORECASE)
_SERIALS = (
    "/proc/device-tree/serial-number",
    "/sys/firmware/devicetree/base/serial-number",
    "/sys/class/dmi/id/product_serial",
    "/sys/class/dmi/id/board_serial",
    "/sys/devices/soc0/serial_number",
)
_ADDRESSES = "/sys/class/net/*/address"
_NO_ADDRESS = "000000000000"
_SHORTEST_SERIAL = 6
# Names that images come with; they say nothing about a device and occur in paths.
_COMMON_HOSTS = (
    "debian jetson linux localhost nvidia orin tegra tegra-ubuntu thor ubuntu xavier".split()  # noqa: SIM905
)
_WORD = "[A-Za-z0-9_-]"
_HIDDEN = "hidden"
_ZEROS = "00000000-0000-0000-0000-000000000000"
_NO_IP = "x.x.x.x"
_IP_V4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_GROUP = "[0-9a-f]{1,4}"
_MASKS = (
    (
        re.compile(
            r"(?<![\w.-])((?:/(?!home/)[\w.-]+)?/home/|(?:/mnt/[a-z])?/Users/|(?:/run)?/media/)"
            r"[^/\s:;,='\"]+"
        ),
        r"\1user",
    ),
    (re.compile(r"\b([A-Za-z]:\\Users\\)[^\\\s]+"), r"\1user"),
    (
        re.compile(r"\b(GPU|MIG|DLA)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.I),
        rf"\1-{_ZEROS}",
    ),
    (re.compile(r"\b(serial(?:[ _-]?(?:number|num|no\.?))?\s*[:=]\s*)\S+", re.I), rf"\1{_HIDDEN}"),
    (re.compile(r"(?<![\w.-])[\w.-]+@[\w.-]+(?=:[~/]\S*\s?[$#])"), "user@host"),
    (_MAC, "xx:xx:xx:xx:xx:xx"),
    # Versions have four parts, too, so that others need a sign that they are addresses.
    (
        re.compile(
            r"(?<![\w.])(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}(?!\.?\w)"
        ),
        _NO_IP,
    ),
    (re.compile(rf"(@|//|\binet (?:addr:)?)(?!127\.|0\.0){_IP_V4}(?!\.?\w)"), rf"\1{_NO_IP}"),
    (re.compile(rf"(?<![\w./-])(?!127\.|0\.0){_IP_V4}(?=:\d{{2,5}}\b|/\d\d?\b)"), _NO_IP),
    (
        re.compile(
            rf"(?<![\w:.])(?=[0-9a-f:]{{0,39}}::|(?:{_GROUP}:){{7}})(?:fe80|f[cd][0-9a-f]{{2}}|2[0-9a-f]{{3}})"
            rf":(?:[0-9a-f]{{0,4}}:){{1,6}}{_GROUP}(?![\w:])",
            re.IGNORECASE,
        ),
        "x::x",
    ),
)
"""What names a person or a device wherever it was written: in paths, identities, prompts."""


def masked(text: str) -> str:
    """Return a text without the names in paths, identities of devices, and addresses."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


class PrivateWords:
    """What names this machine, and the check that it is in no cell.

    Parameters
    ----------
    words
        Texts by what they are, such as a serial number.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        # A folder may have the name of the host without telling that it has.
        self._patterns = {
            text: re.compile(f"(?<!{_WORD})(?<!/){re.escape(text)}(?!{_WORD})", re.IGNORECASE)
            for text in words
        }
        self._kinds = dict(words)

    @classmethod
    def of(cls, machine: Machine) -> PrivateWords:
        """Return what names a machine."""
        words: dict[str, str] = {}
        for path in _SERIALS:
            serial = machine.read(path) or ""
            if len(serial) >= _SHORTEST_SERIAL and len(set(serial)) > 1:
                words[serial] = "the serial number of the device"
        hosts = [machine.read("/etc/hostname") or ""]
        if not machine.is_folder:
            hosts.append(socket.gethostname())
        for host in hosts:
            if host and host.lower() not in _COMMON_HOSTS:
                words[host] = "the name of the device in its network"
        for path in machine.glob(_ADDRESSES):
            digits = re.sub("[^0-9a-f]", "", (machine.read(path) or "").lower())
            if len(digits) == len(_NO_ADDRESS) and digits != _NO_ADDRESS:
                words[digits] = "a hardware address (MAC) of the device"
        return cls(words)

    def found_in(self, text: str) -> str:
        """Return what of the machine a text names; empty if nothing."""
        if _MAC.search(text):
            return "a hardware address (MAC)"
        for word, pattern in self._patterns.items():
            if pattern.search(text):
                return self._kinds[word]
        return ""

    def masked(self, text: str) -> str:
        """Return a text without what names this machine or any other."""
        for pattern in self._patterns.values():
            # A word that stands alone is a value of its own, which is refused, not changed.
            text = text if pattern.fullmatch(text) else pattern.sub(_HIDDEN, text)
        return masked(text)

    def check_tables(self, tables: Mapping[str, Iterable[Mapping[str, str]]]) -> None:
        """Refuse rows that name the machine.

        Raises
        ------
        ConditionError
            Naming the table, the row and the column, not the word.
        """
        for table, rows in tables.items():
            for number, row in enumerate(rows, start=1):
                for column, cell in row.items():
                    self._refuse(cell, f"{table} row {number}, column {column}")

    def check_record(self, record: Any, where: str) -> None:
        """Refuse a record for the journal that names the machine, also deep inside it.

        Parameters
        ----------
        record
            What JSON can hold.
        where
            What a message calls it.
        """
        if isinstance(record, str):
            self._refuse(record, where)
        elif isinstance(record, Mapping):
            for key, value in record.items():
                self.check_record(value, f"{where}.{key}")
        elif isinstance(record, (list, tuple)):
            for value in record:
                self.check_record(value, where)

    def _refuse(self, text: str, where: str) -> None:
        kind = self.found_in(text)
        if kind:
            raise ConditionError(
                f"{where} holds {kind}; rows are meant to be published, so take it out of the "
                "model's name, the note or the path that it comes from"
            )
