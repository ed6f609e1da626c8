//! Answers to the questions that conditions ask, each worked out once a sheet, of the sheet or line by line, so that a rule which the sheet
//! dismisses is done with before any line is bound.
//!
//! What it never does: answer a question about a line in another way than asking it of that line would.
use crate::condition::{Asked, Condition, Leaf};
use crate::csr::wide;
use crate::evaluate::{Slot, View};
use crate::index::Guard;
use crate::outcomes::Said;
use crate::persons::Source;
use crate::sheet::{History, Sheet};
use shenfang_units::Truth;
use std::cell::{Cell, RefCell};

/// A set of the first 64 lines.
pub(crate) type Lines = u64;

/// The set of one line; empty beyond those that can be held.
pub(crate) fn only(line: u32) -> Lines {
    1u64.checked_shl(line).unwrap_or(0)
}

/// An answer line by line: true, false, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Many {
    pub yes: Lines,
    pub no: Lines,
}

impl Many {
    /// Of one line.
    fn of(self, line: Lines) -> Truth {
        match (self.yes & line != 0, self.no & line != 0) {
            (true, _) => Truth::True,
            (_, true) => Truth::False,
            _ => Truth::Unknown,
        }
    }
}

/// What lines answered to one question.
#[derive(Clone, Copy, Default, Debug)]
struct Answer {
    /// of which sheet it is
    stamp: u16,
    /// of which lines it was asked
    asked: Lines,
    yes: Lines,
    no: Lines,
}

/// The answers of one sheet: only what it noted has to be cleared.
#[derive(Default)]
pub(crate) struct Answers {
    stamp: u16,
    all: Vec<Cell<Answer>>,
    /// what the sheet said that neither its kind of patient nor its head says
    said: Vec<Cell<Said>>,
    /// to which questions
    noted: RefCell<Vec<u32>>,
}

/// Answers by place: [`Said::UNASKED`] where nobody asked yet.
pub(crate) type Told = [Cell<Said>];

/// The tables in which answers stand, as [`Place`] numbers them: the sheet's own, its kind of patient's and its head's.
pub(crate) type Tables<'s> = [&'s Told; 3];

impl Answers {
    /// Forgets, for a program of so many questions.
    pub fn clear(&mut self, questions: u32) {
        if self.all.len() != wide(questions) || self.stamp == u16::MAX {
            self.all.clear();
            self.all.resize(wide(questions), Cell::default());
            self.said.clear();
            self.said.resize(wide(questions), Cell::new(Said::UNASKED));
            self.stamp = 0;
        }
        self.stamp = self.stamp.saturating_add(1);
        for question in self.noted.get_mut().drain(..) {
            if let Some(cell) = self.said.get(wide(question)) {
                cell.set(Said::UNASKED);
            }
        }
    }

    /// What the sheet said itself, by the number of the question.
    pub fn own(&self) -> &Told {
        &self.said
    }

    fn note_said(&self, question: u32, said: Said) {
        if let (Some(cell), Ok(mut noted)) = (self.said.get(wide(question)), self.noted.try_borrow_mut()) {
            cell.set(said);
            noted.push(question);
        }
    }

    /// What lines of this sheet answered to a question.
    #[inline]
    fn known(&self, question: u32) -> Option<Answer> {
        let known = self.all.get(wide(question))?.get();
        (known.stamp == self.stamp).then_some(known)
    }

    fn note(&self, question: u32, known: Answer) {
        if let Some(cell) = self.all.get(wide(question)) {
            cell.set(Answer {
                stamp: self.stamp,
                ..known
            });
        }
    }
}

impl Sheet<'_, '_> {
    /// The content that a line is bound by where nothing asks for another.
    pub fn first_content(&self, line: u32) -> Option<u32> {
        self.line(line)?.first
    }

    /// Whether one answer of the sheet keeps a rule from firing and from staying open, whatever is bound.
    pub fn is_barred(&self, number: u32) -> bool {
        let mut guards = self.index.guards.row(number).iter();
        guards.any(|guard| self.guard(number, guard))
    }

    /// What was said to a question on this sheet, by all of it or about a line; `None` where nobody asked, or a line does not know.
    #[inline]
    pub fn said(&self, question: u32, line: u32) -> Option<Said> {
        let known = self.stands(question).asked();
        known.or_else(|| self.look_up(question, line))
    }

    /// The answer that stands at the place of a question.
    #[inline]
    pub fn stands(&self, question: u32) -> Said {
        let Some(place) = self.index.persons.place(question) else {
            return Said::UNASKED;
        };
        let said = match self.said.get(usize::from(place.table)) {
            Some(table) => table.get(wide(place.at)).map(Cell::get),
            None => self.lists.get(place.list()).map(|list| list.said(place.at)),
        };
        said.unwrap_or(Said::UNASKED)
    }

    /// The same, where it does not stand at its place.
    #[inline(never)]
    pub fn look_up(&self, question: u32, line: u32) -> Option<Said> {
        let said = match self.index.persons.source(question) {
            Source::History(list, set) => self.said_of(list, set),
            Source::Field(which, nothing) if !self.knows(which) => nothing,
            Source::Labs(nothing) if !self.is_any_observed() => nothing,
            Source::Touched if self.rx.patient.allergies.is_none() => Said::of(Truth::Unknown),
            Source::Touched if !self.history.iter().any(|entry| entry.kind == History::Allergy) => {
                Said::of(Truth::False)
            }
            Source::Any | Source::Touched => {
                // Said by the sheet, where its kind of patient and its head do not.
                let own = self.answers.own().get(wide(question)).and_then(|own| own.get().asked());
                return own.or_else(|| {
                    let truth = self.answers.known(question)?.many().of(only(line));
                    (truth != Truth::Unknown).then_some(Said::of(truth))
                });
            }
            _ => return None,
        };
        self.answers.note_said(question, said);
        Some(said)
    }

