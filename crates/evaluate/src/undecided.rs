//! What becomes of a rule of one variable that stays undecided, kept beside the line by all that was asked of patient and sheet: the same few answers
//! are missing every day, and what they leave open, or what is presumed in their place, is the same every time.
//!
//! What it never does: keep what rests on a value that is only roughly known, on a policy's day or scope, or on another line.
use crate::condition::{self, Condition, Operand, Test};
use crate::evaluate::View;
use crate::judge::{Judged, Policy};
use crate::number::Number;
use crate::presume::{Settled, may_stand_in, stands_in_force};
use crate::rules::Rule;
use crate::sheet::History;
use crate::verdict::Verdicts;
use shenfang_clinical::Severity;
use shenfang_knowledge::{Attribute, PatientAttribute, Presumable, RxAttribute};
use shenfang_units::{Dimension, Truth};
use smallvec::smallvec;
use std::cell::{Cell, RefCell};

/// Most outcomes kept of one line.
const MOST: usize = 48;
/// Most presumptions of a rule, or standing, that are told apart.
const PRESUMPTIONS: usize = 8;

/// What became of the undecided rules of one line, written as it is.
#[derive(Default)]
pub(crate) struct Undecided {
    kept: RefCell<Vec<Known>>,
}

struct Known {
    rule: u32,
    asked: Asked,
    /// which of its presumptions speak, and which standing ones
    presumed: (u8, u8),
    severity: Severity,
    settled: Settled,
}

impl Undecided {
    /// Notes what becomes of an undecided rule, found out now or before.
    pub fn leave_open<'p>(
        &self,
        (number, rule): (u32, &'p Rule),
        line: u32,
        asking: &Asking<'_, 'p>,
        verdicts: &mut Verdicts<'p>,
    ) {
        let view = asking.view;
        let sheet = view.sheet;
        let key = asking.key(rule);
        if let (Some(key), Ok(kept)) = (key, self.kept.try_borrow())
            && let Some(known) = kept
                .iter()
                .find(|known| known.rule == number && (known.asked, known.presumed) == key)
        {
            let settled = known.settled.on_line(line);
            return verdicts.leave_open(smallvec![rule.says.id], known.severity, smallvec![line], settled);
        }
        let Judged::Open(severity, settled) = view.settle_rule(rule, &Policy::of(&rule.says, sheet)) else {
            return;
        };
        if let (Some((asked, presumed)), Ok(mut kept)) = (key, self.kept.try_borrow_mut()) {
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.push(Known {
                rule: number,
                asked,
                presumed,
                severity,
                settled: settled.clone(),
            });
        }
        verdicts.leave_open(smallvec![rule.says.id], severity, smallvec![line], settled);
    }
}

/// Answers in the order asked, three bits each.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Asked(u128);

impl Asked {
    /// Nothing.
    const NONE: Asked = Asked(1);
    /// More than can be held, or more than a number can tell.
    const TOO_MUCH: Asked = Asked(0);

    /// With one more answer, of 1 to 7.
    fn and(self, answer: Option<u8>) -> Asked {
        match answer {
            Some(answer) if self != Asked::TOO_MUCH && self.0.leading_zeros() >= 3 => {
                Asked(self.0 << 3 | u128::from(answer))
            }
            _ => Asked::TOO_MUCH,
        }
    }
}

/// A rule of one variable being asked, and what was asked for it beside the line's own fields.
pub(crate) struct Asking<'a, 'p> {
    view: &'a View<'a, 'p>,
    /// whether the line answers by itself what mixed lines may not
    apart: bool,
    asked: Cell<Asked>,
}

impl<'a, 'p> Asking<'a, 'p> {
    /// Asks on a line, which is bound.
    pub fn of(view: &'a View<'a, 'p>, line: u32) -> Asking<'a, 'p> {
        Asking {
            view,
            apart: view.sheet.stands_apart(line),
            asked: Cell::new(Asked::NONE),
        }
    }

    /// Truth of the whole rule, whose line is certainly a member.
    pub fn fires(&self, rule: &Rule) -> Truth {
        self.view
            .fires_by(rule, Truth::True, &|condition| self.truth(condition))
    }

