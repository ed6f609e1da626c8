//! Pairs that current medications nobody stated leave open. A common drug is named by hundreds of pair rules; those that ask the same of it
//! are judged once, and told together.
//!
//! Rules of several variables that are in no group are asked of each line too, where no other line takes part in them.
//!
//! What it never does: speak of two that both stand on the sheet; that is `bind`'s.
use crate::csr::{Csr, narrow, wide};
use crate::evaluate::{Slot, View, in_force};
use crate::judge::{Judged, Policy};
use crate::members::Row;
use crate::outcomes::Outcomes;
use crate::presume::Settled;
use crate::program::Tables;
use crate::rules::{Binding, Rule};
use crate::sheet::Sheet;
use crate::verdict::{Rank, RuleList, Told, Verdicts};
use shenfang_clinical::Severity;
use shenfang_knowledge::Origin;
use shenfang_order::Order;
use shenfang_units::Truth;
use smallvec::smallvec;
use std::cmp::Reverse;

/// Pair rules that ask the same of what is bound to one of their variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    shape: u32,
    /// which variable
    side: u8,
    /// one of them
    rule: u32,
    /// where their places among all ids stand
    start: u32,
    end: u32,
}

/// The groups that each target leads to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    of: Csr<Group>,
    places: Vec<u32>,
}

impl Groups {
    /// Whether a target leads to some group.
    pub fn leads_from(&self, target: u32) -> bool {
        !self.of.row(target).is_empty()
    }

    fn places(&self, group: &Group) -> &[u32] {
        self.places.get(wide(group.start)..wide(group.end)).unwrap_or(&[])
    }
}

/// Which rules are grouped, and the groups.
pub(crate) fn groups(tables: &Tables) -> (Vec<bool>, Groups) {
    let many = tables.rules.rules.len();
    let mut grouped = vec![false; many];
    let mut all = Vec::with_capacity(many.saturating_mul(2));
    for (number, rule) in (0u32..).zip(&tables.rules.rules) {
        let (Some(shape), [first, second]) = (rule.shape, rule.bindings.as_slice()) else {
            continue;
        };
        if let Some(is) = grouped.get_mut(wide(number)) {
            *is = true;
        }
        for (side, bound, other) in [(0u8, first, second), (1, second, first)] {
            if bound.origin != Origin::Current && other.origin != Origin::Prescribed {
                all.push((bound.target, shape, side, rule.says.id, number));
            }
        }
    }
    all.order();
    let mut groups = Vec::new();
    let mut places = Vec::with_capacity(all.len());
    for same in all.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
        let start = narrow(places.len());
        places.extend(same.iter().map(|(.., place, _)| *place));
        if let Some((target, shape, side, _, rule)) = same.first() {
            let group = Group {
                shape: *shape,
                side: *side,
                rule: *rule,
                start,
                end: narrow(places.len()),
            };
            groups.push((*target, group));
        }
    }
    let of = Csr::from_pairs(tables.targets.len(), groups);
    (grouped, Groups { of, places })
}

/// What becomes of the rules of a group.
#[derive(PartialEq)]
struct Outcome {
    settled: Settled,
    rank: Rank,
    /// a policy's
    severity: Option<Severity>,
}

/// A rule and what becomes of it: the higher rank counts, then the variable that comes first.
type Listed = (u32, Reverse<Rank>, u8, usize);

/// What medications that nobody stated may pair with on one line, written as it is.
#[derive(Default)]
pub(crate) struct Pairs {
    /// whoever the patient is
    told: Vec<Told>,
    /// groups that ask more than the line can answer, each with the node by which it is reached
    others: Vec<(Row, Group)>,
    alone: Option<Box<Alone>>,
}

/// The rules of several variables, in no group, that name a line and may be left open.
#[derive(Default)]
struct Alone {
    /// those that bind it to one variable wherever no other line takes part in them, each with the node that it is bound by
    rules: Vec<(u32, Option<u32>)>,
    /// what these came to
    outcomes: Outcomes,
    /// the targets of their variables
    named: Vec<u32>,
    /// the others
    rest: Vec<u32>,
}

/// One line, and what pairs with it.
struct Line<'s, 'p> {
    sheet: &'s Sheet<'s, 'p>,
    outcomes: Vec<Outcome>,
    listed: Vec<Listed>,
    /// groups judged: node, shape, side, outcome
    judged: Vec<(u32, u32, u8, Option<usize>)>,
}

