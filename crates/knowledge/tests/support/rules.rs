//! Rules and doses in one line each.
use shenfang_clinical::{Category, Measure, Severity};
use shenfang_knowledge::*;
use shenfang_units::{Comparison, Quantity};

pub fn finding(id: &str) -> FindingSpec {
    FindingSpec {
        id: id.into(),
        pack: 0,
        category: Category::Interaction,
        subject: None,
        kind: None,
        review_code: "2-8".into(),
        severity: Severity::Major,
        action: None,
        raise: vec![],
        countersigned: None,
        locked: false,
        enabled: true,
        exempt: vec![],
        presume: vec![],
        effective: None,
        citations: vec![],
        policy: vec![],
        title: (format!("标题 {id}"), format!("title {id}")),
        message: Template::default(),
        advice: None,
        row: None,
    }
}

pub fn rule(id: &str, sets: &[(&str, ConceptSet)]) -> Rule {
    let bindings = sets.iter().map(|(variable, set)| Binding {
        variable: (*variable).into(),
        set: set.clone(),
        origin: Origin::Either,
        within_days: None,
        relation: None,
        reach: Reach::Ingredients,
        nearest: None,
    });
    Rule {
        bindings: bindings.collect(),
        when: None,
        finding: finding(id),
    }
}

pub fn dose(id: &str, concept: ConceptId, daily: &str) -> DoseRule {
    let quantity = Quantity::parse(daily).unwrap();
    DoseRule {
        concept,
        routes: vec![],
        forms: vec![],
        when: None,
        bands: vec![Band {
            when: Condition::Always,
            limits: vec![Limit {
                measure: Measure::Daily,
                op: Comparison::AtMost,
                amount: quantity.amount().unwrap(),
                quantity,
                per: None,
                low: None,
            }],
        }],
        gap: None,
        over: vec![],
        reach: Reach::Single,
        finding: finding(id),
    }
}

pub fn group(id: &str, set: ConceptSet) -> Group {
    Group { id: id.into(), set }
}

pub fn pack(id: &str) -> Pack {
    Pack {
        id: id.into(),
        version: "1".into(),
        title: ("题".into(), "title".into()),
        owner: String::new(),
    }
}

pub fn source(id: &str) -> Source {
    Source {
        id: id.into(),
        citation: format!("《{id}》"),
        from: None,
        to: None,
    }
}

pub fn cite(source: usize) -> Citation {
    Citation {
        source,
        locator: Some("§7".into()),
    }
}
