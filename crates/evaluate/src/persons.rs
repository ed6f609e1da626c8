//! What age, sex, pregnancy and lactation answer: patients of one age and sex come every day, so each question is asked once of each kind of patient and
//! kept by the thread, and so is which rules that no line leads to are not for them. Here stands, too, who else answers a question without being
//! asked.
//!
//! What it never does: look at anything else of the patient, or grow without end.
use crate::answers::Told;
use crate::condition::{Leaf, Operand, Test};
use crate::csr::{narrow, wide};
use crate::history::List;
use crate::index::{Always, Asked};
use crate::outcomes::Said;
use crate::program::Tables;
use crate::sheet::Sheet;
use rustc_hash::{FxHashMap, FxHasher};
use shenfang_clinical::derive::{AgeFact, PatientFacts};
use shenfang_clinical::{RulesIdentity, Sex};
use shenfang_knowledge::{Attribute, PatientAttribute};
use shenfang_units::Truth;
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Most kinds of patients that are kept.
const MOST: usize = 2048;

/// A kind of patient.
#[derive(PartialEq)]
struct Person {
    age: Option<AgeFact>,
    sex: Option<Sex>,
    pregnant: Option<bool>,
    lactating: Option<bool>,
}

/// What one thread remembers of one program.
#[derive(Default)]
pub(crate) struct Persons {
    of: Option<Arc<RulesIdentity>>,
    found: FxHashMap<u64, usize>,
    kept: Vec<(Person, Box<Told>)>,
}

/// Where the answer to a question stands, once it was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// [`Place::OWN`], [`Place::PERSON`] or [`Place::HEAD`]; beyond them the lists of the history
    pub table: u8,
    /// its number there; of a list, that of the set
    pub at: u32,
}

impl Place {
    /// The sheet's own answers.
    const OWN: u8 = 0;
    /// What its kind of patient answered.
    const PERSON: u8 = 1;
    /// What its head answers.
    const HEAD: u8 = 2;
    const LISTS: u8 = 3;

    /// Its place among the lists of the history.
    pub fn list(self) -> usize {
        usize::from(self.table.saturating_sub(Place::LISTS))
    }

    /// Its place among what the head answers, if it is there.
    pub fn of_head(self) -> Option<u32> {
        (self.table == Place::HEAD).then_some(self.at)
    }
}

/// Who answers a question to the sheet that nobody asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// whether a list of the history has a set
    History(List, u32),
    /// a field of the patient: this, while nothing is known of it
    Field(PatientAttribute, Said),
    /// laboratory values: this, while there are none
    Labs(Said),
    /// an allergy to what a line denotes: as unknown as allergies are, and there is none where there is no allergy
    Touched,
    /// whoever works it out
    Any,
}

impl Source {
    /// Of one test.
    fn of(test: &Test) -> Source {
        let nothing = Said::of(Truth::Unknown);
        match test {
            Test::Compare { left, right, .. } => match (left, right) {
                (of, Operand::Constant(_)) | (Operand::Constant(_), of) => match of {
                    Operand::Attribute(Attribute::Patient(which)) => Source::Field(*which, nothing),
                    Operand::Lab(_) => Source::Labs(nothing),
                    _ => Source::Any,
                },
                _ => Source::Any,
            },
            Test::Rank {
                subject: Attribute::Patient(which),
                ..
            }
            | Test::Is {
                subject: Attribute::Patient(which),
                ..
            }
            | Test::Flag(Attribute::Patient(which)) => Source::Field(*which, nothing),
            Test::Known(Attribute::Patient(which)) => Source::Field(*which, Said::of(Truth::False)),
            Test::KnownLab(_) => Source::Labs(Said::of(Truth::False)),
            Test::AllergicTo(_) => Source::Touched,
            test => test
                .listed()
                .map_or(Source::Any, |(list, set)| Source::History(list, set)),
        }
    }
}

/// Where the answer to each question stands, and who answers it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    at: Vec<Place>,
    of: Vec<Source>,
    questions: u32,
    /// after the questions, rules that no line leads to
    rules: usize,
}

