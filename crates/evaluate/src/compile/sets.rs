//! Sets and targets by number, each once.
use crate::condition::{self, Question, Test};
use crate::csr::{narrow, wide};
use crate::flat::{Flat, Tree};
use crate::rules::{Grades, Manner, Row};
use crate::sets::{Leaf, Set, Target};
use crate::shared::Table;
use shenfang_knowledge::{Code, ConceptSet, Knowledge, Reach};
use shenfang_order::Order;
use std::collections::HashMap;
use std::sync::Arc;

/// Deepest chain of groups that name groups; the knowledge has no cycles.
const DEEPEST: usize = 64;

/// Collects sets and targets in the order in which rules name them.
pub(super) struct Sets<'k> {
    knowledge: &'k Knowledge,
    pub sets: Vec<Set>,
    pub targets: Vec<Target>,
    /// kinds of nearest rows; the family of a kind is its place here and one
    pub kinds: Vec<String>,
    /// rows of each kind that are on
    pub live_rows: Vec<(u32, u32)>,
    ids: Vec<Box<str>>,
    pub conditions: Table<Flat<condition::Leaf>>,
    pub grades: Table<Grades>,
    pub manners: Table<Arc<Manner>>,
    codes: Codes,
    pub files: Vec<Box<str>>,
    known_sets: HashMap<ConceptSet, u32>,
    known_targets: HashMap<Target, u32>,
    questions: HashMap<Vec<u8>, u32>,
}

