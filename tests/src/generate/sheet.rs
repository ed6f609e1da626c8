//! Random prescriptions: fields missing everywhere, texts that cannot be read, names that resolve, do not, or mean several things.
use super::{Random, quantity};
use jiff::civil::{Date, date};
use shenfang_clinical::calendar::Moment;
use shenfang_clinical::*;
use shenfang_units::{CalendarUnit, Comparison, Quantity, QuantityRange, Ratio};

fn read<T>(value: T, text: &str) -> Stated<T> {
    Stated::Read {
        value,
        text: text.into(),
    }
}

/// A field: read in most cases, else unreadable or absent.
fn stated<T>(r: &mut Random, percent: usize, from: &[&str], parse: impl Fn(&str) -> T) -> Stated<T> {
    let text = r.pick(from);
    match r.below(100) {
        n if n < percent => read(parse(text), text),
        n if n < percent + 6 => Stated::Unreadable("遵医嘱".into()),
        _ => Stated::Absent,
    }
}

fn moment(day: Date, minute: Option<u16>) -> Moment {
    Moment {
        date: day,
        minute,
        offset: None,
        text: day.to_string().into(),
    }
}

fn text(t: &str) -> Box<str> {
    t.into()
}

/// One sheet; `names` are the names of the catalogue.
pub fn prescription(r: &mut Random, names: &[String]) -> Prescription {
    let decoction = r.chance(40);
    let kind = r.maybe(85, |_| {
        if decoction {
            PrescriptionKind::Decoction
        } else {
            PrescriptionKind::Western
        }
    });
    let items: Vec<Item> = (0..1 + r.below(4))
        .map(|i| item(r, format!("{}", i + 1), names, decoction))
        .collect();
    let mut items = items;
    if r.chance(12) {
        infuse(r, &mut items);
    }
    let current = r.maybe(65, |r| {
        (0..r.pick(&[0, 0, 1, 1, 2]))
            .map(|i| medication(r, i, names, &items))
            .collect()
    });
    let ids: Vec<Box<str>> = items.iter().map(|i| i.id.clone()).collect();
    Prescription {
        id: text("rx"),
        kind,
        setting: r.maybe(75, |r| r.pick(Setting::ALL)),
        authored_on: r.maybe(85, |r| {
            moment(date(2026, 11, 22), if r.chance(60) { Some(600) } else { None })
        }),
        presented_on: r.maybe(50, |r| {
            moment(
                r.pick(&[date(2026, 11, 22), date(2026, 11, 24), date(2026, 11, 26)]),
                None,
            )
        }),
        institution: Institution {
            id: r.maybe(70, |r| text(r.pick(&["h1", "h2"]))),
            level: r.maybe(60, |r| r.pick(InstitutionLevel::ALL)),
        },
        department: r.maybe(60, |r| text(r.pick(&["内科", "外科"]))),
        prescriber: Prescriber {
            id: None,
            title: r.maybe(65, |r| r.pick(Title::ALL)),
            privileges: r.maybe(65, |r| r.some(0, 2, |r| r.pick(Privilege::ALL))),
            signed: r.maybe(65, |r| r.chance(50)),
        },
        patient: patient(r, names),
        diagnoses: r.maybe(70, |r| r.some(0, 2, coded_illness)),
        tcm_diagnosis: TcmDiagnosis {
            disease: r.maybe(50, |r| text(r.pick(&["感冒", "咳嗽"]))),
            pattern: r.maybe(50, |r| text(r.pick(&["风寒", "风热"]))),
        },
        items,
        current_medications: current,
        doses: stated(
            r,
            if decoction { 80 } else { 10 },
            &["3 剂", "5 剂", "7 剂", "14 剂"],
            quantity,
        ),
        usage: Usage {
            doses_per_day: r.maybe(30, |r| {
                r.pick(&[Ratio::ONE, Ratio::integer(2), Ratio::new(1, 2).unwrap()])
            }),
            servings: r.maybe(30, |_| Ratio::integer(2)),
            form: r.maybe(if decoction { 50 } else { 10 }, |r| r.pick(SheetForm::ALL)),
        },
        amendments: r.maybe(60, |r| {
            r.some(0, 2, |r| Amendment {
                item: None,
                signed: r.maybe(80, |r| r.chance(50)),
                dated: r.maybe(80, |r| r.chance(50)),
            })
        }),
        extension_reason: r.maybe(40, |r| text(r.pick(&["慢病", "老年病"]))),
        double_signed: r.maybe(50, |r| ids.into_iter().filter(|_| r.chance(60)).collect()),
    }
}

