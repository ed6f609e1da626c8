//! What a line's rules come to that bind no other line, kept beside the line as a tree of questions: what the line answers by itself is the same every time,
//! and of patient and sheet the same few answers come back every day. A rule that has nothing to say then costs nothing.
//!
//! What it never does: keep what rests on a value that is only roughly known, on a policy's day or scope, or on another line; or grow without end.
use crate::bind::VARIABLES;
use crate::condition::{Asked, Condition, Leaf, Operand, StandIn, Test};
use crate::csr::{narrow, wide};
use crate::evaluate::{Slot, View};
use crate::judge::{Judged, Policy};
use crate::number::Number;
use crate::presume::{may_stand_in, stands_in_force};
use crate::report;
use crate::rules::{Binding, Rule, Says, Standing};
use crate::sheet::Sheet;
use crate::verdict::{Told, Verdicts};
use shenfang_clinical::Severity;
use shenfang_knowledge::{Attribute, PatientAttribute, Presumable, RxAttribute};
use shenfang_units::{Dimension, Truth};
use smallvec::{SmallVec, smallvec};
use std::cell::{Cell, RefCell};

/// How many rules of a line are asked together: the answers to all of them come in too many combinations.
const TOGETHER: usize = 5;
/// Most answers kept of rules that are asked together, where all the rules of a line have kept as many.
const MOST: usize = 256;
/// No place of a leaf.
const NOWHERE: u16 = u16::MAX;
/// Most presumptions of a rule, or standing, that are told apart.
const PRESUMPTIONS: usize = 8;

/// What the rules of one line, written as it is, came to so far.
#[derive(Default)]
pub(crate) struct Outcomes {
    kept: RefCell<Kept>,
}

/// Questions in the order in which they come up: each answer to one leads to the next. Rules that are asked together have a tree of their own; at the
/// trees' numbers stands where their first questions are.
#[derive(Default)]
struct Kept {
    forks: Vec<Fork>,
    ends: Vec<Outcome>,
}

/// One answer to a question. It leads to the fork that follows.
struct Fork {
    ask: Ask,
    /// another answer to the same question; there is none, if that is what stands first
    other: u32,
    answer: Said,
}

/// A question whose answer is not the line's own. Rules are told by their place among those that are asked together.
#[derive(Clone, Copy, PartialEq)]
enum Ask {
    /// a leaf, by its place among those of the rule. The number of its question is beyond all where another content of the line is meant than that
    /// by which others share the answer.
    Leaf { rule: u8, leaf: u16, question: u32 },
    /// which of the rule's presumptions speak
    Own(u8, Severity),
    /// which standing presumptions speak, of the rule first asked
    Standing(u8, Severity),
    /// nothing any more: the rules come to so many outcomes, from there on
    End { count: u16, from: u32 },
}

/// An answer, by a number: true, false, unknown in ways that are alike from sheet to sheet, or unknown in one that is not. Of presumptions, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Said(u8);

impl Said {
    /// Unknown in a way of this sheet.
    pub const VAGUE: Said = Said(0);
    /// Nobody asked yet: no question is answered so.
    pub const UNASKED: Said = Said(u8::MAX);
    const FALSE: Said = Said(1);
    const TRUE: Said = Said(2);

    /// To a question that can be unknown in one way only.
    pub fn of(truth: Truth) -> Said {
        match truth {
            Truth::True => Said::TRUE,
            Truth::False => Said::FALSE,
            Truth::Unknown => Said::blank(0),
        }
    }

    /// No, unless some of what was looked through is absent: then which of it.
    pub fn absent<const N: usize>(lists: [bool; N]) -> Said {
        match Said::bits(lists.into_iter()) {
            Said(0) => Said::FALSE,
            Said(which) => Said::blank(which),
        }
    }

    /// The answer, unless nobody asked yet.
    #[inline]
    pub fn asked(self) -> Option<Said> {
        (self != Said::UNASKED).then_some(self)
    }

