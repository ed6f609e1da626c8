//! Of which targets each node is a member: worked out once, and kept once, for all nodes that the sets see alike.
//!
//! What it never does: look at a prescription; that is `members`.
use crate::catalogue::Node;
use crate::csr::{Csr, narrow, wide};
use crate::members::bit;
use crate::program::Tables;
use crate::sets::{Set, Sight};
use rustc_hash::{FxHashMap, FxHasher};
use shenfang_order::Order;
use std::hash::Hasher;

/// Of which targets each node is a member: those that are seen alike (thousands are seen by no set at all) have one list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    /// node → its list
    of: Vec<u32>,
    /// list → targets, ascending
    lists: Csr<u32>,
}

impl Members {
    /// Works them out.
    pub fn of(tables: &Tables) -> Members {
        let alike = alike(tables);
        // By what its concept is like, how an item comes to it and whether it is all of the item.
        let mut known = vec![None; alike.len().saturating_mul(8)];
        let nodes = tables.catalogue.nodes.values();
        let mut of = Vec::with_capacity(nodes.len());
        let mut firsts = Vec::new();
        for node in nodes {
            let like = alike.get(wide(node.concept)).copied().unwrap_or(u32::MAX);
            let how = node.via.place() << 1 | usize::from(node.is_sole());
            let next = narrow(firsts.len());
            let known = known.get_mut(wide(like) << 3 | how);
            let list = known.map_or(next, |known| *known.get_or_insert(next));
            if list == next {
                firsts.push(node);
            }
            of.push(list);
        }
        let mut targets = Targets::of(tables);
        Members {
            of,
            lists: Csr::from_rows(firsts.into_iter().map(|node| targets.of_node(node))),
        }
    }

    /// The list of a node.
    #[inline]
    pub fn list(&self, node: u32) -> u32 {
        self.of.get(wide(node)).copied().unwrap_or(u32::MAX)
    }

    /// The targets of a list, ascending.
    #[inline]
    pub fn targets(&self, list: u32) -> &[u32] {
        self.lists.row(list)
    }

    /// What the targets of every list lead to, in order.
    pub fn lead<T: Copy + Ord>(&self, from_targets: &Csr<T>) -> Csr<T> {
        let lead = |list: u32| {
            let mut all = Vec::new();
            for target in self.targets(list) {
                all.extend_from_slice(from_targets.row(*target));
            }
            all.order();
            all
        };
        Csr::from_rows((0..narrow(self.lists.rows())).map(lead))
    }

    /// Target → how many nodes are members of it; there are so many targets.
    pub fn count(&self, targets: usize) -> Vec<u32> {
        let mut nodes = vec![0_u32; self.lists.rows()];
        let mut members = vec![0_u32; targets];
        let add = |counts: &mut [u32], at: u32, many: u32| {
            if let Some(count) = counts.get_mut(wide(at)) {
                *count = count.saturating_add(many);
            }
        };
        self.of.iter().for_each(|list| add(&mut nodes, *list, 1));
        for (list, many) in (0..).zip(nodes) {
            self.targets(list)
                .iter()
                .for_each(|target| add(&mut members, *target, many));
        }
        members
    }

    /// List → whether something is so of it.
    pub fn lists_that(&self, is: impl Fn(u32) -> bool) -> Vec<bool> {
        (0..narrow(self.lists.rows())).map(is).collect()
    }
}

/// Concept → the first of those that reach the same rows in every family, as far as that is told cheaply: the sets see them alike.
fn alike(tables: &Tables) -> Vec<u32> {
    let families = &tables.families;
    let concepts = tables.catalogue.entries.len();
    // Nearly all reach nothing but in the first family.
    let mut hashes = vec![(0_u64, false); concepts];
    for (number, family) in (0_u32..).zip(families) {
        for (rows, (hash, elsewhere)) in family.reached.iter().zip(&mut hashes) {
            if !rows.is_empty() {
                let mut hasher = FxHasher::default();
                hasher.write_u64(*hash);
                hasher.write_u32(number);
                rows.iter().for_each(|row| hasher.write_u32(*row));
                *hash = hasher.finish();
                *elsewhere |= number != 0;
            }
        }
    }
    let mut known: FxHashMap<u64, (u32, bool)> = FxHashMap::default();
    let first = |(concept, (hash, elsewhere)): (u32, (u64, bool))| {
        let (first, also) = *known.entry(hash).or_insert((concept, elsewhere));
        let many = if elsewhere || also { families.len() } else { 1 };
        let mut families = families.iter().take(many);
        match families.all(|family| family.reached.row(first) == family.reached.row(concept)) {
            true => first,
            false => concept,
        }
    };
    (0..).zip(hashes).map(first).collect()
}