    /// The same of a question to the sheet that nobody asked.
    #[inline(never)]
    pub fn say(&self, leaf: &Leaf) -> Said {
        let question = leaf.question.number;
        let view = View::bare(self);
        let said = view.said(leaf, view.ask(leaf, None));
        match self.of_person(question) {
            Some(told) => told.set(said),
            None => self.answers.note_said(question, said),
        }
        said
    }

    /// What is said to a question to the sheet, asked now or before.
    #[inline]
    fn said_to(&self, leaf: &Leaf) -> Truth {
        let said = self.said(leaf.question.number, 0);
        said.unwrap_or_else(|| self.say(leaf)).truth()
    }

    /// Whether the answers of the sheet together do.
    pub fn is_dismissed(&self, number: u32) -> bool {
        if self.is_barred(number) {
            return true;
        }
        if self.index.guarded.get(wide(number)) == Some(&true) {
            return false;
        }
        let Some(rule) = self.tables.rules.rules.get(wide(number)) else {
            return true;
        };
        let leaf = |leaf: &Leaf| match leaf.question.of {
            Asked::Sheet => self.said_to(leaf),
            Asked::Line { .. } | Asked::Lines => Truth::Unknown,
        };
        let fails = |when: &Condition| when.truth(&leaf) == Truth::False;
        rule.when.as_ref().is_some_and(fails)
            || rule.says.exempt.iter().any(|exempt| exempt.truth(&leaf) == Truth::True)
    }

    /// Whether a guard dismisses its rule.
    #[inline]
    fn guard(&self, rule: u32, guard: &Guard) -> bool {
        let leaf = || {
            let rule = self.tables.rules.rules.get(wide(rule))?;
            Some(self.say(rule.when.as_ref()?.leaf_at(guard.place)?))
        };
        let said = self.said(guard.question, 0).or_else(leaf);
        said.is_some_and(|said| said.truth() == Truth::known(guard.dismisses))
    }

    /// The answer to a leaf's question to a line.
    #[inline]
    fn answer(&self, leaf: &Leaf, variable: u32, line: u32) -> Truth {
        let many = match self.answers.known(leaf.question.number) {
            Some(known) if only(line) & !known.asked == 0 => known.many(),
            known => self.find_answer(leaf, variable, line, known.unwrap_or_default()),
        };
        many.of(only(line))
    }

    #[cold]
    fn find_answer(&self, leaf: &Leaf, variable: u32, line: u32, mut known: Answer) -> Many {
        let (many, but) = self
            .ask_columns(&leaf.test)
            .unwrap_or((Many { yes: 0, no: 0 }, Lines::MAX));
        known.yes |= many.yes & !but;
        known.no |= many.no & !but;
        known.asked |= !but | only(line);
        if only(line) & but != 0 {
            let slot = Slot {
                line: Some(line),
                node: self.first_content(line),
                truth: Truth::True,
            };
            let slots = [slot; crate::bind::VARIABLES];
            let view = View {
                slots: slots.get(..=wide(variable)).unwrap_or(&[]),
                ..View::bare(self)
            };
            known.note(view.ask(leaf, None), only(line));
        }
        self.answers.note(leaf.question.number, known);
        known.many()
    }
}

impl Answer {
    fn many(self) -> Many {
        Many {
            yes: self.yes,
            no: self.no,
        }
    }

    fn note(&mut self, truth: Truth, lines: Lines) {
        match truth {
            Truth::True => self.yes |= lines,
            Truth::False => self.no |= lines,
            Truth::Unknown => {}
        }
    }
}

impl View<'_, '_> {
    /// The answer that is known of a leaf, or is worked out now for every rule that asks the same; `None` where it has to be asked of this binding.
    pub fn known_answer(&self, leaf: &Leaf) -> Option<Truth> {
        let line = self.asked_alike(leaf)?;
        Some(match leaf.question.of {
            Asked::Line { variable, .. } => self.sheet.answer(leaf, variable, line),
            Asked::Sheet | Asked::Lines => self.sheet.said_to(leaf),
        })
    }

    /// Of which line a leaf asks, where every rule that asks the same has the same answer; any one for the sheet.
    pub fn asked_alike(&self, leaf: &Leaf) -> Option<u32> {
        match leaf.question.of {
            Asked::Sheet => Some(0),
            Asked::Lines => None,
            Asked::Line { variable, by_content } => {
                let slot = self.slot(variable)?;
                let line = slot.line.filter(|line| only(*line) != 0)?;
                (!by_content || slot.node == self.sheet.first_content(line)).then_some(line)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sheet_is_told_what_another_said_however_many_lie_between() {
        let mut answers = Answers::default();
        let said = Said::of(Truth::True);
        let told = |answers: &Answers| answers.own().iter().map(Cell::get).collect::<Vec<Said>>();
        answers.clear(2);
        for _ in 0..=u32::from(u16::MAX) {
            assert_eq!(told(&answers), [Said::UNASKED; 2], "nobody said anything");
            answers.note_said(1, said);
            answers.note_said(2, said);
            assert_eq!(told(&answers), [Said::UNASKED, said], "and there is no third");
            answers.clear(2);
        }
    }
}
