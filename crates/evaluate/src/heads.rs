//! What the head of a sheet answers: kind, setting, prescriber, amendments, whether it comes on its day, and which fields are there. Heads repeat from sheet to sheet, so each is asked once
//! and kept by the thread.
//!
//! What it never does: look at values of the patient, at items, or grow without end.
use crate::condition::Leaf;
use crate::csr::wide;
use crate::evaluate::View;
use crate::index::Always;
use crate::outcomes::Said;
use crate::program::Tables;
use crate::rules::Rule;
use crate::sheet::Sheet;
use rustc_hash::FxHashMap;
use shenfang_clinical::{
    Amendment, InstitutionLevel, Prescription, PrescriptionKind, RulesIdentity, Setting, SheetForm, Title,
};
use shenfang_units::Truth;
use std::cell::Cell;
use std::sync::Arc;

/// Most heads that are kept.
const MOST: usize = 512;

/// The head of a sheet.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Head {
    kind: Option<PrescriptionKind>,
    setting: Option<Setting>,
    form: Option<SheetForm>,
    title: Option<Title>,
    level: Option<InstitutionLevel>,
    signed: Option<bool>,
    /// whether some are not signed, or not dated
    amendments: Option<(bool, bool)>,
    /// presented on the day on which it was written
    same_day: bool,
    /// lists that are there, empty or not
    lists: (bool, bool),
    /// which of the fields that rules ask about are stated, a bit each
    stated: u64,
}

/// What a head answers.
#[derive(Default)]
pub(crate) struct Answered {
    /// by place among those of the head; [`Said::UNASKED`] where it does not say
    pub answers: Vec<Cell<Said>>,
    /// of the rules that no line leads to, those it does not dismiss
    pub rules: Vec<Always>,
}

/// What one thread remembers of one program.
#[derive(Default)]
pub(crate) struct Heads {
    of: Option<Arc<RulesIdentity>>,
    kept: FxHashMap<Head, Answered>,
}

impl Head {
    fn of(sheet: &Sheet<'_, '_>) -> Head {
        let rx = sheet.rx;
        let view = View::bare(sheet);
        let asked = sheet.index.stated.iter();
        let stated = asked.fold(0_u64, |bits, of| bits << 1 | u64::from(view.stated(*of)));
        let amendments = rx.amendments.as_deref().map(|all| {
            let lack = |done: fn(&Amendment) -> Option<bool>| all.iter().any(|one| done(one) != Some(true));
            (lack(|one| one.signed), lack(|one| one.dated))
        });
        Head {
            kind: rx.kind,
            setting: rx.setting,
            form: rx.usage.form,
            title: rx.prescriber.title,
            level: rx.institution.level,
            signed: rx.prescriber.signed,
            amendments,
            same_day: is_of_same_day(rx),
            lists: (rx.diagnoses.is_some(), rx.current_medications.is_some()),
            stated,
        }
    }
}

/// Whether a sheet is presented on the day on which it was written.
fn is_of_same_day(rx: &Prescription) -> bool {
    let days = rx.authored_on.as_ref().zip(rx.presented_on.as_ref());
    days.is_some_and(|(written, presented)| written.date == presented.date)
}

impl Heads {
    /// What the head of a sheet answers, found out now or before.
    pub fn of(&mut self, sheet: &Sheet<'_, '_>) -> &Answered {
        let tables = sheet.tables;
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &tables.identity)) || self.kept.len() >= MOST {
            self.of = Some(Arc::clone(&tables.identity));
            self.kept.clear();
        }
        let head = Head::of(sheet);
        self.kept.entry(head).or_insert_with(|| Answered::work_out(sheet))
    }
}

impl Answered {
    #[cold]
    fn work_out(sheet: &Sheet<'_, '_>) -> Answered {
        let tables: &Tables = sheet.tables;
        let view = View::bare(sheet);
        let same_day = is_of_same_day(sheet.rx);
        // How many days lie between two that differ, the head does not say.
        let ask = |leaf: &Leaf| match same_day || !leaf.test.is_of_days() {
            true => Said::of(view.ask(leaf, None)),
            false => Said::UNASKED,
        };
        let answers: Vec<Cell<Said>> = sheet.index.head.iter().map(ask).map(Cell::new).collect();
        let answer = |leaf: &Leaf| {
            let place = sheet.index.persons.place(leaf.question.number);
            let said = place.and_then(|place| answers.get(wide(place.of_head()?)));
            said.map_or(Truth::Unknown, |said| said.get().truth())
        };
        let survives = |rule: &Rule| {
            rule.when
                .as_ref()
                .is_none_or(|when| when.truth(&answer) != Truth::False)
                && rule
                    .says
                    .exempt
                    .iter()
                    .all(|exempt| exempt.truth(&answer) != Truth::True)
        };
        let always = sheet.index.always.iter().copied();
        let rules = always.filter(|always| tables.rules.rules.get(wide(always.rule)).is_some_and(survives));
        Answered {
            rules: rules.collect(),
            answers,
        }
    }
}