impl Places {
    /// Of a program's questions, each once, those of the head by number, and of so many rules that no line leads to. `asked`: the
    /// sets they ask a history about.
    pub fn of<'t>(
        questions: u32,
        leaves: impl Iterator<Item = &'t Leaf>,
        (head, asked): (&[Leaf], &Asked),
        rules: usize,
    ) -> Places {
        let own = |at| Place { table: Place::OWN, at };
        let mut places = Places {
            at: (0..questions).map(own).collect(),
            of: vec![Source::Any; wide(questions)],
            questions: 0,
            rules,
        };
        for leaf in leaves {
            let number = leaf.question.number;
            let (place, source) = match head.binary_search_by_key(&number, |leaf| leaf.question.number) {
                Ok(at) => {
                    let (table, at) = (Place::HEAD, narrow(at));
                    (Place { table, at }, Source::Any)
                }
                Err(_) if is_of_person(&leaf.test) => {
                    let (table, at) = (Place::PERSON, places.questions);
                    places.questions = at.saturating_add(1);
                    (Place { table, at }, Source::Any)
                }
                Err(_) => {
                    let listed = leaf.test.listed();
                    let listed = listed.and_then(|(list, set)| Some((list.table(), asked.exactly(set)?)));
                    let place = listed.map(|(table, at)| Place {
                        table: Place::LISTS.saturating_add(table),
                        at,
                    });
                    (place.unwrap_or(own(number)), Source::of(&leaf.test))
                }
            };
            if let (Some(at), Some(of)) = (places.at.get_mut(wide(number)), places.of.get_mut(wide(number))) {
                (*at, *of) = (place, source);
            }
        }
        places
    }

    /// Where the answer to a question stands.
    #[inline]
    pub fn place(&self, question: u32) -> Option<Place> {
        self.at.get(wide(question)).copied()
    }

    /// Who answers a question that nobody asked.
    #[inline]
    pub fn source(&self, question: u32) -> Source {
        self.of.get(wide(question)).copied().unwrap_or(Source::Any)
    }
}

impl<'s> Sheet<'s, '_> {
    /// What patients such as this one answered so far.
    fn told(&self) -> &'s Told {
        let [_, told, _] = self.said;
        told
    }

    /// Where the answer of a kind of patient is kept, if it is.
    pub fn of_person(&self, question: u32) -> Option<&'s Cell<Said>> {
        let place = self.index.persons.place(question)?;
        self.told().get(wide(place.at)).filter(|_| place.table == Place::PERSON)
    }

    /// Whether the kind of patient alone keeps a rule that no line leads to from firing and from staying open.
    pub fn is_for_others(&self, always: &Always) -> bool {
        let places = &self.index.persons;
        let at = wide(places.questions).saturating_add(wide(always.place));
        let when = || self.tables.rules.rules.get(wide(always.rule))?.when.as_ref();
        let answer = |leaf: &Leaf| {
            let told = self.of_person(leaf.question.number);
            told.map_or(Truth::Unknown, |told| {
                told.get().asked().unwrap_or_else(|| self.say(leaf)).truth()
            })
        };
        let find_out = || Said::of(when().map_or(Truth::Unknown, |when| when.truth(&answer)));
        self.told().get(at).is_some_and(|told| {
            let said = told.get().asked().unwrap_or_else(find_out);
            told.set(said);
            said.truth() == Truth::False
        })
    }
}

/// Whether age, sex, pregnancy and lactation answer a test.
fn is_of_person(test: &Test) -> bool {
    use PatientAttribute as P;
    let of = |of: &Attribute, which: &[P]| matches!(of, Attribute::Patient(is) if which.contains(is));
    match test {
        Test::Compare { left, right, .. } => match (left, right) {
            (Operand::Attribute(age), Operand::Constant(_)) | (Operand::Constant(_), Operand::Attribute(age)) => {
                of(age, &[P::Age])
            }
            _ => false,
        },
        Test::Is { subject, .. } => of(subject, &[P::Sex, P::AgeUnit]),
        Test::Flag(subject) => of(subject, &[P::Pregnant, P::Lactating]),
        Test::Known(subject) => of(subject, &[P::Age, P::Sex, P::AgeUnit, P::Pregnant, P::Lactating]),
        _ => false,
    }
}

impl Persons {
    /// What was told so far by patients such as this one.
    pub fn of(&mut self, tables: &Tables, places: &Places, facts: &PatientFacts<'_>) -> &Told {
        let same = self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &tables.identity));
        if !same || self.kept.len() >= MOST {
            *self = Persons {
                of: Some(Arc::clone(&tables.identity)),
                ..Persons::default()
            };
        }
        let mut hasher = FxHasher::default();
        (&facts.age, facts.sex, facts.pregnant, facts.lactating).hash(&mut hasher);
        let found = self.found.entry(hasher.finish()).or_insert(usize::MAX);
        let is_it = |(person, _): &(Person, Box<Told>)| {
            person.age == facts.age
                && (person.sex, person.pregnant, person.lactating) == (facts.sex, facts.pregnant, facts.lactating)
        };
        if !self.kept.get(*found).is_some_and(is_it) {
            *found = self.kept.len();
            let person = Person {
                age: facts.age.clone(),
                sex: facts.sex,
                pregnant: facts.pregnant,
                lactating: facts.lactating,
            };
            let all = wide(places.questions).saturating_add(places.rules);
            self.kept.push((person, vec![Cell::new(Said::UNASKED); all].into()));
        }
        self.kept.get(*found).map_or(&[], |(_, told)| told)
    }
}
