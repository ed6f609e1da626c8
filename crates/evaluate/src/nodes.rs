//! Of which targets each node is a member: worked out once, and kept once, for all nodes that the sets see alike.
//!
//! What it never does: look at a prescription; that is `members`.
use crate::catalogue::{Node, Via};
use crate::csr::{Csr, narrow, wide};
use crate::program::Tables;
use crate::sets::{Set, Sight};
use rustc_hash::FxHashMap;
use shenfang_order::Order;

/// How a node is seen by the sets.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Seen {
    via: Option<Via>,
    sole: bool,
    /// the rows it reaches in each family: how many, and which
    rows: Vec<u32>,
}

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
        let targets = Targets::of(tables);
        let mut lists = Vec::new();
        let mut known: FxHashMap<Seen, u32> = FxHashMap::default();
        let mut seen = Seen::default();
        let nodes = tables.catalogue.nodes.values().iter();
        let list = |node: &Node| {
            (seen.via, seen.sole) = (Some(node.via), node.is_sole());
            seen.rows.clear();
            for family in &tables.families {
                let rows = family.reached.row(node.concept);
                seen.rows.push(narrow(rows.len()));
                seen.rows.extend(rows);
            }
            known.get(&seen).copied().unwrap_or_else(|| {
                let next = narrow(lists.len());
                lists.push(targets.of_node(node));
                known.insert(seen.clone(), next);
                next
            })
        };
        Members {
            of: nodes.map(list).collect(),
            lists: Csr::from_rows(lists),
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
            let targets = self.targets(list).iter();
            let mut all: Vec<T> = targets.flat_map(|target| from_targets.row(*target)).copied().collect();
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

/// What is asked of every node: the sets that hold whatever reaches one of their rows, and the targets that no row leads to. Of those most are told by
/// which of the concepts they name a node does not reach.
struct Targets<'t> {
    tables: &'t Tables,
    plain: Vec<bool>,
    /// open targets that hold what reaches nothing; then those of what is not alone in its product
    open: [Vec<u32>; 2],
    /// concept → open targets that name it
    named: Csr<u32>,
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
        Targets {
            plain: tables.sets.iter().map(Set::holds_its_rows).collect(),
            open: [true, false].map(|sole| open().filter(|target| holds(*target, sole)).collect()),
            named: Csr::from_pairs(tables.catalogue.entries.len(), named.collect()),
            tables,
        }
    }

    /// The targets a node is a member of.
    fn of_node(&self, node: &Node) -> Vec<u32> {
        let Targets { tables, plain, .. } = self;
        let reached = |family: usize| {
            tables
                .families
                .get(family)
                .map_or(&[][..], |f| f.reached.row(node.concept))
        };
        let closure = reached(0);
        let known = |target: u32| tables.targets.get(wide(target));
        let within = |target: u32| known(target).is_some_and(|target| node.via.within(target.reach));
        let holds = |target: u32| {
            let sight = Sight {
                rows: known(target).map_or(&[][..], |target| reached(wide(target.family))),
                closure,
                sole: node.is_sole(),
                codes: &[],
            };
            set_of(tables, target).is_some_and(|set| set.holds(sight))
        };
        let mut all: Vec<u32> = closure
            .iter()
            .flat_map(|concept| self.named.row(*concept))
            .copied()
            .collect();
        all.order();
        all.dedup();
        let [sole, part] = &self.open;
        let open = if node.is_sole() { sole } else { part };
        let unnamed: Vec<u32> = open
            .iter()
            .copied()
            .filter(|target| all.binary_search(target).is_err())
            .collect();
        all.retain(|target| holds(*target));
        all.extend(unnamed);
        for (family, of) in tables.families.iter().enumerate() {
            let by_row = reached(family).iter().flat_map(|row| of.targets.row(*row)).copied();
            let surely = |target: u32| known(target).is_some_and(|known| plain.get(wide(known.set)) == Some(&true));
            all.extend(by_row.filter(|target| surely(*target) || holds(*target)));
        }
        all.retain(|target| within(*target));
        all.order();
        all.dedup();
        all
    }
}

fn set_of(tables: &Tables, target: u32) -> Option<&Set> {
    tables.sets.get(wide(tables.targets.get(wide(target))?.set))
}
