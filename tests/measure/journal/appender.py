"""A child that appends to a journal and says on its output what is acknowledged.

It derives a CSV of all records in between, as a run does. Called with the journal's path.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from measure.journal.files import store_file, write_whole
from measure.journal.journal import Journal


def append_for_ever(path: Path) -> None:
    """Append until killed; write the number of each record after it is acknowledged."""
    with Journal.open(path) as journal:
        while True:
            number = len(journal.records) + 1
            raw, digest = store_file(path.parent, f"raw/{number}.bin", b"%d" % number * 300)
            record = {"type": "note", "text": "x" * (number % 700), "raw": raw, "sha256": digest}
            os.write(1, b"%d\n" % journal.append(record))
            rows = "".join(f"{one['seq']},{one['sha256']}\n" for one in journal.records[-50:])
            write_whole(path.parent / "tables" / "notes.csv", f"seq,sha256\n{rows}end\n".encode())


if __name__ == "__main__":
    append_for_ever(Path(sys.argv[1]))
