//! Random typed rules, doses, groups and standing presumptions over a catalogue.
mod conditions;
mod doses;

use super::{Random, constant};
use jiff::civil::{Date, date};
use shenfang_clinical::*;
use shenfang_knowledge::condition::{Condition, ItemAttribute as I, PatientAttribute as P, RxAttribute as R};
use shenfang_knowledge::*;
use shenfang_units::{CalendarUnit, Comparison, Dimension, Ratio};

/// What is added to a catalogue; kept apart so that it can be made smaller.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// groups
    pub groups: Vec<Group>,
    /// rules
    pub rules: Vec<Rule>,
    /// doses
    pub doses: Vec<DoseRule>,
    /// standing presumptions
    pub presumptions: Vec<StandingPresumption>,
}

impl RuleSet {
    /// The catalogue with these rules.
    pub fn over(&self, catalogue: &Knowledge) -> Knowledge {
        let pack = Pack {
            id: "t".into(),
            version: "1".into(),
            title: Default::default(),
            owner: String::new(),
        };
        let source = Source {
            id: "t.s".into(),
            citation: "s".into(),
            from: None,
            to: Some(date(2026, 1, 1)),
        };
        let (groups, rules, doses) = (self.groups.clone(), self.rules.clone(), self.doses.clone());
        catalogue.clone().with_rules(
            vec![pack],
            vec![source],
            groups,
            rules,
            doses,
            self.presumptions.clone(),
        )
    }
}

struct Writer<'a> {
    r: &'a mut Random,
    k: &'a Knowledge,
    drugs: Vec<ConceptId>,
    ills: Vec<ConceptId>,
    groups: u32,
    variables: usize,
}

const SIGNS: [Comparison; 6] = [
    Comparison::Less,
    Comparison::AtMost,
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::AtLeast,
    Comparison::Greater,
];

/// Six to ten rules, two to six doses.
pub fn rule_set(r: &mut Random, k: &Knowledge) -> RuleSet {
    let kind = |ill: bool| {
        k.iter()
            .filter(move |(_, c)| (c.kind == ConceptKind::Condition) == ill)
            .map(|(id, _)| id)
            .collect()
    };
    let mut w = Writer {
        r,
        k,
        drugs: kind(false),
        ills: kind(true),
        groups: 0,
        variables: 0,
    };
    let mut set = RuleSet::default();
    for id in ["t.g0", "t.g1"] {
        let members =
            w.r.some(2, 3, |r| r.below(1000))
                .into_iter()
                .map(|n| ConceptSet::Concept(w.drugs[n % w.drugs.len()]))
                .collect();
        set.groups.push(Group {
            id: id.into(),
            set: union(members),
        });
    }
    w.groups = 2;
    let n = 6 + w.r.below(5);
    set.rules = (0..n).map(|i| w.rule(i)).collect();
    let n = 2 + w.r.below(5);
    set.doses = (0..n).map(|i| w.dose(i, k)).collect();
    w.variables = 0;
    set.presumptions = (0..w.r.below(4)).map(|i| w.standing(i)).collect();
    set
}

fn union(mut sets: Vec<ConceptSet>) -> ConceptSet {
    sets.sort();
    sets.dedup();
    ConceptSet::Union(sets)
}