impl Pairs {
    /// Of a line, by its nodes. Asked only where current medications are not known.
    #[cold]
    #[inline(never)]
    pub fn of(sheet: &Sheet<'_, '_>, number: u32, rows: &[Row]) -> Pairs {
        let mut line = Line::new(sheet);
        let mut pairs = Pairs {
            alone: Alone::of(sheet, number, rows),
            ..Pairs::default()
        };
        for (at, row) in rows.iter().enumerate() {
            let before = rows.get(..at).unwrap_or(&[]);
            // The first node by which a line is a member speaks for it.
            let targets = sheet.index.targets_of(row.node).iter();
            let first = targets.filter(|target| !before.iter().any(|row| sheet.holds(row, **target)));
            for group in first.flat_map(|target| sheet.index.groups.of.row(*target)) {
                match group.is_of_line(sheet, number) {
                    true => line.pairs_with(row, group),
                    false => pairs.others.push((*row, *group)),
                }
            }
        }
        line.tell(&mut |rules, severity, settled| {
            pairs.told.push(Told {
                rules,
                severity,
                settled,
            });
        });
        pairs
    }

    /// What the rules in no group come to that bind no other line; to those of the others that name this one `judge` is called.
    pub fn tell_alone<'p>(
        &self,
        sheet: &Sheet<'_, 'p>,
        (number, rows): (u32, &[Row]),
        verdicts: &mut Verdicts<'p>,
        judge: &mut dyn FnMut(u32, &mut Verdicts<'p>),
    ) {
        let Some(alone) = &self.alone else { return };
        let takes_part = |target: &u32| sheet.bits.may_have(*target) && sheet.has_member_beside(number, *target);
        if alone.named.iter().any(takes_part) {
            for rule in rows.iter().flat_map(|row| sheet.index.mentions_of(row.node)) {
                judge(*rule, verdicts);
            }
            return;
        }
        alone.outcomes.tell(sheet, number, &alone.rules, verdicts);
        for rule in &alone.rest {
            judge(*rule, verdicts);
        }
    }

    /// Leaves open what may pair with the line.
    pub fn leave_open<'p>(&self, sheet: &Sheet<'_, 'p>, number: u32, verdicts: &mut Verdicts<'p>) {
        for told in &self.told {
            verdicts.leave_line_open(number, &told.rules, told.severity, &told.settled);
        }
        if self.others.is_empty() {
            return;
        }
        let mut line = Line::new(sheet);
        for (row, group) in &self.others {
            let row = row.on_line(number);
            line.pairs_with(&row, group);
        }
        line.tell(&mut |rules, severity, settled| {
            verdicts.leave_open(rules, severity, smallvec![number], settled);
        });
    }
}

impl Alone {
    /// Of a line, by its nodes; `None` where no such rule names it.
    fn of(sheet: &Sheet<'_, '_>, number: u32, rows: &[Row]) -> Option<Box<Alone>> {
        let mentions = rows.iter().flat_map(|row| sheet.index.mentions_of(row.node));
        let mut mentions: Vec<u32> = mentions.copied().collect();
        mentions.order();
        mentions.dedup();
        let mut alone = Alone::default();
        for rule in &mentions {
            alone.add(sheet, *rule, (number, rows));
        }
        alone.named.order();
        alone.named.dedup();
        (!mentions.is_empty()).then(|| Box::new(alone))
    }

    fn add(&mut self, sheet: &Sheet<'_, '_>, rule: u32, (number, rows): (u32, &[Row])) {
        let Some(Rule { bindings, says, .. }) = sheet.tables.rules.rules.get(wide(rule)) else {
            return;
        };
        // A line is bound by the first of its nodes.
        let node = |binding: &Binding| rows.iter().find(|row| sheet.holds(row, binding.target));
        let mut bound = bindings
            .iter()
            .filter_map(|binding| Some((binding, node(binding)?.node)));
        let plain = bindings
            .iter()
            .all(|binding| !binding.any && binding.relation.is_none());
        let (Some((own, node)), None, true) = (bound.next(), bound.next(), plain) else {
            return self.rest.push(rule);
        };
        self.named.extend(bindings.iter().map(|binding| binding.target));
        let others = bindings.iter().filter(|binding| binding.target != own.target);
        let mut open = others.map(|other| other.origin != Origin::Prescribed);
        if own.origin != Origin::Current && open.all(|open| open) && sheet.may_take_part(says.category, number) {
            self.rules.push((rule, Some(node)));
        }
    }
}

impl Group {
    /// Whether its rules ask nothing but what a line answers by itself, and nothing is presumed.
    fn is_of_line(&self, sheet: &Sheet<'_, '_>, line: u32) -> bool {
        let Some(rule) = sheet.tables.rules.rules.get(wide(self.rule)) else {
            return false;
        };
        let says = &rule.says;
        let apart = sheet.stands_apart(line);
        let mut leaves = rule
            .when
            .iter()
            .chain(&says.exempt)
            .flat_map(|condition| condition.leaves());
        let always = says.presume.is_empty() && says.policy.is_empty() && says.effective.is_none();
        always && sheet.tables.standing.is_empty() && leaves.all(|leaf| leaf.test.is_of_line(apart))
    }
}

