//! What items, allergies and conditions denote, and which of them are members of a set.
use super::Case;
use super::kleene::Verdict;
use shenfang_clinical::dosage::{Content, Dosage};
use shenfang_clinical::{Coded, CurrentMedication, Dose, DoseForm, Item, PrescriptionKind, Route, Stated};
use shenfang_knowledge::graph::ConceptRelation;
use shenfang_knowledge::names::normalize;
use shenfang_knowledge::{
    Attribute, Code, CodeSystem, ConceptId, ConceptKind, ConceptSet, ItemSet, Knowledge, Origin, Reach, Relation,
    Resolution, RxAttribute,
};
use shenfang_units::Truth;

/// By which way an item denotes a concept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Via {
    Itself,
    Sole,
    Part,
    Excipient,
}

/// A concept an item denotes.
#[derive(Clone, Debug)]
pub struct Node {
    pub concept: ConceptId,
    pub via: Via,
    pub content: Content,
}

/// One reading of a drug: what it denotes, in order.
#[derive(Clone, Debug)]
pub struct Meaning {
    pub name: String,
    pub herb: bool,
    pub nodes: Vec<Node>,
}

/// An item of the sheet or a current medication. No meaning: unresolved; several: ambiguous.
#[derive(Clone)]
pub struct Line<'a> {
    pub item: &'a Item,
    pub medication: Option<&'a CurrentMedication>,
    pub meanings: Vec<Meaning>,
    pub form: Option<DoseForm>,
    pub diluent: bool,
    pub differ: bool,
    pub candidates: Vec<String>,
}

pub fn lines<'a>(k: &'a Knowledge, rx: &'a shenfang_clinical::Prescription) -> Vec<Line<'a>> {
    let current = rx.current_medications.iter().flatten().map(|m| (&m.item, Some(m)));
    rx.items
        .iter()
        .map(|i| (i, None))
        .chain(current)
        .map(|(item, medication)| line(k, item, medication))
        .collect()
}

fn line<'a>(k: &'a Knowledge, item: &'a Item, medication: Option<&'a CurrentMedication>) -> Line<'a> {
    let name = item.drug.name.as_deref().map(|n| k.names().drug(n));
    let code = item
        .drug
        .code
        .as_deref()
        .and_then(Code::parse)
        .and_then(|c| k.names().code(&c));
    let named = name.as_ref().map_or(vec![], |n| match &n.resolution {
        Resolution::Concept(c) => vec![*c],
        Resolution::Ambiguous(all) => all.clone(),
        Resolution::Unknown => vec![],
    });
    let above = |low: ConceptId, high: ConceptId| k.ancestors(low).contains(&high);
    let (concepts, differ): (Vec<ConceptId>, bool) = match (named.as_slice(), code) {
        (_, None) => (named.clone(), false),
        ([], Some(code)) => (vec![code], false),
        (all, Some(code)) if all.iter().any(|&n| above(code, n)) => (vec![code], false),
        (all, Some(code)) if all.iter().any(|&n| above(n, code)) => {
            (all.iter().copied().filter(|&n| above(n, code)).take(1).collect(), false)
        }
        (all, Some(code)) => ([all, &[code]].concat(), true),
    };
    let mut meanings: Vec<Meaning> = concepts.iter().map(|&c| meaning(k, c)).collect();
    let candidates = if meanings.len() == 1 {
        vec![]
    } else {
        meanings.iter().map(|m| m.name.clone()).collect()
    };
    if let (true, [one, two]) = (differ, meanings.as_mut_slice()) {
        one.nodes.append(&mut two.nodes);
        meanings.truncate(1);
    }
    let form = item.form.or(name.and_then(|n| n.form));
    let solvent = |m: &Meaning| {
        m.nodes.iter().any(|n| {
            k.ancestors(n.concept)
                .iter()
                .any(|&a| k.concept(a).is_some_and(|c| c.name == "溶媒"))
        })
    };
    let diluent = item.infusion.as_ref().is_some_and(|i| i.group.is_some()) && meanings.first().is_some_and(solvent);
    Line {
        item,
        medication,
        meanings,
        form,
        diluent,
        differ,
        candidates,
    }
}

