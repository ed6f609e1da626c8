//! Order, folding, policies: what the reader sees.
use super::support::*;
use crate::needs::{Need, Needs};
use crate::presume::{Fate, Settled};
use crate::verdict::{AllOpen, Told, Verdicts};
use shenfang_clinical::dosage::ItemField;
use shenfang_clinical::{Action, Category, Decision, Severity};
use shenfang_knowledge::{ConceptSet, Condition, Lab, LabKey, Operand, PolicyMark, RxAttribute};
use shenfang_units::Comparison;
use smallvec::smallvec;

#[test]
fn of_findings_on_the_same_items_in_one_category_the_most_severe_stays() {
    let mut weaker = rule("a", [ConceptSet::Any], None);
    weaker.finding.severity = Severity::Minor;
    let mut other = rule("b", [ConceptSet::Any], None);
    other.finding.category = Category::Route;
    let program = program([weaker, rule("c", [ConceptSet::Any], None), other]);
    let sheet = sheet(&drugs(&["附子"]), "");
    let review = program.review(&sheet, None);
    assert_eq!(said(&review), ["fires b [1] major", "fires c [1] major"]);
    assert_eq!(review.findings[1].also, ["t.a"]);
    assert_eq!(review.decision, Decision::Warn);
}

/// Of one rule on the same first line the other lines decide.
#[test]
fn findings_of_one_rule_stand_in_the_order_of_their_lines() {
    let program = program([rule("a", [ConceptSet::Any, ConceptSet::Any], None)]);
    let sheet = sheet(&drugs(&["附子", "乌头", "干姜"]), r#""current_medications":[]"#);
    assert_eq!(
        says(&program, &sheet),
        ["fires a [1 2] major", "fires a [1 3] major", "fires a [2 3] major"]
    );
}

#[test]
fn findings_about_no_item_are_not_folded() {
    let program = program([rule("a", [], None), rule("b", [], None)]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["附子"]), "")),
        ["fires a [] major", "fires b [] major"]
    );
}

#[test]
fn open_entries_that_share_items_and_needs_are_one() {
    let signed = || Condition::Flag(shenfang_knowledge::Attribute::Rx(RxAttribute::PrescriberSigned));
    let open = |id: &str| rule(id, [ConceptSet::Any], Some(signed()));
    let program = program([open("b"), open("a")]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["附子"]), "")),
        ["open a+b [1] needs [prescriber.signed]"]
    );
}

/// More entries than there is room for at first stand between those that share items and needs, and before them others of their lines.
#[test]
fn open_entries_that_share_items_and_needs_are_one_however_many_stand_between() {
    let many = AllOpen::AT_FIRST + 4;
    let lab = |number: usize| Condition::Compare {
        left: Operand::Lab(Lab {
            keys: vec![LabKey::Name(format!("L{number:02}"))],
            within_days: None,
        }),
        op: Comparison::Greater,
        right: constant("5 mmol/L"),
    };
    let of = |round: &str, number: usize| rule(&format!("{round}{number:02}"), [ConceptSet::Any], Some(lab(number)));
    let mut rules: Vec<_> = (0..many).map(|number| of("a", number)).collect();
    rules.extend((0..many).map(|number| of("b", number)));
    rules[many + 3].finding.severity = Severity::Contraindicated;
    let program = program(rules);
    let of_line = |line: usize, number: usize| {
        format!("open a{number:02}+b{number:02} [{line}] needs [patient.lab.L{number:02}]")
    };
    let severest = (1..=2).map(|line| of_line(line, 3));
    let others = (0..many).filter(|number| *number != 3);
    let others = others.flat_map(|number| (1..=2).map(move |line| (line, number)));
    let expected: Vec<String> = severest
        .chain(others.map(|(line, number)| of_line(line, number)))
        .collect();
    let sheet = sheet(&drugs(&["附子", "乌头"]), "");
    let review = program.review(&sheet, None);
    assert_eq!(said(&review), expected);
    assert_eq!(review.undetermined[0].severity, Severity::Contraindicated);
    assert_eq!(review.undetermined[2].severity, Severity::Major);
}

