//! Binds a rule's variables to lines, every order, and keeps the best binding of each set of lines.
//!
//! What it never does: try more than [`MOST`] bindings of one rule, or multiply the meanings of ambiguous names.
use crate::answers::{Lines, only};
use crate::evaluate::{Slot, View};
use crate::index::Trait;
use crate::judge::{Judged, Policy};
use crate::rules::{Relation, Rule};
use crate::sheet::Sheet;
use shenfang_clinical::Category;
use shenfang_knowledge::Origin;
use shenfang_order::Order;
use shenfang_units::Truth;
use smallvec::SmallVec;
use std::cmp::Reverse;

/// Most lines tried for the variables of one rule. All ordered pairs of the 500 items a sheet may hold are fewer.
pub(crate) const MOST: usize = 1 << 18;
/// Variables of a rule.
pub(crate) const VARIABLES: usize = 4;

/// A binding that does not fail.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    /// lines ascending; `u32::MAX` where there is none
    key: [u32; VARIABLES],
    /// the variables' slots, so many of them
    pub slots: [Slot; VARIABLES],
    pub count: usize,
    pub judged: Judged,
}

/// The search over one rule.
struct Search<'a, 'p> {
    sheet: &'a Sheet<'a, 'p>,
    rule: &'a Rule,
    policy: &'a Policy<'a>,
    /// medications that nobody stated take part
    phantoms: bool,
    /// by variable: the lines that may stand in its relation to another; a medication that nobody stated might to any
    sharing: [Lines; VARIABLES],
    /// what the variables may be bound to, one after the other, and where each one's end
    candidates: SmallVec<[Slot; 16]>,
    ends: [usize; VARIABLES],
    slots: [Slot; VARIABLES],
    tried: usize,
    found: Vec<Bound>,
}

/// The best binding of each set of lines, in order of lines; true where the search was cut short.
pub(crate) fn bind(sheet: &Sheet<'_, '_>, rule: &Rule, policy: &Policy<'_>) -> (Vec<Bound>, bool) {
    let mut search = Search {
        sheet,
        rule,
        policy,
        phantoms: may_be_phantom(sheet, rule),
        sharing: sharing(sheet, rule),
        candidates: SmallVec::new(),
        ends: [0; VARIABLES],
        slots: [Slot::PHANTOM; VARIABLES],
        tried: 0,
        found: Vec::new(),
    };
    if (search.phantoms || !search.sharing.contains(&0)) && search.gather() {
        search.extend(0);
    }
    let Search { mut found, tried, .. } = search;
    found.order_by_key(|bound| (bound.key, Reverse(bound.judged.rank())));
    found.dedup_by_key(|bound| bound.key);
    (found, tried >= MOST)
}

/// Whether medications that nobody stated take part in a rule. Those of pairs that ask the same are judged together, elsewhere.
fn may_be_phantom(sheet: &Sheet<'_, '_>, rule: &Rule) -> bool {
    sheet.rx.current_medications.is_none()
        && rule.shape.is_none()
        && rule.bindings.iter().any(|binding| binding.origin != Origin::Prescribed)
}

/// Where a variable relates to the one before it, the lines that do: a list on which no drug stands twice, or no two are infused, is done with at
/// once.
fn sharing(sheet: &Sheet<'_, '_>, rule: &Rule) -> [Lines; VARIABLES] {
    let mut sharing = [Lines::MAX; VARIABLES];
    for (lines, binding) in sharing.iter_mut().zip(&rule.bindings) {
        *lines = match binding.relation.as_deref() {
            Some(Relation::MixedWith(_)) if rule.bindings.len() == 2 && !sheet.may_be_mixed() => 0,
            Some(relation) => Trait::of(relation).map_or(Lines::MAX, |of| sheet.sharing(of)),
            None => Lines::MAX,
        };
    }
    sharing
}

/// Whether a line is among those; all of them hold every line, however many there are.
fn is_one_of(line: u32, lines: Lines) -> bool {
    lines == Lines::MAX || lines & only(line) != 0
}

impl Sheet<'_, '_> {
    /// Whether a line may take part in rules of a category: no skin test where drugs are counted, no line without footnotes where these are
    /// judged.
    pub fn may_take_part(&self, category: Category, number: u32) -> bool {
        match category {
            Category::Dose | Category::DuplicateTherapy | Category::Legality => {
                self.line(number).is_some_and(|line| !line.skin_test)
            }
            Category::Preparation => View::bare(self).has_footnotes(number),
            _ => true,
        }
    }
}

