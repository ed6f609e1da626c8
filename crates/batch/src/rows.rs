//! The check of table rows: written on a sheet by name and read through the whole path, the drugs of a row give its finding and none of them alone does;
//! at a limit nothing is found, one step above it the row speaks.
//!
//! What it never does: look at what a row compiled to. A row for which no record can be made needs an example, and says so.
use crate::draft::{CannotDraft, Draft, roots};
use serde_json::json;
use shenfang::{
    Bilingual, Prescription, Reviewer,
    clinical::{Measure, PrescriptionKind, Review, Route},
    knowledge::{Band, Binding, Concept, ConceptKind, ConceptSet, DoseRule, FindingSpec, Knowledge, Limit, Per, Rule},
    units::{Comparison, Quantity, Ratio},
};

/// Combinations of named drugs tried for one row.
const COMBINATIONS: usize = 64;

/// What the rows of a rule set showed.
#[derive(Clone, Debug, Default)]
pub struct RowReport {
    /// rows that were checked
    pub checked: usize,
    /// rows that failed
    pub failures: Vec<RowFailure>,
    /// full ids of rows for which no record could be made: they need an example
    pub uncovered: Vec<(String, String)>,
}

/// A row that does not do what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFailure {
    /// full rule id
    pub rule: String,
    /// `file:line`
    pub row: String,
    /// what differed
    pub message: Bilingual,
}

/// Checks every rule and dose that came from a table. `shown` is handed each sheet that shows a row, with the row's full rule id.
pub fn check_rows(knowledge: &Knowledge, reviewer: &Reviewer, shown: &mut dyn FnMut(&str, &Prescription)) -> RowReport {
    let mut check = Check {
        knowledge,
        reviewer,
        shown,
        report: RowReport::default(),
    };
    for rule in knowledge.rules() {
        check.rule(rule);
    }
    for dose in knowledge.doses() {
        check.dose(dose);
    }
    check.report
}

struct Check<'a> {
    knowledge: &'a Knowledge,
    reviewer: &'a Reviewer,
    shown: &'a mut dyn FnMut(&str, &Prescription),
    report: RowReport,
}