/// The concept itself, its active ingredients, then its excipients; what is inside an ingredient follows it, in an unknown amount.
fn meaning(k: &Knowledge, id: ConceptId) -> Meaning {
    let concept = k.concept(id).unwrap();
    let actives = concept.contents.iter().filter(|c| c.active);
    let count = actives.clone().count().max(1);
    let own = actives.clone().next().filter(|_| count == 1).and_then(|c| c.amount);
    let mut nodes = vec![Node {
        concept: id,
        via: Via::Itself,
        content: Content {
            position: 0,
            count,
            per_unit: own,
            potency: concept.potency,
        },
    }];
    let all = actives
        .enumerate()
        .chain(concept.contents.iter().filter(|c| !c.active).map(|c| (count, c)));
    for (position, c) in all {
        let via = if !c.active {
            Via::Excipient
        } else if count == 1 {
            Via::Sole
        } else {
            Via::Part
        };
        let content = |of: ConceptId, position, per_unit| Content {
            position,
            count,
            per_unit,
            potency: k.concept(of).unwrap().potency,
        };
        nodes.push(Node {
            concept: c.concept,
            via,
            content: content(c.concept, position, c.amount),
        });
        let inner = meaning(k, c.concept).nodes.into_iter().skip(1);
        nodes.extend(inner.map(|n| Node {
            concept: n.concept,
            via: via.max(n.via),
            content: content(n.concept, count, None),
        }));
    }
    Meaning {
        name: concept.name.clone(),
        herb: concept.kind == ConceptKind::Herb,
        nodes,
    }
}

impl Node {
    pub fn within(&self, reach: Reach) -> bool {
        match self.via {
            Via::Itself | Via::Sole => true,
            Via::Part => reach != Reach::Single,
            Via::Excipient => reach == Reach::WithExcipients,
        }
    }
}

impl Meaning {
    /// The active ingredients; what has none is its own.
    fn active(&self) -> Vec<&Node> {
        let part = |n: &Node| matches!(n.via, Via::Sole | Via::Part);
        let own = |i: usize| self.nodes[i].via == Via::Itself && !self.nodes.get(i + 1).is_some_and(part);
        self.nodes
            .iter()
            .enumerate()
            .filter(|(i, n)| part(n) || own(*i))
            .map(|(_, n)| n)
            .collect()
    }
}

impl<'a> Case<'a> {
    /// Whether a set is `any`, in which even what does not resolve is a member.
    pub fn is_any(&self, set: &ConceptSet) -> bool {
        match set {
            ConceptSet::Group(g) => self.is_any(&self.k.group(*g).unwrap().set),
            set => *set == ConceptSet::Any,
        }
    }

    /// Whether a node is a member. With `rows`, the concepts the set names reach it only as the first row above it.
    pub fn member(&self, set: &ConceptSet, node: &Node, rows: Option<&[ConceptId]>) -> bool {
        match (set, rows) {
            (ConceptSet::Any, _) => true,
            (ConceptSet::Concept(c), Some(rows)) => self.rows_above(node.concept, &|c| rows.contains(&c)).contains(c),
            (ConceptSet::Concept(c), None) => self.k.ancestors(node.concept).contains(c),
            (ConceptSet::Code(code), _) => self.coded(node.concept, code),
            (ConceptSet::Group(g), _) => self.member(&self.k.group(*g).unwrap().set, node, rows),
            (ConceptSet::Union(sets), _) => sets.iter().any(|s| self.member(s, node, rows)),
            (ConceptSet::Intersection(sets), _) => sets
                .iter()
                .enumerate()
                .all(|(i, s)| self.member(s, node, rows.filter(|_| i == 0))),
            (ConceptSet::Except(set, without), _) => self.member(set, node, rows) && !self.member(without, node, None),
            (ConceptSet::Alone(set), _) => {
                matches!(node.via, Via::Itself | Via::Sole) && node.content.count == 1 && self.member(set, node, rows)
            }
        }
    }

    pub fn coded(&self, concept: ConceptId, code: &Code) -> bool {
        self.k
            .ancestors(concept)
            .iter()
            .any(|&a| self.k.concept(a).unwrap().codes.iter().any(|c| c.within(code)))
    }

