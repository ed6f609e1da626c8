//! What two reviews of one prescription say differently; texts, explanations and citations apart.
use shenfang_clinical::{Finding, Review};
use std::fmt::Debug;

/// One line for everything a review says, in its order.
pub fn lines(review: &Review) -> Vec<String> {
    let mut out = vec![format!("{} {:?} complete {} gap {:?}", review.id, review.decision, review.complete, review.gap)];
    out.extend(review.findings.iter().map(finding));
    out.extend(review.undetermined.iter().map(line));
    out.extend(review.presumed.iter().map(line));
    out.extend(review.unrecognized.iter().map(line));
    out
}

fn line(entry: &impl Debug) -> String {
    format!("{entry:?}")
}

fn finding(f: &Finding) -> String {
    // The rendered amount and limit are texts; the ratio of an amount of nothing is infinite and has no agreed spelling.
    let dose = f.dose.as_ref().map(|d| (d.measure, if d.ratio.parse::<f64>().is_ok() { d.ratio.clone() } else { String::new() }));
    format!(
        "Finding {} {:?} {:?} {:?} {:?} {} {:?} {:?} {:?} also {:?} policy {:?} dose {dose:?} meaning {:?}",
        f.rule, f.items, f.severity, f.action, f.category, f.review_code, f.subject, f.kind, (), f.also, f.policy, f.meaning
    )
}

/// Lines of the first that the second lacks (`-`) and the other way round (`+`); a different order alone is one line.
pub fn differences(expected: &Review, got: &Review) -> Vec<String> {
    let (a, b) = (lines(expected), lines(got));
    let mut out: Vec<String> = a.iter().filter(|l| !b.contains(l)).map(|l| format!("- {l}")).collect();
    out.extend(b.iter().filter(|l| !a.contains(l)).map(|l| format!("+ {l}")));
    if out.is_empty() && a != b {
        out.push(format!("order: {a:#?} {b:#?}"));
    }
    out
}
