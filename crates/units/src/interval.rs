//! Three-valued truth, and comparison of what is known only to lie between two ends. It never guesses inside an interval.
use crate::Ratio;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Kleene's three values, ordered `False < Unknown < True` (and = min, or = max).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Truth {
    /// known false
    False,
    /// not known
    Unknown,
    /// known true
    True,
}

/// The comparison signs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
}

/// A value known to lie between two ends, each open or closed, or absent (unbounded).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Interval {
    /// lower end and whether it is itself excluded
    pub low: Option<(Ratio, bool)>,
    /// upper end and whether it is itself excluded
    pub high: Option<(Ratio, bool)>,
}

impl Truth {
    /// Kleene conjunction.
    pub fn and(self, o: Truth) -> Truth {
        self.min(o)
    }

    /// Kleene disjunction.
    pub fn or(self, o: Truth) -> Truth {
        self.max(o)
    }

    /// From what is known.
    pub const fn known(b: bool) -> Truth {
        if b { Truth::True } else { Truth::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;
    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl Comparison {
    /// The sign with its sides exchanged: `a < b` is `b > a`.
    pub fn flipped(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::Equal => Comparison::Equal,
            Comparison::NotEqual => Comparison::NotEqual,
            Comparison::AtLeast => Comparison::AtMost,
            Comparison::Greater => Comparison::Less,
        }
    }

    /// The ASCII sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::AtLeast => ">=",
            Comparison::Greater => ">",
        }
    }

    /// Decides on two exact values.
    pub fn holds(self, left: Ratio, right: Ratio) -> bool {
        match self {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::AtLeast => left >= right,
            Comparison::Greater => left > right,
        }
    }
}

impl Interval {
    /// Exactly one value.
    pub const fn exactly(v: Ratio) -> Interval {
        Interval {
            low: Some((v, false)),
            high: Some((v, false)),
        }
    }

    /// All values `x` with `x OP v` (`NotEqual` gives the unbounded interval, which decides nothing).
    pub fn satisfying(op: Comparison, v: Ratio) -> Interval {
        let (low, high) = match op {
            Comparison::Less => (None, Some((v, true))),
            Comparison::AtMost => (None, Some((v, false))),
            Comparison::Equal => (Some((v, false)), Some((v, false))),
            Comparison::NotEqual => (None, None),
            Comparison::AtLeast => (Some((v, false)), None),
            Comparison::Greater => (Some((v, true)), None),
        };
        Interval { low, high }
    }

    /// True or false where every value of the interval answers alike, else unknown.
    pub fn compare(self, op: Comparison, right: Ratio) -> Truth {
        let place = |end: Option<(Ratio, bool)>| end.map(|(end, open)| (end.cmp(&right), open));
        let (low, high) = (place(self.low), place(self.high));
        let below = matches!(high, Some((Ordering::Less, _) | (Ordering::Equal, true)));
        let above = matches!(low, Some((Ordering::Greater, _) | (Ordering::Equal, true)));
        let at_most = matches!(high, Some((Ordering::Less | Ordering::Equal, _)));
        let at_least = matches!(low, Some((Ordering::Greater | Ordering::Equal, _)));
        let (yes, no) = match op {
            Comparison::Less => (below, at_least),
            Comparison::AtMost => (at_most, above),
            Comparison::Equal => (at_most && at_least, below || above),
            Comparison::NotEqual => (below || above, at_most && at_least),
            Comparison::AtLeast => (at_least, below),
            Comparison::Greater => (above, at_most),
        };
        match (yes, no) {
            (true, false) => Truth::True,
            (false, true) => Truth::False,
            _ => Truth::Unknown,
        }
    }
}
