//! 497 real outpatient prescriptions of an upper-end, classical-dose practice (SinoMedMiner, see the licence beside
//! the data): what is not recognised, and how often a prescriber is interrupted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the impossible should stop"
)]

use shenfang::{
    Prescription,
    clinical::{Action, Category, Decision, Finding, Review},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::OnceLock,
};

const CORPUS: &[u8] = include_bytes!("../data/insomnia_outpatient.ndjson");

fn corpus() -> &'static [Prescription] {
    static READ: OnceLock<Vec<Prescription>> = OnceLock::new();
    READ.get_or_init(|| {
        shenfang_wire::records(CORPUS)
            .map(|record| record.result.unwrap_or_else(|e| panic!("line {}: {e}", record.line)))
            .collect()
    })
}

fn reviews() -> &'static [Review<'static>] {
    static REVIEWED: OnceLock<Vec<Review<'static>>> = OnceLock::new();
    REVIEWED.get_or_init(|| {
        static REVIEWER: OnceLock<shenfang::Reviewer> = OnceLock::new();
        let reviewer = REVIEWER.get_or_init(|| shenfang_rules::builtin().reviewer());
        corpus()
            .iter()
            .map(|prescription| reviewer.review(prescription))
            .collect()
    })
}

fn interrupts(finding: &&Finding) -> bool {
    finding.action >= Action::Warn
}

/// The names that stay unrecognised, and what the reply proposes for each: slips of the pen, for a person to read.
const UNRECOGNISED: &[(&str, &[&str])] = &[
    ("浮小卖", &["浮小麦"]),
    ("生甘", &["甘草", "生甘遂"]),
    ("生黄地", &["地黄", "生熟地", "黄芪"]),
    // Names with two meanings in the pharmacopoeia.
    ("皂荚", &["大皂角", "猪牙皂"]),
    ("萆薢", &["粉萆薢", "绵萆薢"]),
];

#[test]
fn nearly_every_line_is_recognised() {
    let lines: usize = corpus().iter().map(|p| p.items.len()).sum();
    assert_eq!((corpus().len(), lines), (497, 3_776));
    let mut unrecognised: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut count = 0;
    for entry in reviews().iter().flat_map(|r| &r.unrecognized) {
        assert!(entry.item.is_some(), "{entry:?}: every dose of the corpus is readable");
        assert!(!entry.candidates.is_empty(), "{entry:?}: no candidate");
        unrecognised.insert(&entry.text, entry.candidates.iter().map(|name| &**name).collect());
        count += 1;
    }
    let expected: BTreeMap<&str, Vec<&str>> = UNRECOGNISED
        .iter()
        .map(|(name, candidates)| (*name, candidates.to_vec()))
        .collect();
    assert_eq!(unrecognised, expected, "{count} lines");
    assert!(count * 200 < lines, "{count} of {lines} lines is not under 0.5 %");
}

/// The alert burden: how often a prescriber is stopped or asked, by category. A change of a pack shows here.
#[test]
fn interruptive_findings_per_hundred_prescriptions() {
    let mut by_category: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for review in reviews() {
        let found: Vec<&Finding> = review.findings.iter().filter(interrupts).collect();
        for category in found.iter().map(|f| f.category.code()).collect::<BTreeSet<_>>() {
            by_category.entry(category).or_default().1 += 1;
        }
        for finding in found {
            by_category.entry(finding.category.code()).or_default().0 += 1;
        }
    }
    let hundredth = |n: usize| {
        format!(
            "{}.{:02}",
            n * 100 / reviews().len(),
            n * 10_000 / reviews().len() % 100
        )
    };
    let mut table =
        String::from("interruptive findings (warn, block) per 100 prescriptions; prescriptions with one, per 100\n");
    for (category, (findings, prescriptions)) in &by_category {
        writeln!(
            table,
            "{category:<20}{:>8}{:>8}",
            hundredth(*findings),
            hundredth(*prescriptions)
        )
        .expect("a string");
    }
    let all: usize = by_category.values().map(|(findings, _)| findings).sum();
    let interrupted = reviews()
        .iter()
        .filter(|r| r.findings.iter().any(|f| interrupts(&f)))
        .count();
    writeln!(table, "{:<20}{:>8}{:>8}", "all", hundredth(all), hundredth(interrupted)).expect("a string");
    let decisions = [
        Decision::Pass,
        Decision::Unjudged,
        Decision::Log,
        Decision::Inform,
        Decision::Warn,
        Decision::Block,
    ];
    for decision in decisions {
        let n = reviews().iter().filter(|r| r.decision == decision).count();
        writeln!(table, "decision {decision:?}: {n}").expect("a string");
    }
    insta::with_settings!({snapshot_path => "../data/snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("alert_burden", table);
    });
}