    /// What it comes to.
    pub fn truth(self) -> Truth {
        match self {
            Said::TRUE => Truth::True,
            Said::FALSE => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// Unknown because nothing at all is stated, one of several ways.
    fn blank(way: u8) -> Said {
        Said(way.saturating_add(3))
    }

    fn bits(all: impl Iterator<Item = bool>) -> Said {
        Said(all.fold(0, |bits, is| bits << 1 | u8::from(is)))
    }
}

/// What comes of rules that do not fail.
enum Outcome {
    /// of one by its place: it fires, at this severity; unless that is known, it has to be judged on every sheet
    Rule(u8, Option<Severity>),
    Open(Told),
}

impl Outcome {
    /// Whether it is told together with the other, and takes it in.
    fn takes_in(&mut self, other: &Outcome) -> bool {
        match (self, other) {
            (Outcome::Open(known), Outcome::Open(other)) if known.settled == other.settled => {
                known.take_in(other.severity, &other.rules);
                true
            }
            _ => false,
        }
    }
}

impl Outcomes {
    /// Says what the rules of a line come to, found out now or before.
    pub fn tell<'p>(
        &self,
        sheet: &Sheet<'_, 'p>,
        line: u32,
        rules: &[(u32, Option<u32>)],
        verdicts: &mut Verdicts<'p>,
    ) {
        for (at, together) in (0u32..).zip(rules.chunks(TOGETHER)) {
            let asking = Asking {
                sheet,
                line,
                rules: together,
            };
            if let Ok(kept) = self.kept.try_borrow()
                && let Some(known) = kept.find(at, &asking)
            {
                // Most have nothing to say.
                if !known.is_empty() {
                    asking.say(known, verdicts);
                }
                continue;
            }
            let (asked, found) = asking.find_out();
            asking.say(&found, verdicts);
            if let Ok(mut kept) = self.kept.try_borrow_mut() {
                kept.keep(at, rules.len().div_ceil(TOGETHER), asked, found);
            }
        }
    }
}

impl Kept {
    /// What the rules of a tree come to, where all that is asked was answered like this before.
    fn find(&self, tree: u32, asking: &Asking<'_, '_>) -> Option<&[Outcome]> {
        let mut at = self.forks.get(wide(tree))?.other;
        loop {
            let mut fork = self.fork(at)?;
            if let Ask::End { count, from } = fork.ask {
                return self.ends.get(wide(from)..)?.get(..usize::from(count));
            }
            let answer = asking.answer(fork.ask)?;
            while fork.answer != answer {
                at = fork.other;
                fork = self.fork(at)?;
            }
            at = at.saturating_add(1);
        }
    }

    fn fork(&self, at: u32) -> Option<&Fork> {
        self.forks.get(wide(at)).filter(|_| at > 0)
    }

    /// Keeps what was asked by one of so many trees, and what its rules came to.
    #[cold]
    fn keep(&mut self, tree: u32, trees: usize, mut asked: Vec<(Ask, Said)>, found: Vec<Outcome>) {
        let Ok(count) = u16::try_from(found.len()) else { return };
        if self.forks.len() >= trees.saturating_mul(MOST) {
            *self = Kept::default();
        }
        let end = |count, from| (Ask::End { count, from }, Said::default());
        while self.forks.len() < trees {
            self.forks.push(Fork::of(end(0, 0)));
        }
        asked.push(end(count, narrow(self.ends.len())));
        let (mut last, mut next) = (tree, self.forks.get(wide(tree)).map_or(0, |root| root.other));
        let mut known = 0_usize;
        for (_, answer) in &asked {
            while let Some(fork) = self.fork(next).filter(|fork| fork.answer != *answer) {
                (last, next) = (next, fork.other);
            }
            if self.fork(next).is_none() {
                break;
            }
            (next, known) = (next.saturating_add(1), known.saturating_add(1));
        }
        let new = narrow(self.forks.len());
        if known < asked.len()
            && let Some(last) = self.forks.get_mut(wide(last))
        {
            last.other = new;
            self.forks.extend(asked.into_iter().skip(known).map(Fork::of));
            self.ends.extend(found);
        }
    }
}

impl Fork {
    fn of((ask, answer): (Ask, Said)) -> Fork {
        Fork { ask, other: 0, answer }
    }
}

/// How the variables of a rule are bound.
type Slots = SmallVec<[Slot; VARIABLES]>;

/// The rules of a line, as one sheet is asked about them.
#[derive(Clone, Copy)]
struct Asking<'a, 'p> {
    sheet: &'a Sheet<'a, 'p>,
    line: u32,
    rules: &'a [(u32, Option<u32>)],
}

impl<'a, 'p> Asking<'a, 'p> {
    /// One of the rules.
    fn rule(&self, at: u8) -> Option<&'p Rule> {
        let (number, _) = self.rules.get(usize::from(at))?;
        self.sheet.tables.rules.rules.get(wide(*number))
    }

    /// How it is bound: of several variables one to the line, the others to medications that nobody stated.
    fn slots(&self, at: u8, rule: &Rule) -> Slots {
        let node = self.rules.get(usize::from(at)).and_then(|(_, node)| *node);
        let slot = Slot {
            line: Some(self.line),
            node,
            truth: Truth::True,
        };
        if let [_] = rule.bindings.as_slice() {
            return smallvec![slot];
        }
        let targets = node.map_or(&[][..], |node| self.sheet.index.targets_of(node));
        let of = |binding: &Binding| match targets.binary_search(&binding.target) {
            Ok(_) => slot,
            Err(_) => Slot::PHANTOM,
        };
        rule.bindings.iter().map(of).collect()
    }

