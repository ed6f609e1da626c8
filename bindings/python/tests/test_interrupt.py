"""Ctrl-C stops a running batch promptly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

PROGRAM = """
import sys, pyarrow, shenfang
rules = shenfang.RuleSet.builtin()
sheet = {"id": "a", "items": [{"id": str(n), "drug": "附子", "dose": "9 g"} for n in range(10)]}
table = pyarrow.Table.from_pylist([sheet] * 1000)
def endless():
    while True:
        yield from table.to_batches()
source = pyarrow.RecordBatchReader.from_batches(table.schema, endless())
print("ready", flush=True)
try:
    CALL
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


@pytest.mark.parametrize(
    "call",
    [
        "rules.review_table(source)",
        "for _ in rules.review_stream(source): pass",
        "for _ in rules.review_batch(sheet for _ in iter(int, 1)): pass",
    ],
)
def test_interrupted(call: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM.replace("CALL", call)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        assert process.stdout.readline() == "stopped\n"
        assert time.monotonic() - begun < 2.0
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
