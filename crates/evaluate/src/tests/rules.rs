//! What an item denotes, matching, sets, sharing.
use super::support::*;
use shenfang_clinical::Category;
use shenfang_knowledge::{Attribute, ConceptSet, Condition, ItemAttribute, ItemSet, Operand, Origin, Reach};
use shenfang_units::Comparison;

#[test]
fn an_item_denotes_everything_above_it_and_its_ingredients() {
    let program = program([rule("pair", [named("乌头"), named("半夏")], None)]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["制附子", "半夏"]), "")),
        ["fires pair [1 2] major"]
    );
    let program = super::support::program([rule("pair", [named("华法林"), named("非甾体")], None)]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["华法林钠片", "感冒片"]), "")),
        ["fires pair [1 2] major"]
    );
    assert_eq!(says(&program, &sheet(&drugs(&["华法林钠片"]), "")), [""; 0]);
}

#[test]
fn a_rule_that_reaches_single_drugs_leaves_compounds_alone() {
    let mut only = rule("class", [named("非甾体")], None);
    only.bindings[0].reach = Reach::Single;
    let program = program([only]);
    assert_eq!(says(&program, &sheet(&drugs(&["感冒片"]), "")), [""; 0]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["布洛芬"]), "")),
        ["fires class [1] major"]
    );
}

#[test]
fn a_combination_that_holds_the_pair_within_itself_is_silent_alone_and_fires_across_items() {
    let program = program([rule("pair", [named("对乙酰氨基酚"), named("布洛芬")], None)]);
    assert_eq!(says(&program, &sheet(&drugs(&["感冒片"]), "")), [""; 0]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["感冒片", "布洛芬"]), "")),
        ["fires pair [1 2] major"]
    );
}

#[test]
fn one_entry_per_rule_and_set_of_items() {
    let program = program([rule("any", [ConceptSet::Any, ConceptSet::Any], None)]);
    let sheet = sheet(&drugs(&["附子", "半夏"]), "");
    let review = program.review(&sheet, None);
    assert_eq!(said(&review), ["fires any [1 2] major"]);
}

#[test]
fn nearest_row_wins_among_rules_of_one_kind() {
    let row = |id: &str, name: &str| {
        let mut rule = rule(id, [named(name)], None);
        rule.bindings[0].nearest = Some("pregnancy".into());
        rule
    };
    let both = program([row("raw", "乌头"), row("processed", "附子")]);
    assert_eq!(
        says(&both, &sheet(&drugs(&["制附子"]), "")),
        ["fires processed [1] major"]
    );
    let only = program([row("raw", "乌头")]);
    assert_eq!(says(&only, &sheet(&drugs(&["制附子"]), "")), ["fires raw [1] major"]);
}

#[test]
fn because_of_a_shared_substance_names_the_one_that_is_shared() {
    let analgesics = || ConceptSet::Union(vec![named("非甾体"), named("对乙酰氨基酚")]);
    let mut twice = rule("twice", [analgesics(), analgesics()], None);
    twice.bindings[1].relation = Some(shenfang_knowledge::Relation::Substance);
    let sheet = sheet(&drugs(&["感冒片", "布洛芬"]), "");
    let program = program([twice]);
    let review = program.review(&sheet, None);
    let names: Vec<&str> = review.findings[0]
        .because
        .iter()
        .filter_map(|reason| match reason {
            shenfang_clinical::Reason::Is { is, .. } => is.first().map(|name| &**name),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["布洛芬", "布洛芬"], "the first analgesic of 感冒片 is another");
}

#[test]
fn two_lines_share_a_substance_without_salt_but_not_with_themselves() {
    let program = program([same_substance()]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["华法林", "华法林钠"]), "")),
        ["fires twice [1 2] major"]
    );
    assert_eq!(says(&program, &sheet(&drugs(&["华法林", "华法林"]), "")), [""; 0]);
    let sheet = sheet(&drugs(&["感冒片", "布洛芬"]), "");
    let review = program.review(&sheet, None).findings[0].because.clone();
    assert!(format!("{review:?}").contains(r#"shared: ["布洛芬"]"#), "{review:?}");
}

#[test]
fn an_ambiguous_name_fires_by_each_of_its_meanings_in_one_finding() {
    let either = ConceptSet::Union(vec![named("川贝母"), named("浙贝母")]);
    let program = program([rule("pair", [named("乌头"), either], None)]);
    let sheet = sheet(&drugs(&["附子", "贝母"]), "");
    let review = program.review(&sheet, None);
    assert_eq!(said(&review), ["fires pair [1 2] major"]);
    let meaning: Vec<&str> = review.findings[0].meaning.iter().map(|(_, name)| &**name).collect();
    assert_eq!(meaning, ["川贝母", "浙贝母"]);
    assert_eq!(review.unrecognized[0].reason, Some("ambiguous"));
}

#[test]
fn in_a_count_an_ambiguous_name_is_a_member_that_is_unknown() {
    let items = ItemSet {
        set: named("川贝母"),
        origin: Origin::Prescribed,
        within_days: None,
    };
    let when = Condition::Compare {
        left: Operand::Count(items),
        op: Comparison::AtLeast,
        right: constant("1 次"),
    };
    let program = program([rule("count", [], Some(when))]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["贝母"]), "")),
        ["open count [] needs [items.1.drug]"]
    );
    assert_eq!(
        says(&program, &sheet(&drugs(&["川贝母"]), "")),
        ["fires count [] major"]
    );
}