impl<'s, 'p> Line<'s, 'p> {
    fn new(sheet: &'s Sheet<'s, 'p>) -> Line<'s, 'p> {
        Line {
            sheet,
            outcomes: Vec::new(),
            listed: Vec::new(),
            judged: Vec::new(),
        }
    }

    fn pairs_with(&mut self, row: &Row, group: &Group) {
        let same =
            |known: &&(u32, u32, u8, Option<usize>)| (known.0, known.1, known.2) == (row.node, group.shape, group.side);
        let outcome = match self.judged.iter().find(same) {
            Some((.., outcome)) => *outcome,
            None => {
                let outcome = self.outcome(group, row);
                self.judged.push((row.node, group.shape, group.side, outcome));
                outcome
            }
        };
        let Some((at, known)) = outcome.and_then(|at| Some((at, self.outcomes.get(at)?))) else {
            return;
        };
        let rank = Reverse(known.rank);
        let places = self.sheet.index.groups.places(group);
        self.listed
            .extend(places.iter().map(|place| (*place, rank, group.side, at)));
    }

    /// Judges one rule of a group for all of them.
    fn outcome(&mut self, group: &Group, row: &Row) -> Option<usize> {
        let rule: &Rule = self.sheet.tables.rules.rules.get(wide(group.rule))?;
        if in_force(&rule.says, self.sheet) == Truth::False || !self.sheet.may_take_part(rule.says.category, row.line) {
            return None;
        }
        let policy = Policy::of(&rule.says, self.sheet);
        if policy.silent {
            return None;
        }
        let real = Slot {
            line: Some(row.line),
            node: Some(row.node),
            truth: Truth::True,
        };
        let slots = match group.side {
            0 => [real, Slot::PHANTOM],
            _ => [Slot::PHANTOM, real],
        };
        let view = View {
            sheet: self.sheet,
            slots: &slots,
            assumed: &[],
        };
        if view.fires(rule) != Truth::Unknown {
            return None;
        }
        let judged = view.settle_rule(rule, &policy);
        let (rank, _) = judged.rank();
        let Judged::Open(_, settled) = judged else { return None };
        let outcome = Outcome {
            settled,
            rank,
            severity: policy.severity,
        };
        let known = self.outcomes.iter().position(|known| *known == outcome);
        Some(known.unwrap_or_else(|| {
            self.outcomes.push(outcome);
            self.outcomes.len().saturating_sub(1)
        }))
    }

    fn tell(mut self, tell: &mut dyn FnMut(RuleList, Severity, Settled)) {
        self.listed.order();
        self.listed.dedup_by_key(|(place, ..)| *place);
        let severities = &self.sheet.index.severities;
        for (at, outcome) in self.outcomes.into_iter().enumerate() {
            let of = |listed: &&Listed| listed.3 == at;
            let rules: RuleList = self.listed.iter().filter(of).map(|(place, ..)| *place).collect();
            let own = rules.iter().filter_map(|place| severities.get(wide(*place))).max();
            let Some(own) = own else { continue };
            let severity = outcome.severity.unwrap_or(*own);
            tell(rules, severity, outcome.settled);
        }
    }
}

/// What keeps a rule out of the groups of others: its shape is what it asks of a pair, whoever the other is.
#[derive(serde::Serialize)]
pub(crate) struct Shape<'r> {
    when: &'r Option<crate::condition::Condition>,
    exempt: &'r [crate::condition::Condition],
    presume: &'r [crate::rules::Presumption],
    effective: Option<(Option<jiff::civil::Date>, Option<jiff::civil::Date>)>,
    policy: &'r [shenfang_knowledge::PolicyMark],
    enabled: bool,
    /// a skin test, or a line without footnotes, takes no part in rules of some categories
    category: shenfang_clinical::Category,
    /// some presumptions do not speak there
    contraindicated: bool,
    origins: [Origin; 2],
}

impl<'r> Shape<'r> {
    /// The shape of a pair rule that others may share; `None` for any other rule.
    pub fn of(rule: &'r Rule) -> Option<Shape<'r>> {
        let [a, b] = rule.bindings.as_slice() else { return None };
        // How the two relate is no matter where one of them is not known.
        let plain = |binding: &crate::rules::Binding| !binding.any;
        let says = &rule.says;
        (plain(a) && plain(b) && says.raise.is_empty()).then(|| Shape {
            when: &rule.when,
            exempt: &says.exempt,
            presume: &says.presume,
            effective: says.effective,
            policy: &says.policy,
            enabled: says.enabled,
            category: says.category,
            contraindicated: says.severity == Severity::Contraindicated,
            origins: [a.origin, b.origin],
        })
    }
}
