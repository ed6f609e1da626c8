"""Tables of answers, by the Arrow PyCapsule interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _shenfang

if TYPE_CHECKING:
    from collections.abc import Iterator


class ReviewTable:
    """Answers, a row a prescription, in order. Any Arrow library takes it as it is: ``pyarrow.table(t)``, ``polars.DataFrame(t)``, DuckDB.

    A prescription that could not be read is a row whose ``error`` says code, path and message; its other columns are null.
    """

    def __init__(self, answers: _shenfang.Answers) -> None:
        self._answers = answers

    def __arrow_c_schema__(self) -> object:
        return self._answers.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._answers.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def columns(self) -> list[str]:
        """Their names."""
        return self._answers.columns

    def findings(self) -> ReviewTable:
        """A row a finding: what was kept, ``prescription_id``, ``decision``, ``complete``, ``gap``, then the finding's own columns."""
        return ReviewTable(self._answers.findings())

    def to_pyarrow(self) -> Any:
        """As a ``pyarrow.Table``."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> Any:
        """As a ``pandas.DataFrame``."""
        return self.to_pyarrow().to_pandas()

    def to_polars(self) -> Any:
        """As a ``polars.DataFrame``."""
        import polars

        return polars.DataFrame(self)

    def __repr__(self) -> str:
        return f"ReviewTable({len(self):,} rows: {', '.join(self.columns)})"


class ReviewStream:
    """Answers as they are made, in bounded memory; they can be had once: by an Arrow library, or by iterating over tables of some hundred or thousand rows."""

    def __init__(self, batches: _shenfang.Batches) -> None:
        self._batches = batches

    def __arrow_c_schema__(self) -> object:
        return self._batches.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._batches.__arrow_c_stream__(requested_schema)

    def __iter__(self) -> Iterator[ReviewTable]:
        while (answers := self._batches.next()) is not None:
            yield ReviewTable(answers)
