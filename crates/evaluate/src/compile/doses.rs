//! Dose limits, and the nearest rows of every concept.
use super::conditions::Conditions;
use super::families::nearest;
use super::sets::Sets;
use super::{is_row, rules::says};
use crate::catalogue::Catalogue;
use crate::csr::{Csr, wide};
use crate::expression::{self, Writer};
use crate::rules::{Band, Dose, Doses, Limit};
use shenfang_knowledge as knowledge;
use shenfang_knowledge::{DoseRule, Knowledge};
use shenfang_units::{Base, Dimension, Ratio, Unit};

pub(super) fn compile(knowledge: &Knowledge, sets: &mut Sets<'_>) -> Vec<Dose> {
    knowledge
        .doses()
        .iter()
        .map(|rule| one(knowledge, rule, sets))
        .collect()
}

fn one(knowledge: &Knowledge, rule: &DoseRule, sets: &mut Sets<'_>) -> Dose {
    let writer = Writer {
        knowledge,
        variables: &[],
    };
    let mut conditions = Conditions { sets, writer };
    let mut bands = Vec::new();
    for band in &rule.bands {
        bands.push(Band {
            when: conditions.condition(&band.when),
            limits: band.limits.iter().map(limit).collect(),
        });
    }
    let mut over = rule.over.clone();
    if over.is_empty() {
        over.push((Ratio::ONE, rule.finding.severity));
    }
    Dose {
        concept: rule.concept.0,
        routes: rule.routes.clone(),
        forms: rule.forms.clone(),
        when: rule.when.as_ref().map(|when| conditions.condition(when)),
        bands,
        gap: rule.gap.as_ref().map(|gap| conditions.condition(gap)),
        over: conditions.sets.grades.share(over.into()),
        reach: rule.reach,
        stands: is_row(&rule.finding),
        says: says(&rule.finding, None, &mut conditions),
    }
}

fn limit(limit: &knowledge::Limit) -> Limit {
    Limit {
        measure: limit.measure,
        op: limit.op,
        amount: limit.amount,
        per: limit.per,
        unit: shown_unit(limit),
        text: expression::limit(limit).into(),
    }
}

/// The limit's own unit without what it is per, else the everyday unit of its dimension.
fn shown_unit(limit: &knowledge::Limit) -> Unit {
    let wanted = limit.amount.dimension;
    let text = limit.quantity.unit.canonical();
    let own = text.split('/').next().unwrap_or(&text);
    let everyday = everyday_unit(wanted);
    [own, everyday]
        .iter()
        .filter_map(|text| Unit::parse(text).ok())
        .find(|unit| unit.dimension() == wanted)
        .unwrap_or_else(Unit::one)
}

/// The unit a person would write amounts of a dimension in.
pub(crate) fn everyday_unit(dimension: Dimension) -> &'static str {
    const EVERYDAY: [(Dimension, &str); 7] = [
        (Dimension::MASS, "mg"),
        (Dimension::VOLUME, "mL"),
        (Dimension::BIOLOGICAL, "U"),
        (Dimension::COUNT, "片"),
        (Dimension::TIME, "d"),
        (Dimension::AMOUNT, "mmol"),
        (Dimension::of(Base::Drop), "滴"),
    ];
    let found = EVERYDAY.iter().find(|(known, _)| *known == dimension);
    found.map_or("1", |(_, unit)| unit)
}

/// The way in: from each concept to its nearest rows.
pub(super) fn index(doses: Vec<Dose>, catalogue: &Catalogue) -> Doses {
    let mut is_row = vec![false; catalogue.entries.len()];
    let mut pairs = Vec::new();
    for (number, dose) in (0u32..).zip(&doses) {
        pairs.push((dose.concept, number));
        if let Some(row) = is_row.get_mut(wide(dose.concept)).filter(|_| dose.stands) {
            *row = true;
        }
    }
    Doses {
        nearest: nearest(catalogue, &is_row, true),
        rows: Csr::from_pairs(catalogue.entries.len(), pairs),
        doses,
    }
}
