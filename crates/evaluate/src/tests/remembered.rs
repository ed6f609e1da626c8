//! What buffers remember of other sheets changes no answer.
use super::support::*;
use crate::{Program, Scratch};
use shenfang_clinical::{Measure, Prescription};
use shenfang_knowledge::{Attribute, ItemAttribute};
use shenfang_units::Comparison;

const DAILY: Attribute = Attribute::Item(0, ItemAttribute::Daily);

fn sheet_of(grams: u32, fields: &str) -> Prescription {
    let line = format!(r#"{{"id":"1","drug":"附子","dose":"{grams} g","route":"口服","frequency":"bid"}}"#);
    sheet(&line, fields)
}

/// Reviews every sheet with the same buffers, and says what each says by itself.
fn agrees<'p>(scratch: &mut Scratch, program: &'p Program, sheets: impl IntoIterator<Item = &'p Prescription>) {
    for sheet in sheets {
        let again = said(&program.review_with(scratch, sheet, None));
        assert_eq!(again, says(program, sheet), "{sheet:?}");
    }
}

#[test]
fn one_line_on_sheets_that_are_used_otherwise_is_not_one_line() {
    let program = program_with(
        vec![rule(
            "much",
            [named("附子")],
            Some(compare(DAILY, Comparison::Greater, "15 g")),
        )],
        vec![dose("附子", &[(Measure::Daily, "15 g")])],
        vec![],
    );
    let uses = [
        r#""kind":"western""#,
        r#""kind":"decoction","usage":{"servings":2}"#,
        r#""kind":"decoction","usage":{"doses_per_day":2,"servings":2}"#,
        r#""kind":"decoction","usage":{"form":"颗粒"}"#,
        r#""kind":"western","patient":{"allergies":[]},"current_medications":null"#,
    ];
    let sheets: Vec<Prescription> = uses.iter().map(|used| sheet_of(10, used)).collect();
    let says_of = |at: usize| sheets.get(at).map(|sheet| says(&program, sheet));
    assert_eq!(says_of(1), Some(vec![]), "10 g a day");
    assert_eq!(
        says_of(2).map(|said| said.len()),
        Some(2),
        "20 g a day: the rule and the dose"
    );
    let mut scratch = Scratch::default();
    agrees(&mut scratch, &program, sheets.iter().chain(sheets.iter().rev()));
}

#[test]
fn what_is_remembered_of_one_program_is_no_answer_of_another() {
    let strict = program([rule(
        "r",
        [named("附子")],
        Some(compare(DAILY, Comparison::Greater, "5 g")),
    )]);
    let lax = program([rule(
        "r",
        [named("附子")],
        Some(compare(DAILY, Comparison::Greater, "50 g")),
    )]);
    let sheets = [sheet_of(10, ""), sheet_of(40, "")];
    let mut scratch = Scratch::default();
    for program in [&strict, &lax, &strict] {
        agrees(&mut scratch, program, &sheets);
    }
}

/// More ways of writing a line, and of using a sheet, than are kept.
#[test]
fn memory_that_is_full_starts_again() {
    let program = program([rule(
        "r",
        [named("附子")],
        Some(compare(DAILY, Comparison::Greater, "100 g")),
    )]);
    let written: Vec<Prescription> = (1..17_000).map(|grams| sheet_of(grams, "")).collect();
    let used = (1..200).map(|doses| sheet_of(60, &format!(r#""kind":"decoction","doses":{doses}"#)));
    let used: Vec<Prescription> = used.collect();
    let mut scratch = Scratch::default();
    agrees(
        &mut scratch,
        &program,
        written.iter().chain(&used).chain(written.iter().take(200)),
    );
}

#[test]
fn a_sheet_that_no_rule_looks_at_is_known_by_its_names() {
    let mut scratch = Scratch::default();
    let pair = program([rule("pair", [named("附子"), named("半夏")], None)]);
    let dosed = program_with(vec![], vec![dose("附子", &[(Measure::Daily, "15 g")])], vec![]);
    for program in [&pair, &dosed] {
        assert!(program.may_speak(&mut scratch, &sheet(&drugs(&["布洛芬", "制附子"]), "")));
        assert!(!program.may_speak(&mut scratch, &sheet(&drugs(&["布洛芬", "乌头", "谁也不知道"]), "")));
    }
    let every = program([rule("every", [shenfang_knowledge::ConceptSet::Any], None)]);
    assert!(every.may_speak(&mut scratch, &sheet(&drugs(&["布洛芬"]), "")));
}
