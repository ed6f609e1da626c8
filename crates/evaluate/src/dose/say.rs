//! The finding of a dose: grade, amounts as a person writes them, and the default message.
use super::alone::Beyond;
use super::{Concern, Excess, Judged};
use crate::catalogue::Via;
use crate::evaluate::View;
use crate::judge::Policy;
use crate::report;
use crate::rules::{Band, Dose, Limit};
use crate::sheet::Scope;
use crate::verdict::{LineList, Verdicts};
use shenfang_clinical::{Measure, Reason, Severity, Str, Text};
use shenfang_units::Ratio;
use std::borrow::Cow;
use std::cell::OnceCell;

impl<'p> Judged<'_, 'p> {
    /// Says that a limit is exceeded. `kept`: what the line keeps of this excess.
    pub(super) fn say(
        &self,
        excess: &Excess,
        kept: Option<&Beyond>,
        concerns: &[Concern],
        policy: &Policy<'p>,
        verdicts: &mut Verdicts<'p>,
    ) {
        let grade = kept.map_or_else(|| grade(self.dose, excess.ratio), |kept| kept.grade);
        let Some(grade) = grade else {
            return;
        };
        let band = self.dose.bands.get(excess.band);
        let Some((band, limit)) = band.and_then(|band| Some((band, band.limits.get(excess.which)?))) else {
            return;
        };
        let view = self.view(&excess.concern, &[]);
        let says = &self.dose.says;
        let severity = view.raised(says, grade);
        let body = match self.sheet.scope {
            Scope::Outline => report::Body::default(),
            Scope::Whole => self.body(&view, (excess, kept), concerns, band, limit),
        };
        report::say(
            &view,
            says,
            policy,
            severity,
            LineList::from_slice(&excess.lines),
            body,
            verdicts,
        );
    }

    fn body(
        &self,
        view: &View<'_, 'p>,
        (excess, kept): (&Excess, Option<&Beyond>),
        concerns: &[Concern],
        band: &'p Band,
        limit: &'p Limit,
    ) -> report::Body<'p> {
        let concerned = || concerns.iter().filter(|concern| excess.lines.contains(&concern.line));
        let number = self.members.first().map_or(u32::MAX, |member| member.dose);
        let written = || {
            let ingredient = self.summed(limit, concerned());
            self.sheet.shown.of(number, limit, excess, ingredient)
        };
        let own = OnceCell::new();
        let shown = kept.map_or(&own, |kept| &kept.shown).get_or_init(written);
        let mut because = Vec::with_capacity(excess.lines.len().saturating_add(1));
        because.extend(concerned().filter_map(|concern| self.path(view, concern)));
        for condition in self.dose.when.iter().chain([&band.when]).chain(&self.dose.says.exempt) {
            view.carried_by(condition, None, &mut because);
        }
        because.push(Reason::Expression {
            expression: Cow::Borrowed(&*limit.text),
            value: Cow::Owned(String::from(shown.note.amount.as_str())),
            derived: None,
        });
        let says = &self.dose.says;
        let message = match says.message.zh.is_empty() && says.message.en.is_empty() {
            true => Text {
                zh: self.of_drugs(excess, "、", &shown.zh),
                en: self.of_drugs(excess, ", ", &shown.en),
            },
            false => view.message(&says.message, &[]),
        };
        let line = excess.concern.line;
        let meaning = match excess.concern.ambiguous {
            true => {
                let own = self.members.iter().filter(|member| member.line == line);
                view.meanings_of(line, &own.map(|member| member.sense).collect::<Vec<u16>>())
            }
            false => Vec::new(),
        };
        report::Body {
            message,
            advice: says.advice.as_ref().map(|advice| view.message(advice, &[])),
            because,
            dose: Some(Box::new(shown.note.clone())),
            meaning,
        }
    }

    fn path(&self, view: &View<'_, 'p>, concern: &Concern) -> Option<Reason<'p>> {
        let node = concern.slot.node.and_then(|node| self.sheet.node(node))?;
        let catalogue = self.sheet.catalogue();
        let path = catalogue.path(node.concept, &|at| at == self.dose.concept);
        Some(Reason::Is {
            item: view.item_id(concern.line),
            is: path.iter().map(|at| Cow::Borrowed(catalogue.name(*at))).collect(),
        })
    }

    /// The ingredient whose amounts were summed, where some drug is not that ingredient itself.
    fn summed<'c>(&self, limit: &Limit, mut concerned: impl Iterator<Item = &'c Concern>) -> Option<&str> {
        if matches!(limit.measure, Measure::Frequency | Measure::Duration) {
            return None;
        }
        let itself = |concern: &Concern| {
            let node = concern.slot.node.and_then(|node| self.sheet.node(node));
            node.is_none_or(|node| node.via == Via::Itself && node.concept == self.dose.concept)
        };
        let other = concerned.any(|concern| !itself(concern));
        other.then(|| self.sheet.catalogue().name(self.dose.concept))
    }

    /// The drugs of an excess, and what is said of them.
    fn of_drugs(&self, excess: &Excess, between: &str, said: &str) -> Str<'static> {
        let drug = |line: &u32| self.sheet.drug_text(*line);
        if let [only] = excess.lines.as_slice() {
            let drug = drug(only);
            let mut text = String::with_capacity(drug.len().saturating_add(said.len()));
            text.push_str(drug);
            text.push_str(said);
            return Cow::Owned(text);
        }
        let drugs: Vec<&str> = excess.lines.iter().map(drug).collect();
        Cow::Owned(drugs.join(between) + said)
    }
}

/// How grave it is to take so many times a limit; `None` where it is not more than the dose allows.
pub(super) fn grade(dose: &Dose, ratio: Option<Ratio>) -> Option<Severity> {
    let over = |n: Ratio| ratio.is_none_or(|ratio| ratio > n);
    let mut highest_first = dose.over.iter().rev();
    highest_first.find(|(n, _)| over(*n)).map(|(_, severity)| *severity)
}
