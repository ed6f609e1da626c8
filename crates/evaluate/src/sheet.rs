//! One prescription as the program sees it: numbered lines, what each denotes, and facts read only when a rule asks.
//!
//! What it never does: judge. Lines are the prescribed items in their order, then the current medications.
use crate::answers::{self, Answers, Lines};
use crate::catalogue::{Catalogue, Node};
use crate::csr::wide;
use crate::dose::{AllShown, Alone, Met};
use crate::heads::Heads;
use crate::history::Listing;
use crate::index::Index;
use crate::leads::Leading;
use crate::members::{Bits, Row};
use crate::memory::Remembered;
use crate::persons::Persons;
use crate::program::Tables;
use crate::totals::Totals;
use crate::verdict::{AllOpen, LineList};
use jiff::civil::Date;
use shenfang_clinical::derive::{PatientFacts, stopped_within};
use shenfang_clinical::dosage::Dosage;
use shenfang_clinical::{
    Coded, CurrentMedication, DoseForm, Footnote, Item, Prescription, PrescriptionKind, Route, SheetForm,
};
use shenfang_knowledge::{ConceptKind, Origin};
use shenfang_units::{Ratio, Truth};
use std::cell::OnceCell;

/// A prescription whose names and codes are resolved. It stays valid as long as neither the drugs, allergies, conditions and diagnoses of the
/// prescription nor the program change.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    pub(crate) lines: Vec<Line>,
    /// what each line denotes
    pub(crate) rows: Vec<Row>,
    pub(crate) bits: Bits,
    /// concepts, a stretch for each line and entry of the history
    pub(crate) senses: Vec<u32>,
    /// copies of lines whose drug text holds what its own fields do not
    pub(crate) patched: Vec<Item>,
    pub(crate) history: Vec<Entry>,
    /// what the lists of the history say, as [`crate::history::List`] numbers them
    pub(crate) lists: [Listing; 4],
    /// for what did not resolve: near names
    pub(crate) near: Vec<(Unknown, Vec<u32>)>,
}

impl Prepared {
    /// Forgets.
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.rows.clear();
        self.bits = Bits::default();
        self.senses.clear();
        self.patched.clear();
        self.history.clear();
        self.lists = Default::default();
        self.near.clear();
    }
}

/// A name that did not resolve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    Line(u32),
    Entry(History, usize),
}

/// Buffers one thread reuses from review to review.
#[derive(Default)]
pub struct Scratch {
    pub(crate) remembered: Remembered,
    pub(crate) prepared: Prepared,
    pub(crate) work: Work,
}

/// What a review notes down on the way.
#[derive(Default)]
pub(crate) struct Work {
    pub leading: Leading,
    pub heads: Heads,
    pub persons: Persons,
    pub led: Led,
    pub totals: Totals,
    pub shown: AllShown,
    pub seen: Seen,
    pub answers: Answers,
    /// the rule and the lines of each finding
    pub about: Vec<(u32, LineList)>,
    pub open: AllOpen,
}

/// Which rules were looked at: stamped, so that nothing has to be cleared.
#[derive(Default)]
pub(crate) struct Seen {
    stamp: u32,
    stamps: Vec<u32>,
}

impl Seen {
    /// Forgets, for a program of so many rules.
    pub fn clear(&mut self, rules: usize) {
        if self.stamps.len() != rules || self.stamp == u32::MAX {
            self.start(rules);
        }
        self.stamp = self.stamp.saturating_add(1);
    }

    #[cold]
    #[inline(never)]
    fn start(&mut self, rules: usize) {
        self.stamps.clear();
        self.stamps.resize(rules, 0);
        self.stamp = 0;
    }

    /// Whether a rule was looked at.
    #[inline]
    pub fn has(&self, rule: u32) -> bool {
        self.stamps.get(wide(rule)) == Some(&self.stamp)
    }

    /// True the first time.
    pub fn is_new(&mut self, rule: u32) -> bool {
        let stamp = self.stamps.get_mut(wide(rule));
        stamp.is_some_and(|stamp| std::mem::replace(stamp, self.stamp) != self.stamp)
    }
}

/// One line of a sheet.
pub(crate) struct LedLine {
    pub line: u32,
    /// its own rows
    pub rows: (usize, usize),
    /// where what it leads to is kept
    pub at: Option<usize>,
}

/// What the lines of a sheet lead to.
#[derive(Default)]
pub(crate) struct Led {
    pub lines: Vec<LedLine>,
    pub doses: Met,
}

/// A line reached by a dose through one of its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DoseMember {
    pub dose: u32,
    pub line: u32,
    pub sense: u16,
    pub node: u32,
    pub alone: Alone,
}

impl DoseMember {
    /// Of which nothing is known yet.
    pub fn of(dose: u32, line: u32, row: &Row) -> DoseMember {
        DoseMember {
            dose,
            line,
            sense: row.sense,
            node: row.node,
            alone: Alone::Ask,
        }
    }
}

