//! Random conditions: every kind of attribute, word and comparison.
use super::*;

impl Writer<'_> {
    /// A comparable attribute with its constant.
    pub(super) fn measured(&mut self) -> (Operand, Constant) {
        const OF_ITEMS: [(I, &str, [&str; 3]); 17] = [
            (I::Rate, "mg/h", ["30", "100", "300"]),
            (I::Over, "min", ["30", "60", "120"]),
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
                let (keys, unit, values) = self.laboratory();
                (
                    Operand::Lab(Lab { keys, within_days }),
                    constant(self.r.pick(&values), unit),
                )
            }
            _ => {
                let (attribute, unit, values) = self.r.pick(&OF_SHEET);
                (Operand::Attribute(attribute), constant(self.r.pick(&values), unit))
            }
        }
    }

    /// A laboratory value, its unit, and values that records have.
    pub(super) fn laboratory(&mut self) -> (Vec<LabKey>, &'static str, [&'static str; 3]) {
        let code = |code| LabKey::Code(Code::parse(code).unwrap());
        let name = |name: &str| LabKey::Name(name.into());
        self.r.pick(&[
            (vec![name("INR")], "1", ["1", "2", "3"]),
            (vec![name("肌酐")], "umol/L", ["80", "88", "150"]),
            (vec![code("LOINC:6301-6")], "1", ["1", "2", "3"]),
            (vec![name("INR"), code("LOINC:6301-6")], "1", ["1", "2", "3"]),
            (vec![code("LOINC:2823-3")], "mmol/L", ["3", "4", "5"]),
        ])
    }

    pub(super) fn words(&mut self) -> Condition {
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

    pub(super) fn known(&mut self) -> Attribute {
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
            R::AuthoredOn,
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

    pub(super) fn condition(&mut self, depth: usize) -> Condition {
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
            6 if self.r.chance(20) => Condition::KnownLab(Lab {
                keys: self.laboratory().0,
                within_days: self.r.maybe(50, |_| Ratio::integer(7)),
            }),
            6 => {
                let attribute = self.known();
                if self.r.chance(50) {
                    Condition::Known(attribute)
                } else {
                    Condition::Stated(attribute)
                }
            }
            7 => match self.r.below(5) {
                0 => Condition::DiagnosesHave(self.ills()),
                1 | 2 => Condition::PatientHad(self.ills()),
                _ => Condition::PatientHas(self.ills()),
            },
            8 if self.r.chance(40) => Condition::AllergicToAny(self.allergens()),
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
}