    /// The first node of a meaning that is a member.
    pub fn bound<'m>(&self, set: &ConceptSet, reach: Reach, meaning: &'m Meaning) -> Option<&'m Node> {
        meaning
            .nodes
            .iter()
            .find(|n| n.within(reach) && self.member(set, n, None))
    }

    /// The first concepts on each branch upward that have a row.
    pub fn rows_above(&self, from: ConceptId, has_row: &dyn Fn(ConceptId) -> bool) -> Vec<ConceptId> {
        if has_row(from) {
            return vec![from];
        }
        self.k
            .above(from)
            .into_iter()
            .flat_map(|(_, up)| self.rows_above(up, has_row))
            .collect()
    }

    /// The concepts a set names as rows.
    pub fn named(&self, set: &ConceptSet) -> Vec<ConceptId> {
        match set {
            ConceptSet::Any | ConceptSet::Code(_) => vec![],
            ConceptSet::Concept(c) => vec![*c],
            ConceptSet::Group(g) => self.named(&self.k.group(*g).unwrap().set),
            ConceptSet::Union(sets) => sets.iter().flat_map(|s| self.named(s)).collect(),
            ConceptSet::Intersection(sets) => sets.first().map_or(vec![], |s| self.named(s)),
            ConceptSet::Except(set, _) | ConceptSet::Alone(set) => self.named(set),
        }
    }

    pub fn dosage(&self, line: usize) -> Dosage<'a> {
        let l = &self.lines[line];
        let herb = l.meanings.first().map(|m| m.herb);
        let piece = match self.rx.kind {
            _ if l.medication.is_some() => false,
            Some(PrescriptionKind::Western) => false,
            Some(PrescriptionKind::Decoction) => herb.unwrap_or(true),
            None => herb.unwrap_or(false),
        };
        Dosage {
            prescription: self.rx,
            item: l.item,
            piece,
        }
    }

    pub fn skin_test(&self, line: usize) -> bool {
        self.lines[line].item.route.value() == Some(&Route::SkinTest)
    }

    /// Whether a current medication still counts; a prescribed item always does.
    pub fn taken(&self, line: usize, within: Option<shenfang_units::Ratio>) -> Verdict {
        match (
            self.lines[line].medication.and_then(|m| m.stopped_on.as_ref()),
            self.today,
            within,
        ) {
            (None, ..) => Verdict::yes(),
            (Some(_), None, None) => Verdict::of(false),
            (Some(_), None, Some(_)) => Verdict::unknown(["authored_on"]),
            (Some(stopped), Some(today), _) if stopped.date >= today => Verdict::yes(),
            (Some(_), _, None) => Verdict::of(false),
            (Some(stopped), today, Some(days)) => Verdict::new(
                shenfang_clinical::derive::stopped_within(stopped, today, days),
                &["authored_on".into()],
            ),
        }
    }

    fn same_drug(a: &Coded, b: &Coded) -> bool {
        let name = |c: &Coded| c.name.as_deref().map(normalize);
        let code = |c: &Coded| {
            c.code
                .as_deref()
                .map(|c| Code::parse(c).map_or(c.to_owned(), |c| c.to_string()))
        };
        (a.name.is_some() && name(a) == name(b)) || (a.code.is_some() && code(a) == code(b))
    }

    /// Whether a current medication is the same treatment as an item of the sheet.
    pub fn refills(&self, current: usize, item: usize) -> bool {
        let (c, i) = (&self.lines[current], &self.lines[item]);
        let renewed = |m: &CurrentMedication| {
            m.renewed_by.as_deref() == Some(&*i.item.id) || Self::same_drug(&m.item.drug, &i.item.drug)
        };
        i.medication.is_none() && c.medication.is_some_and(renewed)
    }

    pub fn refill(&self, current: usize) -> bool {
        (0..self.lines.len()).any(|i| self.refills(current, i))
    }

    /// Current medications were not asked for.
    pub fn phantom(&self) -> bool {
        self.rx.current_medications.is_none() && !self.stood_in(Attribute::Rx(RxAttribute::CurrentMedications))
    }

    /// Items of a set in a condition: line, meaning and node, and whether each certainly belongs.
    pub fn members(&self, set: &ItemSet, sums: bool) -> Vec<(usize, usize, Option<&Node>, Verdict)> {
        let mut out = vec![];
        for (i, line) in self.lines.iter().enumerate() {
            let wrong_side = if line.medication.is_some() {
                set.origin == Origin::Prescribed
            } else {
                set.origin == Origin::Current
            };
            if wrong_side || line.diluent || self.skin_test(i) || (sums && self.refill(i)) {
                continue;
            }
            let taken = self.taken(i, set.within_days);
            let found: Vec<_> = line
                .meanings
                .iter()
                .enumerate()
                .filter_map(|(m, meaning)| Some((m, self.bound(&set.set, Reach::Ingredients, meaning)?)))
                .collect();
            let ambiguous = line.meanings.len() > 1 && !self.is_any(&set.set);
            let sure = if ambiguous {
                Verdict::unknown([self.item_path(i, "drug")])
            } else {
                Verdict::yes()
            };
            let belongs = Verdict::all([taken, sure]);
            match found.first() {
                Some(&(m, node)) if !belongs.is(Truth::False) => out.push((i, m, Some(node), belongs)),
                None if line.meanings.is_empty() && self.is_any(&set.set) && !belongs.is(Truth::False) => {
                    out.push((i, 0, None, belongs))
                }
                _ => {}
            }
        }
        out
    }

    pub fn item_path(&self, line: usize, field: &str) -> String {
        let place = if self.lines[line].medication.is_some() {
            "current_medications"
        } else {
            "items"
        };
        format!("{place}.{}.{field}", self.lines[line].item.id)
    }

    /// What two bound items have in common by a relation that is not about infusion groups.
    pub fn shares(&self, relation: &Relation, a: usize, b: usize) -> bool {
        let (la, lb) = (&self.lines[a], &self.lines[b]);
        if Self::same_drug(&la.item.drug, &lb.item.drug) || la.diluent || lb.diluent {
            return false;
        }
        let common = |of: &dyn Fn(&Meaning) -> Vec<ConceptId>| {
            let of = |l: &Line| l.meanings.iter().flat_map(of).collect::<Vec<_>>();
            of(la).iter().any(|c| of(lb).contains(c))
        };
        let tops = |m: &Meaning, along, kind| -> Vec<ConceptId> {
            let top = |n: &&Node| self.tops(n.concept, along);
            m.active()
                .iter()
                .flat_map(top)
                .filter(|&c| self.k.concept(c).unwrap().kind == kind)
                .collect()
        };
        match relation {
            Relation::Substance => common(&|m| tops(m, ConceptRelation::VariantOf, ConceptKind::Substance)),
            Relation::Herb => common(&|m| tops(m, ConceptRelation::ProcessedFrom, ConceptKind::Herb)),
            Relation::Atc4 => common(&|m| self.level4(m)),
            Relation::Group(g) => [la, lb].iter().all(|l| {
                l.meanings
                    .iter()
                    .any(|m| self.bound(&ConceptSet::Group(*g), Reach::Ingredients, m).is_some())
            }),
            Relation::MixedWith(_) => false,
        }
    }

    fn tops(&self, from: ConceptId, along: ConceptRelation) -> Vec<ConceptId> {
        let up: Vec<ConceptId> = self
            .k
            .above(from)
            .into_iter()
            .filter(|(r, _)| *r == along)
            .map(|(_, c)| c)
            .collect();
        if up.is_empty() {
            vec![from]
        } else {
            up.into_iter().flat_map(|c| self.tops(c, along)).collect()
        }
    }

    fn level4(&self, m: &Meaning) -> Vec<ConceptId> {
        let above = m
            .nodes
            .iter()
            .filter(|n| n.via != Via::Excipient)
            .flat_map(|n| self.k.ancestors(n.concept));
        let level4 = |c: &Code| c.system == CodeSystem::Atc && c.value.len() == 5;
        above
            .filter(|&a| {
                self.k
                    .concept(a)
                    .is_some_and(|c| c.kind == ConceptKind::Code && c.codes.iter().any(level4))
            })
            .collect()
    }

    /// 适量 on a local route.
    pub fn unmeasured(&self, line: usize) -> bool {
        matches!(
            &self.lines[line].item.dose,
            Stated::Read {
                value: Dose::Unmeasured,
                ..
            }
        )
    }
}
