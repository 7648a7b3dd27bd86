"""The lines of trtexec: stamps, banners and the dump of options."""

from __future__ import annotations

import sys
import time


class RunError(Exception):
    """The run fails with these error lines."""


class Log:
    """A log in the grammar of one version.

    Parameters
    ----------
    version
        10.3.0, of which the banner makes v100300; 8.5.2 becomes v8502.
    words
        The command line, which the banners repeat.
    """

    def __init__(self, version: str, words: list[str]) -> None:
        parts = [int(part) for part in version.split(".")[:3]]
        self.version = ".".join(map(str, parts))
        self.parts = tuple(parts)
        if parts[0] >= 10:
            digits = f"{parts[0]}{parts[1]:02d}{parts[2]:02d}"
        else:
            digits = f"{parts[0]}{parts[1]}{parts[2]:02d}"
        self._tag = f"TensorRT.trtexec [TensorRT v{digits}]"
        self._tag += " [b30]" if self.parts >= (10, 7) else ""
        self._command = " ".join(["/usr/src/tensorrt/bin/trtexec", *words])
        self.verbose = False

    def banner(self, state: str) -> None:
        """Print a banner."""
        self._print(f"&&&& {state} {self._tag} # {self._command}")

    def end(self, failed: bool) -> int:
        """Print the last banner; return the exit code."""
        self.banner("FAILED" if failed else "PASSED")
        return int(failed)

    def info(self, *texts: str) -> None:
        """Print lines of the level I."""
        stamp = self._stamp()
        self._print(*(f"{stamp} [I] {text}" for text in texts))

    def warning(self, text: str) -> None:
        """Print a warning."""
        self._print(f"{self._stamp()} [W] {text}")

    def detail(self, text: str) -> None:
        """Print a line that only --verbose shows."""
        if self.verbose:
            self._print(f"{self._stamp()} [V] {text}")

    def plain(self, text: str) -> None:
        """Print a line without a stamp, as the rows of the engine are."""
        self._print(text)

    def error(self, text: str) -> None:
        """Print an error, to the other stream."""
        sys.stderr.write(f"{self._stamp()} [E] {text}\n")
        sys.stderr.flush()

    def usage(self, flags: list[str]) -> None:
        """Print the help text, in short."""
        self.plain("=== Model Options ===")
        for flag in flags:
            self.plain(f"  --{flag}")

    def _stamp(self) -> str:
        return time.strftime("[%m/%d/%Y-%H:%M:%S]")

    def _print(self, *lines: str) -> None:
        sys.stdout.write("".join(line + "\n" for line in lines))
        sys.stdout.flush()
