//! One rule: every assignment of items to its variables, and what each set of items comes to.
use super::condition::lab_path;
use super::denote::Node;
use super::kleene::{Needs, Verdict, once_each};
use super::value::Bound;
use super::{Case, Outcome, Said, StandIn};
use shenfang_clinical::dosage::{Content, ItemField};
use shenfang_clinical::{Category, Route, Severity, Sex, SheetForm};
use shenfang_knowledge::{Attribute, Binding, ConceptId, Origin, PatientAttribute, Presumable, Relation, Rule};
use shenfang_units::{CalendarUnit, Comparison, Ratio, Truth};
use std::collections::BTreeMap;

/// Truth, severity, place of the assignment.
type Rank = (u8, Severity, std::cmp::Reverse<Vec<usize>>);

impl<'a> Case<'a> {
    pub fn rule(&self, rule: &'a Rule) -> Vec<Said<'a>> {
        let spec = &rule.finding;
        if !self.in_force(spec) {
            return vec![];
        }
        // Per set of real items: what speaks first is the truest, then the severest, then the one first in item order.
        let mut best: BTreeMap<Vec<usize>, (Rank, Vec<Said<'a>>)> = BTreeMap::new();
        for bound in self.assignments(rule) {
            let said = self.judge(rule, &bound);
            let Some(first) = said.first() else { continue };
            let truth = match first.outcome {
                Outcome::Presumed { .. } => 0,
                Outcome::Undetermined { .. } => 1,
                Outcome::Fires { .. } => 2,
            };
            let order = bound.iter().map(|b| b.line.unwrap_or(usize::MAX)).collect();
            // What fires is ranked by its own grade, what is open by the grade it would be listed with.
            let severity = if truth == 2 {
                first.severity
            } else {
                self.graded(spec, first.severity)
            };
            let rank = (truth, severity, std::cmp::Reverse(order));
            let items = first.items.clone();
            if best.get(&items).is_none_or(|(r, _)| *r < rank) {
                best.insert(items, (rank, said));
            }
        }
        best.into_values().flat_map(|(_, said)| said).collect()
    }

    pub fn assignments(&self, rule: &Rule) -> Vec<Vec<Bound>> {
        let mut all: Vec<Vec<Bound>> = vec![vec![]];
        for binding in &rule.bindings {
            let candidates = self.candidates(rule, binding);
            let fits = |have: &Vec<Bound>, new: &Bound| {
                have.iter().all(|h| match (h.line, new.line) {
                    (Some(a), Some(b)) => a != b && !self.refills(a, b) && !self.refills(b, a),
                    _ => true,
                })
            };
            let extend = |have: Vec<Bound>| {
                candidates
                    .iter()
                    .filter(|c| fits(&have, c))
                    .map(|c| [have.clone(), vec![c.clone()]].concat())
                    .collect::<Vec<_>>()
            };
            all = all.into_iter().flat_map(extend).collect();
        }
        let prescribed = |b: &Bound| b.line.is_some_and(|l| self.lines[l].medication.is_none());
        all.retain(|bound| bound.is_empty() || bound.iter().any(prescribed));
        all
    }

    fn candidates(&self, rule: &Rule, binding: &Binding) -> Vec<Bound> {
        let mut out = vec![];
        for (i, line) in self.lines.iter().enumerate() {
            let wrong_side = if line.medication.is_some() {
                binding.origin == Origin::Prescribed
            } else {
                binding.origin == Origin::Current
            };
            let category = rule.finding.category;
            let granules = category == Category::Preparation
                && self.rx.usage.form == Some(SheetForm::Granules)
                && self.dosage(i).piece;
            if wrong_side || granules || (self.skin_test(i) && Case::without_skin_tests(category)) {
                continue;
            }
            let belongs = self.taken(i, binding.within_days);
            let found = line.meanings.iter().enumerate().find_map(|(m, meaning)| {
                let node = meaning.nodes.iter().find(|n| self.binds(binding, n))?;
                Some((m, node.content))
            });
            let any = (line.meanings.is_empty() && self.is_any(&binding.set)).then_some((0, Content::default()));
            if let Some((meaning, content)) = found.or(any).filter(|_| !belongs.is(Truth::False)) {
                out.push(Bound {
                    line: Some(i),
                    meaning,
                    content,
                    belongs,
                });
            }
        }
        if binding.origin != Origin::Prescribed && self.phantom() {
            let belongs = Verdict::unknown(["current_medications"]);
            out.push(Bound {
                line: None,
                meaning: 0,
                content: Content::default(),
                belongs,
            });
        }
        out
    }

    /// A member of the binding's set; of rows of one kind, only the nearest.
    fn binds(&self, binding: &Binding, node: &Node) -> bool {
        let of_kind = |b: &&Binding| b.nearest.is_some() && b.nearest == binding.nearest;
        let rules = self.k.rules().iter().filter(|r| Case::is_row(&r.finding));
        let rows: Vec<ConceptId> = rules
            .flat_map(|r| &r.bindings)
            .filter(of_kind)
            .flat_map(|b| self.named(&b.set))
            .collect();
        node.within(binding.reach) && self.member(&binding.set, node, binding.nearest.as_ref().map(|_| rows.as_slice()))
    }

    fn related(&self, rule: &Rule, bound: &[Bound], i: usize) -> Verdict {
        let Some(relation) = &rule.bindings[i].relation else {
            return Verdict::yes();
        };
        let other = if let Relation::MixedWith(v) = relation {
            *v
        } else {
            i - 1
        };
        let (Some(a), Some(b)) = (bound[other].line, bound[i].line) else {
            return Verdict::unknown(["current_medications"]);
        };
        if !matches!(relation, Relation::MixedWith(_)) {
            return Verdict::of(self.shares(relation, a, b));
        }
        let group = |l: usize| self.lines[l].item.infusion.as_ref().and_then(|f| f.group.as_deref());
        let lacking: Vec<&Bound> = [&bound[other], &bound[i]]
            .into_iter()
            .filter(|x| group(x.line.unwrap()).is_none())
            .collect();
        let infused = |x: &&Bound| self.dosage(x.line.unwrap()).route() == Some(Route::IvInfusion);
        match lacking.as_slice() {
            [] => Verdict::of(group(a) == group(b)),
            lacking if lacking.iter().all(infused) => {
                Verdict::unknown(lacking.iter().map(|x| self.field(x, ItemField::Group)))
            }
            _ => Verdict::of(false),
        }
    }

    fn fires(&self, rule: &Rule, bound: &[Bound]) -> Verdict {
        // In the text a relation stands behind its own variable, before the next.
        let pattern = (0..bound.len()).flat_map(|i| [bound[i].belongs.clone(), self.related(rule, bound, i)]);
        let when = rule.when.iter().map(|c| self.holds_for(c, bound));
        let exempt = rule.finding.exempt.iter().map(|c| self.holds_for(c, bound).negated());
        let mut all = Verdict::all(pattern.chain(when).chain(exempt).chain([self.effective(&rule.finding)]));
        if bound.iter().any(|b| b.line.is_none()) {
            all.needs.sort_by_key(|need| need != "current_medications");
        }
        all
    }

    fn judge(&self, rule: &'a Rule, bound: &[Bound]) -> Vec<Said<'a>> {
        let spec = &rule.finding;
        let first = self.fires(rule, bound);
        let raises: Vec<(Severity, Verdict)> = spec.raise.iter().map(|(s, c)| (*s, self.holds_for(c, bound))).collect();
        let certain = raises
            .iter()
            .filter(|(_, v)| v.is(Truth::True))
            .map(|(s, _)| *s)
            .chain([spec.severity])
            .max()
            .unwrap();
        let above: Vec<_> = raises
            .iter()
            .filter(|(s, v)| v.is(Truth::Unknown) && *s > certain)
            .collect();
        let most = above.iter().map(|(s, _)| *s).max().unwrap_or(certain);
        let mut items: Vec<usize> = bound.iter().filter_map(|b| b.line).collect();
        items.sort_unstable();
        let said = |severity, outcome| Said {
            spec,
            items: items.clone(),
            severity,
            outcome,
        };
        match first.truth {
            Truth::False => vec![],
            Truth::True => {
                let mut out = vec![said(
                    certain,
                    Outcome::Fires {
                        meaning: self.meanings(rule, bound),
                        dose: None,
                    },
                )];
                let needs = Verdict::any(above.iter().map(|(_, v)| v.clone())).needs;
                // A policy that says how grave it is leaves no question of raising.
                let open = most > certain && self.marks(spec).all(|m| m.severity.is_none());
                out.extend(open.then(|| said(most, Outcome::Undetermined { needs, gap: false })));
                out
            }
            Truth::Unknown => vec![said(
                most,
                self.presume(rule, bound, first.needs, self.graded(spec, most)),
            )],
        }
    }

    /// Every member meaning of the ambiguous items, in item order.
    fn meanings(&self, rule: &Rule, bound: &[Bound]) -> Vec<(String, String)> {
        let mut sorted: Vec<(usize, &Binding)> = bound
            .iter()
            .zip(&rule.bindings)
            .filter_map(|(b, binding)| Some((b.line?, binding)))
            .collect();
        sorted.sort_by_key(|(line, _)| *line);
        let ambiguous = sorted
            .into_iter()
            .filter(|(line, _)| self.lines[*line].meanings.len() > 1);
        let of = |(line, binding): (usize, &Binding)| -> Vec<(String, String)> {
            let members = self.lines[line]
                .meanings
                .iter()
                .filter(|m| m.nodes.iter().any(|n| self.binds(binding, n)));
            members
                .map(|m| (self.lines[line].item.id.to_string(), m.name.clone()))
                .collect()
        };
        ambiguous.flat_map(of).collect()
    }

    /// The rule's own presumptions, then the standing ones.
    fn presume(&self, rule: &Rule, bound: &[Bound], needs: Needs, severity: Severity) -> Outcome {
        let mut with = self.clone();
        let (mut own, mut verdict) = (vec![], Verdict::unknown(needs.clone()));
        for p in rule
            .finding
            .presume
            .iter()
            .filter(|p| self.presumable(&p.field, severity) && self.lacks(&p.field, &p.value, bound))
        {
            let unless = p
                .unless
                .as_ref()
                .map_or(Verdict::of(false), |c| self.holds_for(c, bound));
            if !unless.is(Truth::True) {
                own.extend(self.field_of(&p.field, bound).into_iter().chain(unless.needs));
                with.stand_ins.push(StandIn {
                    field: p.field.clone(),
                    op: p.op,
                    value: p.value.clone(),
                });
            }
        }
        // Where current medications are presumed none, an assignment of one nobody asked about does not exist.
        let again = |with: &Case| {
            let gone = bound.iter().any(|b| b.line.is_none()) && !with.phantom();
            if gone {
                Verdict::of(false)
            } else {
                with.fires(rule, bound)
            }
        };
        if !own.is_empty() {
            verdict = again(&with);
        }
        let mut policy = None;
        if verdict.is(Truth::Unknown) {
            let (standing, by) = with.stand_in_for(&verdict.needs, severity);
            if by.is_some() {
                (own, policy) = ([own, standing].concat(), by);
                verdict = again(&with);
            }
        }
        match verdict.truth {
            Truth::False => Outcome::Presumed {
                fields: once_each(own),
                policy,
            },
            Truth::Unknown => Outcome::Undetermined {
                needs: verdict.needs,
                gap: false,
            },
            Truth::True => Outcome::Undetermined { needs, gap: false },
        }
    }

    fn field_of(&self, field: &Presumable, bound: &[Bound]) -> Option<String> {
        use shenfang_knowledge::{Attribute, ItemAttribute as I};
        let (v, item) = match field {
            Presumable::Attribute(Attribute::Item(v, item)) => (*v, *item),
            Presumable::Attribute(other) => return Some(self.path(*other)),
            Presumable::Lab(lab) => return Some(lab_path(lab)),
        };
        let stated = match item {
            I::Dose | I::Daily | I::Total | I::Text(_) | I::Diluent | I::DoubleSigned => ItemField::Dose,
            I::Frequency => ItemField::Frequency,
            I::Duration => ItemField::Duration,
            I::Quantity => ItemField::Quantity,
            I::Route => ItemField::Route,
            I::Form => ItemField::Form,
            I::Strength => ItemField::Strength,
            I::Preparation => ItemField::Preparation,
            I::SkinTest => ItemField::SkinTest,
            I::Rate | I::Concentration => ItemField::Rate,
            I::Over => ItemField::Over,
            I::Group => ItemField::Group,
        };
        Some(self.field(&bound[v], stated))
    }

    /// Never presumed: weight under 12 years, pregnancy of a woman of 10 to 55 for a contraindication.
    fn presumable(&self, field: &Presumable, severity: Severity) -> bool {
        let Presumable::Attribute(field) = field else {
            return true;
        };
        let age = |op, years| {
            self.facts.age.as_ref().map_or(Truth::Unknown, |a| {
                a.compare(op, Ratio::integer(years), CalendarUnit::Year)
            })
        };
        match field {
            Attribute::Patient(PatientAttribute::Weight) => age(Comparison::AtLeast, 12) == Truth::True,
            Attribute::Patient(PatientAttribute::Pregnant) if severity == Severity::Contraindicated => {
                let childbearing =
                    age(Comparison::AtLeast, 10) != Truth::False && age(Comparison::Less, 55) != Truth::False;
                self.facts.sex == Some(Sex::Male) || !childbearing
            }
            _ => true,
        }
    }

    /// Lets the standing presumptions about fields among `needs` stand in: their fields, and the policy of the first.
    pub fn stand_in_for(&mut self, needs: &[String], severity: Severity) -> (Needs, Option<String>) {
        // A presumption rests on what is known, not on another presumption.
        let (mut fields, mut policy, mut case) = (vec![], None, self.clone());
        case.stand_ins.clear();
        for (p, field) in case
            .standing()
            .filter(|p| needs.contains(&case.path(p.field)))
            .map(|p| (p, Presumable::Attribute(p.field)))
            .filter(|(_, field)| case.presumable(field, severity))
        {
            if case.lacks(&field, &p.value, &[])
                && p.when.as_ref().is_none_or(|c| case.holds_for(c, &[]).is(Truth::True))
            {
                self.stand_ins.push(StandIn {
                    field,
                    op: Comparison::Equal,
                    value: p.value.clone(),
                });
                fields.push(case.path(p.field));
                policy.get_or_insert(p.policy.clone());
            }
        }
        (once_each(fields), policy)
    }
}
