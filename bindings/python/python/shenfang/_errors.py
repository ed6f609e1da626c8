"""What goes wrong, as exceptions: bad rules, a bad record, a bad column."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._rules import Diagnostic


class ShenfangError(Exception):
    """Every exception of this package."""


class PrescriptionError(ShenfangError):
    """A record that is not a prescription, and where in it the fault is.

    >>> import shenfang
    >>> rules = shenfang.RuleSet.builtin(language="en")
    >>> try:
    ...     rules.review({"id": "rx-1", "patient": {"alergies": []}, "items": [{"id": "1", "drug": "布洛芬"}]})
    ... except shenfang.PrescriptionError as error:
    ...     print(error.path, error.code)
    /patient/alergies unknown_field
    """

    def __init__(self, reply: bytes) -> None:
        self._reply = reply
        said = json.loads(reply)
        error = said["error"]
        #: the record's own id, where one could be told
        self.id: str | None = said["id"]
        #: of the record in its source, from 1
        self.line: int = said["line"]
        #: stable: ``unknown_field``, ``type``, ``missing_field`` …
        self.code: str = error["code"]
        #: JSON pointer of the place; empty for the record as a whole
        self.path: str = error["path"]
        #: in the language of the rule set
        self.message: str = error["message"]
        super().__init__(f"{self.path}: {self.message}" if self.path else self.message)

    def to_json(self) -> bytes:
        """The reply as every host writes it."""
        return self._reply

    def to_dict(self) -> dict[str, Any]:
        """The reply as a dictionary."""
        reply: dict[str, Any] = json.loads(self._reply)
        return reply

    def __repr__(self) -> str:
        return f"PrescriptionError({self.id!r}, line {self.line}, {self.code} at {self.path!r}: {self.message})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrescriptionError) and self._reply == other._reply

    def __hash__(self) -> int:
        return hash(self._reply)

    def __reduce__(self) -> tuple[type[PrescriptionError], tuple[bytes]]:
        return PrescriptionError, (self._reply,)


class RuleError(ShenfangError):
    """Rules that could not be read. ``str`` shows every fault in its text, as the command does."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], rendered: str) -> None:
        #: every fault, in order of file and place
        self.diagnostics = diagnostics
        self.rendered = rendered
        super().__init__(rendered)

    def __reduce__(self) -> tuple[type[RuleError], tuple[tuple[Diagnostic, ...], str]]:
        return RuleError, (self.diagnostics, self.rendered)


@dataclass(frozen=True)
class ColumnFault:
    """What is wrong with one column of a table."""

    #: stable: ``unknown_column``, ``column_type``, ``column_twice``, ``missing_column``
    code: str
    #: the column, with the way into it: ``items.dose``
    column: str
    #: what was expected
    message: str


class ColumnError(ShenfangError):
    """A table whose columns do not fit the contract; nothing was reviewed."""

    def __init__(self, faults: tuple[ColumnFault, ...]) -> None:
        #: every fault of every column
        self.faults = faults
        super().__init__("\n".join(fault.message for fault in faults))

    def __reduce__(self) -> tuple[type[ColumnError], tuple[tuple[ColumnFault, ...]]]:
        return ColumnError, (self.faults,)
