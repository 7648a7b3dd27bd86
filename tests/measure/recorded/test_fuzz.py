"""Damaged logs: records that a journal takes, or one clear line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measure.errors import UserError
from measure.journal.lines import encode
from measure.recorded.bring_in import understand
from measure.recorded.records import Records, Stored
from measure.recorded.report import as_json, as_text
from measure.recorded.request import Request
from measure.results.rows import tables_of
from tests.measure.trtexec.damage import garbage_logs

OWN = {"seq": 1, "chain": "", "at": "2026-11-21T00:00:00Z", "t_ns": 1, "boot": ""}
FILES = {"trtexec": Stored("logs/run.log", "0" * 64)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(garbage_logs, st.sampled_from([None, 2]), st.sampled_from(["", "dla"]))
def test_garbage(data: bytes, batch: int | None, engine: str) -> None:
    """Whatever a log says, rows and reports can be made of it, or one line says why not."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "run.log"
        log.write_bytes(data)
        request = Request(str(log), batch=batch, engine=engine)
        try:
            found = understand(request)
        except UserError as error:
            if "\n" in str(error):
                pytest.fail(f"more than one line: {error}")
            return
    records = Records("r", request, found.recorded, None, FILES, found.flags)
    journal = list(records.all(found.date))
    for record in journal:
        assert encode(record, OWN).endswith(b"}\n")
    tables = tables_of([{**OWN, **record} for record in journal], [])
    for shown in (as_text, as_json):
        assert shown(found, tables, "r", Path("r"), records.refusals).endswith("\n")