    fn truth(&self, condition: &Condition) -> Truth {
        condition.truth(&|leaf| {
            let truth = self.view.leaf(leaf, None);
            if leaf.question.of == condition::Asked::Sheet || !leaf.test.is_of_line(self.apart) {
                let answer = match truth {
                    Truth::True => Some(1),
                    Truth::False => Some(2),
                    Truth::Unknown => self.view.unknown_alike(&leaf.test).map(|what| what.saturating_add(3)),
                };
                self.asked.set(self.asked.get().and(answer));
            }
            truth
        })
    }

    /// Everything beside the line's own fields that decides what becomes of the rule, which was found undecided; `None` where it takes more than that to
    /// say. Presuming decides what is unknown and nothing else: what was not asked until now, nothing that is presumed can bring up.
    fn key(&self, rule: &Rule) -> Option<(Asked, (u8, u8))> {
        let (says, sheet) = (&rule.says, self.view.sheet);
        let standing = &sheet.tables.standing;
        // When a sheet was presented, two dates tell, and either may be missing.
        let of_sheet = |field: &Presumable| {
            let Presumable::Attribute(of) = field else { return true };
            !matches!(of, Attribute::Item(..) | Attribute::Rx(RxAttribute::PresentedOn))
        };
        let always = says.policy.is_empty() && says.effective.is_none();
        let few = says.presume.len() <= PRESUMPTIONS && standing.len() <= PRESUMPTIONS;
        let own = says
            .presume
            .iter()
            .all(|presumption| of_sheet(&presumption.stands.field));
        let mut others = standing
            .iter()
            .map(|standing| standing.when.is_none() && of_sheet(&standing.stands.field));
        if !(always && few && own && others.all(|is| is)) {
            return None;
        }
        let raise = says.raise.iter().map(|(_, condition)| condition);
        let unless = says
            .presume
            .iter()
            .filter_map(|presumption| presumption.unless.as_ref());
        for condition in raise.chain(unless) {
            self.truth(condition);
        }
        let asked = Some(self.asked.get()).filter(|asked| *asked != Asked::TOO_MUCH)?;
        let view = self.view;
        let highest = view.highest(says, says.severity, &Policy::default());
        let own = says.presume.iter().map(|own| may_stand_in(view, &own.stands, highest));
        let standing = standing.iter().map(|standing| stands_in_force(view, standing, highest));
        Some((asked, (bits(own), bits(standing))))
    }
}

/// A bit each.
fn bits(all: impl Iterator<Item = bool>) -> u8 {
    all.fold(0, |bits, is| bits << 1 | u8::from(is))
}

impl View<'_, '_> {
    /// Where all that is missing for a test is missing altogether, which of it is, by a number: what answers a presumption then gives, and what the
    /// test lacks, is the same on every sheet that has the same number. `None` where something is there, and does not suffice.
    fn unknown_alike(&self, test: &Test) -> Option<u8> {
        let rx = self.sheet.rx;
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
            Test::PatientHas(_) | Test::PatientHad(_) => {
                let lists = [rx.patient.conditions.is_none(), rx.diagnoses.is_none()];
                Some(bits(lists.into_iter()))
            }
            Test::DiagnosesHave(_) => {
                let mut diagnoses = self
                    .sheet
                    .history
                    .iter()
                    .filter(|entry| entry.kind == History::Diagnosis);
                blank(diagnoses.all(|entry| entry.resolved))
            }
            Test::AllergicTo(_) | Test::AllergicToAny(_) => blank(rx.patient.allergies.is_none()),
            Test::Any(_) => blank(!self.sheet.lines.iter().any(|line| line.ambiguous() || line.current)),
            Test::Known(_) | Test::Stated(_) | Test::KnownLab(_) => None,
        }
    }

    /// Whether nothing at all is known of a quantity of the patient.
    fn is_blank(&self, of: &Operand, wanted: Dimension) -> bool {
        match of {
            Operand::Attribute(Attribute::Patient(PatientAttribute::Age)) => self.sheet.facts().age.is_none(),
            Operand::Attribute(Attribute::Patient(which)) => self.measured(*which).is_none(),
            Operand::Lab(lab) => self.lab(lab, wanted, None) == Number::Unknown,
            Operand::Attribute(_) | Operand::Constant(_) | Operand::Count(_) | Operand::Total(..) => false,
        }
    }
}