impl Check<'_> {
    fn row(finding: &FindingSpec) -> Option<&str> {
        finding.row.as_deref().filter(|_| finding.enabled)
    }

    fn fires(&mut self, draft: &Draft, rule: &str) -> Result<bool, CannotDraft> {
        let prescription = shenfang_wire::read_record(&draft.bytes()).map_err(|e| CannotDraft(e.to_string()))?;
        let fires = speaks(&self.reviewer.review(&prescription), rule);
        if fires {
            (self.shown)(rule, &prescription);
        }
        Ok(fires)
    }

    fn fail(&mut self, finding: &FindingSpec, row: &str, zh: String, en: String) {
        self.report.failures.push(RowFailure {
            rule: finding.id.clone(),
            row: row.to_owned(),
            message: Bilingual { zh, en },
        });
    }

    fn rule(&mut self, rule: &Rule) {
        let Some(row) = Self::row(&rule.finding) else { return };
        match self.try_rule(rule, row) {
            Ok(()) => self.report.checked = self.report.checked.saturating_add(1),
            Err(error) => self
                .report
                .uncovered
                .push((rule.finding.id.clone(), format!("{row}: {error}"))),
        }
    }

    fn try_rule(&mut self, rule: &Rule, row: &str) -> Result<(), CannotDraft> {
        if rule.bindings.is_empty()
            || rule
                .bindings
                .iter()
                .any(|b| b.relation.is_some() || b.set == ConceptSet::Any)
        {
            return Err(CannotDraft("a row that names no drug".into()));
        }
        for names in combinations(self.knowledge, &rule.bindings) {
            let mut draft = sheet(&names);
            self.prepare(&mut draft, rule, true)?;
            let listed: Vec<&str> = names.iter().map(|c| c.name.as_str()).collect();
            if !self.fires(&draft, &rule.finding.id)? {
                let text = listed.join("+");
                self.fail(
                    &rule.finding,
                    row,
                    format!("{text} 未得到该行的结果"),
                    format!("{text} does not give the row's finding"),
                );
            }
            for concept in names.iter().filter(|_| names.len() > 1) {
                let mut alone = sheet(std::slice::from_ref(concept));
                self.prepare(&mut alone, rule, true)?;
                if self.fires(&alone, &rule.finding.id)? {
                    self.fail(
                        &rule.finding,
                        row,
                        format!("单用 {} 即得到该行的结果", concept.name),
                        format!("{} alone gives the row's finding", concept.name),
                    );
                }
            }
            if names.len() == 1 {
                self.silent(rule, row, &names)?;
            }
        }
        Ok(())
    }

    /// A row on one drug with a condition stays silent where the condition is false.
    fn silent(&mut self, rule: &Rule, row: &str, names: &[&Concept]) -> Result<(), CannotDraft> {
        if rule.when.is_none() && rule.finding.exempt.is_empty() {
            return Ok(());
        }
        let mut draft = sheet(names);
        self.prepare(&mut draft, rule, false)?;
        if self.fires(&draft, &rule.finding.id)? {
            let text: Vec<&str> = names.iter().map(|c| c.name.as_str()).collect();
            self.fail(
                &rule.finding,
                row,
                format!("条件不成立时 {} 仍得到该行的结果", text.join("+")),
                format!(
                    "{} gives the row's finding although its condition is false",
                    text.join("+")
                ),
            );
        }
        Ok(())
    }

    fn prepare(&self, draft: &mut Draft, rule: &Rule, want: bool) -> Result<(), CannotDraft> {
        for exempt in &rule.finding.exempt {
            draft.satisfy(self.knowledge, exempt, false)?;
        }
        rule.when
            .as_ref()
            .map_or(Ok(()), |when| draft.satisfy(self.knowledge, when, want))
    }

    fn dose(&mut self, dose: &DoseRule) {
        let Some(row) = Self::row(&dose.finding) else { return };
        match self.try_dose(dose, row) {
            Ok(()) => self.report.checked = self.report.checked.saturating_add(1),
            Err(error) => self
                .report
                .uncovered
                .push((dose.finding.id.clone(), format!("{row}: {error}"))),
        }
    }

    fn try_dose(&mut self, dose: &DoseRule, row: &str) -> Result<(), CannotDraft> {
        for band in &dose.bands {
            for limit in &band.limits {
                let first = dose.over.first().map_or(Ratio::ONE, |(n, _)| *n);
                let at = limited(limit, first, false).ok_or_else(|| CannotDraft("a limit out of range".into()))?;
                let past = limited(limit, first, true).ok_or_else(|| CannotDraft("a limit out of range".into()))?;
                for (quantity, expected) in [(at, false), (past, true)] {
                    let draft = self.dose_draft(dose, band, limit, &quantity)?;
                    if self.fires(&draft, &dose.finding.id)? != expected {
                        let (zh, en) = if expected {
                            ("应报而未报", "gives no finding")
                        } else {
                            ("不应报而报", "gives a finding at its limit")
                        };
                        self.fail(
                            &dose.finding,
                            row,
                            format!("{quantity} {zh}"),
                            format!("{quantity} {en}"),
                        );
                    }
                }
            }
        }
        Ok(())
    }

    fn dose_draft(
        &self,
        dose: &DoseRule,
        band: &Band,
        limit: &Limit,
        quantity: &Quantity,
    ) -> Result<Draft, CannotDraft> {
        let concept = self
            .knowledge
            .concept(dose.concept)
            .ok_or_else(|| CannotDraft("a dose without its concept".into()))?;
        let mut draft = sheet(&[concept]);
        if let Some(route) = dose.routes.first() {
            draft.item(0, "route", json!(below(*route).zh()));
        }
        if let Some(form) = dose.forms.first() {
            draft.set("usage.form", json!(form.code()));
        }
        if let Some(when) = &dose.when {
            draft.satisfy(self.knowledge, when, true)?;
        }
        if let Some(gap) = &dose.gap {
            draft.satisfy(self.knowledge, gap, false)?;
        }
        draft.satisfy(self.knowledge, &band.when, true)?;
        let text = json!(format!("{} {}", quantity.value, quantity.unit.text()));
        match limit.measure {
            Measure::Frequency => draft.item(
                0,
                "frequency",
                json!({"times": quantity.value.to_string(), "per": "1 d"}),
            ),
            Measure::Duration => draft.item(0, "duration", text),
            Measure::Single => {
                draft.item(0, "dose", text);
                // On a decoction sheet the dose is that of one 剂; taken at once it is a single dose.
                if concept.kind == ConceptKind::Herb {
                    draft.set("usage.servings", json!(1));
                }
            }
            Measure::Daily | Measure::Weekly | Measure::Course => {
                draft.item(0, "dose", text);
                draft.item(
                    0,
                    "frequency",
                    json!(if limit.measure == Measure::Weekly { "qw" } else { "qd" }),
                );
                draft.item(0, "duration", json!("1 d"));
            }
        }
        Ok(draft)
    }
}

