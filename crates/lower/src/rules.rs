//! Rules: variables, condition, finding.
use crate::attributes::{Variable, Variables};
use crate::conditions::{self, Scope};
use crate::context::Context;
use crate::findings::{self, Owner};
use crate::packs::Pack;
use crate::sets::{self, Among};
use shenfang_clinical::Category;
use shenfang_diagnostics::Diagnostic;
use shenfang_knowledge::{Binding, ConceptSet, Origin, Reach, Relation, Rule};
use shenfang_syntax::tree::{self, RuleDecl};
use std::cell::Cell;

/// Variables of a rule (language manual, bounds).
const MOST_VARIABLES: usize = 4;

/// A typed rule; `None` when something in it was reported.
pub(crate) fn rule(cx: &Context<'_>, pack: &Pack, written: &RuleDecl) -> Option<Rule> {
    let before = cx.errors();
    let variable = |b: &tree::Binding| Variable {
        name: b.variable.value.clone(),
        span: Some(b.variable.span),
        used: Cell::new(false),
    };
    let variables = Variables(written.bindings.iter().map(variable).collect());
    let scope = Scope {
        cx,
        pack,
        variables: &variables,
    };
    if let Some(fifth) = written.bindings.get(MOST_VARIABLES) {
        cx.report(Diagnostic::error(
            "match.too_many",
            fifth.variable.span,
            "一条规则最多四个变量",
            "a rule has at most four variables",
        ));
    }
    if written.bindings.is_empty() && written.when.is_none() {
        cx.report(
            Diagnostic::error(
                "rule.empty",
                written.id.span,
                "规则既没有“匹配”也没有“当”，会对每张处方触发",
                "the rule has neither `match` nor `when`: it would fire on every prescription",
            )
            .help(
                "写：匹配 a：药品，或：当 条件",
                "write `match a: DRUG` or `when CONDITION`",
            ),
        );
    }
    let reach = reach(written);
    let bindings: Vec<_> = written
        .bindings
        .iter()
        .enumerate()
        .map(|(index, b)| binding(scope, index, b, reach))
        .collect();
    let when = written.when.as_ref().map(|when| conditions::condition(scope, when));
    let shares = written.bindings.iter().any(|b| {
        b.relation
            .as_ref()
            .is_some_and(|r| !matches!(r, tree::Relation::MixedWith(_)))
    });
    let owner = Owner {
        id: format!("{}.{}", pack.id, written.id.value),
        name: written.id.span,
        span: written.span,
        dose: false,
        shares,
    };
    let finding = findings::finding(scope, owner, &written.finding);
    if let Some(refused) = &written.finding.countersigned
        && is_toxic_kind(written.finding.kind.as_ref())
    {
        cx.report(countersigned_toxic(refused.span));
    }
    all_current(cx, written);
    let mut bindings: Vec<Binding> = bindings.into_iter().collect::<Option<_>>()?;
    let when = match when {
        Some(when) => Some(when?),
        None => None,
    };
    let finding = finding?;
    if cx.errors() > before {
        return None;
    }
    unused(cx, &variables, &bindings);
    never(cx, written, &bindings);
    if by_piece(finding.category)
        && let Some(first) = bindings.first_mut()
        && names_concepts(&first.set)
    {
        first.nearest = finding.kind.clone();
    }
    Some(Rule {
        bindings,
        when,
        finding,
    })
}

fn binding(scope: Scope<'_, '_>, index: usize, written: &tree::Binding, reach: Reach) -> Option<Binding> {
    let Scope { cx, pack, variables } = scope;
    let (origin, within) = sets::origin(cx, &written.items, Origin::Either);
    let set = sets::set(cx, pack, &written.items.set, Among::Drugs);
    let relation = written
        .relation
        .as_ref()
        .map(|relation| sets::relation(cx, pack, variables, index, relation));
    Some(Binding {
        variable: written.variable.value.clone(),
        set: set?,
        origin: origin?,
        within_days: within?,
        relation: match relation {
            Some(relation) => Some(relation?),
            None => None,
        },
        reach,
        nearest: None,
    })
}

/// What a compound brings: allergies also by its excipients; privileges, supply and footnotes only to pieces and single-ingredient products.
fn reach(written: &RuleDecl) -> Reach {
    match written
        .finding
        .category
        .as_ref()
        .and_then(|word| Category::from_word(word.value))
    {
        Some(Category::Allergy) => Reach::WithExcipients,
        Some(Category::Legality | Category::Quantity | Category::Preparation) => Reach::Single,
        _ => Reach::Ingredients,
    }
}

