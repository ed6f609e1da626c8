//! Findings: what a rule that fires says, at which severity, with which action, and why. Nothing here decides whether it fires.
use crate::catalogue::Node;
use crate::condition::{Condition, Leaf};
use crate::evaluate::{Slot, View};
use crate::judge::{Judged, Policy, lines_of};
use crate::presume::Settled;
use crate::rules::{Relation, Rule, Says};
use crate::sets::Set;
use crate::sheet::{Line, Scope, Sheet};
use crate::verdict::{LineList, Verdicts};
use shenfang_clinical::{
    DoseNote, Finding, PolicyFrom, PolicyNote, Reason, Severity, SourceRef, Str, TableRow, Text, Texts,
};
use shenfang_order::Order;
use shenfang_units::Truth;
use smallvec::smallvec;
use std::borrow::Cow;

/// Findings for which there is room at first: more than most sheets have, and no more than an allocator gives quickly.
const FEW: usize = 3;

/// What a finding says beside its rule's own fields.
#[derive(Default)]
pub(crate) struct Body<'p> {
    pub message: Text<'p>,
    pub advice: Option<Text<'p>>,
    pub because: Vec<Reason<'p>>,
    pub dose: Option<Box<DoseNote>>,
    pub meaning: Vec<(Str<'p>, Str<'p>)>,
}

/// Reports what one binding of a rule came to.
pub(crate) fn report<'p>(
    view: &View<'_, 'p>,
    rule: &'p Rule,
    policy: &Policy<'p>,
    judged: Judged,
    verdicts: &mut Verdicts<'p>,
) {
    let says = &rule.says;
    let lines = lines_of(view.slots);
    match judged {
        Judged::Fires(severity) => {
            let body = match view.sheet.scope {
                Scope::Outline => Body::default(),
                Scope::Whole => {
                    let shared = view.all_shared(rule);
                    Body {
                        message: view.message(&says.message, &shared),
                        advice: says.advice.as_ref().map(|advice| view.message(advice, &shared)),
                        because: view.because(rule, shared, &lines),
                        dose: None,
                        meaning: view.meaning(rule),
                    }
                }
            };
            say(view, says, policy, severity, lines, body, verdicts);
        }
        Judged::Open(severity, settled) => verdicts.leave_open(smallvec![says.id], severity, lines, settled),
    }
}

/// Adds a finding of the certain severity, and what may raise it.
pub(crate) fn say<'p>(
    view: &View<'_, 'p>,
    says: &'p Says,
    policy: &Policy<'p>,
    certain: Severity,
    lines: LineList,
    body: Body<'p>,
    verdicts: &mut Verdicts<'p>,
) {
    if let (Some((severity, needs)), None) = (view.open_raise(says, certain), policy.severity) {
        let settled = Settled::undetermined(needs);
        verdicts.leave_open(smallvec![says.id], severity, lines.clone(), settled);
    }
    let signed = || !lines.is_empty() && lines.iter().all(|line| view.double_signed(*line));
    let stated = says.countersigned.filter(|_| signed()).or(says.action);
    let severity = policy.severity.unwrap_or(certain);
    let from = PolicyFrom {
        severity: certain,
        action: stated.unwrap_or(certain.default_action()),
    };
    if verdicts.found.is_empty() {
        verdicts.found.reserve_exact(FEW);
    }
    verdicts.found.push(Finding {
        rule: Cow::Borrowed(view.sheet.tables.id(says.id)),
        category: says.category,
        subject: says.subject.as_deref().map(Cow::Borrowed),
        kind: says.kind.as_deref().map(Cow::Borrowed),
        severity,
        action: policy.action.or(stated).unwrap_or(severity.default_action()),
        review_code: Cow::Borrowed(&says.review_code),
        items: view.sheet.ids(&lines),
        message: body.message,
        advice: body.advice,
        because: body.because,
        sources: sources(view, says),
        also: Vec::new(),
        policy: policy.id.map(|id| {
            Box::new(PolicyNote {
                id: Cow::Borrowed(id),
                from,
            })
        }),
        dose: body.dose,
        meaning: body.meaning,
    });
    verdicts.about.push((says.id, lines));
}

