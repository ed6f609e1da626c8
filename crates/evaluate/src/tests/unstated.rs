//! What medications that nobody stated leave open: of a line that no other pairs with, and of lines that pair. And which lines pair at all.
use super::support::*;
use crate::{Program, Scratch};
use shenfang_clinical::{Prescription, Severity};
use shenfang_knowledge::{Attribute, Condition, ItemAttribute, Origin, PatientAttribute, Rule, WordValue};
use shenfang_units::Comparison;
use std::collections::BTreeSet;

const DRUGS: [&str; 5] = ["华法林", "布洛芬", "对乙酰氨基酚", "感冒片", "附子"];

/// Three drugs, graver for the old and the ill.
fn three(id: &str, origins: [Origin; 3]) -> Rule {
    let old = Condition::Compare {
        left: shenfang_knowledge::Operand::Attribute(Attribute::Patient(PatientAttribute::Age)),
        op: Comparison::AtLeast,
        right: constant("65 a"),
    };
    let oral = Condition::Is {
        subject: Attribute::Item(1, ItemAttribute::Route),
        values: vec![WordValue::Route(shenfang_clinical::Route::Oral)],
    };
    let mut rule = rule(id, ["华法林", "布洛芬", "对乙酰氨基酚"].map(named), Some(oral));
    let ill = Condition::PatientHas(named("慢性肾病"));
    rule.finding.raise = vec![(Severity::Contraindicated, Condition::Or(vec![old, ill]))];
    for (binding, origin) in rule.bindings.iter_mut().zip(origins) {
        binding.origin = origin;
    }
    rule
}

fn rules() -> Vec<Rule> {
    use Origin::{Current, Either, Prescribed};
    vec![
        three("either", [Either; 3]),
        three("beside", [Prescribed, Either, Current]),
        three("two", [Prescribed, Prescribed, Either]),
        three("last", [Either, Prescribed, Prescribed]),
    ]
}

fn of(names: &[&str], fields: &str) -> Prescription {
    let item = |(n, name): (usize, &&str)| format!(r#"{{"id":"{}","drug":"{name}","route":"口服"}}"#, n + 1);
    let items: Vec<String> = names.iter().enumerate().map(item).collect();
    sheet(&items.join(","), fields)
}

/// What is said of these rules, by their names.
fn opens(program: &Program, names: &[&str]) -> Vec<String> {
    says(
        program,
        &of(
            names,
            r#""patient":{"age":"40 a","conditions":[]},"diagnoses":[],"current_medications":null"#,
        ),
    )
}

#[test]
fn a_line_alone_leaves_open_what_it_does_and_two_lines_what_they_do() {
    let program = program(rules());
    let needs = "needs [current_medications]";
    assert_eq!(opens(&program, &["附子"]), Vec::<String>::new());
    assert_eq!(
        opens(&program, &["华法林", "附子"]),
        [format!("open beside+either [1] {needs}")]
    );
    assert_eq!(opens(&program, &["布洛芬"]), [format!("open either [1] {needs}")]);
    // No way leads from these two to a rule whose rarest variable is the third.
    for (names, pairs) in [
        (
            ["华法林", "布洛芬"],
            ["beside+either [1]", "either [2]", "beside+either+two [1 2]"],
        ),
        (
            ["布洛芬", "对乙酰氨基酚"],
            ["either [1]", "either [2]", "either+last [1 2]"],
        ),
    ] {
        let mut expected: Vec<String> = pairs.iter().map(|pair| format!("open {pair} {needs}")).collect();
        let mut both = opens(&program, &names);
        expected.sort();
        both.sort();
        assert_eq!(both, expected);
    }
}

/// Every few of the drugs, of patients who raise what is left open and of others; forth and back, so that all is remembered.
#[test]
fn what_a_line_left_open_alone_is_not_said_where_another_takes_part() {
    let program = program(rules().into_iter().chain([same_substance()]));
    let mut sheets = Vec::new();
    for few in 0..1_u32 << DRUGS.len() {
        let names: Vec<&str> = (0..)
            .zip(DRUGS)
            .filter(|(n, _)| few >> n & 1 == 1)
            .map(|(_, name)| name)
            .collect();
        for age in ["", r#""age":"40 a","#, r#""age":"70 a","#] {
            for ill in [r#""sex":"male""#, r#""conditions":[]"#, r#""conditions":["慢性肾病"]"#] {
                for current in ["null", "[]", r#"[{"id":"9","drug":"布洛芬"}]"#] {
                    let fields = format!(r#""patient":{{{age}{ill}}},"current_medications":{current}"#);
                    sheets.push(of(&names, &fields));
                }
            }
        }
    }
    let mut scratch = Scratch::default();
    let mut said = BTreeSet::new();
    for sheet in sheets.iter().chain(sheets.iter().rev()) {
        let again = program.review_with(&mut scratch, sheet, None);
        assert_eq!(again, program.review(sheet, None), "{sheet:?}");
        said.insert(super::support::said(&again));
    }
    assert!(said.len() > 60, "{}", said.len());
}

/// The first and the last of a list share a substance: as many lines as a set of lines can hold, and more.
#[test]
fn what_two_lines_share_is_found_among_any_number_of_lines() {
    let program = program([same_substance()]);
    for many in [2, 64, 65, 70] {
        let name = |n| match n {
            1 => "布洛芬",
            n if n == many => "感冒片",
            _ => "附子",
        };
        let names: Vec<&str> = (1..=many).map(name).collect();
        let twice = format!("fires twice [1 {many}] major");
        assert_eq!(says(&program, &sheet(&drugs(&names), "")), [twice]);
    }
}
