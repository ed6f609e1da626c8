//! 十八反 and 十九畏, every unordered pair of the catalogue's pieces against the verses.
//!
//! `data/verses/` is this test's own reading of the verses, made without the rule packs: `verses.tsv` the lines,
//! `words.tsv` the pieces a word of a line names, `forms.tsv` the raw and processed forms of those pieces,
//! `pharmacopoeia.tsv` the pairs that 《中国药典》2020年版 states under 【注意】.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the impossible should stop"
)]

use shenfang::{
    Options, Reviewer, RuleSet,
    clinical::{Category, Finding},
    knowledge::ConceptKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// Two names, the smaller first.
type Pair = (String, String);

const VERSES: &str = include_str!("../data/verses/verses.tsv");
const WORDS: &str = include_str!("../data/verses/words.tsv");
const FORMS: &str = include_str!("../data/verses/forms.tsv");
const PHARMACOPOEIA: &str = include_str!("../data/verses/pharmacopoeia.tsv");
const LOOK_ALIKES: &str = include_str!("../data/verses/look_alikes.tsv");
const CONTESTED: &str = include_str!("../data/verses/contested.tsv");
const AS_WRITTEN: &str = include_str!("../data/verses/as_written.tsv");

/// Rows of a table below its header; rows with fewer cells than the header are filled up.
fn rows(table: &'static str) -> Vec<Vec<&'static str>> {
    let width = table.lines().next().expect("a header").split('\t').count();
    let row = |line: &'static str| {
        let mut cells: Vec<&str> = line.split('\t').collect();
        cells.resize(width, "");
        cells
    };
    table.lines().skip(1).map(row).collect()
}

fn pair(a: &str, b: &str) -> Pair {
    if a <= b {
        (a.to_owned(), b.to_owned())
    } else {
        (b.to_owned(), a.to_owned())
    }
}

/// Every piece a word of the verses stands for, raw and processed.
fn pieces(word: &str) -> BTreeSet<&'static str> {
    let mut named: BTreeSet<&str> = rows(WORDS)
        .into_iter()
        .filter(|row| row[0] == word)
        .map(|row| row[1])
        .collect();
    assert!(!named.is_empty(), "words.tsv has nothing for {word}");
    loop {
        let forms: Vec<&str> = rows(FORMS)
            .into_iter()
            .filter(|row| named.contains(row[0]))
            .map(|row| row[1])
            .collect();
        let before = named.len();
        named.extend(forms);
        if named.len() == before {
            return named;
        }
    }
}

/// The pairs of the verses.
fn expected() -> BTreeSet<Pair> {
    let mut pairs = BTreeSet::new();
    for verse in rows(VERSES) {
        for a in pieces(verse[1]) {
            pairs.extend(pieces(verse[2]).into_iter().map(|b| pair(a, b)));
        }
    }
    pairs
}

/// The incompatibilities that two items of a sheet of pieces give, through JSON text and the whole path.
fn incompatibilities(reviewer: &Reviewer, a: &str, b: &str) -> Vec<Finding<'static>> {
    let sheet = format!(
        r#"{{"id":"pair","kind":"decoction","items":[{{"id":"1","drug":"{a}","dose":"1 g"}},{{"id":"2","drug":"{b}","dose":"1 g"}}]}}"#
    );
    let prescription = shenfang_wire::read_record(sheet.as_bytes()).expect("a readable sheet");
    let findings = reviewer.review(&prescription).findings;
    findings
        .into_iter()
        .filter(|finding| finding.category == Category::Incompatibility && finding.items == ["1", "2"])
        .map(Finding::into_owned)
        .collect()
}

/// The catalogue's pieces, by canonical name.
fn catalogue() -> Vec<String> {
    let knowledge = shenfang_rules::builtin().knowledge();
    let mut names: Vec<String> = knowledge
        .concepts()
        .iter()
        .filter(|c| c.kind == ConceptKind::Herb)
        .map(|c| c.name.to_string())
        .collect();
    names.sort();
    names
}

/// Every unordered pair of `names` that gives an incompatibility.
fn found(reviewer: &Reviewer, names: &[String]) -> BTreeMap<Pair, Vec<Finding<'static>>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = |start: usize| {
        let mut pairs = BTreeMap::new();
        for (i, a) in names.iter().enumerate().skip(start).step_by(threads) {
            for b in &names[i + 1..] {
                let findings = incompatibilities(reviewer, a, b);
                if !findings.is_empty() {
                    pairs.insert(pair(a, b), findings);
                }
            }
        }
        pairs
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|start| scope.spawn(move || part(start))).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("no pair panics"))
            .collect()
    })
}