fn sources<'p>(view: &View<'_, 'p>, says: &'p Says) -> Vec<SourceRef<'p>> {
    if view.sheet.scope == Scope::Outline {
        return Vec::new();
    }
    let tables = view.sheet.tables;
    let row = says.row.and_then(|row| {
        Some(TableRow {
            file: Cow::Borrowed(tables.files.get(crate::csr::wide(row.file))?),
            line: row.line,
        })
    });
    let cited = says.citations.iter().filter_map(|citation| {
        let source = tables.sources.get(crate::csr::wide(citation.source))?;
        let over = source.to.zip(view.sheet.today).is_some_and(|(to, today)| to < today);
        Some(SourceRef {
            id: Cow::Borrowed(&source.id),
            citation: Cow::Borrowed(&source.citation),
            locator: citation.locator.as_deref().map(Cow::Borrowed),
            expired: over,
            row: row.clone(),
        })
    });
    let mut sources = Vec::with_capacity(says.citations.len());
    sources.extend(cited);
    sources
}

impl<'p> Sheet<'_, 'p> {
    fn id(&self, line: u32) -> Str<'p> {
        Cow::Borrowed(self.written(line).map_or("", |item| &item.id))
    }

    /// The ids of lines as the review names them.
    pub fn ids(&self, lines: &[u32]) -> Texts<'p> {
        match lines {
            [only] => Texts::from(self.id(*only)),
            all => all.iter().map(|line| self.id(*line)).collect(),
        }
    }
}