/// The ratio to the limit, in hundredths.
fn hundredths(finding: &Finding) -> u64 {
    let ratio = &finding.dose.as_ref().expect("a dose finding says the dose").ratio;
    let (whole, part) = ratio.split_once('.').unwrap_or((ratio, ""));
    format!("{whole}{part:0<2}").parse().expect("a decimal of two places")
}

/// Ordinary pieces interrupt beyond three times the upper limit and not before; the toxic list and 罂粟壳 always.
#[test]
fn doses_interrupt_beyond_three_times_the_limit() {
    let (mut graded, mut interrupting, mut toxic) = (0, 0, 0);
    for (prescription, review) in corpus().iter().zip(reviews()) {
        for finding in review
            .findings
            .iter()
            .filter(|f| f.category == Category::Dose && f.dose.is_some())
        {
            let drug = |id: &shenfang::clinical::Str<'_>| {
                prescription
                    .items
                    .iter()
                    .find(|item| *item.id == **id)
                    .and_then(|item| item.drug.name.as_deref().map(str::to_owned))
            };
            let drugs: Vec<String> = finding.items.iter().filter_map(drug).collect();
            graded += 1;
            interrupting += usize::from(interrupts(&finding));
            if drugs.iter().any(|name| TOXIC.contains(&name.as_str())) {
                toxic += 1;
                assert!(
                    interrupts(&finding),
                    "{} {drugs:?}: toxic beyond its limit must interrupt: {}",
                    review.id,
                    finding.message.zh
                );
            } else if !drugs.iter().any(|name| SLIGHTLY_TOXIC.contains(&name.as_str())) {
                // The ratio is shown with two decimals: 3.00 may stand for a little more than three.
                assert!(
                    hundredths(finding) >= 300 || !interrupts(&finding),
                    "{} {drugs:?}: {} interrupts",
                    review.id,
                    finding.message.zh
                );
                assert!(
                    hundredths(finding) <= 300 || interrupts(&finding),
                    "{} {drugs:?}: {} does not interrupt",
                    review.id,
                    finding.message.zh
                );
            }
        }
    }
    assert!(
        graded > 2_000 && interrupting > 300 && toxic > 30,
        "{graded} dose findings, {interrupting} interrupt, {toxic} of toxic pieces"
    );
}

/// Pieces of the corpus that the pharmacopoeia calls 大毒 or 有毒, as written. It says so of 半夏 and not of 法半夏,
/// 姜半夏, 清半夏.
const TOXIC: &[&str] = &[
    "半夏",
    "川乌",
    "附子",
    "附片",
    "黑顺片",
    "白附子",
    "朱砂",
    "全蝎",
    "蜈蚣",
    "仙茅",
    "苍耳子",
];

/// Those it calls 小毒: an interruption may come before three times the limit.
const SLIGHTLY_TOXIC: &[&str] = &[
    "吴茱萸",
    "苦杏仁",
    "杏仁",
    "川楝子",
    "蒺藜",
    "白蒺藜",
    "刺蒺藜",
    "重楼",
    "土鳖虫",
    "艾叶",
    "水蛭",
    "蛇床子",
    "皂荚",
];

/// The same prescription twice, and in another order, gives the same reply.
#[test]
fn the_same_prescription_gives_the_same_reply() {
    let reviewer = shenfang_rules::builtin().reviewer();
    let mut scratch = shenfang::Scratch::default();
    for (prescription, review) in corpus().iter().zip(reviews()).rev() {
        assert_eq!(
            shenfang_wire::write_review(&reviewer.review_with(&mut scratch, prescription)),
            shenfang_wire::write_review(review),
            "{}",
            review.id
        );
    }
}