fn listed<'p>(pairs: impl IntoIterator<Item = &'p Pair>) -> String {
    pairs.into_iter().map(|(a, b)| format!("{a} {b}\n")).collect()
}

#[test]
fn incompatible_pairs_are_those_of_the_verses_no_more_no_less() {
    let names = catalogue();
    assert!(names.len() >= 600, "{} pieces", names.len());
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let mut unknown: BTreeSet<&str> = rows(WORDS).into_iter().map(|row| row[1]).collect();
    unknown.extend(rows(FORMS).into_iter().map(|row| row[1]));
    unknown.retain(|name| !known.contains(name));
    assert!(unknown.is_empty(), "not in the catalogue: {unknown:?}");

    let expected = expected();
    let found = found(&shenfang_rules::builtin().reviewer(), &names);
    let pairs: BTreeSet<Pair> = found.keys().cloned().collect();
    let missing = listed(expected.difference(&pairs));
    let surplus = listed(pairs.difference(&expected));
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "of {} pairs {} found, {} expected\nin the verses, not found:\n{missing}\nfound, not in the verses:\n{surplus}",
        names.len() * (names.len() - 1) / 2,
        pairs.len(),
        expected.len()
    );
    // One pair, one finding: the direction of the verse does not matter, and no pair stands in two lines.
    let twice = listed(
        found
            .iter()
            .filter(|(_, findings)| findings.len() != 1)
            .map(|(pair, _)| pair),
    );
    assert!(twice.is_empty(), "more than one finding:\n{twice}");
    let all = names.len() * (names.len() - 1) / 2;
    println!(
        "{} pieces, {all} pairs, {} incompatible, as the verses have it",
        names.len(),
        pairs.len()
    );
}

#[test]
fn order_on_the_sheet_does_not_matter() {
    let reviewer = shenfang_rules::builtin().reviewer();
    for (a, b) in expected() {
        let (one, other) = (
            incompatibilities(&reviewer, &a, &b),
            incompatibilities(&reviewer, &b, &a),
        );
        let rules = |findings: &[Finding<'static>]| {
            findings
                .iter()
                .map(|f| (f.rule.clone(), f.severity, f.action))
                .collect::<Vec<_>>()
        };
        assert_eq!(rules(&one), rules(&other), "{a} {b}");
    }
}

/// The pairs that the pharmacopoeia states cite it; those of the verse alone do not, and say so.
#[test]
fn the_pharmacopoeia_is_cited_for_what_it_states_and_for_nothing_else() {
    let reviewer = shenfang_rules::builtin().reviewer();
    let cites = |a: &str, b: &str| -> bool {
        let findings = incompatibilities(&reviewer, a, b);
        assert_eq!(findings.len(), 1, "{a} {b}");
        let cites = findings[0]
            .sources
            .iter()
            .any(|source| source.citation.contains("药典"));
        assert!(
            cites
                || ["药典未", "只见于"]
                    .iter()
                    .any(|word| findings[0].message.zh.contains(word)),
            "{a} {b} is of the verse alone and must say so: {}",
            findings[0].message.zh
        );
        cites
    };
    for row in rows(PHARMACOPOEIA) {
        assert!(
            cites(row[0], row[1]),
            "{} {}: stated by the pharmacopoeia, not cited",
            row[0],
            row[1]
        );
    }
    for (a, b) in [
        ("水银", "砒霜"),
        ("水银", "砒石"),
        ("犀角", "川乌"),
        ("犀角", "制草乌"),
        ("犀角", "生川乌"),
    ] {
        assert!(!cites(a, b), "{a} {b}: in no monograph, yet the pharmacopoeia is cited");
    }
}

#[test]
fn look_alikes_are_silent() {
    let reviewer = shenfang_rules::builtin().reviewer();
    let rows = rows(LOOK_ALIKES);
    assert!(rows.len() >= 40);
    for row in rows {
        let findings = incompatibilities(&reviewer, row[0], row[1]);
        assert!(
            findings.is_empty(),
            "{} {} ({}): {}",
            row[0],
            row[1],
            row[2],
            findings[0].message.zh
        );
    }
}