/// The first line in a bag of salt water.
fn infuse(r: &mut Random, items: &mut Vec<Item>) {
    let group = Box::new(Infusion {
        group: Some(text("A")),
        rate: stated(r, 80, &["60 mL/h", "100 滴/min"], quantity),
        over: Stated::Absent,
    });
    let first = &mut items[0];
    first.dose = dose(r, false, false);
    first.strength = read(
        Strength {
            amounts: vec![quantity("100 mg")],
            per: r.maybe(50, |_| Box::new(quantity("2 mL"))),
            pack: None,
        },
        "s",
    );
    (first.route, first.steps, first.infusion) = (read(Route::IvInfusion, "静滴"), None, Some(group.clone()));
    let (drug, route) = (
        Coded {
            code: None,
            name: Some(text("盐水")),
        },
        read(Route::IvInfusion, "静滴"),
    );
    items.push(Item {
        id: text("w"),
        drug,
        route,
        dose: dose(r, false, true),
        infusion: Some(group),
        ..Item::default()
    });
}

fn name(r: &mut Random, names: &[String]) -> String {
    match r.below(100) {
        0..7 => r.pick(&["双草", "双素"]).into(),
        7..13 => r.pick(&["无名丹", "甲艹", "阿索"]).into(),
        13..18 => r.pick(&["阿素片", "贝素注射液", "西素胶囊", "熟甲草", "阿盐"]).into(),
        18..28 => r.pick(&["盐水", "盐水", "单方西", "复方阿贝", "复方草"]).into(),
        _ => r.pick(names),
    }
}

fn drug(r: &mut Random, names: &[String]) -> Coded {
    let codes = ["ATC:J01CA04", "ATC:J01C", "ATC:M01AE01", "NHSA:XA01", "LOCAL:1"];
    let code = if r.chance(8) { Some(text(r.pick(&codes))) } else { None };
    let name = if code.is_some() && r.chance(40) {
        None
    } else {
        Some(name(r, names).into())
    };
    Coded { code, name }
}

fn timing(r: &mut Random) -> Timing {
    let kind = match r.below(12) {
        0 => TimingKind::Once,
        1 => TimingKind::AsNeeded,
        2 => TimingKind::Continuous,
        _ => TimingKind::Periodic,
    };
    let one = kind == TimingKind::Once;
    let times = if one { 1 } else { 1 + i64::try_from(r.below(4)).unwrap() };
    Timing {
        times: Ratio::integer(times),
        days: Ratio::integer(if one { 1 } else { r.pick(&[1, 1, 1, 1, 2, 7]) }),
        as_needed: kind == TimingKind::AsNeeded || r.chance(10),
        kind,
        timing: None,
    }
}

fn dose(r: &mut Random, herb: bool, water: bool) -> Stated<Dose> {
    let measured = |t: &str| Dose::Measured(QuantityRange::parse(t).unwrap());
    let from: &[&str] = if water {
        &["100 mL", "250 mL"]
    } else if herb {
        &["3 g", "6 g", "9 g", "12 g", "20 g", "40 g"]
    } else {
        &[
            "50 mg",
            "100 mg",
            "200 mg",
            "500 mg",
            "1 片",
            "1~2 片",
            "50~150 mg",
            "5 mL",
            "80万U",
            "1 支",
        ]
    };
    stated(r, 82, from, measured)
}

