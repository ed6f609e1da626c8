"""One line on stderr that says how far a batch is."""

from __future__ import annotations

import sys
import time

WIDTH = 30


class Bar:
    """Rows done, of how many, how fast. Writes at most five times a second."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._begun = self._shown = time.monotonic()
        self._rows = 0

    def __call__(self, rows: int) -> None:
        """So many rows are done."""
        self._rows = rows
        now = time.monotonic()
        if now - self._shown >= 0.2:
            self._shown = now
            self._write("\r")

    def close(self) -> None:
        """The last word."""
        self._write("\n", ahead="\r")

    def _write(self, end: str, ahead: str = "") -> None:
        rate = self._rows / max(time.monotonic() - self._begun, 1e-9)
        if self._total:
            filled = min(WIDTH, WIDTH * self._rows // self._total)
            bar = f"{self._rows / self._total:4.0%} |{'█' * filled}{' ' * (WIDTH - filled)}| {self._rows:,}/{self._total:,}"
        else:
            bar = f"{self._rows:,}"
        sys.stderr.write(f"{ahead}{bar} prescriptions, {rate:,.0f}/s{end}")
        sys.stderr.flush()
