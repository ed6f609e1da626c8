//! Kleene truth together with the fields that are lacking.
use shenfang_units::Truth;

/// Paths of fields, each once, in the order in which they are missed.
pub type Needs = Vec<String>;

/// A truth value; `needs` is empty unless it is unknown.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub truth: Truth,
    pub needs: Needs,
}

impl Verdict {
    pub fn of(b: bool) -> Verdict {
        Verdict {
            truth: Truth::known(b),
            needs: vec![],
        }
    }
    pub fn yes() -> Verdict {
        Verdict::of(true)
    }
    pub fn unknown(needs: impl IntoIterator<Item = impl Into<String>>) -> Verdict {
        Verdict {
            truth: Truth::Unknown,
            needs: once_each(needs.into_iter().map(Into::into)),
        }
    }
    /// The truth, lacking `needs` where it is unknown.
    pub fn new(truth: Truth, needs: &[String]) -> Verdict {
        if truth == Truth::Unknown {
            Verdict::unknown(needs.iter().cloned())
        } else {
            Verdict { truth, needs: vec![] }
        }
    }
    pub fn is(&self, truth: Truth) -> bool {
        self.truth == truth
    }
    pub fn negated(self) -> Verdict {
        Verdict {
            truth: !self.truth,
            needs: self.needs,
        }
    }
    pub fn all(parts: impl IntoIterator<Item = Verdict>) -> Verdict {
        Verdict::fold(parts, Truth::True, Truth::and)
    }
    pub fn any(parts: impl IntoIterator<Item = Verdict>) -> Verdict {
        Verdict::fold(parts, Truth::False, Truth::or)
    }
    fn fold(parts: impl IntoIterator<Item = Verdict>, start: Truth, with: fn(Truth, Truth) -> Truth) -> Verdict {
        let parts: Vec<Verdict> = parts.into_iter().collect();
        let truth = parts.iter().fold(start, |t, p| with(t, p.truth));
        let needs: Needs = parts.into_iter().flat_map(|p| p.needs).collect();
        Verdict::new(truth, &needs)
    }
}

/// Each path once, where it first stands.
pub fn once_each(needs: impl IntoIterator<Item = String>) -> Needs {
    let mut out: Needs = vec![];
    for need in needs {
        if !out.contains(&need) {
            out.push(need);
        }
    }
    out
}