fn item(r: &mut Random, id: String, names: &[String], decoction: bool) -> Item {
    let drug = drug(r, names);
    let herb = drug.name.as_ref().is_some_and(|n| n.contains('草')) || (decoction && r.chance(50));
    let water = drug.name.as_deref() == Some("盐水");
    let routes: &[Route] = if water {
        &[Route::IvInfusion]
    } else if herb {
        &[Route::Decoction, Route::Powder, Route::Topical]
    } else {
        &[
            Route::Oral,
            Route::Oral,
            Route::Oral,
            Route::Iv,
            Route::IvInfusion,
            Route::IvInfusion,
            Route::IvInfusion,
            Route::Topical,
            Route::Im,
            Route::SkinTest,
        ]
    };
    let route = r.pick(routes);
    let mut dose_stated = dose(r, herb, water);
    if route == Route::Topical && r.chance(30) {
        dose_stated = read(Dose::Unmeasured, "适量");
    }
    let amount = |t: &str| vec![quantity(t)];
    let both = |r: &mut Random| {
        if r.chance(70) {
            amount("100 mg")
        } else {
            [amount("80 mg"), amount("20 mg")].concat()
        }
    };
    let strength = r.maybe(55, |r| Strength {
        amounts: both(r),
        per: r.maybe(25, |r| Box::new(quantity(r.pick(&["2 mL", "1 片"])))),
        pack: r.maybe(30, |_| Box::new(quantity("24 片"))),
    });
    let steps = r.maybe(8, |r| {
        let step = |r: &mut Random, from| {
            let frequency = if r.chance(80) {
                read(timing(r), "f")
            } else {
                Stated::Absent
            };
            DosageStep {
                from_day: Some(from),
                dose: dose(r, herb, water),
                frequency,
                duration: stated(r, 80, &["3 d", "5 d"], quantity),
            }
        };
        let second = r.pick(&[1, 4]);
        vec![step(r, 1), step(r, second)]
    });
    let infused = route == Route::IvInfusion || r.chance(8);
    let infusion = infused.then(|| {
        Box::new(Infusion {
            group: r.maybe(75, |r| text(r.pick(&["A", "A", "B"]))),
            rate: stated(r, 60, &["60 mL/h", "1 mL/min", "40 滴/min", "20 mg/h"], quantity),
            over: stated(r, 40, &["60 min"], quantity),
        })
    });
    let stated_steps = steps.is_some();
    Item {
        id: id.into(),
        drug,
        strength: match strength {
            Some(s) => read(s, "s"),
            None if r.chance(6) => Stated::Unreadable("见包装".into()),
            None => Stated::Absent,
        },
        pack: stated(r, 20, &["12 片", "24 片"], |text| Box::new(quantity(text))),
        dose: if stated_steps { Stated::Absent } else { dose_stated },
        frequency: if stated_steps || (herb && r.chance(80)) {
            Stated::Absent
        } else if r.chance(85) {
            read(timing(r), "f")
        } else {
            r.pick(&[Stated::Absent, Stated::Unreadable("遵医嘱".into())])
        },
        route: match r.below(100) {
            0..80 => read(route, route.zh()),
            80..85 => Stated::Unreadable("外".into()),
            _ => Stated::Absent,
        },
        duration: stated(
            r,
            if stated_steps || herb { 10 } else { 75 },
            &["3 d", "7 d", "14 d", "1 周", "1 月"],
            quantity,
        ),
        quantity: stated(r, 50, &["12 片", "24 片", "1 盒", "2 盒", "30 g"], quantity),
        preparation: r.maybe(30, |r| {
            r.some(0, 2, |r| {
                if r.chance(85) {
                    let f = r.pick(&[Footnote::DecoctFirst, Footnote::Wrapped]);
                    read(f, f.zh())
                } else {
                    Stated::Unreadable("特煎".into())
                }
            })
        }),
        steps,
        max_per_day: stated(r, 10, &["400 mg", "3 片"], |text| Box::new(quantity(text))),
        skin_test: r.maybe(40, |r| {
            let at = r.maybe(50, |r| {
                moment(
                    r.pick(&[date(2026, 11, 21), date(2026, 11, 19), date(2026, 11, 18)]),
                    r.maybe(50, |r| r.pick(&[500_u16, 600, 700])),
                )
            });
            Box::new(SkinTest {
                result: r.pick(SkinTestResult::ALL),
                at,
                batch: None,
            })
        }),
        infusion,
        form: r.maybe(25, |r| r.pick(&[DoseForm::Tablet, DoseForm::InjectionPowder])),
    }
}

fn medication(r: &mut Random, i: usize, names: &[String], items: &[Item]) -> CurrentMedication {
    let mut line = item(r, format!("c{}", i + 1), names, false);
    let of = r.below(items.len());
    if r.chance(20) {
        line.drug = items[of].drug.clone();
    }
    CurrentMedication {
        item: line,
        started_on: None,
        stopped_on: r.maybe(30, |r| {
            moment(
                r.pick(&[
                    date(2026, 11, 22),
                    date(2026, 11, 18),
                    date(2026, 11, 1),
                    date(2026, 5, 1),
                    date(2026, 12, 1),
                ]),
                None,
            )
        }),
        institution: None,
        renewed_by: r.maybe(10, |_| items[of].id.clone()),
    }
}

fn coded_illness(r: &mut Random) -> Coded {
    let name = r.maybe(60, |r| {
        text(r.pick(&["甲病", "甲症", "乙病", "丙病", "丁病", "双病", "怪病", "早孕"]))
    });
    let code = r.maybe(if name.is_some() { 20 } else { 100 }, |r| {
        text(r.pick(&[
            "ICD10:N18.9",
            "ICD10:N18.5",
            "ICD10:I48.91",
            "ICD10:I48.x00x002",
            "ICD10:E11",
            "ICD10:K70",
            "LOCAL:x",
        ]))
    });
    Coded { code, name }
}