/// How surely a line's drug is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// nothing
    Unresolved,
    /// the senses together
    Known,
    /// name and code mean different things; the senses together
    Differing,
    /// each sense in turn
    Ambiguous,
    /// each sense in turn; the code means something else than the name's meanings
    AmbiguousDiffering,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub senses: (u32, u32),
    /// the nodes of what it denotes
    pub rows: (u32, u32),
    /// the content that it is bound by where nothing asks for another
    pub first: Option<u32>,
    pub identity: Identity,
    /// whether a rule of one variable, a dose or a sum asks about what it denotes
    pub kept: bool,
    /// differs only where names differ, however they are spelt
    pub name: u64,
    pub current: bool,
    pub skin_test: bool,
    pub diluent: bool,
    /// a current medication that a prescribed line goes on with
    pub refill: bool,
    /// as stated, or as the drug text says
    pub form: Option<DoseForm>,
    /// as the catalogue has it, where nothing asks for another content
    pub usual: Option<DoseForm>,
    pub footnote: Option<Footnote>,
    pub patched: Option<u32>,
}

impl Identity {
    /// Whether it stands for each of its senses in turn.
    pub fn is_ambiguous(self) -> bool {
        matches!(self, Identity::Ambiguous | Identity::AmbiguousDiffering)
    }
}

impl Line {
    /// Whether it stands for each of its senses in turn.
    pub fn ambiguous(&self) -> bool {
        self.identity.is_ambiguous()
    }
}

/// Where an entry of the patient's history stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    Allergy,
    Condition,
    Diagnosis,
}

/// An allergy, condition or diagnosis, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub kind: History,
    /// place in its list
    pub place: usize,
    /// what it counts for, a bit each: see [`crate::history::List`]
    pub counts: u8,
    /// what the name stands for
    pub senses: (u32, u32),
    /// what the code stands for, and for a disease what it lies below
    pub coded: (u32, u32),
    /// every row that the code and what it lies below reach, sorted
    pub reached: (u32, u32),
    /// of the sets that are found by rows, those it is in, as they are laid out
    pub sets: (u32, u32),
    /// where the code and what it lies below stand among the codes that sets name
    pub codes: (u32, u32),
    /// it has a code
    pub is_coded: bool,
    pub resolved: bool,
    /// the name has several meanings and no code says which: any of them counts
    pub ambiguous: bool,
}

impl Entry {
    /// The concepts each of which decides by itself whether the entry is in a set.
    pub fn alone(&self) -> (u32, u32) {
        match self.kind {
            History::Allergy => (self.senses.0, self.coded.1),
            History::Condition | History::Diagnosis => self.senses,
        }
    }

    /// As the record has it.
    pub fn written<'p>(&self, rx: &'p Prescription) -> Option<&'p Coded> {
        let patient = &rx.patient;
        match self.kind {
            History::Allergy => patient.allergies.as_ref()?.get(self.place).map(|allergy| &allergy.to),
            History::Condition => patient
                .conditions
                .as_ref()?
                .get(self.place)
                .map(|condition| &condition.what),
            History::Diagnosis => rx.diagnoses.as_ref()?.get(self.place),
        }
    }
}

/// How much is said of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// everything
    Whole,
    /// nothing that is only for people
    Outline,
}

/// One prescription under review.
pub(crate) struct Sheet<'s, 'p> {
    pub tables: &'p Tables,
    pub rx: &'p Prescription,
    pub today: Option<Date>,
    pub scope: Scope,
    pub lines: &'s [Line],
    pub senses: &'s [u32],
    pub patched: &'s [Item],
    pub history: &'s [Entry],
    pub near: &'s [(Unknown, Vec<u32>)],
    pub index: &'p Index,
    pub rows: &'s [Row],
    pub bits: &'s Bits,
    pub lists: &'s [Listing; 4],
    /// what is answered so far
    pub said: answers::Tables<'s>,
    pub answers: &'s Answers,
    pub totals: &'s Totals,
    pub shown: &'s AllShown,
    pub facts: PatientFacts<'p>,
    /// the lines that have a substance, a herb or an ATC group in common with another
    pub shared: [OnceCell<Lines>; 3],
}

/// The current medications, absent or not.
pub(crate) fn current(rx: &Prescription) -> &[CurrentMedication] {
    rx.current_medications.as_deref().unwrap_or(&[])
}