/// Every choice of one named drug a binding, distinct, at most [`COMBINATIONS`]; every named drug of every binding is in at least one of them.
fn combinations<'k>(knowledge: &'k Knowledge, bindings: &[Binding]) -> Vec<Vec<&'k Concept>> {
    let mut chosen: Vec<Vec<&Concept>> = vec![Vec::new()];
    for binding in bindings {
        let drugs = roots(knowledge, &binding.set);
        chosen = chosen
            .iter()
            .flat_map(|names| {
                drugs
                    .iter()
                    .filter(|d| names.iter().all(|n| n.name != d.name))
                    .map(|d| names.iter().copied().chain([*d]).collect::<Vec<_>>())
            })
            .take(COMBINATIONS)
            .collect();
    }
    chosen
}

/// A sheet of the kind its drugs are written on.
fn sheet(concepts: &[&Concept]) -> Draft {
    let pieces = concepts.iter().all(|c| c.kind == ConceptKind::Herb);
    let kind = if pieces {
        PrescriptionKind::Decoction
    } else {
        PrescriptionKind::Western
    };
    let names: Vec<&str> = concepts.iter().map(|c| c.name.as_str()).collect();
    Draft::of(kind.code(), &names)
}

/// A route a sheet would state for a node of the tree.
const fn below(route: Route) -> Route {
    match route {
        Route::Systemic => Route::Oral,
        Route::Local => Route::Topical,
        other => other,
    }
}

/// `ratio` × limit, or one thousandth past it, for a person of 60 kg and 1.63 m2 where the limit is per body size.
fn limited(limit: &Limit, ratio: Ratio, past: bool) -> Option<Quantity> {
    let step = Ratio::new(1001, 1000)?;
    let factor = match (limit.op, past) {
        (Comparison::AtLeast, false) => Ratio::ONE.checked_div(ratio)?,
        (Comparison::AtLeast, true) => Ratio::ONE.checked_div(ratio)?.checked_div(step)?,
        (_, false) => ratio,
        (_, true) => ratio.checked_mul(step)?,
    };
    let body = match limit.per {
        None => Ratio::ONE,
        Some(Per::Weight) => Ratio::integer(60),
        Some(Per::Area) => Ratio::new(163, 100)?,
    };
    let text = limit.quantity.unit.text().split('/').next().unwrap_or_default();
    let unit = if limit.per.is_some() {
        shenfang::units::Unit::parse(text).ok()?
    } else {
        limit.quantity.unit.clone()
    };
    Some(Quantity {
        value: limit.quantity.value.checked_mul(factor)?.checked_mul(body)?,
        unit,
    })
}

/// True when the review holds a finding of the rule, spoken or folded under a stronger one.
pub(crate) fn speaks(review: &Review<'_>, rule: &str) -> bool {
    review
        .findings
        .iter()
        .any(|f| f.rule == rule || f.also.iter().any(|a| a == rule))
}
