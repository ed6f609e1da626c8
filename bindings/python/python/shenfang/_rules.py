"""The one type to start from."""

from __future__ import annotations

import json as _json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, Union

from . import _shenfang
from ._errors import ColumnError, ColumnFault, PrescriptionError, RuleError
from ._progress import Bar
from ._review import Pack, Review, RulesIdentity, Text, identity
from ._table import ReviewStream, ReviewTable

#: A prescription: a dictionary, or JSON as text or bytes.
Prescription = Union[Mapping[str, Any], str, bytes]
#: A date, or ``2026-11-22``.
Day = Union[date, str, None]

#: Records of a batch that are held at once.
_CHUNK = 512


@dataclass(frozen=True)
class Diagnostic:
    """What is said of a place in a rule text."""

    #: ``error`` or ``warning``
    level: str
    #: stable code
    code: str
    #: file
    path: str
    #: from 1
    line: int
    #: from 1, in characters
    column: int
    message: Text
    #: what could stand there
    expected: tuple[str, ...] = ()
    #: did you mean
    candidates: tuple[str, ...] = ()
    help: Text | None = None


@dataclass(frozen=True)
class PackReport:
    """What the examples and table rows of one pack showed."""

    pack: str
    passed: bool
    #: that ran
    examples: int
    #: titles of those that differed, with what differed
    failures: tuple[tuple[str, tuple[str, ...]], ...]
    #: that were checked
    rows: int
    #: rule, row, and what differed
    row_failures: tuple[tuple[str, str, str], ...]
    #: rules that no example shows
    without_example: tuple[str, ...]
    #: rules shown, of how many
    coverage: tuple[int, int]


@dataclass(frozen=True)
class TestReport:
    """What the examples and table rows showed, pack by pack."""

    #: pytest leaves it alone
    __test__ = False

    packs: tuple[PackReport, ...]

    @property
    def passed(self) -> bool:
        """Nothing differed."""
        return all(pack.passed for pack in self.packs)


@dataclass(frozen=True)
class Difference:
    """Which rules differ and, where prescriptions were replayed, what that does to them."""

    _json: str

    @property
    def rules(self) -> dict[str, Any]:
        """Rules that differ, by id."""
        return dict(self.to_dict()["difference"]["rules"])

    @property
    def impact(self) -> dict[str, Any] | None:
        """What came of the replay: prescriptions, findings by rule, category and institution, the load before and after."""
        impact = self.to_dict()["impact"]
        return None if impact is None else dict(impact)

    def to_dict(self) -> dict[str, Any]:
        """As ``shenfang diff --format json`` writes it."""
        said: dict[str, Any] = _json.loads(self._json)
        return said

    def __repr__(self) -> str:
        impact = self.impact
        over = "" if impact is None else f", {impact['affected']:,} of {impact['prescriptions']:,} prescriptions affected"
        return f"Difference({len(self.rules):,} rules differ{over})"


@dataclass(frozen=True)
class Explanation:
    """What is known of a name."""

    name: str
    #: ``concepts``, ``rules``, ``groups``, or ``unknown``
    kind: str
    _json: str

    @property
    def entries(self) -> list[Any]:
        """What it stands for: one entry, or the meanings of an ambiguous name; for an unknown one, near names."""
        entries: list[Any] = _json.loads(self._json)
        return entries

    def __repr__(self) -> str:
        if self.kind == "unknown":
            near = ", ".join(self.entries)
            return f"Explanation({self.name!r}: unknown{f', did you mean {near}' if near else ''})"
        return f"Explanation({self.name!r}: {len(self.entries)} {self.kind})"


