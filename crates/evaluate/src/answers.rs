//! Answers to the questions that conditions ask, each worked out once a sheet, of the sheet or line by line; and conditions answered for many
//! lines at once, so that a rule which none of them concerns is done with before any is bound.
//!
//! What it never does: answer a question about a line in another way than asking it of that line would.
use crate::condition::{Asked, Leaf};
use crate::csr::{narrow, wide};
use crate::evaluate::{Slot, View};
use crate::flat::{Part, Top};
use crate::index::Guard;
use crate::rules::Rule;
use crate::sheet::Sheet;
use shenfang_units::Truth;
use std::cell::Cell;

/// A set of the first 64 lines.
pub(crate) type Lines = u64;

/// The set of one line; empty beyond those that can be held.
pub(crate) fn only(line: u32) -> Lines {
    1u64.checked_shl(line).unwrap_or(0)
}

/// Lines, ascending.
pub(crate) fn each(lines: Lines) -> impl Iterator<Item = u32> {
    let mut left = lines;
    std::iter::from_fn(move || {
        let line = (left != 0).then(|| left.trailing_zeros())?;
        left &= left.wrapping_sub(1);
        Some(line)
    })
}

/// Lines that may be bound to the only variable of a rule.
#[derive(Clone, Copy)]
pub(crate) struct Bindable {
    lines: Lines,
    /// those bound by their first content
    by_first: Lines,
}

/// Truth of a condition line by line: true, false, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Many {
    pub yes: Lines,
    pub no: Lines,
}

impl Many {
    pub const UNKNOWN: Many = Many { yes: 0, no: 0 };

    /// Kleene truth of a condition for these lines; what it says of others means nothing. A line that is decided is asked no more.
    fn of(part: Part<'_, Leaf>, lines: Lines, leaf: &mut impl FnMut(&Leaf, Lines) -> Many) -> Many {
        match part.top() {
            None => Many::UNKNOWN,
            Some(Top::Leaf(at)) => leaf(at, lines),
            Some(Top::Not(inner)) => Many::of(inner, lines, leaf).not(),
            Some(Top::All(all)) => Many::all(all, lines, &mut |child, left| Many::of(child, left, leaf)),
            Some(Top::Any(any)) => Many::all(any, lines, &mut |child, left| Many::of(child, left, leaf).not()).not(),
        }
    }

    fn all(below: Part<'_, Leaf>, lines: Lines, truth: &mut dyn FnMut(Part<'_, Leaf>, Lines) -> Many) -> Many {
        let (mut yes, mut left) = (lines, lines);
        for child in below.children() {
            if left == 0 {
                break;
            }
            let child = truth(child, left);
            yes &= child.yes;
            left &= !child.no;
        }
        Many {
            yes: yes & left,
            no: lines & !left,
        }
    }

    fn not(self) -> Many {
        Many {
            yes: self.no,
            no: self.yes,
        }
    }
}

/// What is known of one question.
#[derive(Clone, Copy, Default, Debug)]
struct Answer {
    /// of which sheet it is
    stamp: u32,
    /// of which lines it was asked
    asked: Lines,
    yes: Lines,
    no: Lines,
}

/// The answers of one sheet: stamped, so that nothing has to be cleared.
#[derive(Default)]
pub(crate) struct Answers {
    stamp: u32,
    all: Vec<Cell<Answer>>,
}

impl Answers {
    /// Forgets, for a program of so many questions.
    pub fn clear(&mut self, questions: u32) {
        if self.all.len() != wide(questions) || self.stamp == u32::MAX {
            self.all.clear();
            self.all.resize(wide(questions), Cell::default());
            self.stamp = 0;
        }
        self.stamp = self.stamp.saturating_add(1);
    }