/// What is asked of every node: the sets that hold whatever reaches one of their rows, and the targets that no row leads to. Of those most are told by
/// which of the concepts they name a node does not reach.
struct Targets<'t> {
    tables: &'t Tables,
    /// target → whether its set holds whatever reaches one of its rows
    plain: Vec<bool>,
    /// open targets that hold what reaches nothing; then those of what is not alone in its product
    open: [Vec<u32>; 2],
    /// concept → open targets that name it
    named: Csr<u32>,
    /// those found of a node, a bit each
    found: Vec<u64>,
}

impl<'t> Targets<'t> {
    fn of(tables: &'t Tables) -> Targets<'t> {
        let open = || tables.families.iter().flat_map(|family| family.open.iter().copied());
        let reaching_nothing = |sole| Sight {
            rows: &[],
            closure: &[],
            sole,
            codes: &[],
        };
        let holds = |target: u32, sole| set_of(tables, target).is_some_and(|set| set.holds(reaching_nothing(sole)));
        let rows = |target| set_of(tables, target).into_iter().flat_map(Set::rows);
        let named = open().flat_map(|target| rows(target).map(move |row| (row, target)));
        let all = 0..narrow(tables.targets.len());
        Targets {
            plain: all
                .map(|target| set_of(tables, target).is_some_and(Set::holds_its_rows))
                .collect(),
            open: [true, false].map(|sole| open().filter(|target| holds(*target, sole)).collect()),
            named: Csr::from_pairs(tables.catalogue.entries.len(), named.collect()),
            found: vec![0; tables.targets.len().div_ceil(64)],
            tables,
        }
    }

    /// The targets a node is a member of.
    fn of_node(&mut self, node: &Node) -> Vec<u32> {
        self.found.fill(0);
        let [sole, part] = &self.open;
        let open = if node.is_sole() { sole } else { part };
        open.iter().for_each(|target| add(&mut self.found, *target, true));
        let closure = self.reached(0, node).iter();
        for target in closure.flat_map(|concept| self.named.row(*concept)) {
            let holds = self.holds(node, *target);
            add(&mut self.found, *target, holds);
        }
        for (family, of) in (0..).zip(&self.tables.families) {
            for target in self.reached(family, node).iter().flat_map(|row| of.targets.row(*row)) {
                let surely = self.plain.get(wide(*target)) == Some(&true);
                if surely || self.holds(node, *target) {
                    add(&mut self.found, *target, true);
                }
            }
        }
        let within = |target: &u32| {
            let target = self.tables.targets.get(wide(*target));
            target.is_some_and(|target| node.via.within(target.reach))
        };
        numbers(&self.found, within)
    }

    fn reached(&self, family: u32, node: &Node) -> &'t [u32] {
        let family = self.tables.families.get(wide(family));
        family.map_or(&[], |family| family.reached.row(node.concept))
    }

    fn holds(&self, node: &Node, target: u32) -> bool {
        let family = self.tables.targets.get(wide(target)).map(|target| target.family);
        let sight = Sight {
            rows: family.map_or(&[], |family| self.reached(family, node)),
            closure: self.reached(0, node),
            sole: node.is_sole(),
            codes: &[],
        };
        set_of(self.tables, target).is_some_and(|set| set.holds(sight))
    }
}

/// Adds a number to those that have a bit each, or takes it away.
fn add(found: &mut [u64], number: u32, is: bool) {
    if let Some(word) = found.get_mut(wide(number >> 6)) {
        *word = *word & !bit(number) | if is { bit(number) } else { 0 };
    }
}

/// The numbers whose bits are set, ascending, as far as they are wanted.
fn numbers(words: &[u64], wanted: impl Fn(&u32) -> bool) -> Vec<u32> {
    let many: u32 = words.iter().map(|word| word.count_ones()).sum();
    let mut all = Vec::with_capacity(wide(many));
    for (start, word) in (0_u32..).step_by(64).zip(words) {
        let mut left = *word;
        while left != 0 {
            let number = start.saturating_add(left.trailing_zeros());
            left &= left.wrapping_sub(1);
            if wanted(&number) {
                all.push(number);
            }
        }
    }
    all
}

fn set_of(tables: &Tables, target: u32) -> Option<&Set> {
    tables.sets.get(wide(tables.targets.get(wide(target))?.set))
}
