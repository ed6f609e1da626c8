//! Who a name belongs to: one concept, or the reviewed meanings of an ambiguous name.
//!
//! A canonical name is never given up. An alias of two concepts that nobody declared ambiguous is a fault, and until it is mended it resolves to
//! neither alone.
use super::builder::{AmbiguousDraft, ConceptDraft, Identified};
use crate::ConceptId;
use crate::names::{NameIndexBuilder, normalize};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_order::Order;
use std::collections::BTreeMap;

/// Who claims a name: the concept, where, and whether it is its canonical name.
struct Claim<'a> {
    id: ConceptId,
    owner: &'a str,
    span: Span,
    canonical: bool,
}

/// Gives every name its meaning and reports what is claimed twice.
pub(super) fn declare(
    drafts: &[Identified],
    ambiguous: &[AmbiguousDraft],
    names: &mut NameIndexBuilder,
    faults: &mut Vec<Diagnostic>,
) {
    let mut claims: BTreeMap<String, Vec<Claim<'_>>> = BTreeMap::new();
    for (id, draft) in drafts {
        let owner = draft.concept.name.as_str();
        let claim = |span, canonical| Claim {
            id: *id,
            owner,
            span,
            canonical,
        };
        let own = normalize(owner);
        for (alias, span) in draft.concept.aliases.iter().zip(spans(draft)) {
            let key = normalize(alias);
            if key != own && !key.is_empty() {
                claims.entry(key).or_default().push(claim(span, false));
            }
        }
        claims.entry(own).or_default().push(claim(draft.span, true));
    }
    let declared = meanings(&claims, ambiguous, faults);
    for (key, mut claims) in claims {
        claims.order_by_key(|c| (c.id, !c.canonical, c.span));
        claims.dedup_by_key(|c| c.id);
        claims.order_by_key(|c| (!c.canonical, c.span, c.id));
        let reviewed = declared.get(&key);
        if reviewed.is_some_and(|ids| claims.iter().all(|c| !c.canonical && ids.contains(&c.id))) {
            continue;
        }
        if reviewed.is_some() || claims.len() > 1 {
            claimed_twice(&key, &claims, reviewed.is_some(), faults);
        }
        match claims.first() {
            // A canonical name is never given up; two aliases are both given up to a name without one meaning.
            Some(first) if first.canonical || claims.len() == 1 => names.name(key, first.id),
            _ => names.ambiguous(key, claims.iter().map(|c| c.id).collect()),
        }
    }
    for (key, ids) in declared {
        names.ambiguous(key, ids);
    }
}

/// Where each alias stands; the name's place where the loader gave none.
fn spans(draft: &ConceptDraft) -> impl Iterator<Item = Span> {
    let known = draft.alias_spans.iter().copied();
    known.chain(std::iter::repeat(draft.span))
}

/// The declared ambiguous names with the concepts they may mean.
fn meanings(
    claims: &BTreeMap<String, Vec<Claim<'_>>>,
    ambiguous: &[AmbiguousDraft],
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Vec<ConceptId>> {
    let mut sorted: Vec<_> = ambiguous.iter().collect();
    sorted.order_by_key(|(_, _, span)| *span);
    let mut declared: BTreeMap<String, Vec<ConceptId>> = BTreeMap::new();
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    for (name, meanings, span) in sorted {
        let key = normalize(name);
        if let Some(before) = first.get(&key) {
            let zh = format!("歧义名“{name}”重复声明");
            let en = format!("the ambiguous name `{name}` is declared twice");
            faults.push(Diagnostic::error("name.declared_twice", *span, zh, en).related(
                *before,
                "先在此处声明",
                "first declared here",
            ));
            continue;
        }
        first.insert(key.clone(), *span);
        let canonical = claims.get(&key).and_then(|c| c.iter().find(|c| c.canonical));
        if let Some(canonical) = canonical {
            let zh = format!("歧义名“{name}”已是概念的正名");
            let en = format!("the ambiguous name `{name}` is a concept's own name");
            faults.push(Diagnostic::error("name.ambiguous_canonical", *span, zh, en).related(
                canonical.span,
                "概念在此处",
                "the concept",
            ));
            continue;
        }
        let mut ids = Vec::new();
        for (meaning, at) in meanings {
            let known = claims.get(&normalize(meaning)).map(Vec::as_slice);
            match known {
                Some([one]) => ids.push(one.id),
                Some(all) if all.iter().any(|c| c.canonical) => {
                    ids.extend(all.iter().find(|c| c.canonical).map(|c| c.id))
                }
                _ => {
                    let zh = format!("歧义名“{name}”的含义“{meaning}”未知");
                    let en = format!("unknown meaning `{meaning}` of the ambiguous name `{name}`");
                    faults.push(Diagnostic::error("name.unknown", *at, zh, en));
                }
            }
        }
        ids.order();
        ids.dedup();
        declared.insert(key, ids);
    }
    declared
}

fn claimed_twice(key: &str, claims: &[Claim<'_>], reviewed: bool, faults: &mut Vec<Diagnostic>) {
    let owners: Vec<&str> = claims.iter().map(|c| c.owner).collect();
    let mut by_place: Vec<&Claim<'_>> = claims.iter().collect();
    by_place.order_by_key(|c| (!c.canonical, c.span));
    let mut places = by_place.into_iter().rev();
    let Some(last) = places.next() else { return };
    let (zh, en) = if reviewed {
        (
            format!("“{key}”已声明为歧义名，不能再作“{}”的别名", owners.join("”“")),
            format!(
                "`{key}` is declared ambiguous without `{}` among its meanings",
                owners.join("`, `")
            ),
        )
    } else {
        (
            format!("“{key}”同时是“{}”的名称", owners.join("”和“")),
            format!("`{key}` is a name of `{}`", owners.join("` and of `")),
        )
    };
    let mut fault = Diagnostic::error("name.claimed_twice", last.span, zh, en);
    for other in places.rev() {
        fault = fault.related(
            other.span,
            format!("“{}”也用此名", other.owner),
            format!("`{}` claims it too", other.owner),
        );
    }
    faults.push(fault.help(
        "若确有几种含义，声明为歧义名",
        "declare the name ambiguous if it has several meanings",
    ));
}