/// What is kept of one line and said of another stands beside what was found out there.
#[test]
fn the_key_of_fields_is_the_same_of_every_line() {
    let of = |line: u32, field| Needs::of(Need::Field(line, field));
    let dose = of(7, ItemField::Dose);
    assert_eq!(dose.key(), of(0, ItemField::Dose).key());
    assert_eq!(dose.of_line(3), of(3, ItemField::Dose));
    assert_eq!(
        Settled::undetermined(dose).on_line(3),
        Settled::undetermined(of(3, ItemField::Dose))
    );
    assert_ne!(of(7, ItemField::Dose).key(), of(7, ItemField::Route).key());
}

/// Entries of one key are told apart by all that they say: fields, fate, lines.
#[test]
fn what_has_the_same_key_is_not_told_together_for_that() {
    let mut verdicts = Verdicts {
        found: Vec::new(),
        about: Vec::new(),
        open: AllOpen::default(),
    };
    // With its line the key of every entry is 0.
    let of = |line: u32| {
        let settled = |field, fate| Settled {
            key: u64::from(line).rotate_right(7),
            ..Settled::of(Needs::of(Need::Field(line, field)), fate)
        };
        [
            settled(ItemField::Dose, Fate::Undetermined),
            settled(ItemField::Route, Fate::Undetermined),
            settled(ItemField::Dose, Fate::Gap),
            settled(ItemField::Dose, Fate::Presumed(None)),
            settled(ItemField::Dose, Fate::Presumed(Some(1))),
        ]
    };
    for line in [7, 8] {
        for settled in &of(line) {
            verdicts.leave_line_open(line, &[1], Severity::Minor, settled);
        }
    }
    for settled in of(8) {
        verdicts.leave_open(smallvec![2], Severity::Major, smallvec![8], settled);
    }
    let open = verdicts.open.entries().iter();
    let said = open.map(|open| (&*open.told.rules, &*open.lines, &open.told.settled));
    let (first, second) = (of(7), of(8));
    let first = first.iter().map(|settled| (&[1][..], &[7][..], settled));
    let expected = first.chain(second.iter().map(|settled| (&[1, 2][..], &[8][..], settled)));
    assert_eq!(said.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

/// However they follow each other.
#[test]
fn rules_that_are_told_together_are_in_order_each_once() {
    let told = |first: &[u32], then: &[u32]| {
        let mut told = Told {
            rules: first.into(),
            severity: Severity::Minor,
            settled: Settled::undetermined(Needs::default()),
        };
        told.take_in(Severity::Major, then);
        (told.rules.into_vec(), told.severity)
    };
    for (first, then) in [
        (&[1, 2][..], &[3, 4, 5][..]),
        (&[3, 5], &[1, 2, 4]),
        (&[1, 3, 5], &[2, 3, 4]),
        (&[2, 4], &[1, 2, 3, 5]),
    ] {
        for (first, then) in [(first, then), (then, first)] {
            assert_eq!(
                told(first, then),
                (vec![1, 2, 3, 4, 5], Severity::Major),
                "{first:?} {then:?}"
            );
        }
    }
}

#[test]
fn a_policy_changes_what_the_rule_says_and_leaves_a_note() {
    let mut lowered = rule("r", [ConceptSet::Any], None);
    lowered.finding.policy = vec![PolicyMark {
        id: "p".into(),
        scope: vec!["house".into()],
        until: None,
        severity: Some(Severity::Minor),
        action: None,
        mute: false,
        enable: false,
        lock: false,
        signed: Default::default(),
    }];
    let program = program([lowered]);
    let elsewhere = sheet(&drugs(&["附子"]), "");
    assert_eq!(says(&program, &elsewhere), ["fires r [1] major"]);
    let here = sheet(&drugs(&["附子"]), r#""institution":{"id":"house"}"#);
    let finding = &program.review(&here, None).findings[0];
    assert_eq!((finding.severity, finding.action), (Severity::Minor, Action::Log));
    assert_eq!(finding.policy.as_ref().unwrap().from.action, Action::Warn);
}