@dataclass(frozen=True)
class Graph:
    """The knowledge graph, or the neighbourhood of a name."""

    _rules: RuleSet
    around: str | None
    depth: int

    def _as(self, form: str) -> str:
        text = self._rules._native.graph(self.around, self.depth, form)
        if text is None:
            raise KeyError(f"nothing is called {self.around!r}: {self._rules.explain(self.around or '')!r}")
        return text

    @property
    def dot(self) -> str:
        """For Graphviz."""
        return self._as("dot")

    @property
    def graphml(self) -> str:
        """For Gephi and yEd."""
        return self._as("graphml")

    def to_dict(self) -> dict[str, Any]:
        """Nodes and edges, in node-link form."""
        said: dict[str, Any] = _json.loads(self._as("json"))
        return said

    def to_networkx(self) -> Any:
        """As a ``networkx.MultiDiGraph``."""
        import networkx

        return networkx.node_link_graph(self.to_dict(), edges="edges")


class RuleSet:
    """Rules ready to review. Frozen, shared between threads, equal where their digest is; pickled, it is the compiled program.

    ``language`` (``zh`` or ``en``) is that of the messages of errors.

    >>> import shenfang
    >>> rules = shenfang.RuleSet.builtin()
    >>> rules.review({"id": "rx-1", "items": [
    ...     {"id": "1", "drug": "布洛芬缓释胶囊", "route": "口服"}, {"id": "2", "drug": "华法林钠片", "route": "口服"},
    ... ]}).decision
    'warn'
    """

    __slots__ = ("_native", "_language")
    _native: _shenfang.Rules
    _language: str

    def __init__(self, native: _shenfang.Rules, language: str = "zh") -> None:
        if language not in ("zh", "en"):
            raise ValueError(f"language: {language!r}, expected zh or en")
        object.__setattr__(self, "_native", native)
        object.__setattr__(self, "_language", language)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a rule set is frozen: `{name}` cannot be set")

    # Where they come from.

    @classmethod
    def builtin(cls, *, language: str = "zh") -> RuleSet:
        """The built-in rules.

        >>> shenfang.RuleSet.builtin().packs[0].id
        'regulation.antimicrobial'
        """
        return cls(_shenfang.Rules.builtin(), language)

    @classmethod
    def load(
        cls,
        *paths: str | PathLike[str],
        builtin: bool = True,
        catalogue: bool = True,
        language: str = "zh",
    ) -> RuleSet:
        """Rule files, tables, policies and folders of them, over the built-in rules unless ``builtin=False``.

        ``catalogue=False`` leaves out the built-in names too. Raises :class:`RuleError` where some cannot be used: a rule set that lacks rules would pass
        what it should stop.
        """
        return cls._compiled(_shenfang.Rules.read(list(paths)), builtin, catalogue, language)

    @classmethod
    def compile(
        cls,
        text: str | Mapping[str, str],
        *,
        builtin: bool = False,
        catalogue: bool = True,
        language: str = "zh",
    ) -> RuleSet:
        """A rule text, or texts and tables by file name, alone unless ``builtin=True``.

        >>> rules = shenfang.RuleSet.compile('''
        ... pack ward { title "Ward cautions" version "1" owner "pharmacy" }
        ... source memo { citation "Ward memo 7, 2026" }
        ... rule warfarin_noted {
        ...   title    "Warfarin"
        ...   category interaction
        ...   match    a: 华法林
        ...   severity minor
        ...   message  zh "有华法林" en "warfarin"
        ...   cite     memo "1"
        ... }
        ... ''')
        >>> len(rules.review({"id": "1", "items": [{"id": "1", "drug": "华法林钠片"}]}).findings)
        1
        """
        texts = {"rules.rx": text} if isinstance(text, str) else dict(text)
        return cls._compiled(list(texts.items()), builtin, catalogue, language)

    @classmethod
    def _compiled(cls, texts: Sequence[tuple[str, str]], builtin: bool, catalogue: bool, language: str) -> RuleSet:
        native, said, rendered, faulty = _shenfang.Rules.compile(texts, builtin, catalogue, language)
        if faulty:
            raise RuleError(_diagnostics(said), rendered)
        return cls(native, language)

    @classmethod
    def load_program(cls, path: str | PathLike[str], *, language: str = "zh") -> RuleSet:
        """A program that ``shenfang compile`` or :meth:`save_program` wrote: loads at once, reviews, and does no more."""
        return cls(_shenfang.Rules.load(Path(path).read_bytes()), language)

    def save_program(self, path: str | PathLike[str]) -> None:
        """Writes the compiled program."""
        Path(path).write_bytes(self._native.program())

    # What they are.

    @property
    def language(self) -> str:
        """Of the messages of errors."""
        return self._language

    @property
    def identity(self) -> RulesIdentity:
        """Packs and digest."""
        return identity(_json.loads(self._native.identity()))

    @property
    def packs(self) -> tuple[Pack, ...]:
        """Id and version of each pack."""
        return self.identity.packs

    @property
    def digest(self) -> str:
        """SHA-256 over typed rules, catalogue and policy."""
        return self.identity.digest

    def __repr__(self) -> str:
        said = self.identity
        return f"RuleSet({len(said.packs)} packs, digest {said.digest[:12]}…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuleSet) and self.digest == other.digest and self.language == other.language

    def __hash__(self) -> int:
        return hash((self.digest, self.language))

    def __reduce__(self) -> tuple[Any, tuple[bytes, str]]:
        return _from_program, (self._native.program(), self._language)

    # What they do.

    def review(self, prescription: Prescription, *, on: Day = None) -> Review:
        """Reviews one prescription. ``on`` is the review date for one that does not say when it was written.

        Numbers are read as they are written: ``Decimal("0.10")`` is 0.10, ``0.1`` is 0.1. Raises :class:`PrescriptionError` for what is no prescription.
        """
        good, reply = self._native.review(prescription, _day(on), self._language)
        if not good:
            raise PrescriptionError(reply)
        return Review(reply)

    def review_batch(
        self,
        prescriptions: Iterable[Prescription],
        *,
        on: Day = None,
        progress: bool = False,
    ) -> Iterator[Review | PrescriptionError]:
        """Reviews many, side by side, as they are asked for: a few hundred are held at once.

        What is no prescription stands in its place as a :class:`PrescriptionError` that is not raised: as many come out as went in, in order.

        >>> records = [{"id": "1", "items": []}, '{"id": "2", "items": [{"id": "1", "drug": "布洛芬"}]}']
        >>> [type(answer).__name__ for answer in shenfang.RuleSet.builtin().review_batch(records)]
        ['PrescriptionError', 'Review']
        """
        day = _day(on)
        left, line = iter(prescriptions), 1
        bar = Bar(len(prescriptions) if isinstance(prescriptions, Sequence) else None) if progress else None
        while some := list(islice(left, _CHUNK)):
            replies = self._native.review_many(some, line, day, self._language)
            line += len(some)
            if bar:
                bar(line - 1)
            yield from (Review(reply) if good else PrescriptionError(reply) for good, reply in replies)
        if bar:
            bar.close()

    def review_table(
        self,
        data: Any,
        *,
        keep: Sequence[str] = (),
        texts: bool = False,
        json: bool = False,
        on: Day = None,
        progress: bool = False,
    ) -> ReviewTable:
        """Reviews a table: pyarrow, pandas, Polars, DuckDB, anything with ``__arrow_c_stream__``, or the path of a Parquet or Arrow file.

        A row is a prescription with its ``items`` in a list of structs, or (with a column ``prescription_id``) an item, the rows of one prescription next to
        each other. A dot in a column's name is a step into an object: ``patient.sex``. Columns named in ``keep`` are handed on as they are, and may be none of
        a prescription's. ``texts`` adds messages, advice and the ids of rules that could not be judged; ``json`` adds a column ``review``, the whole reply.

        Raises :class:`ColumnError` where the columns do not fit. A row that is no prescription is a row whose ``error`` says why.
        """
        native = self._stream(data, keep, texts, json, on)
        if not progress:
            return ReviewTable(native.collect(None))
        bar = Bar(native.rows)
        answers = native.collect(bar)
        bar.close()
        return ReviewTable(answers)

    def review_stream(
        self,
        data: Any,
        *,
        keep: Sequence[str] = (),
        texts: bool = False,
        json: bool = False,
        on: Day = None,
    ) -> ReviewStream:
        """The same, made as it is asked for, in bounded memory."""
        return ReviewStream(self._stream(data, keep, texts, json, on))

    def _stream(self, data: Any, keep: Sequence[str], texts: bool, json: bool, on: Day) -> _shenfang.Batches:
        try:
            return _shenfang.review_stream(self._native, data, list(keep), texts, json, _day(on), self._language)
        except _shenfang.ColumnFaults as faults:
            raise _column_error(faults, self._language) from None

    # What is asked of the rules themselves.

    def check(self, *, strict: bool = False, on: Day = None) -> tuple[Diagnostic, ...]:
        """Every warning and error; ``strict``: sources that have all expired on the date are errors."""
        return _diagnostics(self._native.check(strict, _day(on), self._language)[0])

    def test(self, pack: str | None = None) -> TestReport:
        """Runs the examples beside the rules and checks the rows of tables, of all packs or one."""
        said = _json.loads(self._native.test(pack, self._language))
        return TestReport(tuple(_report(one) for one in said))

    def diff(self, other: RuleSet, table: Any = None, *, whole: bool = False, on: Day = None) -> Difference:
        """What ``other`` rules would change; with a table (or the path of a Parquet, Arrow or JSON file), replayed over its prescriptions.

        ``whole`` reviews every prescription whole, also those the changed rules cannot touch: absolute figures, more time.
        """
        try:
            return Difference(_shenfang.diff(self._native, other._native, table, whole, _day(on)))
        except _shenfang.ColumnFaults as faults:
            raise _column_error(faults, self._language) from None

    def explain(self, name: str, *, candidates: int = 8) -> Explanation:
        """What is known of a name, a code or a rule.

        >>> shenfang.RuleSet.builtin().explain("炙甘草").entries[0]["kind"]
        'herb'
        """
        ((kind, entries),) = _json.loads(self._native.explain(name, candidates)).items()
        return Explanation(name, kind, _json.dumps(entries, ensure_ascii=False))

    def graph(self, around: str | None = None, *, depth: int = 1) -> Graph:
        """The knowledge graph: whole, or what lies within ``depth`` steps of a name."""
        return Graph(self, around, depth)