/// Names as prescriptions write them: aliases, combined names, and names with several meanings, of which the finding
/// says which fires.
#[test]
fn names_as_written_reach_the_verses() {
    let reviewer = shenfang_rules::builtin().reviewer();
    for row in rows(AS_WRITTEN) {
        let (a, b, fires, meanings) = (row[0], row[1], row[2], row[3]);
        let findings = incompatibilities(&reviewer, a, b);
        assert_eq!(if findings.is_empty() { "silent" } else { "fires" }, fires, "{a} {b}");
        let seen: BTreeSet<&str> = findings
            .iter()
            .flat_map(|f| &f.meaning)
            .map(|(_, name)| &**name)
            .collect();
        let wanted: BTreeSet<&str> = meanings.split_whitespace().collect();
        assert_eq!(seen, wanted, "{a} {b}: meanings");
    }
}

#[test]
fn contested_pairs_are_off_until_a_policy_enables_them() {
    let builtin = shenfang_rules::builtin();
    let disabled: Vec<&str> = builtin
        .knowledge()
        .rules()
        .iter()
        .map(|rule| &rule.finding)
        .filter(|f| f.category == Category::Incompatibility && !f.enabled)
        .map(|f| f.id.as_str())
        .collect();
    let entries: String = disabled
        .iter()
        .map(|id| format!("  enable {id} {{ reason \"本院药事会决议\" approver \"药学部主任\" until 2030-12-31 }}\n"))
        .collect();
    let policy = format!("policy haidian_012 {{\n  scope \"haidian-012\"\n{entries}}}\n");
    let rules = shenfang_rules::files()
        .iter()
        .filter(|(path, _)| !path.starts_with("catalog/"))
        .map(|(path, text)| (format!("rules/{path}"), (*text).to_owned()));
    let sources = rules.chain([("haidian.rx".to_owned(), policy)]).collect();
    let (with_policy, diagnostics) = RuleSet::compile(shenfang_rules::catalogue(), sources, Options::default());
    assert!(
        !diagnostics.has_errors(),
        "{}",
        diagnostics.render(shenfang::Language::Zh, false)
    );
    let reviewer = with_policy.reviewer();
    let review = |institution: &str, a: &str, b: &str| {
        let sheet = format!(
            r#"{{"id":"pair","kind":"decoction","authored_on":"2026-11-22","institution":{{"id":"{institution}"}},"items":[{{"id":"1","drug":"{a}","dose":"1 g"}},{{"id":"2","drug":"{b}","dose":"1 g"}}]}}"#
        );
        let prescription = shenfang_wire::read_record(sheet.as_bytes()).expect("a readable sheet");
        reviewer
            .review(&prescription)
            .findings
            .iter()
            .any(|f| f.category == Category::Incompatibility)
    };
    for row in rows(CONTESTED) {
        let (a, b) = (row[0], row[1]);
        assert!(
            incompatibilities(&builtin.reviewer(), a, b).is_empty(),
            "{a} {b} is contested: off by default"
        );
        assert!(review("haidian-012", a, b), "{a} {b}: on where the policy enables it");
        assert!(
            !review("haidian-013", a, b),
            "{a} {b}: off where the policy does not speak"
        );
    }
    assert!(review("haidian-013", "人参", "五灵脂"), "what is not contested stays");
}

/// A classical formula that holds a pair is flagged, and named.
#[test]
fn a_classical_formula_is_flagged_and_named() {
    let sheet = r#"{"id":"formula","kind":"decoction","items":[{"id":"1","drug":"炮附片","dose":"9 g"},{"id":"2","drug":"法半夏","dose":"9 g"},
        {"id":"3","drug":"炙甘草","dose":"6 g"},{"id":"4","drug":"大枣","dose":"10 g"},{"id":"5","drug":"粳米","dose":"15 g"}]}"#;
    let prescription = shenfang_wire::read_record(sheet.as_bytes()).expect("a readable sheet");
    let reviewer = shenfang_rules::builtin().reviewer();
    let review = reviewer.review(&prescription);
    let finding = review
        .findings
        .iter()
        .find(|f| f.category == Category::Incompatibility)
        .expect("附子粳米汤 holds 附子 and 半夏");
    assert_eq!(finding.items, ["1", "2"]);
    let because = serde_json::to_string(&finding.because).expect("JSON");
    assert!(
        because.contains("附子粳米汤") || finding.message.zh.contains("附子粳米汤"),
        "{because} {}",
        finding.message.zh
    );
}