impl<'s, 'p: 's> Sheet<'s, 'p> {
    /// Names and concepts.
    pub fn catalogue(&self) -> &'p Catalogue {
        &self.tables.catalogue
    }

    /// A line.
    #[inline]
    pub fn line(&self, line: u32) -> Option<&'s Line> {
        self.lines.get(wide(line))
    }

    /// The current medication of a line.
    #[inline]
    pub fn medication(&self, line: u32) -> Option<&'p CurrentMedication> {
        let at = wide(line).checked_sub(self.rx.items.len())?;
        current(self.rx).get(at)
    }

    /// The item as written.
    #[inline]
    pub fn written(&self, line: u32) -> Option<&'p Item> {
        let prescribed = self.rx.items.get(wide(line));
        prescribed.or_else(|| self.medication(line).map(|medication| &medication.item))
    }

    /// The item with what its drug text says besides the name.
    #[inline]
    pub fn item(&self, line: u32) -> Option<&'s Item> {
        let patched = self.line(line).and_then(|line| line.patched);
        patched
            .and_then(|at| self.patched.get(wide(at)))
            .or_else(|| self.written(line))
    }

    /// Whether a line is a piece of a decoction; its first concept decides.
    pub fn piece(&self, number: u32) -> bool {
        let Some(line) = self.line(number).filter(|line| !line.current) else {
            return false;
        };
        let kind = self.rx.kind;
        let first = self.concepts(line.senses).first();
        match first.and_then(|concept| self.catalogue().entry(*concept)) {
            Some(entry) => entry.kind == ConceptKind::Herb && kind != Some(PrescriptionKind::Western),
            None => kind == Some(PrescriptionKind::Decoction),
        }
    }

    /// The dose form of a line, bound by this node: as stated, as its name says, or as the catalogue has it.
    pub fn form(&self, line: u32, node: Option<u32>) -> Option<DoseForm> {
        let line = self.line(line)?;
        let own = || self.catalogue().form(self.concepts(line.senses), line.identity, node);
        line.form.or_else(own)
    }

    /// The schedule of a line.
    pub fn dosage(&self, line: u32) -> Option<Dosage<'s>> {
        Some(Dosage {
            prescription: self.rx,
            item: self.item(line)?,
            piece: self.piece(line),
        })
    }

    /// The route of a line; most state it.
    pub fn route(&self, line: u32) -> Option<Route> {
        let stated = self.item(line)?.route.value().copied();
        stated.or_else(|| self.dosage(line)?.route())
    }

    /// The concepts of a line, or of an entry of the history.
    #[inline]
    pub fn concepts(&self, senses: (u32, u32)) -> &'s [u32] {
        self.senses.get(wide(senses.0)..wide(senses.1)).unwrap_or(&[])
    }

    /// The lines that come from there, which is not from current medications alone, where each of them counts and is one thing for certain, and none
    /// depends on the day: so many, the first.
    pub fn counted(&self, origin: Origin) -> Option<usize> {
        let prescribed = self.rx.items.len();
        let lines = self.lines.get(..prescribed)?;
        let theirs = origin == Origin::Prescribed || self.lines.len() == prescribed;
        let counts = |line: &Line| !line.diluent && !line.skin_test && !line.ambiguous();
        (origin != Origin::Current && theirs && lines.iter().all(counts)).then_some(prescribed)
    }

    /// Whether a target's set is `any`.
    pub fn is_any(&self, target: u32) -> bool {
        let target = self.tables.targets.get(wide(target));
        let set = target.and_then(|target| self.tables.sets.get(wide(target.set)));
        set.is_some_and(|set| set.any)
    }

    /// A node by its number.
    #[inline]
    pub fn node(&self, node: u32) -> Option<&'p Node> {
        self.catalogue().nodes.value(node)
    }

    /// The form of a decoction sheet.
    pub fn sheet_form(&self) -> SheetForm {
        self.rx.usage.form.unwrap_or(SheetForm::Decoction)
    }

    /// Whether a line comes from where a variable or set looks, on this day.
    pub fn comes_from(&self, line: u32, origin: Origin, within_days: Option<Ratio>) -> Truth {
        let Some(medication) = self.medication(line) else {
            return Truth::known(origin != Origin::Current);
        };
        if origin == Origin::Prescribed {
            return Truth::False;
        }
        let Some(stopped) = &medication.stopped_on else {
            return Truth::True;
        };
        match (self.today, within_days) {
            (Some(today), _) if stopped.date >= today => Truth::True,
            (_, Some(days)) => stopped_within(stopped, self.today, days),
            (_, None) => Truth::False,
        }
    }

    /// Whether two lines are one product: the same drug text or code, or the current one is renewed by the other.
    pub fn same_product(&self, a: u32, b: u32) -> bool {
        let of = |line: u32| self.written(line).zip(self.line(line));
        let (Some((left, l)), Some((right, r))) = (of(a), of(b)) else {
            return false;
        };
        let renewed = |old: u32, new: &Item| {
            let by = self.medication(old).and_then(|m| m.renewed_by.as_deref());
            by == Some(&*new.id)
        };
        crate::resolve::same_drug((&left.drug, l), (&right.drug, r))
            || (self.medication(b).is_none() && renewed(a, right))
            || (self.medication(a).is_none() && renewed(b, left))
    }
}
