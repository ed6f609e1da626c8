"""审方 (Shenfang): reviews prescriptions against rules that pharmacists write, and explains every finding.

One type to start from::

    >>> import shenfang
    >>> rules = shenfang.RuleSet.builtin()
    >>> review = rules.review({
    ...     "id": "rx-1", "kind": "decoction", "authored_on": "2026-11-22",
    ...     "items": [{"id": "1", "drug": "附子", "dose": "9 g", "preparation": "先煎"}, {"id": "2", "drug": "法半夏", "dose": "9 g"}],
    ... })
    >>> review.decision
    'block'
    >>> review.findings[0].message.zh
    '附子反法半夏：十八反“半蒌贝蔹及攻乌”，药典注明不宜同用'

No silent pass: what could not be judged stands under ``review.undetermined`` with the fields that are missing.
"""

from ._errors import ColumnError, ColumnFault, PrescriptionError, RuleError, ShenfangError
from ._review import (
    Dose,
    Finding,
    Pack,
    PolicyNote,
    Presumed,
    Reason,
    Review,
    RulesIdentity,
    Source,
    Text,
    Undetermined,
    Unrecognized,
)
from ._rules import Diagnostic, Difference, Explanation, Graph, PackReport, RuleSet, TestReport
from ._shenfang import __version__
from ._table import ReviewStream, ReviewTable

__all__ = [
    "ColumnError",
    "ColumnFault",
    "Diagnostic",
    "Difference",
    "Dose",
    "Explanation",
    "Finding",
    "Graph",
    "Pack",
    "PackReport",
    "PolicyNote",
    "PrescriptionError",
    "Presumed",
    "Reason",
    "Review",
    "ReviewStream",
    "ReviewTable",
    "RuleError",
    "RuleSet",
    "RulesIdentity",
    "ShenfangError",
    "Source",
    "TestReport",
    "Text",
    "Undetermined",
    "Unrecognized",
    "__version__",
]