fn patient(r: &mut Random, names: &[String]) -> Patient {
    let born = r.maybe(50, |r| {
        r.pick(&[
            date(1958, 3, 2),
            date(1990, 11, 22),
            date(2012, 5, 1),
            date(2024, 2, 29),
            date(2026, 10, 25),
        ])
    });
    let ages: [&[(u32, CalendarUnit)]; 6] = [
        &[(68, CalendarUnit::Year)],
        &[(18, CalendarUnit::Year)],
        &[(10, CalendarUnit::Year)],
        &[(3, CalendarUnit::Year), (5, CalendarUnit::Month)],
        &[(6, CalendarUnit::Month)],
        &[(28, CalendarUnit::Day)],
    ];
    let age = if born.is_none() {
        r.maybe(70, |r| Age {
            parts: r.pick(&ages).to_vec(),
        })
    } else {
        None
    };
    let observed = |r: &mut Random| {
        let (code, name, value) = r.pick(&[
            ("LOINC:6301-6", "INR", "2.5 1"),
            ("LOINC:6301-6", "INR", "1 1"),
            ("LOINC:2823-3", "钾", "4.5 mmol/L"),
            ("LOINC:2160-0", "肌酐", "88 umol/L"),
            ("LOINC:2160-0", "肌酐", "2 mg/dL"),
            ("LOINC:33914-3", "eGFR", "90 mL/min/{1.73_m2}"),
        ]);
        let value = match value.strip_suffix(" 1") {
            _ if r.chance(8) => ObservationValue::Text("阳性".into()),
            Some(number) => ObservationValue::Quantity(Quantity {
                value: Ratio::parse_decimal(number).unwrap(),
                unit: shenfang_units::Unit::one(),
            }),
            None => ObservationValue::Quantity(quantity(value)),
        };
        let what = Coded {
            code: r.maybe(70, |_| text(code)),
            name: r.maybe(80, |_| text(name)),
        };
        let at = r.maybe(85, |r| {
            moment(
                r.pick(&[
                    date(2026, 11, 20),
                    date(2026, 11, 21),
                    date(2026, 11, 22),
                    date(2026, 9, 1),
                    date(2026, 5, 1),
                    date(2026, 12, 1),
                ]),
                None,
            )
        });
        Observation {
            what,
            value,
            comparator: r.maybe(20, |r| r.pick(&[Comparison::Less, Comparison::Greater])),
            at,
        }
    };
    Patient {
        id: None,
        sex: r.maybe(80, |r| r.pick(Sex::ALL)),
        birth_date: born,
        age: age.map_or(
            if r.chance(4) {
                Stated::Unreadable("成人".into())
            } else {
                Stated::Absent
            },
            |a| read(a, "a"),
        ),
        weight: stated(r, 65, &["8 kg", "20 kg", "60 kg", "75 kg"], quantity),
        height: stated(r, 55, &["70 cm", "110 cm", "170 cm"], quantity),
        pregnant: r.maybe(60, |r| r.chance(40)),
        lactating: r.maybe(60, |r| r.chance(40)),
        gestation: stated(r, 20, &["10 wk", "25 wk"], quantity),
        lmp: r.maybe(10, |_| date(2026, 8, 1)),
        dialysis: r.maybe(55, |r| r.chance(30)),
        child_pugh: r.maybe(55, |r| r.pick(ChildPugh::ALL)),
        bsa: stated(r, 20, &["1.2 m2", "1.6 m2"], quantity),
        egfr: stated(
            r,
            30,
            &["25 mL/min/{1.73_m2}", "60 mL/min/{1.73_m2}", "95 mL/min/{1.73_m2}"],
            quantity,
        ),
        crcl: stated(r, 20, &["40 mL/min"], quantity),
        allergies: r.maybe(65, |r| {
            r.some(0, 2, |r| {
                let to = if r.chance(30) {
                    Coded {
                        code: Some(text(r.pick(&["ATC:J01C", "ATC:J01CA04", "ATC:M01", "LOCAL:z"]))),
                        name: None,
                    }
                } else {
                    Coded {
                        code: None,
                        name: Some(name(r, names).into()),
                    }
                };
                Allergy {
                    to,
                    intolerance: r.chance(25),
                    severe: r.maybe(50, |r| r.chance(50)),
                    status: if r.chance(75) {
                        ConditionStatus::Active
                    } else {
                        status(r)
                    },
                }
            })
        }),
        conditions: r.maybe(65, |r| {
            r.some(0, 2, |r| Condition {
                what: coded_illness(r),
                status: status(r),
            })
        }),
        observations: r.maybe(75, |r| r.some(0, 6, observed)),
    }
}

fn status(r: &mut Random) -> ConditionStatus {
    r.pick(&[
        ConditionStatus::Active,
        ConditionStatus::Active,
        ConditionStatus::Past,
        ConditionStatus::Suspected,
        ConditionStatus::Family,
    ])
}