impl<'k> Sets<'k> {
    pub fn new(knowledge: &'k Knowledge) -> Sets<'k> {
        Sets {
            knowledge,
            sets: Vec::new(),
            targets: Vec::new(),
            kinds: Vec::new(),
            live_rows: Vec::new(),
            ids: ids(knowledge),
            conditions: Table::default(),
            grades: Table::default(),
            manners: Table::default(),
            codes: Codes::default(),
            files: Vec::new(),
            known_sets: HashMap::new(),
            known_targets: HashMap::new(),
            questions: HashMap::new(),
        }
    }

    /// The number of a set.
    pub fn set(&mut self, set: &ConceptSet) -> u32 {
        if let Some(known) = self.known_sets.get(set) {
            return *known;
        }
        let number = narrow(self.sets.len());
        let compiled = Set {
            expression: Flat::of(tree(self.knowledge, &mut self.codes, set, true, 0)),
            any: is_any(self.knowledge, set, 0),
        };
        self.sets.push(compiled);
        self.known_sets.insert(set.clone(), number);
        number
    }

    /// The number of a target. `nearest` is the kind of its rows, where the nearest one wins.
    pub fn target(&mut self, set: &ConceptSet, reach: Reach, nearest: Option<&str>) -> u32 {
        let target = Target {
            family: nearest.map_or(0, |kind| self.family(kind)),
            set: self.set(set),
            reach,
        };
        let next = narrow(self.targets.len());
        let number = *self.known_targets.entry(target).or_insert(next);
        if number == next {
            self.targets.push(target);
        }
        number
    }

    /// Says that the rows of a set stand in a family, as a rule that is on names them.
    pub fn stand(&mut self, set: &ConceptSet, kind: &str) {
        let family = self.family(kind);
        let set = self.set(set);
        self.live_rows.push((family, set));
    }

    fn family(&mut self, kind: &str) -> u32 {
        let known = self.kinds.iter().position(|known| known == kind);
        let at = known.unwrap_or_else(|| {
            self.kinds.push(kind.to_owned());
            self.kinds.len().saturating_sub(1)
        });
        narrow(at).saturating_add(1)
    }

    /// The codes that sets name, sorted; the sets then name them by their places.
    pub fn lay_out_codes(&mut self) -> Vec<Code> {
        let Codes { all, .. } = std::mem::take(&mut self.codes);
        let mut sorted: Vec<(Code, usize)> = all.into_iter().zip(0..).collect();
        sorted.order();
        let mut places = vec![0_u32; sorted.len()];
        for (place, (_, number)) in (0..).zip(&sorted) {
            if let Some(of) = places.get_mut(*number) {
                *of = place;
            }
        }
        for leaf in self.sets.iter_mut().flat_map(|set| set.expression.leaves_mut()) {
            if let Leaf::Codes(of) = leaf {
                let place = |number: &u32| places.get(wide(*number)).copied();
                *of = of.iter().filter_map(place).collect();
            }
        }
        sorted.into_iter().map(|(code, _)| code).collect()
    }

    /// The ids of all rules and doses, sorted.
    pub fn ids(&self) -> &[Box<str>] {
        &self.ids
    }

    /// The row of a table that `file:line` names.
    pub fn row(&mut self, place: &str) -> Option<Row> {
        let (file, line) = place.rsplit_once(':')?;
        let line = line.parse().ok()?;
        // Rows come file by file.
        let known = self.files.iter().rposition(|known| **known == *file);
        let file = known.unwrap_or_else(|| {
            self.files.push(file.into());
            self.files.len().saturating_sub(1)
        });
        let file = narrow(file);
        Some(Row { file, line })
    }

    /// The number of what a leaf asks: the same for two that differ in the name of their variable alone.
    pub fn question(&mut self, test: &Test) -> Question {
        let next = self.questions();
        let (of, test) = test.asked();
        // Nothing in it resists being written; what did would be asked by itself.
        let bytes = postcard::to_allocvec(&test).unwrap_or_else(|_| next.to_le_bytes().to_vec());
        let number = *self.questions.entry(bytes).or_insert(next);
        Question { number, of }
    }

    /// How many questions there are.
    pub fn questions(&self) -> u32 {
        narrow(self.questions.len())
    }

    /// A set by its number.
    pub fn get(&self, set: u32) -> Option<&Set> {
        self.sets.get(crate::csr::wide(set))
    }
}

fn ids(knowledge: &Knowledge) -> Vec<Box<str>> {
    let rules = knowledge.rules().iter().map(|rule| &rule.finding.id);
    let doses = knowledge.doses().iter().map(|dose| &dose.finding.id);
    let mut ids: Vec<Box<str>> = rules.chain(doses).map(|id| id.as_str().into()).collect();
    ids.order();
    ids.dedup();
    ids
}

fn is_any(knowledge: &Knowledge, set: &ConceptSet, depth: usize) -> bool {
    match set {
        ConceptSet::Any => true,
        ConceptSet::Group(id) if depth < DEEPEST => knowledge
            .group(*id)
            .is_some_and(|group| is_any(knowledge, &group.set, depth.saturating_add(1))),
        _ => false,
    }
}

/// `row`: the concepts stand where a row stands (a union, before `except`, inside `alone`, first of an intersection).
fn tree(knowledge: &Knowledge, codes: &mut Codes, set: &ConceptSet, row: bool, depth: usize) -> Tree<Leaf> {
    let deeper = depth.saturating_add(1);
    let concepts = |ids: Vec<u32>| match row {
        true => Tree::Leaf(Leaf::Rows(ids)),
        false => Tree::Leaf(Leaf::Below(ids)),
    };
    match set {
        ConceptSet::Any => Tree::Leaf(Leaf::Every),
        ConceptSet::Concept(id) => concepts(vec![id.0]),
        ConceptSet::Code(code) => {
            let coded = knowledge.coded(code).iter().map(|id| id.0).collect();
            Tree::Any(vec![concepts(coded), Tree::Leaf(Leaf::Codes(vec![codes.number(code)]))])
        }
        ConceptSet::Group(id) => match knowledge.group(*id) {
            Some(group) if depth < DEEPEST => tree(knowledge, codes, &group.set, row, deeper),
            _ => Tree::Any(Vec::new()),
        },
        ConceptSet::Union(members) => {
            let mut union = Union::default();
            for member in members {
                union.add(tree(knowledge, codes, member, row, deeper));
            }
            let Union {
                mut ids,
                coded,
                mut rest,
            } = union;
            ids.order();
            ids.dedup();
            if !coded.is_empty() {
                rest.insert(0, Tree::Leaf(Leaf::Codes(codes.uppermost(coded))));
            }
            if rest.is_empty() {
                return concepts(ids);
            }
            if !ids.is_empty() {
                rest.insert(0, concepts(ids));
            }
            Tree::Any(rest)
        }
        ConceptSet::Intersection(members) => {
            let parts = members.iter().enumerate();
            let parts = parts.map(|(at, m)| tree(knowledge, codes, m, row && at == 0, deeper));
            Tree::All(parts.collect())
        }
        ConceptSet::Except(of, without) => Tree::All(vec![
            tree(knowledge, codes, of, row, deeper),
            Tree::Not(Box::new(tree(knowledge, codes, without, false, deeper))),
        ]),
        ConceptSet::Alone(of) => Tree::All(vec![Tree::Leaf(Leaf::Sole), tree(knowledge, codes, of, row, deeper)]),
    }
}

/// Codes by number, each once, in the order in which sets name them.
#[derive(Default)]
struct Codes {
    all: Vec<Code>,
    known: HashMap<Code, u32>,
}

impl Codes {
    fn number(&mut self, code: &Code) -> u32 {
        let next = narrow(self.all.len());
        let number = *self.known.entry(code.clone()).or_insert(next);
        if number == next {
            self.all.push(code.clone());
        }
        number
    }

    /// Sorted by code, each once, without those that lie below another.
    fn uppermost(&self, mut numbers: Vec<u32>) -> Vec<u32> {
        let code = |number: u32| self.all.get(wide(number));
        numbers.order_by_key(|number| code(*number));
        let mut kept: Vec<u32> = Vec::with_capacity(numbers.len());
        for number in numbers {
            let above = kept.last().and_then(|above| code(*above));
            let lies_below = |above| code(number).is_some_and(|code| code.within(above));
            if !above.is_some_and(lies_below) {
                kept.push(number);
            }
        }
        kept
    }
}

/// The members of a union by what they are: concepts and codes are looked up together, not one after the other.
#[derive(Default)]
struct Union {
    ids: Vec<u32>,
    coded: Vec<u32>,
    rest: Vec<Tree<Leaf>>,
}

impl Union {
    fn add(&mut self, member: Tree<Leaf>) {
        match member {
            Tree::Leaf(Leaf::Rows(more) | Leaf::Below(more)) => self.ids.extend(more),
            Tree::Leaf(Leaf::Codes(more)) => self.coded.extend(more),
            Tree::Any(members) => members.into_iter().for_each(|member| self.add(member)),
            other => self.rest.push(other),
        }
    }
}