impl Writer<'_> {
    fn drugs(&mut self, depth: usize) -> ConceptSet {
        let concept = ConceptSet::Concept(self.r.pick(&self.drugs));
        match self.r.below(if depth == 0 { 6 } else { 12 }) {
            0 => ConceptSet::Group(GroupId(u32::try_from(self.r.below(self.groups as usize)).unwrap())),
            6 => ConceptSet::Any,
            7 | 8 => union(vec![self.drugs(depth - 1), concept]),
            9 => ConceptSet::Intersection(vec![self.drugs(depth - 1), self.drugs(0)]),
            10 => ConceptSet::Except(Box::new(self.drugs(depth - 1)), Box::new(concept)),
            11 => ConceptSet::Alone(Box::new(concept)),
            _ => concept,
        }
    }

    fn ills(&mut self) -> ConceptSet {
        let one = |w: &mut Self| {
            let code =
                w.r.pick(&["ICD10:N18", "ICD10:I4", "ICD10:N18.5", "ICD10:E11", "ICD10:I48.9"]);
            let code = Code::parse(code).unwrap();
            let known = if w.r.chance(50) {
                Some(w.r.pick(&w.ills))
            } else {
                w.k.names().code(&code)
            };
            known.map_or(ConceptSet::Code(code), ConceptSet::Concept)
        };
        let (a, b) = (one(self), one(self));
        match self.r.below(6) {
            0 => union(vec![a, b]),
            1 => ConceptSet::Except(Box::new(a), Box::new(b)),
            _ => a,
        }
    }

    /// Drugs, or a code that the catalogue may not know.
    fn allergens(&mut self) -> ConceptSet {
        let drugs = self.drugs(1);
        let code = Code::parse(self.r.pick(&["ATC:J01C", "ATC:M01", "ATC:J01CA04"])).unwrap();
        let coded = self
            .k
            .names()
            .code(&code)
            .map_or(ConceptSet::Code(code), ConceptSet::Concept);
        match self.r.below(4) {
            0 => coded,
            1 => union(vec![drugs, coded]),
            2 => ConceptSet::Except(Box::new(coded), Box::new(drugs)),
            _ => drugs,
        }
    }

    fn item_set(&mut self) -> ItemSet {
        let origin = self
            .r
            .pick(&[Origin::Prescribed, Origin::Prescribed, Origin::Current, Origin::Either]);
        let within_days = if origin == Origin::Prescribed {
            None
        } else {
            self.r.maybe(40, |r| r.pick(&[Ratio::integer(7), Ratio::integer(30)]))
        };
        ItemSet {
            set: self.drugs(1),
            origin,
            within_days,
        }
    }

    fn finding(&mut self, id: String, category: Category) -> FindingSpec {
        let severity = self.r.pick(Severity::ALL);
        let marks = self.r.some(0, 2, |_| ()).len();
        let marks = if self.r.chance(30) { marks } else { 0 };
        let policy = (0..marks).map(|i| PolicyMark {
            id: format!("p{i}"),
            scope: if self.r.chance(50) { vec!["h1".into()] } else { vec![] },
            until: self.r.maybe(30, day),
            severity: self.r.maybe(40, |r| r.pick(Severity::ALL)),
            action: self.r.maybe(30, |r| r.pick(Action::ALL)),
            mute: self.r.chance(15),
            enable: self.r.chance(30),
            lock: false,
            signed: Default::default(),
        });
        let policy = policy.collect();
        FindingSpec {
            id,
            pack: 0,
            category,
            subject: self.r.maybe(20, |_| "age".into()),
            kind: self.r.maybe(20, |_| "t.kind".into()),
            review_code: "2-2".into(),
            severity,
            action: self.r.maybe(20, |r| r.pick(Action::ALL)),
            raise: vec![],
            countersigned: self.r.maybe(20, |r| r.pick(Action::ALL)),
            locked: false,
            enabled: !self.r.chance(8),
            exempt: (0..usize::from(self.r.chance(20))).map(|_| self.condition(1)).collect(),
            presume: vec![],
            effective: self.r.maybe(15, |r| (r.maybe(70, day), r.maybe(70, day))),
            citations: vec![Citation {
                source: 0,
                locator: None,
            }],
            policy,
            title: Default::default(),
            message: Template {
                zh: vec![Part::Literal("x".into())],
                en: vec![],
            },
            advice: None,
            row: None,
        }
    }

    fn rule(&mut self, i: usize) -> Rule {
        let n = self.r.pick(&[0, 1, 1, 1, 1, 2, 2, 2, 2, 3]);
        let bindings = (0..n).map(|i| self.binding(i)).collect();
        self.variables = n;
        let when = (!self.r.chance(15)).then(|| self.condition(2));
        let category = self.category();
        let mut finding = self.finding(format!("t.r{i:02}"), category);
        for _ in 0..usize::from(self.r.chance(30)) * (1 + self.r.below(2)) {
            finding.raise.push((self.r.pick(Severity::ALL), self.condition(1)));
        }
        let mut when = when;
        for _ in 0..usize::from(self.r.chance(35)) * (1 + self.r.below(2)) {
            let presumption = self.presumption();
            // Most presumptions are about what the rule asks.
            if self.r.chance(70) {
                when = Some(Condition::And(
                    [vec![denied(&presumption)], when.into_iter().collect()].concat(),
                ));
            }
            finding.presume.push(presumption);
        }
        self.variables = 0;
        Rule {
            bindings,
            when,
            finding,
        }
    }

    fn category(&mut self) -> Category {
        if self.r.chance(30) {
            Category::Interaction
        } else {
            self.r.pick(Category::ALL)
        }
    }

    fn binding(&mut self, i: usize) -> Binding {
        let relations = [
            Relation::Substance,
            Relation::Herb,
            Relation::Atc4,
            Relation::Group(GroupId(0)),
            Relation::MixedWith(0),
            Relation::MixedWith(i.saturating_sub(1)),
        ];
        let relation = if i == 0 {
            None
        } else {
            self.r.maybe(35, |r| r.pick(&relations))
        };
        let origin = self.r.pick(&[
            Origin::Either,
            Origin::Either,
            Origin::Either,
            Origin::Prescribed,
            Origin::Current,
        ]);
        let origin = if i == 0 && origin == Origin::Current {
            Origin::Prescribed
        } else {
            origin
        };
        let within_days = if origin == Origin::Prescribed {
            None
        } else {
            self.r.maybe(20, |r| r.pick(&[Ratio::integer(7), Ratio::integer(30)]))
        };
        let set = if relation.is_some() && self.r.chance(70) {
            ConceptSet::Any
        } else {
            self.drugs(2)
        };
        let nearest = if i == 0 {
            self.r.maybe(25, |r| r.pick(&["k1", "k2"]).to_owned())
        } else {
            None
        };
        Binding {
            variable: format!("v{i}"),
            set,
            origin,
            within_days,
            relation,
            reach: self.r.pick(&[
                Reach::WithExcipients,
                Reach::Ingredients,
                Reach::Ingredients,
                Reach::Single,
            ]),
            nearest,
        }
    }

    fn presumption(&mut self) -> Presumption {
        let number = |v: &str, unit: &str| PresumedValue::Constant(constant(v, unit));
        let (mut field, mut op, mut value) = self.r.pick(&[
            (
                Attribute::Patient(P::Egfr),
                Comparison::AtLeast,
                number("60", "mL/min/{1.73_m2}"),
            ),
            (Attribute::Patient(P::Weight), Comparison::Greater, number("20", "kg")),
            (
                Attribute::Patient(P::Pregnant),
                Comparison::Equal,
                PresumedValue::Flag(false),
            ),
            (
                Attribute::Patient(P::Dialysis),
                Comparison::Equal,
                PresumedValue::Flag(false),
            ),
            (
                Attribute::Rx(R::Setting),
                Comparison::Equal,
                PresumedValue::Word(WordValue::Setting(Setting::Inpatient)),
            ),
            (
                Attribute::Patient(P::Sex),
                Comparison::Equal,
                PresumedValue::Word(WordValue::Sex(Sex::Male)),
            ),
            (
                Attribute::Patient(P::Conditions),
                Comparison::Equal,
                PresumedValue::None,
            ),
            (
                Attribute::Rx(R::CurrentMedications),
                Comparison::Equal,
                PresumedValue::None,
            ),
            (Attribute::Rx(R::Diagnoses), Comparison::Equal, PresumedValue::None),
            (
                Attribute::Rx(R::PrescriberPrivileges),
                Comparison::Equal,
                PresumedValue::Word(WordValue::Privilege(Privilege::Narcotic)),
            ),
        ]);
        if self.variables > 0 && self.r.chance(20) {
            (field, op, value) = self.r.pick(&[
                (Attribute::Item(0, I::Frequency), Comparison::AtMost, number("2", "1")),
                (
                    Attribute::Item(0, I::Route),
                    Comparison::Equal,
                    PresumedValue::Word(WordValue::Route(Route::Oral)),
                ),
            ]);
        }
        let mut field = Presumable::Attribute(field);
        if self.r.chance(15) {
            let (keys, unit, values) = self.laboratory();
            let within_days = self.r.maybe(50, |r| Ratio::integer(r.pick(&[10, 90])));
            field = Presumable::Lab(Lab { keys, within_days });
            (op, value) = (Comparison::AtMost, number(self.r.pick(&values), unit));
        }
        Presumption {
            field,
            op,
            value,
            unless: (self.r.chance(50)).then(|| self.condition(1)),
        }
    }

    fn standing(&mut self, i: usize) -> StandingPresumption {
        let (field, value) = self.r.pick(&[
            (Attribute::Rx(R::CurrentMedications), PresumedValue::None),
            (Attribute::Rx(R::CurrentMedications), PresumedValue::None),
            (Attribute::Patient(P::Conditions), PresumedValue::None),
            (Attribute::Patient(P::Pregnant), PresumedValue::Flag(false)),
            (Attribute::Patient(P::Lactating), PresumedValue::Flag(false)),
            (
                Attribute::Rx(R::Setting),
                PresumedValue::Word(WordValue::Setting(Setting::Outpatient)),
            ),
        ]);
        let scope = if self.r.chance(30) { vec!["h1".into()] } else { vec![] };
        let when = self.r.chance(40).then(|| self.condition(0));
        StandingPresumption {
            policy: format!("s{i}"),
            scope,
            until: self.r.maybe(20, day),
            field,
            value,
            when,
        }
    }
}

