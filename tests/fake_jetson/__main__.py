"""Make a fake Jetson from a shell."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
import time
from pathlib import Path
from typing import Any

from tests.fake_jetson.boards import BOARDS, release_of
from tests.fake_jetson.faults import FAULTS, Fault
from tests.fake_jetson.jetson import FakeJetson, make_jetson


def table() -> str:
    """Return all faults as a table in Markdown, as docs/fake-jetson.md shows it."""
    rows = [f"| `{name}` | {one.breaks} | {one.outcome} |" for name, one in FAULTS.items()]
    return "\n".join(["| Fault | What breaks | Outcome |", "|---|---|---|", *rows])


def fault(name: str) -> Fault:
    """Return a fault that the device can be made with."""
    if name not in FAULTS:
        raise argparse.ArgumentTypeError(f"{name!r} is unknown; --list has all")
    if FAULTS[name].special:
        raise argparse.ArgumentTypeError(
            f"{name} is done to a run and not to the device; its test in tests/measure/faults is"
        )
    return FAULTS[name]


def tensorrt(version: str) -> str:
    """Return a version of TensorRT that some release of Jetson Linux came with."""
    try:
        release_of(version)
    except StopIteration:
        raise argparse.ArgumentTypeError(f"{version!r} came with no release known here") from None
    return version


def keep(fake: FakeJetson) -> None:
    """Let the device live, and reboot it when a program asks for that."""
    print("# the rails move until Ctrl-C; measure in another shell", flush=True)
    with fake, contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(0.2)
            if fake.wants_reboot:
                fake.reboot()
                print(f"# rebooted into {fake.mode}; what the unit calls then:", flush=True)
                print("# python3 -m measure run --resume-after-boot", flush=True)


def main() -> int:
    """Make the folder, print the environment, keep its rails moving until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.fake_jetson", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where; must not be there yet")
    parser.add_argument("--board", choices=sorted(BOARDS), default="jetson-agx-orin-64gb")
    parser.add_argument(
        "--trt", type=tensorrt, metavar="VERSION", help="of TensorRT; 10.3.0 when left out"
    )
    parser.add_argument(
        "--fault", action="append", default=[], type=fault, metavar="NAME", help="one of --list"
    )
    parser.add_argument("--list", action="store_true", help="list what can break, and what follows")
    parser.add_argument("--table", action="store_true", help="the same as the page has it")
    args = parser.parse_args()
    if args.table:
        print(table())
        return 0
    if args.list:
        for name, one in FAULTS.items():
            print(f"{name}\n    {one.breaks}\n    {one.outcome}")
        return 0
    if args.folder is None or args.folder.exists():
        parser.error("name a folder that is not there yet")
    faults: list[Fault] = args.fault
    knobs: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for one in faults:
        knobs.update(one.knobs)
        settings.update(one.settings)
    last = faults[-1] if faults else Fault("", "", 0, "", "")
    fake = make_jetson(
        args.folder,
        board=args.board,
        trt=args.trt or last.trt,
        mode=last.mode,
        settings=settings,
        **knobs,
    )
    for name, value in fake.env().items():
        print(f"export {name}={shlex.quote(value)}")
    for one in faults:
        print(f"# {one.name}: python3 -m measure run --networks resnet-50 {shlex.join(one.words)}")
    if sys.stdin.isatty():
        keep(fake)
    return 0


if __name__ == "__main__":
    sys.exit(main())