    /// What is known of a question on this sheet.
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
        let first = self.concepts(self.line(line)?.senses).first();
        first.map(|concept| self.catalogue().nodes.span(*concept).0)
    }

    /// Whether something that the sheet answers keeps a rule from firing and from staying open, whatever is bound.
    pub fn is_dismissed(&self, rule: u32) -> bool {
        let guards = self.index.guards.row(rule).iter();
        let mut of_sheet = guards.take_while(|guard| guard.of == Asked::Sheet);
        of_sheet.any(|guard| self.guard(rule, guard, 1) != 0)
    }

    /// The lines, among these, that a guard dismisses.
    #[inline]
    fn guard(&self, rule: u32, guard: &Guard, lines: Lines) -> Lines {
        let many = match self.answers.known(guard.question) {
            Some(known) if lines & !known.asked == 0 => known.many(),
            known => {
                let rule = self.tables.rules.rules.get(wide(rule));
                let leaf = rule.and_then(|rule| rule.when.as_ref()?.leaf_at(guard.place));
                leaf.map_or(Many::UNKNOWN, |leaf| {
                    self.find_answer(leaf, lines, known.unwrap_or_default())
                })
            }
        };
        lines & if guard.dismisses { many.yes } else { many.no }
    }

    /// The lines that may be bound to the variable of a rule that has only one, some line for any other rule; `None` where a set cannot hold them.
    pub fn may_be_bound(&self, rule: &Rule) -> Option<Bindable> {
        let count = narrow(self.lines.len());
        let mut bindable = Bindable { lines: 0, by_first: 0 };
        match rule.bindings.as_slice() {
            [_] if count > Lines::BITS => return None,
            [only_one] if only_one.any => {
                let all = Lines::MAX.checked_shr(Lines::BITS.saturating_sub(count)).unwrap_or(0);
                bindable.lines = all;
                bindable.by_first = all;
            }
            [only_one] => {
                // A line is bound by the first of its nodes.
                self.each_row_of(only_one.target, &mut |row| {
                    let line = only(row.line);
                    if bindable.lines & line == 0 && Some(row.node) == self.first_content(row.line) {
                        bindable.by_first |= line;
                    }
                    bindable.lines |= line;
                });
            }
            _ => bindable.lines = 1,
        }
        Some(bindable)
    }

    /// The answer to a leaf's question, for these lines (or for the sheet, whose answer stands for all of them).
    #[inline]
    fn answer(&self, leaf: &Leaf, lines: Lines) -> Many {
        match self.answers.known(leaf.question.number) {
            Some(known) if lines & !known.asked == 0 => known.many(),
            known => self.find_answer(leaf, lines, known.unwrap_or_default()),
        }
    }

    #[cold]
    fn find_answer(&self, leaf: &Leaf, lines: Lines, mut known: Answer) -> Many {
        let question = leaf.question;
        let missing = lines & !known.asked;
        match question.of {
            Asked::Lines => return Many::UNKNOWN,
            Asked::Sheet => {
                known.asked = Lines::MAX;
                known.note(View::bare(self).ask(leaf, None), Lines::MAX);
            }
            Asked::Line { variable, .. } => {
                let mut one_by_one = missing;
                if let Some((many, but)) = self.ask_columns(&leaf.test) {
                    known.yes |= many.yes & !but;
                    known.no |= many.no & !but;
                    known.asked |= !but;
                    one_by_one &= but;
                }
                for line in each(one_by_one) {
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
                known.asked |= missing;
            }
        }
        self.answers.note(question.number, known);
        known.many()
    }

    /// The lines, among these, for which a rule of one variable may fire or stay open; of any other rule none or all of them, as the sheet decides.
    pub fn may_concern(&self, number: u32, rule: &Rule, bindable: Bindable) -> Lines {
        let Bindable { mut lines, by_first } = bindable;
        for guard in self.index.guards.row(number) {
            let asked = match guard.of {
                Asked::Sheet | Asked::Lines => continue,
                Asked::Line { by_content: true, .. } => lines & by_first,
                Asked::Line { .. } => lines,
            };
            lines &= !self.guard(number, guard, asked);
            if lines == 0 {
                return 0;
            }
        }
        if self.index.guarded.get(wide(number)) == Some(&true) {
            return lines;
        }
        let one = matches!(rule.bindings.as_slice(), [_]);
        let mut leaf = |leaf: &Leaf, lines| match leaf.question.of {
            Asked::Line { by_content: true, .. } if one => {
                let first = self.answer(leaf, lines & by_first);
                Many {
                    yes: first.yes & by_first,
                    no: first.no & by_first,
                }
            }
            Asked::Line { .. } if !one => Many::UNKNOWN,
            Asked::Sheet | Asked::Line { .. } => self.answer(leaf, lines),
            Asked::Lines => Many::UNKNOWN,
        };
        let mut left = lines;
        if let Some(when) = &rule.when {
            left &= !Many::of(when.part(), left, &mut leaf).no;
        }
        for exempt in &rule.says.exempt {
            left &= !Many::of(exempt.part(), left, &mut leaf).yes;
        }
        left
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
        let lines = match leaf.question.of {
            Asked::Sheet => 1,
            Asked::Lines => return None,
            Asked::Line { variable, by_content } => {
                let slot = self.slot(variable)?;
                let line = slot.line?;
                if by_content && slot.node != self.sheet.first_content(line) {
                    return None;
                }
                only(line)
            }
        };
        if lines == 0 {
            return None;
        }
        let many = self.sheet.answer(leaf, lines);
        Some(match (many.yes & lines != 0, many.no & lines != 0) {
            (true, _) => Truth::True,
            (_, true) => Truth::False,
            _ => Truth::Unknown,
        })
    }
}