/// A condition that what is presumed makes false.
fn denied(p: &Presumption) -> Condition {
    let attribute = || match &p.field {
        Presumable::Attribute(field) => *field,
        Presumable::Lab(_) => panic!("a laboratory value is a number"),
    };
    match &p.value {
        PresumedValue::Constant(c) => {
            let op = if matches!(p.op, Comparison::AtLeast | Comparison::Greater) {
                Comparison::Less
            } else {
                Comparison::Greater
            };
            Condition::Compare {
                left: match &p.field {
                    Presumable::Attribute(field) => Operand::Attribute(*field),
                    Presumable::Lab(lab) => Operand::Lab(lab.clone()),
                },
                op,
                right: Operand::Constant(c.clone()),
            }
        }
        PresumedValue::Flag(_) => Condition::Flag(attribute()),
        PresumedValue::Word(word) => Condition::Not(Box::new(Condition::Is {
            subject: attribute(),
            values: vec![word.clone()],
        })),
        PresumedValue::None => Condition::PatientHas(ConceptSet::Code(Code::parse("ICD10:E11").unwrap())),
    }
}

fn day(r: &mut Random) -> Date {
    r.pick(&[date(2025, 1, 1), date(2026, 6, 1), date(2026, 11, 22), date(2027, 1, 1)])
}
