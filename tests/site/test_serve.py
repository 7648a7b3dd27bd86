"""``mkdocs serve`` follows the data."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from tests.site.live import ROOT, serving, wait_for
from tests.site.test_build import line_of, replace_cell


def test_an_edit_of_a_csv_reaches_the_page_and_a_mistake_does_not_end_the_server(
    tmp_path: Path,
) -> None:
    """The page shows the new figure; refused data leave the server running for the next edit."""
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    table = data / "published" / "throughput.csv"
    line = line_of(data, "resnet-50,", ",2037,")
    with serving(ROOT / "mkdocs.yml", {"DLA_ATLAS_DATA": str(data)}) as address:
        wait_for(f"{address}throughput/", ">2037<")

        replace_cell(table, line, ",2037,", ",2036,")
        wait_for(f"{address}throughput/", ">2036<")

        replace_cell(table, line, ",2036,", ",fast,")
        time.sleep(3)  # the refused build shows nothing to wait for
        replace_cell(table, line, ",fast,", ",2035,")
        wait_for(f"{address}throughput/", ">2035<")
