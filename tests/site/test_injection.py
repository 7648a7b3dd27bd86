"""Whatever a cell or a file name holds comes out of the site as text."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from mkdocs.utils.yaml import yaml_load

ROOT = Path(__file__).resolve().parents[2]
PAYLOADS = (
    "</title></template></pre><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(2)>",
    "[go](javascript:alert(3)) ![see](x) `code` **bold** <b>bold</b>",
    '=HYPERLINK("x";"y")',
    "{{ 7 * 7 }}{% raw %}",
    "../../../etc/passwd",
    "&lt;script&gt; &amp; <!-- --> <![CDATA[ ]]>",
)
FILE_NAME = "\"'><img src=x onerror=alert(4)>.csv"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a data package full of payloads and the site that was built from it."""
    folder = tmp_path_factory.mktemp("hostile")
    data = Path(shutil.copytree(ROOT / "data", folder / "data"))
    _poison(data)
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        config = yaml_load(file)
    config["docs_dir"] = str(ROOT / "docs")
    config["site_dir"] = str(folder / "site")
    config["hooks"] = [str(ROOT / "tests" / "site" / "hostile_hook.py")]
    config["theme"]["custom_dir"] = str(ROOT / "generator" / "theme")
    config["extra"]["data_dir"] = str(data)
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q"],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    return data, folder / "site"


def _poison(data: Path) -> None:
    path = data / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    for number, resource in enumerate(descriptor["resources"]):
        if resource["name"] == "exceptions":
            clean = data / resource["path"]
            resource["path"] = f"published/{FILE_NAME}"
            clean.rename(data / resource["path"])
        resource["title"] += PAYLOADS[number % len(PAYLOADS)]
        resource["description"] += PAYLOADS[(number + 1) % len(PAYLOADS)]
        for field in resource["schema"]["fields"]:
            field["title"] += PAYLOADS[(number + 2) % len(PAYLOADS)]
        _poison_cells(data / resource["path"], resource["schema"], number)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def _poison_cells(path: Path, schema: dict, number: int) -> None:
    keys = set(schema["primaryKey"])
    for key in schema.get("foreignKeys", ()):
        keys |= {key["fields"]} if isinstance(key["fields"], str) else set(key["fields"])
    free = [
        field["name"]
        for field in schema["fields"]
        if field.get("type", "string") == "string"
        and field["name"] not in keys | {"more_sources", "see_also", "records", "socs"}
        and not {"enum", "pattern"} & set(field.get("constraints", {}))
    ]
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    for index, row in enumerate(rows):
        for place, name in enumerate(free):
            if row[name]:
                row[name] += " " + PAYLOADS[(number + index + place) % len(PAYLOADS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or (), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_payloads_are_text_on_every_page(hostile: tuple[Path, Path]) -> None:
    """No page gains an element, an event handler or a script address from a cell."""
    _, site = hostile
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        where = page.relative_to(site)
        for element in soup.find_all(True):
            if element.name == "script":
                assert "alert(" not in element.get_text(), where
            assert not (element.name == "img" and element.get("src") == "x"), where
            for name, value in element.attrs.items():
                text = " ".join(value) if isinstance(value, list) else value
                assert not name.startswith("on"), (where, name, text)
                if name in ("href", "src", "action"):
                    assert not text.strip().lower().startswith("javascript:"), (where, text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_read_as_it_stands_in_the_data(
    hostile: tuple[Path, Path], payload: str
) -> None:
    """The record of a row shows the hostile cell letter by letter."""
    _, site = hostile
    texts = [
        BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text()
        for page in sorted((site / "records").rglob("*.html"))
    ]

    assert any(payload in text for text in texts)


def test_downloads_keep_the_raw_value(hostile: tuple[Path, Path]) -> None:
    """A CSV is offered byte for byte, also under a hostile name, and nothing leaves its folder."""
    data, site = hostile
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        offered = site / "data" / resource["path"]
        assert offered.read_bytes() == (data / resource["path"]).read_bytes()
