//! Sorting that is compiled once, not once for each type sorted: the standard library's sorts, a hundred of them, were a tenth of the engine a browser loads.
//!
//! What it never does: put equals in another order than they came. Lists of a few are sorted where they lie; in a browser longer ones are
//! sorted by their places, elsewhere by the standard library, for speed.
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many are sorted where they lie.
const FEW: usize = 16;

/// Stable sorting of a slice. The names differ from the standard library's, which would be chosen before these.
pub trait Order<T> {
    /// By what `compare` says.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// By the value itself.
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(Ord::cmp);
    }

    /// By a key of each value.
    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering) {
        if self.len() <= FEW {
            insert(self, compare);
        } else if cfg!(target_family = "wasm") {
            by_places(self, compare);
        } else {
            self.sort_by(compare);
        }
    }
}

/// Each value moves before those that are greater.
fn insert<T>(values: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    for end in 1..values.len() {
        let mut at = end;
        while let Some(before) = at.checked_sub(1)
            && let (Some(a), Some(b)) = (values.get(before), values.get(at))
            && compare(a, b).is_gt()
        {
            values.swap(before, at);
            at = before;
        }
    }
}

/// The places are sorted, and the values then put there.
fn by_places<T>(values: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let swaps = swaps(values.len(), &mut |a, b| match (values.get(a), values.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    for (a, b) in swaps {
        values.swap(a, b);
    }
}

/// What to swap, in turn, so that `length` values stand in order. The one function that sorts.
fn swaps(length: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<(usize, usize)> {
    let mut from: Vec<usize> = (0..length).collect();
    from.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
    let mut swaps = Vec::with_capacity(length);
    for start in 0..length {
        let mut at = start;
        // Round the circle of places that hand their values on, until the value that lay at the start is reached.
        while let Some(next) = from.get_mut(at).map(|next| std::mem::replace(next, at))
            && next != start
            && next != at
        {
            swaps.push((at, next));
            at = next;
        }
    }
    swaps
}

/// A map of these: of a key that comes again the later value. Collecting into a `BTreeMap` would sort first.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}

/// The set of these. Collecting into a `BTreeSet` would sort first.
pub fn set<T: Ord>(values: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(values);
    set
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_the_standard_library_does(values in prop::collection::vec((0_u8..20, any::<u8>()), 0..80)) {
            let mut expected = values.clone();
            expected.sort_by_key(|(key, _)| *key);
            for sort in [insert, by_places, |all: &mut [(u8, u8)], compare: fn(&(u8, u8), &(u8, u8)) -> Ordering| all.order_by(compare)] {
                let mut sorted = values.clone();
                sort(&mut sorted, |a, b| a.0.cmp(&b.0));
                prop_assert_eq!(&sorted, &expected);
            }
        }
    }

    #[test]
    fn maps_keep_the_later_value() {
        assert_eq!(
            map([(2, 'a'), (1, 'b'), (2, 'c')]).into_iter().collect::<Vec<_>>(),
            [(1, 'b'), (2, 'c')]
        );
        assert_eq!(set([3, 1, 3]).into_iter().collect::<Vec<_>>(), [1, 3]);
    }
}
