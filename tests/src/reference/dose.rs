//! Dose limits: whom they concern, what it amounts to, by how much it exceeds.
use super::denote::{Node, Via};
use super::kleene::{Needs, Verdict, once_each};
use super::value::{Bound, Value};
use super::{Case, Outcome, Said};
use shenfang_clinical::dosage::{ItemField, Reckoned};
use shenfang_clinical::{DoseNote, Measure, Route, Severity, SheetForm, TimingKind};
use shenfang_knowledge::{Band, ConceptId, DoseRule, Limit};
use shenfang_units::{Amount, Comparison, Dimension, Ratio, Truth};
use std::collections::BTreeMap;

/// An item a dose rule concerns, perhaps.
#[derive(Clone)]
struct Member {
    bound: Bound,
    line: usize,
    prescribed: bool,
    concerned: Verdict,
    via: Via,
}

/// What one dose rule says, by the items it says it of.
#[derive(Default)]
struct Outcomes {
    fires: BTreeMap<Vec<usize>, (Ratio, DoseNote)>,
    unknown: BTreeMap<Vec<usize>, Needs>,
    /// no band speaks, or perhaps none
    gaps: BTreeMap<usize, Needs>,
    presumed: BTreeMap<usize, Needs>,
}

impl Outcomes {
    /// What is left unknown of limits, and where no band speaks (or perhaps none) although nothing fires.
    fn open(&self) -> BTreeMap<(Vec<usize>, bool), Needs> {
        let fired = |i: &usize| self.fires.keys().any(|items| items.contains(i));
        let gaps = self
            .gaps
            .iter()
            .filter(|(i, _)| !fired(i))
            .map(|(i, needs)| ((vec![*i], true), needs.clone()));
        self.unknown
            .iter()
            .map(|(items, needs)| ((items.clone(), false), needs.clone()))
            .chain(gaps)
            .collect()
    }
}

const INFINITE: Ratio = Ratio::integer(i64::MAX);

