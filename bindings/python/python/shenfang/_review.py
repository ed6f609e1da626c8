"""The reply to one prescription, as frozen values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any


class _Value:
    """What the parts of a review share."""

    def to_dict(self) -> dict[str, Any]:
        """The fields by name, all the way down."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]  # every subclass is a dataclass


@dataclass(frozen=True)
class Text(_Value):
    """The same sentence for a Chinese and an English reader."""

    zh: str
    en: str


@dataclass(frozen=True)
class Source(_Value):
    """A citation."""

    id: str
    citation: str
    locator: str | None = None
    #: past its validity on the review date
    expired: bool = False
    #: file and line of a table row
    row: str | None = None


@dataclass(frozen=True)
class Reason(_Value):
    """One step of the explanation; what it does not speak of is empty."""

    #: the item that is a member …
    item: str | None = None
    #: … through these names of the graph, nearest first
    path: tuple[str, ...] = ()
    #: a comparison, in English keywords …
    expression: str | None = None
    #: … the value it saw …
    value: str | None = None
    #: … and how that was derived
    derived: str | None = None
    #: what items share
    shared: tuple[str, ...] = ()
    #: the classical formula that holds a pair
    formula: str | None = None


@dataclass(frozen=True)
class Dose(_Value):
    """Amount against limit, as a person writes them."""

    measure: str
    amount: str
    limit: str
    #: amount ÷ limit, rounded to two places
    ratio: str


@dataclass(frozen=True)
class PolicyNote(_Value):
    """The policy that changed a finding, and what it was before."""

    id: str
    severity: str
    action: str


@dataclass(frozen=True)
class Finding(_Value):
    """One finding."""

    rule: str
    category: str
    #: ``contraindicated`` ``major`` ``moderate`` ``minor``
    severity: str
    #: ``block`` ``warn`` ``inform`` ``log``
    action: str
    #: 处方点评 code
    review_code: str
    #: ids of the items
    items: tuple[str, ...]
    message: Text
    advice: Text | None
    because: tuple[Reason, ...]
    sources: tuple[Source, ...]
    #: for contraindications: which fact of the patient
    subject: str | None = None
    #: what readers fold by
    kind: str | None = None
    #: weaker findings on the same items in the same category
    also: tuple[str, ...] = ()
    policy: PolicyNote | None = None
    dose: Dose | None = None
    #: meanings of ambiguous names that fire, by item
    meaning: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Finding({self.severity} {self.action}, {self.rule}, items {', '.join(self.items) or '–'}: {self.message.zh})"


@dataclass(frozen=True)
class Undetermined(_Value):
    """Rules that could not be judged, and what is missing."""

    rules: tuple[str, ...]
    #: the highest they could have
    severity: str
    items: tuple[str, ...]
    #: missing fields: ``items.2.duration``
    needs: tuple[str, ...]
    #: no dose band speaks for this patient
    gap: bool = False

    def __repr__(self) -> str:
        rules = self.rules[0] if len(self.rules) == 1 else f"{len(self.rules)} rules"
        return f"Undetermined({self.severity}, {rules}, needs {', '.join(self.needs) or 'a dose band'})"


@dataclass(frozen=True)
class Presumed(_Value):
    """What rests on a presumption."""

    rules: tuple[str, ...]
    severity: str
    items: tuple[str, ...]
    fields: tuple[str, ...]
    policy: str | None = None


@dataclass(frozen=True)
class Unrecognized(_Value):
    """What was not recognised, with near names."""

    text: str
    severity: str
    candidates: tuple[str, ...]
    item: str | None = None
    path: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Pack(_Value):
    """One pack of rules."""

    id: str
    version: str


@dataclass(frozen=True)
class RulesIdentity(_Value):
    """Which rules judged."""

    packs: tuple[Pack, ...]
    #: SHA-256 over typed rules, catalogue and policy
    digest: str


def identity(said: dict[str, Any]) -> RulesIdentity:
    """From JSON."""
    return RulesIdentity(tuple(Pack(**pack) for pack in said["packs"]), said["digest"])


