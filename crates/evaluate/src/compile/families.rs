//! From which rows each concept is reached, and which targets a row leads to.
use super::sets::Sets;
use crate::catalogue::Catalogue;
use crate::csr::{Csr, narrow, wide};
use crate::sets::{Family, Leaf, Set, Target};
use shenfang_order::Order;
use shenfang_units::Truth;
use smallvec::SmallVec;

pub(super) fn compile(catalogue: &Catalogue, sets: &Sets<'_>) -> Vec<Family> {
    let of_rows = (1..=narrow(sets.kinds.len())).map(|family| {
        let live = sets.live_rows.iter().filter(|(of, _)| *of == family);
        let live = live.filter_map(|(_, set)| sets.sets.get(wide(*set)));
        let rows = named(catalogue.entries.len(), live.flat_map(|set| concepts_of(set, false)));
        one(catalogue, &sets.sets, &sets.targets, family, &rows)
    });
    std::iter::once(closure(catalogue, &sets.sets, &sets.targets))
        .chain(of_rows)
        .collect()
}

/// The first family, of everything above: it follows from catalogue, sets and targets alone, and is not stored.
pub(crate) fn closure(catalogue: &Catalogue, sets: &[Set], targets: &[Target]) -> Family {
    let rows = named(
        catalogue.entries.len(),
        sets.iter().flat_map(|set| concepts_of(set, true)),
    );
    one(catalogue, sets, targets, 0, &rows)
}

fn one(catalogue: &Catalogue, sets: &[Set], targets: &[Target], family: u32, rows: &[bool]) -> Family {
    let mut pairs = Vec::new();
    let mut open = Vec::new();
    for (number, target) in (0u32..).zip(targets) {
        if target.family != family {
            continue;
        }
        let Some(set) = sets.get(wide(target.set)).filter(|set| !set.any) else {
            continue;
        };
        if is_open(set) {
            open.push(number);
        } else {
            pairs.extend(concepts_of(set, false).map(|row| (row, number)));
        }
    }
    Family {
        reached: nearest(catalogue, rows, family != 0),
        targets: Csr::from_pairs(catalogue.entries.len(), pairs),
        open,
    }
}

/// Concepts a set names: those that stand as rows, or all.
fn concepts_of(set: &Set, all: bool) -> impl Iterator<Item = u32> + '_ {
    set.expression
        .leaves()
        .flat_map(move |leaf| match leaf {
            Leaf::Rows(ids) => ids.as_slice(),
            Leaf::Below(ids) if all => ids.as_slice(),
            _ => &[],
        })
        .copied()
}

/// Whether a node may be a member although no row reaches it.
fn is_open(set: &Set) -> bool {
    let without_rows = |leaf: &Leaf| match leaf {
        Leaf::Rows(_) => Truth::False,
        Leaf::Every => Truth::True,
        // Codes as written are a patient's, never an item's.
        Leaf::Codes(_) => Truth::False,
        Leaf::Below(_) | Leaf::Sole => Truth::Unknown,
    };
    set.expression.truth(&without_rows) != Truth::False
}

fn named(concepts: usize, rows: impl Iterator<Item = u32>) -> Vec<bool> {
    let mut is_row = vec![false; concepts];
    for row in rows {
        if let Some(is) = is_row.get_mut(wide(row)) {
            *is = true;
        }
    }
    is_row
}

/// Concept → rows at or above it, sorted. With `stop` the climb ends, on each branch, at the first row.
pub(super) fn nearest(catalogue: &Catalogue, is_row: &[bool], stop: bool) -> Csr<u32> {
    let mut stamps = vec![u32::MAX; catalogue.entries.len()];
    let mut waiting = Vec::new();
    let reached = |concept: u32| {
        let mut found: SmallVec<[u32; 8]> = SmallVec::new();
        waiting.push(concept);
        while let Some(at) = waiting.pop() {
            match stamps.get_mut(wide(at)) {
                Some(stamp) if *stamp != concept => *stamp = concept,
                _ => continue,
            }
            let row = is_row.get(wide(at)).copied().unwrap_or(false);
            if row {
                found.push(at);
            }
            if !(row && stop) {
                waiting.extend(catalogue.above.row(at));
            }
        }
        found.order();
        found
    };
    Csr::from_rows((0..narrow(catalogue.entries.len())).map(reached))
}