impl<'p> View<'_, 'p> {
    /// A line's id as the review names it.
    pub fn item_id(&self, line: u32) -> Str<'p> {
        self.sheet.id(line)
    }

    /// Paths of the bindings, then the leaves that carry the rule's truth, then what is shared, then the formula that holds it.
    fn because(&self, rule: &'p Rule, shared: Vec<Str<'p>>, lines: &[u32]) -> Vec<Reason<'p>> {
        let mut because = Vec::with_capacity(4);
        for (at, (slot, binding)) in self.slots.iter().zip(&rule.bindings).enumerate() {
            let node = slot.node.and_then(|node| self.sheet.node(node));
            let node = self.shared_node(rule, at).or(node);
            let (Some(line), Some(node)) = (slot.line, node.filter(|_| !binding.any)) else {
                continue;
            };
            let catalogue = self.sheet.catalogue();
            let set = self.set_of(binding.target);
            let path = catalogue.path(node.concept, &|at| set.is_some_and(|set| set.has_row(at)));
            because.push(Reason::Is {
                item: self.item_id(line),
                is: path.iter().map(|at| Cow::Borrowed(catalogue.name(*at))).collect(),
            });
        }
        // It fires: what it asks is true, and nothing exempts from it.
        let exempt = rule.says.exempt.iter().map(|exempt| (exempt, Truth::False));
        for (condition, truth) in rule.when.iter().map(|when| (when, Truth::True)).chain(exempt) {
            self.carried_by(condition, Some(truth), &mut because);
        }
        if !shared.is_empty() {
            because.push(Reason::Shared { shared });
        }
        because.extend(self.formulas(rule.says.category, lines));
        because
    }

    /// Of the contents by which a variable can be bound, the one it shares with its neighbour.
    fn shared_node(&self, rule: &Rule, at: usize) -> Option<&'p Node> {
        let slot = self.slots.get(at)?;
        let line = slot.line?;
        let relation = |at: usize| {
            let relation = rule.bindings.get(at)?.relation.as_deref()?;
            matches!(relation, Relation::Substance | Relation::Herb).then_some(relation)
        };
        let before = at.checked_sub(1).and_then(|before| Some((relation(at)?, before)));
        let after = at.checked_add(1).and_then(|after| Some((relation(after)?, after)));
        let (relation, neighbour) = before.or(after)?;
        let shared = self.shared(relation, self.slots.get(neighbour)?.line?, line);
        let set = self.set_of(rule.bindings.get(at)?.target)?;
        self.node_that(set, line, &|concept| {
            self.trait_of(relation, concept)
                .is_some_and(|one| shared.contains(&one))
        })
    }

    fn set_of(&self, target: u32) -> Option<&'p Set> {
        let tables = self.sheet.tables;
        let target = tables.targets.get(crate::csr::wide(target))?;
        tables.sets.get(crate::csr::wide(target.set))
    }

    /// Adds the leaves that carry a condition's truth, each with what it saw. `known`: that truth, where the caller has it.
    pub fn carried_by(&self, condition: &'p Condition, known: Option<Truth>, reasons: &mut Vec<Reason<'p>>) {
        let truth = |leaf: &Leaf| self.leaf(leaf, None);
        condition.part().carrying_leaves(known, &truth, &mut |leaf| {
            let (value, derived) = self.seen(leaf);
            reasons.push(Reason::Expression {
                expression: Cow::Borrowed(&*leaf.text),
                value,
                derived: derived.map(Cow::Owned),
            });
        });
    }

    /// Everything variables share with the one before them, names in canonical order.
    fn all_shared(&self, rule: &'p Rule) -> Vec<Str<'p>> {
        let mut names = Vec::new();
        let pairs = self.slots.windows(2).zip(rule.bindings.iter().skip(1));
        for (slots, binding) in pairs {
            let (Some(relation), [before, slot]) = (binding.relation.as_deref(), slots) else {
                continue;
            };
            let (Some(a), Some(b)) = (before.line, slot.line) else {
                continue;
            };
            if matches!(relation, Relation::MixedWith(_)) {
                continue;
            }
            for shared in self.shared(relation, a, b) {
                let name = self.shared_name(relation, shared);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    fn shared_name(&self, relation: &'p Relation, shared: u32) -> Str<'p> {
        match relation {
            Relation::Group { name, .. } => Cow::Borrowed(&**name),
            _ => Cow::Borrowed(self.sheet.catalogue().name(shared)),
        }
    }

    /// The meanings by which ambiguous lines are bound, line by line.
    fn meaning(&self, rule: &Rule) -> Vec<(Str<'p>, Str<'p>)> {
        let mut meaning = Vec::new();
        let ambiguous = |slot: &Slot| {
            slot.line
                .and_then(|line| self.sheet.line(line))
                .is_some_and(Line::ambiguous)
        };
        if !self.slots.iter().any(ambiguous) {
            return meaning;
        }
        let mut slots: Vec<_> = self.slots.iter().zip(&rule.bindings).collect();
        slots.order_by_key(|(slot, _)| slot.line);
        for (slot, binding) in slots {
            let Some((number, line)) = slot.line.and_then(|l| Some((l, self.sheet.line(l)?))) else {
                continue;
            };
            if !line.ambiguous() {
                continue;
            }
            let members = self.sheet.members_of(binding.target).filter(|row| row.line == number);
            let mut senses: Vec<u16> = members.map(|row| row.sense).collect();
            if binding.any {
                let all = self.sheet.concepts(line.senses);
                senses = (0u16..).zip(all).map(|(sense, _)| sense).collect();
            }
            meaning.extend(self.meanings_of(number, &senses));
        }
        meaning
    }

    /// Item id and canonical name of some senses of a line.
    pub fn meanings_of(&self, number: u32, senses: &[u16]) -> Vec<(Str<'p>, Str<'p>)> {
        let line = self.sheet.line(number);
        let concepts = line.map_or(&[][..], |line| self.sheet.concepts(line.senses));
        let named = senses.iter().filter_map(|sense| concepts.get(usize::from(*sense)));
        let name = |concept: &u32| Cow::Borrowed(self.sheet.catalogue().name(*concept));
        named.map(|concept| (self.item_id(number), name(concept))).collect()
    }
}