class Review:
    """The reply to one prescription. Frozen; equal where every byte of the reply is.

    >>> import shenfang
    >>> review = shenfang.RuleSet.builtin().review({"id": "rx-1", "items": [{"id": "1", "drug": "炙黄耆"}]})
    >>> review.complete, review.unrecognized[0].candidates[0]
    (False, '炙黄芪')
    """

    _json: bytes

    def __init__(self, reply: bytes) -> None:
        self.__dict__["_json"] = reply

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a review is frozen: `{name}` cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a review is frozen: `{name}` cannot be deleted")

    @cached_property
    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._json)
        return said

    @property
    def id(self) -> str:
        """The record's id."""
        return str(self._said["id"])

    @property
    def decision(self) -> str:
        """``pass`` ``unjudged`` ``log`` ``inform`` ``warn`` ``block``."""
        return str(self._said["decision"])

    @property
    def complete(self) -> bool:
        """Whether nothing was left open."""
        return bool(self._said["complete"])

    @property
    def gap(self) -> str | None:
        """The highest severity of what is open."""
        gap = self._said["gap"]
        return None if gap is None else str(gap)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Strongest first."""
        return tuple(_finding(said) for said in self._said["findings"])

    @cached_property
    def undetermined(self) -> tuple[Undetermined, ...]:
        """What could not be judged."""
        return tuple(
            Undetermined(_rules(said), said["severity"], tuple(said["items"]), tuple(said["needs"]), said.get("gap", False))
            for said in self._said["undetermined"]
        )

    @cached_property
    def presumed(self) -> tuple[Presumed, ...]:
        """What rests on a presumption."""
        return tuple(
            Presumed(_rules(said), said["severity"], tuple(said["items"]), tuple(said["fields"]), said.get("policy"))
            for said in self._said["presumed"]
        )

    @cached_property
    def unrecognized(self) -> tuple[Unrecognized, ...]:
        """What was not recognised."""
        return tuple(
            Unrecognized(
                said["text"],
                said["severity"],
                tuple(said["candidates"]),
                said.get("item"),
                said.get("path"),
                said.get("reason"),
            )
            for said in self._said["unrecognized"]
        )

    @cached_property
    def rules(self) -> RulesIdentity:
        """Which rules judged."""
        return identity(self._said["rules"])

    def to_json(self) -> bytes:
        """The reply as every host writes it, to the byte."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """The reply as a dictionary; a new one each time."""
        reply: dict[str, Any] = json.loads(self._json)
        return reply

    def __repr__(self) -> str:
        count = len(self._said["findings"])
        found = f"{count} finding" if count == 1 else f"{count} findings"
        state = "complete" if self.complete else f"incomplete: {self.gap} open"
        return f"Review({self.id!r}, {self.decision}, {found}, {state})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Review) and self._json == other._json

    def __hash__(self) -> int:
        return hash(self._json)

    def __reduce__(self) -> tuple[type[Review], tuple[bytes]]:
        return Review, (self._json,)


def _rules(said: dict[str, Any]) -> tuple[str, ...]:
    rule = said["rule"]
    return (rule,) if isinstance(rule, str) else tuple(rule)


def _reason(said: dict[str, Any]) -> Reason:
    return Reason(
        said.get("item"),
        tuple(said.get("is", ())),
        said.get("expression"),
        said.get("value"),
        said.get("derived"),
        tuple(said.get("shared", ())),
        said.get("formula"),
    )


def _finding(said: dict[str, Any]) -> Finding:
    policy = said.get("policy")
    return Finding(
        said["rule"],
        said["category"],
        said["severity"],
        said["action"],
        said["review_code"],
        tuple(said["items"]),
        Text(**said["message"]),
        Text(**said["advice"]) if "advice" in said else None,
        tuple(_reason(reason) for reason in said["because"]),
        tuple(Source(**source) for source in said["sources"]),
        said.get("subject"),
        said.get("kind"),
        tuple(said.get("also", ())),
        PolicyNote(policy["id"], policy["from"]["severity"], policy["from"]["action"]) if policy else None,
        Dose(**said["dose"]) if "dose" in said else None,
        tuple((item, name) for item, name in said.get("meaning", ())),
    )