impl<'a> Case<'a> {
    pub fn dose(&self, dose: &'a DoseRule) -> Vec<Said<'a>> {
        let spec = &dose.finding;
        if !self.in_force(spec) {
            return vec![];
        }
        let all = self.outcomes(dose);
        let top = grades(dose).iter().map(|(_, s)| *s).max().unwrap();
        let mut out: Vec<Said> = vec![];
        for (items, (ratio, note)) in &all.fires {
            let severity = grade(dose, *ratio).unwrap();
            out.push(Said {
                spec,
                items: items.clone(),
                severity,
                outcome: Outcome::Fires {
                    meaning: self.dose_meanings(dose, items),
                    dose: Some(note.clone()),
                },
            });
        }
        for ((items, gap), needs) in all.open() {
            let outcome = self.presume_dose(dose, (&items, gap), &needs, self.graded(spec, top));
            out.push(Said {
                spec,
                items,
                severity: top,
                outcome,
            });
        }
        for (i, fields) in all
            .presumed
            .iter()
            .filter(|(i, _)| !all.fires.contains_key(&vec![**i]) && !all.unknown.contains_key(&vec![**i]))
        {
            out.push(Said {
                spec,
                items: vec![*i],
                severity: top,
                outcome: Outcome::Presumed {
                    fields: fields.clone(),
                    policy: None,
                },
            });
        }
        out
    }

    fn presume_dose(
        &self,
        dose: &DoseRule,
        (items, gap): (&[usize], bool),
        needs: &Needs,
        severity: Severity,
    ) -> Outcome {
        let mut with = self.clone();
        let (fields, policy) = with.stand_in_for(needs, severity);
        let open = |needs: &Needs| Outcome::Undetermined {
            needs: needs.clone(),
            gap: gap && needs.is_empty(),
        };
        if policy.is_none() {
            return open(needs);
        }
        let again = with.outcomes(dose);
        match again.open().get(&(items.to_vec(), gap)) {
            _ if again.fires.contains_key(items) => open(needs),
            Some(left) => open(left),
            None => Outcome::Presumed { fields, policy },
        }
    }

    fn outcomes(&self, dose: &DoseRule) -> Outcomes {
        let mut out = Outcomes::default();
        let members = self.concerned(dose);
        let ambiguous = |m: &Member| self.lines[m.line].meanings.len() > 1;
        // An ambiguous item is judged by itself, and may be an addend of the others.
        for m in members.iter().filter(|m| ambiguous(m) && m.prescribed) {
            self.judge_limits(dose, std::slice::from_ref(m), std::slice::from_ref(m), &mut out);
        }
        let mut together = members.clone();
        for m in together.iter_mut().filter(|m| ambiguous(m)) {
            m.concerned = Verdict::all([Verdict::unknown([self.item_path(m.line, "drug")]), m.concerned.clone()]);
        }
        let alone: Vec<Member> = members
            .iter()
            .filter(|m| m.prescribed && !ambiguous(m))
            .cloned()
            .collect();
        let sum = together.iter().any(|m| m.prescribed) && !(members.len() == 1 && ambiguous(&members[0]));
        self.judge_limits(dose, &alone, if sum { &together } else { &[] }, &mut out);
        out
    }

    /// Every limit in the order of the text: of items alone, and of their sum.
    fn judge_limits(&self, dose: &DoseRule, alone: &[Member], together: &[Member], out: &mut Outcomes) {
        for (band, limit) in dose.bands.iter().flat_map(|b| b.limits.iter().map(move |l| (b, l))) {
            match limit.measure {
                Measure::Single | Measure::Frequency | Measure::Duration => {
                    let once = |m: &&Member| {
                        let timing = self.lines[m.line].item.frequency.value();
                        limit.measure == Measure::Frequency && timing.is_some_and(|t| t.kind == TimingKind::Once)
                    };
                    alone
                        .iter()
                        .filter(|m| !once(m))
                        .for_each(|m| self.judge_limit(dose, band, limit, std::slice::from_ref(m), false, out));
                }
                _ if together.is_empty() => {}
                _ => self.judge_limit(dose, band, limit, together, self.phantom(), out),
            }
        }
        alone.iter().for_each(|m| self.gap(dose, m, out));
    }

    /// The items whose concept's nearest dose row this is, by their route, form and the rule's own condition.
    fn concerned(&self, dose: &DoseRule) -> Vec<Member> {
        let rows: Vec<&DoseRule> = self.k.doses().iter().filter(|d| Case::is_row(&d.finding)).collect();
        let has_row = |c: ConceptId| rows.iter().any(|d| d.concept == c);
        let reached = |n: &&Node| n.within(dose.reach) && self.rows_above(n.concept, &has_row).contains(&dose.concept);
        let mut out = vec![];
        for (i, line) in self.lines.iter().enumerate() {
            let current = line.medication.is_some();
            let taken = self.taken(i, None).is(Truth::True) && !(current && self.refill(i));
            let found = line
                .meanings
                .iter()
                .enumerate()
                .find_map(|(m, meaning)| Some((m, meaning.nodes.iter().find(reached)?)));
            let Some((meaning, node)) = found.filter(|_| taken && !self.skin_test(i) && !self.unmeasured(i)) else {
                continue;
            };
            let bound = Bound {
                line: Some(i),
                meaning,
                content: node.content,
                belongs: Verdict::yes(),
            };
            let dosage = self.dosage(i);
            let routed = match dosage.route() {
                None => Verdict::unknown([self.field(&bound, ItemField::Route)]),
                Some(route) => Verdict::of(row_speaks(dose, &rows, route)),
            };
            let form = self.rx.usage.form.unwrap_or(SheetForm::Decoction);
            let formed = Verdict::of(dose.forms.is_empty() || (dosage.piece && dose.forms.contains(&form)));
            let when = dose
                .when
                .as_ref()
                .map_or(Verdict::yes(), |c| self.holds_for(c, std::slice::from_ref(&bound)));
            let concerned = Verdict::all([routed, formed, when]);
            if !concerned.is(Truth::False) {
                out.push(Member {
                    bound,
                    line: i,
                    prescribed: !current,
                    concerned,
                    via: node.via,
                });
            }
        }
        out
    }

    fn around(&self, dose: &DoseRule, bound: &Bound) -> Verdict {
        let exempt = dose
            .finding
            .exempt
            .iter()
            .map(|c| self.holds_for(c, std::slice::from_ref(bound)).negated());
        Verdict::all(exempt.chain([self.effective(&dose.finding)]))
    }

    fn gap(&self, dose: &DoseRule, m: &Member, out: &mut Outcomes) {
        let holds = |c: &shenfang_knowledge::Condition| self.holds_for(c, std::slice::from_ref(&m.bound));
        let spoken = Verdict::any(dose.bands.iter().map(|b| holds(&b.when)));
        let gap = if spoken.is(Truth::False) {
            Verdict::yes()
        } else {
            dose.gap.as_ref().map_or(Verdict::of(false), holds)
        };
        let verdict = Verdict::all([m.concerned.clone(), gap, self.around(dose, &m.bound)]);
        if !verdict.is(Truth::False) {
            out.gaps.insert(m.line, verdict.needs);
        }
    }

    fn judge_limit(
        &self,
        dose: &DoseRule,
        band: &Band,
        limit: &Limit,
        members: &[Member],
        phantom: bool,
        out: &mut Outcomes,
    ) {
        let first = &members[0].bound;
        let (banded, around) = (
            self.holds_for(&band.when, std::slice::from_ref(first)),
            self.around(dose, first),
        );
        if banded.is(Truth::False) || around.is(Truth::False) {
            return;
        }
        let (mut certain, mut possible, mut lacking) = ([Ratio::ZERO; 2], Some([Ratio::ZERO; 2]), vec![]);
        let mut known: Vec<usize> = vec![];
        let (mut unsure, mut needs): (Needs, Needs) = (vec![], vec![]);
        for m in members {
            let value = match self.addend(limit, m) {
                Err(fields) => {
                    let have = out.presumed.entry(m.line).or_default();
                    *have = once_each(have.drain(..).chain(fields).collect::<Vec<_>>());
                    continue;
                }
                Ok(value) => value,
            };
            match (value, m.concerned.is(Truth::True)) {
                (Value::Ends { low, high, .. }, sure) => {
                    possible = possible.map(|[l, h]| [add(l, low), add(h, high)]);
                    if sure {
                        certain = [add(certain[0], low), add(certain[1], high)];
                        known.push(m.line);
                        continue;
                    }
                    unsure.extend(m.concerned.needs.iter().cloned());
                }
                (Value::Unmeasured, _) => continue,
                (value, _) => {
                    possible = None;
                    unsure.extend(m.concerned.needs.iter().cloned());
                    needs.extend(value.needs());
                }
            }
            lacking.push(m.line);
        }
        let all: Vec<usize> = {
            let mut all = [known.clone(), lacking.clone()].concat();
            all.sort_unstable();
            all
        };
        if !all.iter().any(|&l| self.lines[l].medication.is_none()) {
            return;
        }
        if phantom {
            possible = None;
            needs.push("current_medications".into());
        }
        let amount = self.limit(limit);
        let (ratio, exceeds) = match amount {
            Err(need) => {
                needs.push(need);
                (Ratio::ZERO, Verdict::unknown(needs.clone()))
            }
            Ok(amount) => {
                let over = |of: [Ratio; 2]| {
                    if limit.op == Comparison::AtLeast {
                        divide(amount, of[0])
                    } else {
                        of[1].checked_div(amount).unwrap()
                    }
                };
                let graded = |of: [Ratio; 2]| grade(dose, over(of)).is_some();
                let surely = known.iter().any(|&l| self.lines[l].medication.is_none());
                // From below, what is certain already exceeds; a minimum is missed only when nothing more can come.
                let (least, most) = if limit.op == Comparison::AtLeast {
                    (possible, Some(certain))
                } else {
                    (Some(certain), possible)
                };
                if surely && least.is_some_and(graded) {
                    (least.map_or(Ratio::ZERO, over), Verdict::yes())
                } else if most.is_some_and(|m| !graded(m)) {
                    (Ratio::ZERO, Verdict::of(false))
                } else {
                    (Ratio::ZERO, Verdict::unknown(needs.clone()))
                }
            }
        };
        // In the order of the text: whom it concerns, the band, the amounts, what exempts.
        let truth = Verdict::all([banded.clone(), exceeds.clone(), around.clone()]).truth;
        let concerned = if exceeds.is(Truth::Unknown) {
            unsure.clone()
        } else {
            vec![]
        };
        let verdict = Verdict::new(truth, &[concerned, banded.needs, exceeds.needs, around.needs].concat());
        let needs = [unsure, needs].concat();
        match verdict.truth {
            Truth::False => {}
            Truth::Unknown => {
                let have = out.unknown.entry(all).or_default();
                *have = once_each(have.drain(..).chain(verdict.needs).collect::<Vec<_>>());
            }
            Truth::True => {
                if !needs.is_empty() {
                    let have = out
                        .unknown
                        .entry(if lacking.is_empty() { all } else { lacking })
                        .or_default();
                    *have = once_each(have.drain(..).chain(needs).collect::<Vec<_>>());
                }
                let shown = if ratio == INFINITE {
                    String::new()
                } else {
                    ratio.round_to(2).unwrap().to_string()
                };
                let note = DoseNote {
                    measure: limit.measure.code(),
                    amount: "".into(),
                    limit: "".into(),
                    ratio: shown.into(),
                };
                if out.fires.get(&known).is_none_or(|(r, _)| *r < ratio) {
                    out.fires.insert(known, (ratio, note));
                }
            }
        }
    }

    /// The limit of this patient.
    fn limit(&self, limit: &Limit) -> Result<Ratio, String> {
        let per = match limit.per {
            None => Ok(Amount {
                value: Ratio::ONE,
                dimension: Dimension::NONE,
            }),
            Some(shenfang_knowledge::Per::Weight) => self.per_body(Amount {
                value: Ratio::ONE,
                dimension: Dimension::NONE.checked_div(Dimension::BODY_MASS).unwrap(),
            }),
            Some(shenfang_knowledge::Per::Area) => self.per_body(Amount {
                value: Ratio::ONE,
                dimension: Dimension::NONE.checked_div(Dimension::BODY_AREA).unwrap(),
            }),
        };
        Ok(limit.amount.value.checked_mul(per?.value).unwrap())
    }

    /// What one item adds; an error names the fields on whose absence it is presumed to add nothing.
    fn addend(&self, limit: &Limit, m: &Member) -> Result<Value, Needs> {
        let dosage = self.dosage(m.line);
        let told = |needs: &[ItemField]| Value::Unknown(once_each(needs.iter().map(|f| self.field(&m.bound, *f))));
        match limit.measure {
            Measure::Frequency => Ok(dosage.frequency().map_or_else(|n| told(&n), Value::exactly)),
            Measure::Duration => Ok(dosage
                .duration(&m.bound.content)
                .map_or_else(|n| told(&n), |a| Value::exactly(a.value))),
            measure => match dosage.amount(measure, &m.bound.content, limit.amount.dimension) {
                Reckoned::Known { low, high } => Ok(Value::Ends {
                    low: low.value,
                    high: high.value,
                    more: vec![],
                }),
                Reckoned::Unmeasured => Ok(Value::Unmeasured),
                Reckoned::Unknown { needs, .. } if m.via >= Via::Part && m.bound.content.per_unit.is_none() => {
                    Err(told(&needs).needs())
                }
                Reckoned::Unknown { needs, presumed: true } => Err(told(&needs).needs()),
                Reckoned::Unknown { needs, .. } => Ok(told(&needs)),
            },
        }
    }

    fn dose_meanings(&self, dose: &DoseRule, items: &[usize]) -> Vec<(String, String)> {
        let has_row = |c: ConceptId| {
            self.k
                .doses()
                .iter()
                .any(|d| d.concept == c && Case::is_row(&d.finding))
        };
        let reached = |n: &Node| n.within(dose.reach) && self.rows_above(n.concept, &has_row).contains(&dose.concept);
        let ambiguous = items.iter().map(|&i| &self.lines[i]).filter(|l| l.meanings.len() > 1);
        ambiguous
            .flat_map(|l| {
                l.meanings
                    .iter()
                    .filter(|m| m.nodes.iter().any(reached))
                    .map(|m| (l.item.id.to_string(), m.name.clone()))
            })
            .collect()
    }
}

/// Whether a row is the one for a route among the rows of its concept.
fn row_speaks(dose: &DoseRule, rows: &[&DoseRule], route: Route) -> bool {
    let names = |d: &DoseRule| d.routes.iter().any(|&node| route.within(node));
    if rows.iter().any(|d| d.concept == dose.concept && names(d)) {
        return names(dose);
    }
    dose.routes.is_empty() || (route.within(Route::Oral) && dose.routes.contains(&Route::Decoction))
}

fn grades(dose: &DoseRule) -> Vec<(Ratio, Severity)> {
    if dose.over.is_empty() {
        vec![(Ratio::ONE, dose.finding.severity)]
    } else {
        dose.over.clone()
    }
}

/// The grade of the largest `over` that the ratio lies strictly above.
fn grade(dose: &DoseRule, ratio: Ratio) -> Option<Severity> {
    grades(dose)
        .into_iter()
        .filter(|(n, _)| ratio > *n)
        .max_by_key(|(n, _)| *n)
        .map(|(_, s)| s)
}

fn add(a: Ratio, b: Ratio) -> Ratio {
    a.checked_add(b).expect("doses of a test fit")
}

fn divide(limit: Ratio, amount: Ratio) -> Ratio {
    limit.checked_div(amount).unwrap_or(INFINITE)
}