/// Categories whose rows speak of the piece itself, so that the nearest row of a kind wins.
fn by_piece(category: Category) -> bool {
    matches!(
        category,
        Category::Preparation | Category::Quantity | Category::Legality | Category::Contraindication
    )
}

/// One concept, or a plain union of concepts.
fn names_concepts(set: &ConceptSet) -> bool {
    match set {
        ConceptSet::Concept(_) => true,
        ConceptSet::Union(members) => members.iter().all(|m| matches!(m, ConceptSet::Concept(_))),
        _ => false,
    }
}

/// A rule is about a prescription: at least one of its items stands on it.
fn all_current(cx: &Context<'_>, written: &RuleDecl) {
    let current = |b: &tree::Binding| {
        b.items
            .origin
            .as_ref()
            .is_some_and(|o| o.value == tree::Origin::Current)
    };
    if let Some(first) = written.bindings.first()
        && written.bindings.iter().all(current)
    {
        cx.report(
            Diagnostic::error(
                "match.all_current",
                first.items.span,
                "变量全是现用药品，规则与本方无关",
                "every variable is a current medication: the rule is about no item of the prescription",
            )
            .help(
                "至少一个变量不写“现用”",
                "at least one variable stands without `current`",
            ),
        );
    }
}

/// A variable that nothing speaks of, though the rule's texts could name the drug.
fn unused(cx: &Context<'_>, variables: &Variables, bindings: &[Binding]) {
    for (index, (variable, binding)) in variables.0.iter().zip(bindings).enumerate() {
        let related = binding.relation.is_some()
            || bindings
                .get(index.saturating_add(1))
                .is_some_and(|b| b.relation.is_some());
        if let Some(span) = variable.span
            && !variable.used.get()
            && !related
            && !bindings.iter().any(|b| b.relation == Some(Relation::MixedWith(index)))
        {
            let name = &variable.name;
            cx.report(
                Diagnostic::warning(
                    "lint.unused_variable",
                    span,
                    format!("变量 `{name}` 没有用到"),
                    format!("variable `{name}` is not used"),
                )
                .help(
                    format!("在提示里写明是哪一味：{{{name}}}"),
                    format!("let the message name the drug: `{{{name}}}`"),
                ),
            );
        }
    }
}

/// Whether a set names a group: its members are not known here.
fn names_group(set: &ConceptSet) -> bool {
    match set {
        ConceptSet::Any | ConceptSet::Concept(_) | ConceptSet::Code(_) => false,
        ConceptSet::Group(_) => true,
        ConceptSet::Union(sets) | ConceptSet::Intersection(sets) => sets.iter().any(names_group),
        ConceptSet::Except(of, without) => names_group(of) || names_group(without),
        ConceptSet::Alone(of) => names_group(of),
    }
}

/// A set that no concept of the catalogue can be a member of.
fn never(cx: &Context<'_>, written: &RuleDecl, bindings: &[Binding]) {
    for (binding, text) in bindings.iter().zip(&written.bindings) {
        if matches!(binding.set, ConceptSet::Intersection(_) | ConceptSet::Except(..))
            && !names_group(&binding.set)
            && cx.knowledge.members(&binding.set).is_empty()
        {
            cx.report(Diagnostic::warning(
                "lint.never_fires",
                text.items.span,
                "目录里没有药品属于这个集合，规则永远不会触发",
                "no drug of the catalogue is in this set: the rule never fires",
            ));
        }
    }
}

/// A kind that says it is about toxic pieces (`tcm.toxic_dose`).
pub(crate) fn is_toxic_kind(kind: Option<&tree::Name>) -> bool {
    kind.is_some_and(|kind| {
        kind.value
            .split('.')
            .any(|part| part == "toxic" || part.starts_with("toxic_") || part.ends_with("_toxic"))
    })
}

/// A second signature does not lower a finding about a toxic dose.
pub(crate) fn countersigned_toxic(span: shenfang_diagnostics::Span) -> Diagnostic {
    Diagnostic::error(
        "countersigned.toxic",
        span,
        "毒性药品超量不因双签降低动作",
        "no second signature lowers what happens to a toxic dose",
    )
}