    fn view<'v>(&'v self, slots: &'v [Slot]) -> View<'v, 'p> {
        View {
            slots,
            ..View::bare(self.sheet)
        }
    }

    /// What the sheet at hand answers.
    #[inline]
    fn answer(&self, ask: Ask) -> Option<Said> {
        if let Ask::Leaf { question, .. } = ask {
            let said = self.sheet.stands(question);
            if said != Said::UNASKED {
                return Some(said);
            }
            if let Some(said) = self.sheet.look_up(question, self.line) {
                return Some(said);
            }
        }
        self.work_out(ask)
    }

    #[inline(never)]
    fn work_out(&self, ask: Ask) -> Option<Said> {
        let at = match ask {
            Ask::Leaf { rule, .. } | Ask::Own(rule, _) | Ask::Standing(rule, _) => rule,
            Ask::End { .. } => return None,
        };
        let rule = self.rule(at)?;
        let slots = self.slots(at, rule);
        let view = self.view(&slots);
        Some(match ask {
            Ask::Leaf { leaf: NOWHERE, .. } | Ask::End { .. } => return None,
            Ask::Leaf { leaf, .. } => {
                let leaf = rule.leaf_at(u32::from(leaf))?;
                match leaf.question.of {
                    Asked::Sheet => self.sheet.say(leaf),
                    Asked::Line { .. } | Asked::Lines => view.said(leaf, view.leaf(leaf, None)),
                }
            }
            Ask::Own(_, highest) => {
                let own = rule.says.presume.iter();
                Said::bits(own.map(|own| may_stand_in(&view, &own.stands, highest)))
            }
            Ask::Standing(_, highest) => {
                let standing = self.sheet.tables.standing.iter();
                Said::bits(standing.map(|standing| stands_in_force(&view, standing, highest)))
            }
        })
    }

    /// Says what rules come to.
    fn say(&self, found: &[Outcome], verdicts: &mut Verdicts<'p>) {
        for outcome in found {
            let (at, fires) = match outcome {
                Outcome::Rule(at, fires) => (*at, *fires),
                Outcome::Open(told) => {
                    verdicts.leave_line_open(self.line, &told.rules, told.severity, &told.settled);
                    continue;
                }
            };
            let Some(rule) = self.rule(at) else { continue };
            let slots = self.slots(at, rule);
            let (view, policy) = (self.view(&slots), Policy::of(&rule.says, self.sheet));
            let judged = fires.map(Judged::Fires).or_else(|| view.judge(rule, &policy));
            if let Some(judged) = judged.filter(|_| !policy.silent) {
                report::report(&view, rule, &policy, judged, verdicts);
            }
        }
    }

    /// Asks every rule: what was asked, and what they come to.
    fn find_out(&self) -> (Vec<(Ask, Said)>, Vec<Outcome>) {
        let asked = RefCell::default();
        let rules = (0u8..).zip(self.rules);
        let mut found: Vec<Outcome> = Vec::new();
        for outcome in rules.filter_map(|(rule, _)| self.comes_to(rule, &asked)) {
            if !found.iter_mut().any(|known| known.takes_in(&outcome)) {
                found.push(outcome);
            }
        }
        (asked.into_inner(), found)
    }

    /// What becomes of one rule, beside the line's own fields decided by what is noted as asked. Presuming decides what is unknown and nothing else:
    /// what was not asked until now, nothing that is presumed can bring up.
    fn comes_to(&self, at: u8, asked: &RefCell<Vec<(Ask, Said)>>) -> Option<Outcome> {
        let rule = self.rule(at)?;
        let slots = self.slots(at, rule);
        let (says, standing, view) = (&rule.says, &self.sheet.tables.standing, self.view(&slots));
        let comes_to = |fires| Some(Outcome::Rule(at, fires));
        if !says.policy.is_empty() || says.effective.is_some() {
            return comes_to(None);
        }
        let vague = Cell::new(false);
        let note = |ask: Ask| {
            let answer = self.answer(ask).unwrap_or(Said::VAGUE);
            let is_leaf = matches!(ask, Ask::Leaf { .. });
            vague.set(vague.get() || (is_leaf && answer == Said::VAGUE));
            if let Ok(mut asked) = asked.try_borrow_mut()
                && !asked.iter().any(|(known, _)| known.is(ask))
            {
                asked.push((ask, answer));
            }
        };
        let apart = self.sheet.stands_apart(self.line);
        let leaf = |leaf: &Leaf| {
            if !leaf.test.is_of_line(apart) {
                let place = rule.place_of(leaf).and_then(|place| u16::try_from(place).ok());
                note(Ask::Leaf {
                    rule: at,
                    question: view.asked_alike(leaf).map_or(u32::MAX, |_| leaf.question.number),
                    leaf: place.unwrap_or(NOWHERE),
                });
            }
            view.leaf(leaf, None)
        };
        // What the sheet answers once for all comes first.
        let bars = |(_, not, of): (u32, bool, &Leaf)| of.question.of == Asked::Sheet && leaf(of) == Truth::known(not);
        if rule.when.iter().flat_map(|when| when.conjuncts()).any(bars) {
            return None;
        }
        let truth = |condition: &Condition| condition.truth(&leaf);
        let fires = view.fires_by(rule, view.pattern(), &truth);
        if fires == Truth::False {
            return None;
        }
        for (_, raise) in &says.raise {
            truth(raise);
        }
        if fires == Truth::True {
            return comes_to(Some(view.raised(says, says.severity)));
        }
        if !are_told_apart(says, standing) {
            return comes_to(None);
        }
        for unless in says.presume.iter().filter_map(|own| own.unless.as_ref()) {
            truth(unless);
        }
        let Judged::Open(severity, settled) = view.settle_rule(rule, &Policy::default()) else {
            return comes_to(None);
        };
        if !says.presume.is_empty() {
            note(Ask::Own(at, severity));
        }
        if !standing.is_empty() {
            note(Ask::Standing(at, severity));
        }
        if vague.get() {
            return comes_to(None);
        }
        Some(Outcome::Open(Told {
            rules: smallvec![says.id],
            severity,
            settled,
        }))
    }
}

