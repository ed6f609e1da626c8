//! What differs between two rule sets, by meaning: layout, order, comments, keyword language and how a group is cut make no difference; a group's
//! members do.
//!
//! Two rules are compared by their canonical form with every index written out: groups as their sets, concepts, packs and sources by name.
use super::Knowledge;
use crate::{ConceptId, DoseRule, FindingSpec, GroupId};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How a rule differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleChange {
    /// only the new set has it
    Added,
    /// only the old set has it
    Removed,
    /// it means something else
    Changed(Vec<FieldChange>),
    /// it means the same and says it in other words
    Worded,
}

/// One field of a rule that differs: its path in the typed rule, and both values where they are short.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldChange {
    /// `finding.severity`, `when`, `bindings` …
    pub field: String,
    /// before, where it can be said in a word
    pub old: Option<String>,
    /// after, where it can be said in a word
    pub new: Option<String>,
}

/// What differs between two rule sets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// rules and doses that differ, by full id
    pub rules: BTreeMap<String, RuleChange>,
    /// names, codes, relations or standing presumptions differ: any rule may answer otherwise
    pub everywhere: bool,
}

impl Difference {
    /// The sets mean the same and say it alike.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && !self.everywhere
    }
}

/// Every rule and dose by id.
struct Forms<'k> {
    knowledge: &'k Knowledge,
    by_id: BTreeMap<&'k str, (&'k FindingSpec, Value)>,
}

impl Knowledge {
    /// What differs from `self` to `new`.
    pub fn difference(&self, new: &Knowledge) -> Difference {
        let (old, new) = (Forms::of(self), Forms::of(new));
        let mut rules = BTreeMap::new();
        for (id, (finding, form)) in &old.by_id {
            let change = match new.by_id.get(id) {
                None => Some(RuleChange::Removed),
                Some((_, other)) if other != form => Some(RuleChange::Changed(fields(form, other))),
                Some((other, _)) => (!says_the_same(finding, other)).then_some(RuleChange::Worded),
            };
            rules.extend(change.map(|change| ((*id).to_owned(), change)));
        }
        let added = new.by_id.keys().filter(|id| !old.by_id.contains_key(*id));
        rules.extend(added.map(|id| ((*id).to_owned(), RuleChange::Added)));
        let everywhere = old.surroundings() != new.surroundings();
        Difference { rules, everywhere }
    }

    /// The ids of `changed` and of every rule whose answer rests on one of them: which row of a kind is the nearest to a drug depends on all rows of the
    /// kind, which dose row speaks for it on the rows of all concepts above and below.
    pub fn resting_on(&self, changed: &BTreeSet<String>) -> BTreeSet<String> {
        let mut all = changed.clone();
        let is_changed = |finding: &FindingSpec| changed.contains(&finding.id);
        let kinds_of = |rule: &crate::Rule| {
            rule.bindings
                .iter()
                .filter_map(|b| b.nearest.clone())
                .collect::<Vec<_>>()
        };
        let changed_rules = self.rules.iter().filter(|rule| is_changed(&rule.finding));
        let kinds = shenfang_order::set(changed_rules.flat_map(kinds_of));
        let same_kind = self
            .rules
            .iter()
            .filter(|rule| kinds_of(rule).iter().any(|kind| kinds.contains(kind)));
        all.extend(same_kind.map(|rule| rule.finding.id.clone()));
        let mut near: BTreeSet<ConceptId> = BTreeSet::new();
        for dose in self.doses.iter().filter(|dose| is_changed(&dose.finding)) {
            near.insert(dose.concept);
            near.extend(self.ancestors(dose.concept));
            near.extend(self.descendants(dose.concept));
        }
        let close = |dose: &&DoseRule| near.contains(&dose.concept);
        all.extend(self.doses.iter().filter(close).map(|dose| dose.finding.id.clone()));
        all
    }
}

