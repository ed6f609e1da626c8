//! What rules ask of every line, told for all lines at once: few routes and forms stand on one sheet, and hardly a text that cannot be read.
//!
//! What it never does: answer where a line has to be looked at by itself.
use crate::answers::{Lines, Many, only};
use crate::attribute::{Seen, matches, unreadable};
use crate::condition::Test;
use crate::sheet::{History, Sheet};
use shenfang_clinical::{DoseForm, Route};
use shenfang_knowledge::{Attribute, ItemAttribute, ItemText, WordValue};
use smallvec::SmallVec;

/// Lines by what they have in common.
type Groups<T> = SmallVec<[(Option<T>, Lines); 6]>;

/// The lines of a sheet, the first 64 of them.
pub(crate) struct Columns {
    routes: Groups<Route>,
    /// by the first content of each line
    forms: Groups<DoseForm>,
    /// lines with some text that cannot be read
    illegible: Lines,
    /// lines with a skin test
    tested: Lines,
}

fn add<T: Copy + PartialEq>(groups: &mut Groups<T>, value: Option<T>, line: Lines) {
    match groups.iter_mut().find(|(known, _)| *known == value) {
        Some((_, lines)) => *lines |= line,
        None => groups.push((value, line)),
    }
}

/// Truth by group: unknown where the value is not known.
fn by_group<T>(groups: &Groups<T>, truth: impl Fn(&T) -> bool) -> Many {
    let mut many = Many::UNKNOWN;
    for (value, lines) in groups {
        match value.as_ref().map(&truth) {
            Some(true) => many.yes |= lines,
            Some(false) => many.no |= lines,
            None => {}
        }
    }
    many
}

/// Which groups have a value.
fn known<T>(groups: &Groups<T>) -> Many {
    let (mut yes, mut no) = (0, 0);
    for (value, lines) in groups {
        *if value.is_some() { &mut yes } else { &mut no } |= lines;
    }
    Many { yes, no }
}

impl Columns {
    fn of(sheet: &Sheet<'_, '_>) -> Columns {
        let mut columns = Columns {
            routes: Groups::new(),
            forms: Groups::new(),
            illegible: 0,
            tested: 0,
        };
        for (number, known) in (0..Lines::BITS).zip(sheet.lines) {
            let line = only(number);
            let item = sheet.item(number);
            // Most lines state their route.
            let route = item.and_then(|item| item.route.value()).copied();
            add(&mut columns.routes, route.or_else(|| sheet.route_of(number)), line);
            add(&mut columns.forms, known.form.or(known.usual), line);
            let Some(item) = item else { continue };
            if TEXTS.iter().any(|text| unreadable(item, *text).is_some()) {
                columns.illegible |= line;
            }
            if item.skin_test.is_some() {
                columns.tested |= line;
            }
        }
        columns
    }

    /// The route of one of the first 64 lines.
    pub fn route(&self, line: u32) -> Option<Route> {
        let (route, _) = self.routes.iter().find(|(_, lines)| lines & only(line) != 0)?;
        *route
    }
}

const TEXTS: [ItemText; 6] = [
    ItemText::Dose,
    ItemText::Frequency,
    ItemText::Route,
    ItemText::Duration,
    ItemText::Quantity,
    ItemText::Strength,
];

impl Sheet<'_, '_> {
    /// The columns of this sheet, laid out on first use.
    pub fn columns(&self) -> &Columns {
        self.columns.get_or_init(|| Columns::of(self))
    }

    /// What a test about one line comes to for all lines but those of the second answer, which have to be asked one by one. `None`: all of them.
    pub fn ask_columns(&self, test: &Test) -> Option<(Many, Lines)> {
        use ItemAttribute as I;
        let none_but = |lines: Lines| {
            let others = Many { yes: 0, no: !lines };
            (others, lines)
        };
        Some(match test {
            Test::Is {
                subject: Attribute::Item(_, I::Route),
                values,
            } => {
                let is = |route: &Route| {
                    let seen = Seen::Word(WordValue::Route(*route));
                    values.iter().any(|value| matches(&seen, value))
                };
                (by_group(&self.columns().routes, is), 0)
            }
            Test::Is {
                subject: Attribute::Item(_, I::Form),
                values,
            } => {
                let is = |form: &DoseForm| {
                    let seen = Seen::Word(WordValue::Form(*form));
                    values.iter().any(|value| matches(&seen, value))
                };
                (by_group(&self.columns().forms, is), 0)
            }
            // A text that can be read is none of those that a rule names.
            Test::Is {
                subject: Attribute::Item(_, I::Text(_)),
                ..
            } => none_but(self.columns().illegible),
            Test::Known(Attribute::Item(_, I::Route)) => (known(&self.columns().routes), 0),
            Test::Known(Attribute::Item(_, I::Form)) => (known(&self.columns().forms), 0),
            Test::Known(Attribute::Item(_, I::SkinTest)) => none_but(self.columns().tested),
            Test::AllergicTo(_) => match &self.rx.patient.allergies {
                None => (Many::UNKNOWN, 0),
                Some(_) if !self.history.iter().any(|entry| entry.kind == History::Allergy) => none_but(0),
                Some(_) => return None,
            },
            _ => return None,
        })
    }

    /// The route of a line.
    pub fn route(&self, line: u32) -> Option<Route> {
        if line < Lines::BITS {
            self.columns().route(line)
        } else {
            self.route_of(line)
        }
    }

    fn route_of(&self, line: u32) -> Option<Route> {
        self.dosage(line)?.route()
    }
}
