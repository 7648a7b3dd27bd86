"""The peer of the lint: ``python -m benchmarks.lint_peer DIR``.

It reads the large table with ``pandas.read_csv`` and validates the whole frame with pandera, by the
same constraints and nothing beyond them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

_CHECKS: dict[str, Any] = {
    "enum": pa.Check.isin,
    "minimum": pa.Check.ge,
    "maximum": pa.Check.le,
    "pattern": pa.Check.str_matches,
    "maxLength": lambda limit: pa.Check.str_length(max_value=limit),
}


def validate(folder: Path) -> None:
    """Read and validate; raises if the table is not right."""
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resource = descriptor["resources"][-1]
    columns = {}
    for field in resource["schema"]["fields"]:
        limits = field.get("constraints", {})
        checks = [_CHECKS[name](value) for name, value in limits.items() if name in _CHECKS]
        columns[field["name"]] = pa.Column(
            checks=checks if field["type"] != "date" else [],
            nullable=not limits.get("required"),
            unique=bool(limits.get("unique")),
        )
    frame = pd.read_csv(folder / resource["path"])
    pa.DataFrameSchema(columns, strict=True).validate(frame, lazy=True)


if __name__ == "__main__":
    validate(Path(sys.argv[1]))