fn says_the_same(a: &FindingSpec, b: &FindingSpec) -> bool {
    (&a.title, &a.message, &a.advice) == (&b.title, &b.message, &b.advice)
        && a.citations
            .iter()
            .map(|c| &c.locator)
            .eq(b.citations.iter().map(|c| &c.locator))
}

impl<'k> Forms<'k> {
    fn of(knowledge: &'k Knowledge) -> Forms<'k> {
        let mut forms = Forms {
            knowledge,
            by_id: BTreeMap::new(),
        };
        let rules = knowledge
            .rules
            .iter()
            .map(|rule| (&rule.finding, serde_json::to_value(rule)));
        let doses = knowledge
            .doses
            .iter()
            .map(|dose| (&dose.finding, serde_json::to_value(dose)));
        for (finding, form) in rules.chain(doses) {
            let mut form = form.unwrap_or(Value::Null);
            forms.write_out(&mut form);
            forms.by_id.insert(&finding.id, (finding, form));
        }
        forms
    }

    /// Replaces every index by what it stands for, and a group by its members.
    fn write_out(&self, form: &mut Value) {
        if let Some(members) = self.members_of_group(form) {
            *form = members;
        }
        match form {
            Value::Array(all) => all.iter_mut().for_each(|one| self.write_out(one)),
            Value::Object(fields) => {
                for (field, value) in fields.iter_mut() {
                    if let Some(name) = self.name(field, value) {
                        *value = name;
                    }
                    self.write_out(value);
                    if field == "Union" {
                        flatten(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn members_of_group(&self, form: &Value) -> Option<Value> {
        let fields = form.as_object().filter(|fields| fields.len() == 1)?;
        let number = u32::try_from(fields.get("Group")?.as_u64()?).ok()?;
        serde_json::to_value(&self.knowledge.group(GroupId(number))?.set).ok()
    }

    fn name(&self, field: &str, value: &Value) -> Option<Value> {
        let index = usize::try_from(value.as_u64()?).ok()?;
        let name = match field {
            "Concept" | "concept" => &self.knowledge.concept(ConceptId(u32::try_from(index).ok()?))?.name,
            "pack" => &self.knowledge.packs.get(index)?.id,
            "source" => &self.knowledge.sources.get(index)?.id,
            _ => return None,
        };
        Some(name.clone().into())
    }

    /// What every rule rests on: the catalogue and the standing presumptions.
    fn surroundings(&self) -> (Value, Value) {
        let mut standing = serde_json::to_value(&self.knowledge.presumptions).unwrap_or(Value::Null);
        self.write_out(&mut standing);
        (self.knowledge.catalogue_form(), standing)
    }
}

/// A union within a union is its members; each stands once, in one order.
fn flatten(union: &mut Value) {
    let Value::Array(members) = union else { return };
    let mut all = Vec::with_capacity(members.len());
    for member in members.drain(..) {
        match member {
            Value::Object(mut fields) if fields.contains_key("Union") => match fields.remove("Union") {
                Some(Value::Array(inner)) => all.extend(inner),
                other => all.extend(other),
            },
            other => all.push(other),
        }
    }
    all.sort_by_cached_key(Value::to_string);
    all.dedup();
    *members = all;
}

/// The fields that differ: those of the finding one by one.
fn fields(old: &Value, new: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare("", old, new, &mut changes);
    changes
}

fn compare(path: &str, old: &Value, new: &Value, changes: &mut Vec<FieldChange>) {
    if old == new {
        return;
    }
    if let (Value::Object(a), Value::Object(b)) = (old, new)
        && (path.is_empty() || path == "finding")
    {
        let names = shenfang_order::set(a.keys().chain(b.keys()));
        for name in names {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let of = |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or(Value::Null);
            compare(&path, &of(a), &of(b), changes);
        }
        return;
    }
    let word = |value: &Value| match value {
        Value::Object(_) | Value::Array(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    changes.push(FieldChange {
        field: path.to_owned(),
        old: word(old),
        new: word(new),
    });
}
