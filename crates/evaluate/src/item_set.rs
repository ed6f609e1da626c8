//! Items of a set in a condition: `count`, `any`, `no`, `total`. Diluents and skin tests take no part, refills none in what is counted.
use crate::condition::ItemSet;
use crate::csr::narrow;
use crate::evaluate::{View, add};
use crate::needs::{Need, Needs};
use shenfang_clinical::dosage::ItemField;
use shenfang_knowledge::Origin;
use shenfang_units::Truth;

/// A line that is, or may be, in the set.
#[derive(Clone, Copy)]
pub(crate) struct SetMember {
    pub line: u32,
    pub node: Option<u32>,
    /// `True` or `Unknown`
    pub truth: Truth,
}

/// What is left open about a set.
#[derive(Clone, Copy, Default)]
pub(crate) struct Open {
    /// current medications are not known
    pub phantom: bool,
    /// some line's membership is not, or current medications are not
    pub unknown: bool,
}

type Visit<'f> = &'f mut dyn FnMut(SetMember, Option<&mut Needs>);

impl View<'_, '_> {
    /// `any SET`.
    pub fn some(&self, items: &ItemSet, needs: Option<&mut Needs>) -> Truth {
        if let (Some(lines), None) = (self.sheet.counted(items.origin), &needs) {
            return match self.sheet.members_among(items.target, lines) {
                0 if items.origin != Origin::Prescribed && self.phantom() => Truth::Unknown,
                members => Truth::known(members > 0),
            };
        }
        // The first that is surely one is enough.
        let counts = |line: u32| self.takes_part(line, items) == Some(Truth::True);
        let found = match self.sheet.is_any(items.target) {
            true => (0..narrow(self.sheet.lines.len())).any(counts),
            false => {
                let mut members = self.sheet.lines_of(items.target);
                members.any(|row| self.is_sure(row.line) && counts(row.line))
            }
        };
        if found {
            return Truth::True;
        }
        let open = self.each_member(items, &|_| false, needs, &mut |_, _| {});
        if open.unknown { Truth::Unknown } else { Truth::False }
    }

    /// Visits the lines of a set in order; adds what the unknown ones lack. Lines `skip` speaks of are not there.
    pub fn each_member(
        &self,
        items: &ItemSet,
        skip: &dyn Fn(u32) -> bool,
        mut needs: Option<&mut Needs>,
        visit: Visit<'_>,
    ) -> Open {
        let mut open = Open::default();
        let mut see = |line: u32, node: Option<u32>, sure: bool| {
            let Some(truth) = self.takes_part(line, items).filter(|_| !skip(line)) else {
                return;
            };
            if let Some(needs) = needs.as_deref_mut() {
                if truth == Truth::Unknown {
                    needs.add(Need::AUTHORED);
                }
                if !sure {
                    self.lack_field(line, ItemField::Drug, needs);
                }
            }
            let truth = if sure { truth } else { Truth::Unknown };
            open.unknown |= truth == Truth::Unknown;
            visit(SetMember { line, node, truth }, needs.as_deref_mut());
        };
        if self.sheet.is_any(items.target) {
            for (number, line) in (0u32..).zip(self.sheet.lines) {
                see(number, line.first, true);
            }
        } else {
            for first in self.sheet.lines_of(items.target) {
                see(first.line, Some(first.node), self.is_sure(first.line));
            }
        }
        open.phantom = items.origin != Origin::Prescribed && self.phantom();
        if open.phantom {
            open.unknown = true;
            add(needs, Need::CURRENT);
        }
        open
    }

    /// Whether what a line denotes makes it a member for sure.
    fn is_sure(&self, line: u32) -> bool {
        !self.sheet.line(line).is_some_and(|line| line.ambiguous())
    }

    /// Whether the line may be counted in a set of this origin; `None` when it is not.
    fn takes_part(&self, number: u32, items: &ItemSet) -> Option<Truth> {
        let line = self.sheet.line(number)?;
        if line.diluent || line.skin_test {
            return None;
        }
        let truth = self.sheet.comes_from(number, items.origin, items.within_days);
        (truth != Truth::False).then_some(truth)
    }
}