impl Search<'_, '_> {
    /// Finds what each variable may be bound to, whatever the others are; false where there is nothing for one of so few that no search over them
    /// is cut short.
    fn gather(&mut self) -> bool {
        let sheet = self.sheet;
        for (binding, end) in self.rule.bindings.iter().zip(&mut self.ends) {
            let before = self.candidates.len();
            let candidate = |line: u32, node: Option<u32>| {
                let truth = sheet.comes_from(line, binding.origin, binding.within());
                let binds = truth != Truth::False && sheet.may_take_part(self.rule.says.category, line);
                let line = Some(line);
                binds.then_some(Slot { line, node, truth })
            };
            if binding.any {
                let lines = (0u32..).zip(sheet.lines);
                let all = lines.filter_map(|(number, line)| candidate(number, line.first));
                self.candidates.extend(all);
            } else {
                let lines = sheet.lines_of(binding.target);
                let all = lines.filter_map(|first| candidate(first.line, Some(first.node)));
                self.candidates.extend(all);
            }
            *end = self.candidates.len();
            let phantom = self.phantoms && binding.origin != Origin::Prescribed;
            if *end == before && !phantom && self.rule.bindings.len() < VARIABLES {
                return false;
            }
        }
        true
    }

    fn extend(&mut self, depth: usize) {
        let Some(binding) = self.rule.bindings.get(depth) else {
            return self.judge(depth);
        };
        let before = depth.checked_sub(1).and_then(|at| self.slots.get(at)?.line);
        let sharing = self.sharing.get(depth).copied().unwrap_or(Lines::MAX);
        let worth = match before {
            Some(before) if is_one_of(before, sharing) => sharing,
            // No other line is worth a look.
            Some(_) => 0,
            None => Lines::MAX,
        };
        let end = |depth: usize| self.ends.get(depth).copied().unwrap_or(0);
        for at in depth.checked_sub(1).map_or(0, end)..end(depth) {
            let candidate = self.candidates.get(at).copied();
            if let Some((slot, line)) = candidate.and_then(|slot| Some((slot, slot.line?)))
                && is_one_of(line, worth)
                && self.may_bind(depth, line)
            {
                self.bind(depth, slot);
            }
        }
        if self.phantoms && binding.origin != Origin::Prescribed {
            self.bind(depth, Slot::PHANTOM);
        }
    }

    /// Whether the lines bound before go with it.
    fn may_bind(&self, depth: usize, number: u32) -> bool {
        let current = |line: u32| self.sheet.line(line).map(|line| line.current);
        let before = self.slots.get(..depth).unwrap_or(&[]);
        before.iter().filter_map(|slot| slot.line).all(|other| {
            let elsewhere = current(other) != current(number);
            other != number && !(elsewhere && self.sheet.same_product(other, number))
        })
    }

    fn bind(&mut self, depth: usize, mut slot: Slot) {
        if self.tried >= MOST {
            return;
        }
        self.tried = self.tried.saturating_add(1);
        let relation = self.rule.bindings.get(depth).and_then(|b| b.relation.as_deref());
        if let Some(relation) = relation {
            let before = self.slots.get(..depth).unwrap_or(&[]);
            slot.truth = slot
                .truth
                .and(View::bare(self.sheet).related(relation, before, &slot, None));
            if slot.truth == Truth::False {
                return;
            }
        }
        if let Some(place) = self.slots.get_mut(depth) {
            *place = slot;
            self.extend(depth.saturating_add(1));
        }
    }

    fn judge(&mut self, count: usize) {
        let slots = self.slots.get(..count).unwrap_or(&[]);
        let prescribed = |slot: &Slot| {
            let line = slot.line.and_then(|line| self.sheet.line(line));
            line.is_some_and(|line| !line.current)
        };
        if count > 0 && !slots.iter().any(prescribed) {
            return;
        }
        let view = View {
            sheet: self.sheet,
            slots,
            assumed: &[],
        };
        let Some(judged) = view.judge(self.rule, self.policy) else {
            return;
        };
        let mut key = [u32::MAX; VARIABLES];
        for (place, slot) in key.iter_mut().zip(slots) {
            *place = slot.line.unwrap_or(u32::MAX);
        }
        key.order();
        self.found.push(Bound {
            key,
            slots: self.slots,
            count,
            judged,
        });
    }
}
