"""Make a fake Jetson from a shell."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
from pathlib import Path
from typing import Any

from tests.fake_jetson.boards import BOARDS
from tests.fake_jetson.faults import FAULTS
from tests.fake_jetson.jetson import make_jetson


def table() -> str:
    """Return all faults as a table in Markdown, as docs/fake-jetson.md shows it."""
    rows = [f"| `{name}` | {one.breaks} | {one.outcome} |" for name, one in FAULTS.items()]
    return "\n".join(["| Fault | What breaks | Outcome |", "|---|---|---|", *rows])


def main() -> int:
    """Make the folder, print the environment, keep its rails moving until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.fake_jetson", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where; must not be there yet")
    parser.add_argument("--board", choices=sorted(BOARDS), default="jetson-agx-orin-64gb")
    parser.add_argument("--trt", default="10.3.0", help="the TensorRT that is installed")
    parser.add_argument("--fault", action="append", default=[], choices=sorted(FAULTS))
    parser.add_argument("--list", action="store_true", help="list what can break, and what follows")
    parser.add_argument("--table", action="store_true", help="the same as the page has it")
    args = parser.parse_args()
    if args.table:
        print(table())
        return 0
    if args.list:
        for name, fault in FAULTS.items():
            print(f"{name}\n    {fault.breaks}\n    {fault.outcome}")
        return 0
    if args.folder is None or args.folder.exists():
        parser.error("name a folder that is not there yet")
    knobs: dict[str, Any] = {}
    for name in args.fault:
        knobs.update(FAULTS[name].knobs)
    with make_jetson(args.folder, board=args.board, trt=args.trt, **knobs) as fake:
        for name, value in fake.env().items():
            print(f"export {name}={shlex.quote(value)}")
        print("# the rails move until Ctrl-C; measure in another shell", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.read() if sys.stdin.isatty() else None
    return 0


if __name__ == "__main__":
    sys.exit(main())