#[test]
fn more_of_one_set_than_of_another_takes_a_line_of_the_one_alone() {
    let prescribed = |set| ItemSet {
        set,
        origin: Origin::Prescribed,
        within_days: None,
    };
    let more = |more, than| Condition::Compare {
        left: Operand::Count(prescribed(more)),
        op: Comparison::Greater,
        right: Operand::Count(prescribed(than)),
    };
    let (aconite, one) = (|| named("乌头"), || named("川贝母"));
    let either = ConceptSet::Union(vec![one(), named("浙贝母")]);
    let beside = Condition::And(vec![
        Condition::Any(prescribed(aconite())),
        more(ConceptSet::Union(vec![aconite(), one()]), aconite()),
    ]);
    let program = program([
        rule("beside", [], Some(beside)),
        rule("never", [], Some(more(one(), either))),
    ]);
    let says_of = |names: &[&str]| says(&program, &sheet(&drugs(names), ""));
    assert_eq!(says_of(&["附子"]), [""; 0]);
    assert_eq!(says_of(&["川贝母", "浙贝母"]), [""; 0]);
    assert_eq!(says_of(&["附子", "川贝母"]), ["fires beside [] major"]);
    // Counts of what may be one thing or another are not compared line by line.
    assert_eq!(says_of(&["贝母"]), ["open never [] needs [items.1.drug]"]);
}

#[test]
fn two_variables_of_one_set_take_two_lines() {
    let program = program([rule("two", [named("非甾体"), named("非甾体")], None)]);
    let says_of = |names: &[&str]| says(&program, &sheet(&drugs(names), ""));
    assert_eq!(says_of(&["布洛芬"]), [""; 0]);
    assert_eq!(says_of(&["感冒片", "华法林"]), [""; 0]);
    assert_eq!(says_of(&["感冒片", "华法林", "布洛芬"]), ["fires two [1 3] major"]);
}

#[test]
fn what_does_not_resolve_is_in_any_and_in_no_other_set() {
    let except = ConceptSet::Except(Box::new(ConceptSet::Any), Box::new(named("附子")));
    let program = program([rule("any", [ConceptSet::Any], None), rule("except", [except], None)]);
    let sheet = sheet(&drugs(&["不知何物"]), "");
    let review = program.review(&sheet, None);
    assert_eq!(said(&review), ["fires any [1] major"]);
    assert_eq!(review.unrecognized[0].text, "不知何物");
    assert!(!review.complete);
}

#[test]
fn a_code_and_a_name_of_different_meaning_are_both_evaluated() {
    let program = program([
        rule("warfarin", [named("华法林")], None),
        rule("nsaid", [named("非甾体")], None),
    ]);
    let sheet = sheet(r#"{"id":"1","drug":{"code":"ATC:M01AE01","name":"华法林"}}"#, "");
    let review = program.review(&sheet, None);
    assert_eq!(
        said(&review).len(),
        1,
        "one folds into the other: the same items, the same category"
    );
    assert_eq!(review.findings[0].also, ["t.warfarin"]);
    assert_eq!(review.unrecognized[0].reason, Some("code_and_name_differ"));
}

#[test]
fn current_medications_bind_but_never_alone_and_a_refill_is_no_partner() {
    let pair = rule("pair", [named("非甾体"), named("非甾体")], None);
    let program = program([pair]);
    let current = |drug: &str| format!(r#""current_medications":[{{"id":"c","drug":"{drug}"}}]"#);
    assert_eq!(
        says(&program, &sheet(&drugs(&["布洛芬"]), &current("感冒片"))),
        ["fires pair [1 c] major"]
    );
    for same in ["布洛芬", "布 洛 芬", "布洛芬 "] {
        assert_eq!(
            says(&program, &sheet(&drugs(&["布洛芬"]), &current(same))),
            [""; 0],
            "{same}"
        );
    }
    assert_eq!(says(&program, &sheet(&drugs(&["附子"]), &current("布洛芬"))), [""; 0]);
}

#[test]
fn unknown_current_medications_leave_pairs_open() {
    let program = program([rule("pair", [named("华法林"), named("布洛芬")], None)]);
    let open = sheet(&drugs(&["华法林"]), r#""current_medications":null"#);
    assert_eq!(says(&program, &open), ["open pair [1] needs [current_medications]"]);
    let both = sheet(&drugs(&["华法林", "布洛芬"]), r#""current_medications":null"#);
    assert_eq!(says(&program, &both)[0], "fires pair [1 2] major");
}

#[test]
fn four_variables_over_many_items_are_cut_short_and_said_so() {
    let sets = [ConceptSet::Any, ConceptSet::Any, ConceptSet::Any, ConceptSet::Any];
    // Of no line true, and nothing that the sheet answers by itself.
    let never = Condition::Flag(Attribute::Item(3, ItemAttribute::DoubleSigned));
    let program = program([rule("four", sets, Some(never))]);
    let names = vec!["附子"; 60];
    assert_eq!(
        says(&program, &sheet(&drugs(&names), "")),
        ["open four [] needs [items]"]
    );
}

#[test]
fn items_by_skin_test_bind_in_no_duplicate_rule() {
    let mut duplicate = rule("two", [ConceptSet::Any, ConceptSet::Any], None);
    duplicate.finding.category = Category::DuplicateTherapy;
    let program = program([duplicate]);
    let items = r#"{"id":"1","drug":"附子"},{"id":"2","drug":"半夏","route":"皮试"}"#;
    assert_eq!(says(&program, &sheet(items, "")), [""; 0]);
}
