"""What a browser says of the built site: Lighthouse's scores, and how fast a table answers."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.keystroke import SLOWDOWN, keystroke_milliseconds
from benchmarks.measure import Result
from tests.chromium import find_chromium
from tests.site.server import SiteServer, serve

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "lighthouse"
ROUNDS = 3
PAGES = (
    "",
    "peak-performance/",
    "throughput/",
    "perf-per-watt/",
    "accuracy/",
    "sparsity/",
    "mlperf/",
    "measured/",
    "measured/jetson-agx-orin-64gb/",
    "reported/",
    "networks/",
    "networks/resnet-50/",
    "check/",
    "operators/",
    "operators/conv/",
    "operators/rules/",
    "operators/messages/",
    "operators/trust/",
    "measure/",
    "protocol/",
    "fake-jetson/",
    "modules/",
    "modules/jetson-agx-orin-64gb/",
    "releases/",
    "corrections/",
    "method/",
    "faq/",
    "glossary/",
    "data/",
    "data/throughput/",
    "data/results/",
    "records/throughput/",
    "records/mlperf-results/v3.1/",
    "records/mlperf-secondary/xavier-nx-trt/",
    "records/rule-examples/",
)
"""One page of each type, the heavier ones where types have several."""

CATEGORIES = ("performance", "accessibility", "best-practices")
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu"
KEYSTROKE_BUDGET = 50
TABLES = {
    "mlperf/": ("orin", "xavier", "resnet50", "offline", "v3.0 dla"),
    "operators/": ("conv", "reduce", "softmax", "limited", "element"),
}
"""Pages whose first table is filtered, and what is typed into its search field."""


def results() -> list[Result]:
    """Return the scores of each type of page, as seen by a phone, and the times of keystrokes."""
    chromium = find_chromium()
    if chromium is None:
        raise RuntimeError("no Chromium: install it or let CHROMIUM name one")
    install()
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        command = [sys.executable, "-m", "generator", "site", "--out", str(site)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with serve(site) as server:
            lines = [line for page in PAGES for line in page_results(server, page, chromium)]
            lines += [keystroke_result(server, *table, chromium) for table in TABLES.items()]
    return lines


def keystroke_result(
    server: SiteServer, page: str, words: tuple[str, ...], chromium: str
) -> Result:
    """Return the time from a keystroke to the rows of a page's table."""
    milliseconds = keystroke_milliseconds(server.url + page, chromium, words)
    return Result(
        f"keystroke to rows of the table, /{page}",
        statistics.median(milliseconds),
        KEYSTROKE_BUDGET,
        "ms",
        f"median of {len(milliseconds)}, slowest {max(milliseconds):.0f} ms, "
        f"processor slowed down {SLOWDOWN} times",
    )


def install() -> None:
    """Install Lighthouse beside its package.json unless it is there."""
    if (FOLDER / "node_modules" / ".bin" / "lighthouse").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("no npm: install Node.js 20 or newer")
    subprocess.run(
        [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=FOLDER,
        check=True,
    )


def page_results(server: SiteServer, page: str, chromium: str) -> list[Result]:
    """Return one line for each category: the median of some visits by an emulated phone."""
    reports = [visit(server.url + page, chromium) for _ in range(ROUNDS)]
    title = f"Lighthouse, /{page}"
    lines = []
    for category in CATEGORIES:
        scores = [report["categories"][category]["score"] for report in reports]
        budget = 0.95 if category == "performance" else 1.0
        detail = f"scores {scores}{complaints(reports[0], category)}"
        score = statistics.median(scores)
        lines.append(Result(f"{title}, {category}", score, budget, "", detail, at_least=True))
    return lines


def visit(address: str, chromium: str) -> dict[str, Any]:
    """Return Lighthouse's report of one visit."""
    done = subprocess.run(
        [
            str(FOLDER / "node_modules" / ".bin" / "lighthouse"),
            address,
            "--quiet",
            "--output=json",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={CHROME_FLAGS}",
        ],
        env={**os.environ, "CHROME_PATH": chromium},
        capture_output=True,
        text=True,
        check=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def complaints(report: dict[str, Any], category: str) -> str:
    """Return what Lighthouse objects to, or how long the page took."""
    audits = report["audits"]
    if category == "performance":
        names = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
        times = ", ".join(audits[name]["displayValue"] for name in names)
        weight = audits["total-byte-weight"]["numericValue"] / 1000
        shift = audits["cumulative-layout-shift"]["numericValue"]
        return f"; FCP, LCP, TBT {times}; CLS {shift:.3f}; {weight:.0f} kB"
    refs = report["categories"][category]["auditRefs"]
    failed = [
        ref["id"] for ref in refs if ref["weight"] and audits[ref["id"]]["score"] not in (1, None)
    ]
    return f"; fails {', '.join(failed)}" if failed else ""
