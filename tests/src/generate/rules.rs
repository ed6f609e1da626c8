//! Random typed rules, doses, groups and standing presumptions over a catalogue.
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

    /// A comparable attribute with its constant.
    fn measured(&mut self) -> (Operand, Constant) {
        const OF_ITEMS: [(I, &str, [&str; 3]); 15] = [
            (I::Dose, "mg", ["50", "100", "200"]),
            (I::Dose, "片", ["1", "2", "3"]),
            (I::Dose, "g", ["3", "9", "15"]),
            (I::Dose, "mg/kg", ["1", "2", "5"]),
            (I::Daily, "mg", ["100", "300", "600"]),
            (I::Daily, "g", ["6", "9", "15"]),
            (I::Daily, "mg/m2", ["50", "100", "300"]),
            (I::Total, "mg", ["700", "1000", "3000"]),
            (I::Frequency, "1", ["1", "2", "3"]),
            (I::Duration, "d", ["3", "7", "14"]),
            (I::Quantity, "片", ["12", "24", "48"]),
            (I::Quantity, "盒", ["1", "2", "3"]),
            (I::Strength, "mg", ["50", "100", "200"]),
            (I::Rate, "mL/h", ["30", "60", "100"]),
            (I::Concentration, "mg/mL", ["1", "2", "10"]),
        ];
        const OF_SHEET: [(Attribute, &str, [&str; 3]); 11] = [
            (Attribute::Patient(P::Age), "a", ["10", "18", "65"]),
            (Attribute::Patient(P::Age), "mo", ["3", "6", "36"]),
            (Attribute::Patient(P::Age), "d", ["28", "60", "365"]),
            (Attribute::Patient(P::Weight), "kg", ["10", "20", "50"]),
            (Attribute::Patient(P::Height), "cm", ["100", "150", "170"]),
            (Attribute::Patient(P::Bsa), "m2", ["1", "1.5", "1.7"]),
            (Attribute::Patient(P::Gestation), "wk", ["12", "20", "30"]),
            (Attribute::Patient(P::Egfr), "mL/min/{1.73_m2}", ["30", "60", "90"]),
            (Attribute::Patient(P::Crcl), "mL/min", ["30", "50", "80"]),
            (Attribute::Rx(R::Doses), "剂", ["3", "5", "7"]),
            (Attribute::Rx(R::PresentedOn), "d", ["1", "2", "3"]),
        ];
        match self.r.below(10) {
            0..4 if self.variables > 0 => {
                let (attribute, unit, values) = self.r.pick(&OF_ITEMS);
                let v = self.r.below(self.variables);
                (
                    Operand::Attribute(Attribute::Item(v, attribute)),
                    constant(self.r.pick(&values), unit),
                )
            }
            4 => (
                Operand::Count(self.item_set()),
                constant(self.r.pick(&["0", "1", "2"]), "1"),
            ),
            5 => {
                let (measure, unit, values) = self.r.pick(&[
                    (Measure::Single, "mg", ["50", "150", "300"]),
                    (Measure::Daily, "mg", ["200", "400", "900"]),
                    (Measure::Course, "g", ["1", "3", "20"]),
                ]);
                (
                    Operand::Total(self.item_set(), measure),
                    constant(self.r.pick(&values), unit),
                )
            }
            6 => {
                let within_days = self.r.maybe(50, |r| r.pick(&[Ratio::integer(30), Ratio::integer(200)]));
                let (key, unit, values) = self.r.pick(&[
                    (LabKey::Name("INR".into()), "1", ["1", "2", "3"]),
                    (LabKey::Name("肌酐".into()), "umol/L", ["80", "88", "150"]),
                    (LabKey::Code(Code::parse("LOINC:6301-6").unwrap()), "1", ["1", "2", "3"]),
                    (
                        LabKey::Code(Code::parse("LOINC:2823-3").unwrap()),
                        "mmol/L",
                        ["3", "4", "5"],
                    ),
                ]);
                (Operand::Lab { key, within_days }, constant(self.r.pick(&values), unit))
            }
            _ => {
                let (attribute, unit, values) = self.r.pick(&OF_SHEET);
                (Operand::Attribute(attribute), constant(self.r.pick(&values), unit))
            }
        }
    }

    fn words(&mut self) -> Condition {
        let item = |i: I| {
            if self.variables > 0 {
                Attribute::Item(self.variables - 1, i)
            } else {
                Attribute::Patient(P::Sex)
            }
        };
        let r = &mut *self.r;
        let text = |t: &str| WordValue::Text(t.into());
        let mut of: Vec<(Attribute, Vec<WordValue>)> = vec![
            (Attribute::Patient(P::Sex), vec![WordValue::Sex(Sex::Female)]),
            (
                Attribute::Patient(P::ChildPugh),
                vec![WordValue::ChildPugh(ChildPugh::B), WordValue::ChildPugh(ChildPugh::C)],
            ),
            (
                Attribute::Patient(P::AgeUnit),
                vec![WordValue::AgeUnit(CalendarUnit::Year)],
            ),
            (Attribute::Rx(R::Kind), vec![WordValue::Kind(PrescriptionKind::Western)]),
            (
                Attribute::Rx(R::Setting),
                vec![
                    WordValue::Setting(Setting::Outpatient),
                    WordValue::Setting(Setting::Emergency),
                ],
            ),
            (Attribute::Rx(R::Form), vec![WordValue::SheetForm(SheetForm::Decoction)]),
            (Attribute::Rx(R::Disease), vec![text("感冒")]),
            (Attribute::Rx(R::Pattern), vec![text("风寒")]),
            (Attribute::Rx(R::Department), vec![text("内科")]),
            (Attribute::Rx(R::ExtensionReason), vec![text("慢病")]),
            (Attribute::Rx(R::InstitutionId), vec![text("h1")]),
            (
                Attribute::Rx(R::InstitutionLevel),
                vec![WordValue::Level(InstitutionLevel::Primary)],
            ),
            (Attribute::Rx(R::PrescriberTitle), vec![WordValue::Title(Title::Chief)]),
            (
                Attribute::Rx(R::PrescriberPrivileges),
                vec![WordValue::Privilege(Privilege::Toxic)],
            ),
            (
                Attribute::Rx(R::Amendments),
                vec![r.pick(&[WordValue::Unsigned, WordValue::Undated])],
            ),
        ];
        if self.variables > 0 {
            let routes = [
                Route::Oral,
                Route::Systemic,
                Route::Decoction,
                Route::Iv,
                Route::Local,
                Route::Topical,
                Route::SkinTest,
            ];
            of = [
                of[r.below(15)..].to_vec(),
                vec![
                    (item(I::Route), vec![WordValue::Route(r.pick(&routes))]),
                    (
                        item(I::Route),
                        vec![WordValue::Route(r.pick(&routes)), WordValue::Route(Route::Im)],
                    ),
                    (
                        item(I::Form),
                        vec![WordValue::Form(r.pick(&[
                            DoseForm::Tablet,
                            DoseForm::OralSolid,
                            DoseForm::Injection,
                        ]))],
                    ),
                    (item(I::Preparation), vec![WordValue::Footnote(Footnote::DecoctFirst)]),
                    (
                        item(I::SkinTest),
                        vec![WordValue::SkinTest(r.pick(&[
                            SkinTestResult::Negative,
                            SkinTestResult::Positive,
                            SkinTestResult::NotDone,
                        ]))],
                    ),
                    (item(I::Group), vec![text("A")]),
                    (
                        item(I::Text(r.pick(&[
                            ItemText::Dose,
                            ItemText::Frequency,
                            ItemText::Duration,
                        ]))),
                        vec![text("遵医嘱")],
                    ),
                ],
            ]
            .concat();
        }
        let (subject, values) = r.pick(&of);
        match (&subject, r.chance(40)) {
            (Attribute::Patient(P::ChildPugh) | Attribute::Rx(R::InstitutionLevel | R::PrescriberTitle), true) => {
                Condition::Rank {
                    subject,
                    op: r.pick(&SIGNS),
                    value: values[0].clone(),
                }
            }
            _ => Condition::Is { subject, values },
        }
    }

    fn known(&mut self) -> Attribute {
        let of_items = [
            I::Dose,
            I::Daily,
            I::Total,
            I::Frequency,
            I::Duration,
            I::Quantity,
            I::Route,
            I::Form,
            I::Strength,
            I::Preparation,
        ];
        let of_patient = [
            P::Age,
            P::Weight,
            P::Bsa,
            P::Egfr,
            P::Pregnant,
            P::Sex,
            P::Allergies,
            P::Conditions,
            P::Gestation,
            P::ChildPugh,
        ];
        let of_rx = [
            R::Diagnoses,
            R::CurrentMedications,
            R::ExtensionReason,
            R::Department,
            R::Doses,
            R::PrescriberSigned,
            R::Setting,
            R::Amendments,
        ];
        match self.r.below(3) {
            0 if self.variables > 0 => {
                let more = [I::SkinTest, I::Rate, I::Group, I::Text(ItemText::Dose)];
                Attribute::Item(
                    self.r.below(self.variables),
                    if self.r.chance(70) {
                        self.r.pick(&of_items)
                    } else {
                        self.r.pick(&more)
                    },
                )
            }
            1 => Attribute::Rx(self.r.pick(&of_rx)),
            _ => Attribute::Patient(self.r.pick(&of_patient)),
        }
    }

    fn condition(&mut self, depth: usize) -> Condition {
        match self.r.below(if depth == 0 { 11 } else { 17 }) {
            0..4 => {
                let ((operand, constant), op) = (self.measured(), self.r.pick(&SIGNS));
                let (left, right) = (operand, Operand::Constant(constant));
                if self.r.chance(15) {
                    Condition::Compare {
                        left: right,
                        op,
                        right: left,
                    }
                } else {
                    Condition::Compare { left, op, right }
                }
            }
            4 | 5 => self.words(),
            6 => {
                let attribute = self.known();
                if self.r.chance(50) {
                    Condition::Known(attribute)
                } else {
                    Condition::Stated(attribute)
                }
            }
            7 => Condition::PatientHas(self.ills()),
            8 if self.variables > 0 => Condition::AllergicTo(self.r.below(self.variables)),
            9 => {
                let mut flags = vec![
                    Attribute::Patient(P::Pregnant),
                    Attribute::Patient(P::Lactating),
                    Attribute::Patient(P::Dialysis),
                    Attribute::Rx(R::PrescriberSigned),
                ];
                flags.extend(
                    (0..self.variables)
                        .flat_map(|v| [Attribute::Item(v, I::DoubleSigned), Attribute::Item(v, I::Diluent)]),
                );
                Condition::Flag(self.r.pick(&flags))
            }
            8 | 10 => Condition::Any(self.item_set()),
            11 | 12 => Condition::And((0..2 + self.r.below(2)).map(|_| self.condition(depth - 1)).collect()),
            13 | 14 => Condition::Or((0..2 + self.r.below(2)).map(|_| self.condition(depth - 1)).collect()),
            15 => Condition::Not(Box::new(self.condition(depth - 1))),
            _ if self.variables > 1 => {
                let of = |v| Operand::Attribute(Attribute::Item(v, I::Duration));
                Condition::Compare {
                    left: of(0),
                    op: self.r.pick(&SIGNS),
                    right: of(1),
                }
            }
            _ => Condition::Always,
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

    fn dose(&mut self, i: usize, k: &Knowledge) -> DoseRule {
        let dosed = |c: &ConceptId| {
            matches!(
                k.concept(*c).unwrap().kind,
                ConceptKind::Substance | ConceptKind::Herb | ConceptKind::Class
            )
        };
        let concepts: Vec<ConceptId> = self.drugs.iter().copied().filter(dosed).collect();
        let mut concept = self.r.pick(&concepts);
        if self.r.chance(40) {
            // Several rows of one concept are the interesting case.
            concept = concepts[concepts.len() / 2];
        }
        let herb = k.concept(concept).unwrap().kind == ConceptKind::Herb;
        let routes = [
            vec![],
            vec![],
            vec![Route::Oral],
            vec![Route::Systemic],
            vec![Route::Decoction],
            vec![Route::Iv, Route::Topical],
        ];
        self.variables = usize::from(self.r.chance(20));
        let when = self.r.chance(20).then(|| self.condition(0));
        self.variables = 0;
        let bands = (0..1 + self.r.below(3)).map(|_| self.band(herb)).collect();
        let grades = [
            vec![],
            vec![(1, Severity::Minor), (2, Severity::Major)],
            vec![(2, Severity::Moderate)],
            vec![
                (1, Severity::Moderate),
                (2, Severity::Major),
                (3, Severity::Contraindicated),
            ],
        ];
        DoseRule {
            concept,
            routes: self.r.pick(&routes),
            forms: self
                .r
                .pick(&[vec![], vec![], vec![], vec![SheetForm::Decoction, SheetForm::Paste]]),
            when,
            bands,
            gap: self.r.chance(30).then(|| self.condition(0)),
            over: self
                .r
                .pick(&grades)
                .into_iter()
                .map(|(n, s)| (Ratio::integer(n), s))
                .collect(),
            reach: if herb {
                Reach::Single
            } else {
                self.r.pick(&[Reach::Ingredients, Reach::Single])
            },
            finding: self.finding(format!("t.d{i:02}"), Category::Dose),
        }
    }

    fn band(&mut self, herb: bool) -> Band {
        let when = if self.r.chance(50) {
            Condition::Always
        } else {
            self.condition(1)
        };
        Band {
            when,
            limits: (0..1 + self.r.below(2)).map(|_| self.limit(herb)).collect(),
        }
    }

    fn limit(&mut self, herb: bool) -> Limit {
        let op = if self.r.chance(85) {
            Comparison::AtMost
        } else {
            Comparison::AtLeast
        };
        let (measure, value, unit) = self.r.pick(&[
            (Measure::Single, "100", "mg"),
            (Measure::Single, "2", "mg/kg"),
            (Measure::Daily, "300", "mg"),
            (Measure::Daily, "150", "mg"),
            (Measure::Daily, "100", "mg/m2"),
            (Measure::Daily, "10", "mg/kg"),
            (Measure::Weekly, "1000", "mg"),
            (Measure::Course, "2000", "mg"),
            (Measure::Daily, "4", "片"),
            (Measure::Frequency, "2", "1"),
            (Measure::Duration, "7", "d"),
        ]);
        let (value, unit) = if herb && unit == "mg" {
            ("9", "g")
        } else {
            (value, unit)
        };
        let quantity = constant(value, unit).quantity;
        let amount = quantity.amount().unwrap();
        let (per, size) = match unit {
            "mg/kg" => (Some(Per::Weight), Dimension::BODY_MASS),
            "mg/m2" => (Some(Per::Area), Dimension::BODY_AREA),
            _ => (None, Dimension::NONE),
        };
        let amount = shenfang_units::Amount {
            value: amount.value,
            dimension: amount.dimension.checked_mul(size).unwrap(),
        };
        Limit {
            measure,
            op,
            quantity,
            amount,
            per,
            low: None,
        }
    }
}

/// A condition that what is presumed makes false.
fn denied(p: &Presumption) -> Condition {
    match &p.value {
        PresumedValue::Constant(c) => {
            let op = if matches!(p.op, Comparison::AtLeast | Comparison::Greater) {
                Comparison::Less
            } else {
                Comparison::Greater
            };
            Condition::Compare {
                left: Operand::Attribute(p.field),
                op,
                right: Operand::Constant(c.clone()),
            }
        }
        PresumedValue::Flag(_) => Condition::Flag(p.field),
        PresumedValue::Word(word) => Condition::Not(Box::new(Condition::Is {
            subject: p.field,
            values: vec![word.clone()],
        })),
        PresumedValue::None => Condition::PatientHas(ConceptSet::Code(Code::parse("ICD10:E11").unwrap())),
    }
}

fn day(r: &mut Random) -> Date {
    r.pick(&[date(2025, 1, 1), date(2026, 6, 1), date(2026, 11, 22), date(2027, 1, 1)])
}