/// Whether the answers that are noted tell what presumptions make of an undecided rule.
fn are_told_apart(says: &Says, standing: &[Standing]) -> bool {
    // When a sheet was presented, two dates tell, and either may be missing.
    let dated = |stands: &StandIn| stands.field == Presumable::Attribute(Attribute::Rx(RxAttribute::PresentedOn));
    let of_line = |stands: &StandIn| matches!(stands.field, Presumable::Attribute(Attribute::Item(..)));
    let other = |other: &Standing| other.when.is_none() && !dated(&other.stands) && !of_line(&other.stands);
    let few = says.presume.len() <= PRESUMPTIONS && standing.len() <= PRESUMPTIONS;
    few && !says.presume.iter().any(|own| dated(&own.stands)) && standing.iter().all(other)
}

impl Ask {
    /// Whether one answer serves both.
    fn is(self, other: Ask) -> bool {
        match (self, other) {
            (Ask::Leaf { question, .. }, Ask::Leaf { question: known, .. }) if known < u32::MAX => question == known,
            (Ask::Standing(_, highest), Ask::Standing(_, known)) => highest == known,
            _ => self == other,
        }
    }
}

impl View<'_, '_> {
    /// What is said to a leaf that has this truth.
    pub fn said(&self, leaf: &Leaf, truth: Truth) -> Said {
        match truth {
            Truth::Unknown => self.unknown_alike(&leaf.test).map_or(Said::VAGUE, Said::blank),
            truth => Said::of(truth),
        }
    }

    /// Where all that is missing for a test is missing altogether, which of it is, by a number: what answers a presumption then gives, and what the
    /// test lacks, is the same on every sheet that has the same number. `None` where something is there, and does not suffice.
    fn unknown_alike(&self, test: &Test) -> Option<u8> {
        let blank = |is: bool| is.then_some(0);
        match test {
            Test::Compare { left, right, .. } => match (left, right) {
                (of, Operand::Constant(limit)) | (Operand::Constant(limit), of) => {
                    blank(self.is_blank(of, limit.unit.dimension()))
                }
                _ => None,
            },
            Test::Rank { subject, .. } | Test::Is { subject, .. } | Test::Flag(subject) => {
                blank(!matches!(subject, Attribute::Item(..)))
            }
            Test::AllergicTo(_) => blank(self.sheet.rx.patient.allergies.is_none()),
            Test::Any(_) => blank(!self.sheet.lines.iter().any(|line| line.ambiguous() || line.current)),
            Test::Known(_) | Test::Stated(_) | Test::KnownLab(_) => None,
            // See `Sheet::said_of`.
            Test::PatientHas(_) | Test::PatientHad(_) | Test::DiagnosesHave(_) | Test::AllergicToAny(_) => None,
        }
    }

    /// Whether nothing at all is known of a quantity of the patient.
    fn is_blank(&self, of: &Operand, wanted: Dimension) -> bool {
        match of {
            Operand::Attribute(Attribute::Patient(PatientAttribute::Age)) => self.sheet.facts.age.is_none(),
            Operand::Attribute(Attribute::Patient(which)) => self.measured(*which).is_none(),
            Operand::Lab(lab) => self.lab(lab, wanted, None) == Number::Unknown,
            Operand::Attribute(_) | Operand::Constant(_) | Operand::Count(_) | Operand::Total(..) => false,
        }
    }
}
