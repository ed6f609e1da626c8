//! What rules ask of every line, told for all lines at once: a rule that asks it of one line hardly ever asks it of no other.
//!
//! What it never does: answer where a line has to be looked at by itself.
use crate::answers::{Lines, Many, only};
use crate::attribute::unreadable;
use crate::condition::Test;
use crate::sheet::{History, Line, Sheet};
use shenfang_clinical::{DoseForm, Route};
use shenfang_knowledge::{Attribute, ItemAttribute, WordValue};

impl Sheet<'_, '_> {
    /// Whether something is so of each of the first 64 lines; `None` where that is not known.
    fn of_lines(&self, is: &mut dyn FnMut(u32, &Line) -> Option<bool>) -> Many {
        let mut many = Many { yes: 0, no: 0 };
        for (number, line) in (0..Lines::BITS).zip(self.lines) {
            match is(number, line) {
                Some(true) => many.yes |= only(number),
                Some(false) => many.no |= only(number),
                None => {}
            }
        }
        many
    }

    /// What a test about one line comes to for all lines but those of the second answer, which have to be asked one by one. `None`: all of them.
    pub fn ask_columns(&self, test: &Test) -> Option<(Many, Lines)> {
        use ItemAttribute as I;
        let form = |line: &Line| -> Option<DoseForm> { line.form.or(line.usual) };
        let none_but = |lines: Lines| {
            let others = Many { yes: 0, no: !lines };
            (others, lines)
        };
        Some(match test {
            Test::Is {
                subject: Attribute::Item(_, I::Route),
                values,
            } => {
                let names = |route: Route| {
                    values
                        .iter()
                        .any(|value| matches!(value, WordValue::Route(of) if route.within(*of)))
                };
                (self.of_lines(&mut |number, _| self.route(number).map(names)), 0)
            }
            Test::Is {
                subject: Attribute::Item(_, I::Form),
                values,
            } => {
                let names = |form: DoseForm| {
                    values
                        .iter()
                        .any(|value| matches!(value, WordValue::Form(of) if form.within(*of)))
                };
                (self.of_lines(&mut |_, line| form(line).map(names)), 0)
            }
            // A text that can be read is none of those that a rule names.
            Test::Is {
                subject: Attribute::Item(_, I::Text(text)),
                ..
            } => {
                let illegible = |item| unreadable(item, *text).is_some();
                none_but(self.of_lines(&mut |number, _| self.item(number).map(illegible)).yes)
            }
            Test::Known(Attribute::Item(_, I::Route)) => {
                (self.of_lines(&mut |number, _| Some(self.route(number).is_some())), 0)
            }
            Test::Known(Attribute::Item(_, I::Form)) => (self.of_lines(&mut |_, line| Some(form(line).is_some())), 0),
            Test::Known(Attribute::Item(_, I::SkinTest)) => {
                let tested = |number, _: &Line| Some(self.item(number)?.skin_test.is_some());
                none_but(self.of_lines(&mut { tested }).yes)
            }
            Test::AllergicTo(_) => match &self.rx.patient.allergies {
                None => (Many { yes: 0, no: 0 }, 0),
                Some(_) if !self.history.iter().any(|entry| entry.kind == History::Allergy) => none_but(0),
                Some(_) => return None,
            },
            _ => return None,
        })
    }
}
