//! What names and codes were found to stand for, kept by the thread that looked them up: the same few thousand are written every day.
//!
//! What it never does: answer for another program, or grow without end.
use crate::history::Ill;
use crate::program::Tables;
use crate::resolve::Drug;
use rustc_hash::{FxHashMap, FxHasher};
use shenfang_clinical::{Coded, RulesIdentity};
use std::collections::hash_map::Entry;
use std::hash::Hasher;
use std::sync::Arc;

/// Most texts kept of one kind.
const MOST: usize = 4096;

/// Answers by name and code, and by institution where that matters.
pub(crate) struct Memory<V> {
    kept: FxHashMap<u64, Kept<V>>,
}

struct Kept<V> {
    name: Option<Box<str>>,
    code: Option<Box<str>>,
    institution: Option<Box<str>>,
    value: V,
}

impl<V> Kept<V> {
    #[cold]
    #[inline(never)]
    fn of(what: &Coded, institution: Option<&str>, work_out: impl FnOnce() -> V) -> Kept<V> {
        Kept {
            name: what.name.clone(),
            code: what.code.clone(),
            institution: institution.map(Box::from),
            value: work_out(),
        }
    }
}

impl<V> Default for Memory<V> {
    fn default() -> Memory<V> {
        Memory {
            kept: FxHashMap::default(),
        }
    }
}

impl<V> Memory<V> {
    /// What was worked out for this name and code in this institution, now or before. `at`: their [`key`].
    pub fn recall(&mut self, at: u64, what: &Coded, institution: Option<&str>, work_out: impl FnOnce() -> V) -> &V {
        if self.kept.len() >= MOST {
            self.forget();
        }
        match self.kept.entry(at) {
            Entry::Vacant(free) => &free.insert(Kept::of(what, institution, work_out)).value,
            Entry::Occupied(known) => {
                let known = known.into_mut();
                if (&known.name, &known.code) != (&what.name, &what.code) || known.institution.as_deref() != institution
                {
                    *known = Kept::of(what, institution, work_out);
                }
                &known.value
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn forget(&mut self) {
        self.kept.clear();
    }
}

/// Where the answer for a name and code in an institution is kept.
pub(crate) fn key(what: &Coded, institution: Option<&str>) -> u64 {
    let mut hasher = FxHasher::default();
    let mut hash = |part: Option<&str>| hasher.write(part.unwrap_or_default().as_bytes());
    hash(what.name.as_deref());
    if what.code.is_some() || institution.is_some() {
        hash(what.code.as_deref());
        hash(institution);
    }
    hasher.finish()
}

/// What one thread remembers of one program.
#[derive(Default)]
pub(crate) struct Remembered {
    of: Option<Arc<RulesIdentity>>,
    pub drugs: Memory<Drug>,
    /// of the drugs of the sheet at hand
    pub keys: Vec<u64>,
    pub allergies: Memory<Ill>,
    /// conditions and diagnoses
    pub ills: Memory<Ill>,
}

impl Remembered {
    /// Forgets what was remembered of another program.
    pub fn turn_to(&mut self, tables: &Tables) {
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &tables.identity)) {
            self.forget(tables);
        }
    }

    #[cold]
    #[inline(never)]
    fn forget(&mut self, tables: &Tables) {
        *self = Remembered {
            of: Some(Arc::clone(&tables.identity)),
            ..Remembered::default()
        };
    }
}