def _from_program(program: bytes, language: str) -> RuleSet:
    return RuleSet(_shenfang.Rules.load(program), language)


def _day(on: Day) -> str | None:
    return None if on is None else str(on)[:10] if isinstance(on, date) else on


def _text(said: dict[str, str] | None) -> Text | None:
    return None if said is None else Text(**said)


def _diagnostics(lines: str) -> tuple[Diagnostic, ...]:
    def one(line: str) -> Diagnostic:
        said = _json.loads(line)
        return Diagnostic(
            said["level"],
            said["code"],
            said["path"],
            said["line"],
            said["column"],
            Text(**said["message"]),
            tuple(said.get("expected", ())),
            tuple(said.get("candidates", ())),
            _text(said.get("help")),
        )

    return tuple(one(line) for line in lines.split("\n") if line)


def _report(said: dict[str, Any]) -> PackReport:
    return PackReport(
        said["pack"],
        said["passed"],
        said["examples"],
        tuple((failure["title"], tuple(failure["differences"])) for failure in said["failures"]),
        said["rows"],
        tuple((row["rule"], row["row"], row["message"]) for row in said["row_failures"]),
        tuple(said["without_example"]),
        (said["covered"], said["rules"]),
    )


def _column_error(faults: _shenfang.ColumnFaults, language: str) -> ColumnError:
    told: list[tuple[str, str, str, str]] = faults.args[0]
    return ColumnError(tuple(ColumnFault(code, column, zh if language == "zh" else en) for code, column, zh, en in told))
