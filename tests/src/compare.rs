//! What two reviews of one prescription say differently; texts, explanations and citations apart.
use shenfang_clinical::{Finding, Review, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// One line for everything a review says. The order of needs is the text's for rules; for doses, which are not one condition, it is free.
pub fn lines(review: &Review, is_dose: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut out = vec![format!(
        "{} {:?} complete {} gap {:?}",
        review.id, review.decision, review.complete, review.gap
    )];
    out.extend(review.findings.iter().map(finding));
    let mut open: BTreeMap<_, (BTreeSet<&str>, Severity)> = BTreeMap::new();
    let undetermined = review.undetermined.iter().map(|u| {
        (
            &u.rule,
            u.severity,
            &u.items,
            &u.needs,
            format!("undetermined, gap {}", u.gap),
        )
    });
    let presumed = review.presumed.iter().map(|p| {
        (
            &p.rule,
            p.severity,
            &p.items,
            &p.fields,
            format!("presumed by {:?}", p.policy),
        )
    });
    let mut ordered = vec![];
    for (rules, severity, items, fields, what) in undetermined.chain(presumed) {
        ordered.extend(
            rules
                .iter()
                .filter(|r| !is_dose(r))
                .map(|r| format!("{r} {items:?} {what}: {fields:?}")),
        );
        let mut fields = fields.to_vec();
        fields.sort();
        let (all, most) = open.entry((what, items, fields)).or_insert((BTreeSet::new(), severity));
        all.extend(rules.iter());
        *most = severity.max(*most);
    }
    ordered.sort();
    out.extend(ordered);
    out.extend(open.into_iter().map(|((what, items, fields), (rules, severity))| {
        format!("{rules:?} {items:?} {severity:?} {what}: {fields:?}")
    }));
    out.extend(review.unrecognized.iter().map(|u| format!("{u:?}")));
    out
}

fn finding(f: &Finding<'_>) -> String {
    // The rendered amount and limit are texts; the ratio of an amount of nothing is infinite and has no agreed spelling.
    let dose = f.dose.as_ref().map(|d| {
        (
            d.measure,
            if d.ratio.parse::<f64>().is_ok() {
                d.ratio.to_string()
            } else {
                String::new()
            },
        )
    });
    format!(
        "Finding {} {:?} {:?} {:?} {:?} {} {:?} {:?} also {:?} policy {:?} dose {dose:?} meaning {:?}",
        f.rule,
        f.items,
        f.severity,
        f.action,
        f.category,
        f.review_code,
        f.subject,
        f.kind,
        f.also,
        f.policy,
        f.meaning
    )
}

/// Lines of the first that the second lacks (`-`) and the other way round (`+`); a different order alone is one line.
pub fn differences(expected: &Review, got: &Review, is_dose: &dyn Fn(&str) -> bool) -> Vec<String> {
    let (a, b) = (lines(expected, is_dose), lines(got, is_dose));
    let mut out: Vec<String> = a.iter().filter(|l| !b.contains(l)).map(|l| format!("- {l}")).collect();
    out.extend(b.iter().filter(|l| !a.contains(l)).map(|l| format!("+ {l}")));
    if out.is_empty() && a != b {
        out.push(format!("order: {a:#?} {b:#?}"));
    }
    out
}
