//! Codes of the catalogue: who claims one, and the levels of ATC above it as concepts of their own.
//!
//! What is coded *is a* member of its code. A class that claims an ATC level is that level: everything coded at or below it is a member of the
//! class, and the code stands for the class.
use super::ConceptRelation;
use super::builder::{ConceptDraft, Identified};
use crate::names::normalize;
use crate::{Code, CodeSystem, Concept, ConceptId, ConceptKind};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_order::Order;
use std::collections::{BTreeMap, BTreeSet};

/// Every ATC level at or above a code of the catalogue.
pub(super) struct Codes {
    levels: BTreeSet<Code>,
}

/// What codes stand for, and the is-a edges they make.
pub(super) struct Owned {
    pub(super) owners: BTreeMap<Code, ConceptId>,
    pub(super) edges: Vec<(ConceptId, ConceptId, Span)>,
}

struct Claim<'a> {
    id: ConceptId,
    kind: ConceptKind,
    name: &'a str,
    span: Span,
    /// it says it is a variant of another claimant
    variant: bool,
}

impl Codes {
    /// Reads the codes of all drafts and those that is-a names; reports malformed ones.
    pub(super) fn collect(drafts: &[ConceptDraft], faults: &mut Vec<Diagnostic>) -> Codes {
        let mut levels = BTreeSet::new();
        for draft in drafts {
            for code in &draft.concept.codes {
                if code.is_well_formed() {
                    add_levels(code, &mut levels);
                } else {
                    faults.push(malformed(code, draft.span));
                }
            }
            let named = draft.above.iter().filter_map(|(_, name, _)| Code::parse(name));
            for code in named.filter(Code::is_well_formed) {
                add_levels(&code, &mut levels);
            }
        }
        Codes { levels }
    }

    /// A concept for every level.
    pub(super) fn concepts(&self) -> impl Iterator<Item = Concept> {
        self.levels.iter().map(|code| Concept {
            kind: ConceptKind::Code,
            name: code.to_string(),
            en: None,
            aliases: vec![],
            codes: vec![code.clone()],
            form: None,
            toxicity: None,
            contents: vec![],
            potency: None,
            near_names: vec![],
            initials: String::new(),
            place: None,
        })
    }

    /// Decides what each code stands for.
    ///
    /// A full ATC code belongs to the one concept that claims it (of a substance, its variants and products, to the substance; of several products,
    /// to none), an upper ATC level to the class that claims it, else to the level itself. Any other code has one claimant or is a fault and stands for nothing.
    pub(super) fn owners(&self, drafts: &[Identified], concepts: &[Concept], faults: &mut Vec<Diagnostic>) -> Owned {
        let ids = concepts.iter().zip((0_u32..).map(ConceptId));
        let levels: BTreeMap<&Code, ConceptId> = shenfang_order::map(
            ids.filter(|(c, _)| c.kind == ConceptKind::Code)
                .filter_map(|(c, id)| Some((c.codes.first()?, id))),
        );
        let mut owned = Owned {
            owners: shenfang_order::map(levels.iter().map(|(code, id)| ((*code).clone(), *id))),
            edges: vec![],
        };
        for (code, claims) in &claims(drafts) {
            let level = levels.get(code).copied();
            for claim in claims {
                owned.edges.extend(level.map(|level| {
                    if claim.kind == ConceptKind::Class {
                        (level, claim.id, claim.span)
                    } else {
                        (claim.id, level, claim.span)
                    }
                }));
            }
            match owner(code, claims) {
                Some(claim) => {
                    owned.owners.insert((*code).clone(), claim.id);
                }
                None => faults.extend(claimed_twice(code, claims)),
            }
        }
        let span = drafts.first().map(|(_, d)| d.span);
        for (code, id) in &levels {
            let upper = code.upper().and_then(|upper| levels.get(&upper).copied());
            owned
                .edges
                .extend(upper.zip(span).map(|(upper, span)| (*id, upper, span)));
        }
        owned
    }
}

fn add_levels(code: &Code, levels: &mut BTreeSet<Code>) {
    if code.system != CodeSystem::Atc {
        return;
    }
    let mut next = Some(code.clone());
    while let Some(code) = next {
        next = code.upper();
        if !levels.insert(code) {
            break;
        }
    }
}

fn claims(drafts: &[Identified]) -> BTreeMap<&Code, Vec<Claim<'_>>> {
    let mut claimants: BTreeMap<&Code, Vec<&Identified>> = BTreeMap::new();
    for identified in drafts {
        let codes: BTreeSet<&Code> = shenfang_order::set(&identified.1.concept.codes);
        for code in codes.into_iter().filter(|c| c.is_well_formed()) {
            claimants.entry(code).or_default().push(identified);
        }
    }
    shenfang_order::map(claimants.into_iter().map(|(code, all)| {
        let claims = all.iter().map(|(id, draft)| Claim {
            id: *id,
            kind: draft.concept.kind,
            name: &draft.concept.name,
            span: draft.span,
            variant: is_variant(draft, &all),
        });
        (code, claims.collect())
    }))
}

/// A salt or ester that shares the code of its moiety: 琥乙红霉素 and 红霉素.
fn is_variant(draft: &ConceptDraft, claimants: &[&Identified]) -> bool {
    let variant_of = draft.above.iter().filter(|(r, _, _)| *r == ConceptRelation::VariantOf);
    let mut moieties = variant_of.map(|(_, name, _)| normalize(name));
    moieties.any(|moiety| {
        let names = claimants
            .iter()
            .flat_map(|(_, d)| std::iter::once(&d.concept.name).chain(&d.concept.aliases));
        names.into_iter().any(|name| normalize(name) == moiety)
    })
}

impl Claim<'_> {
    /// True where the claim is one of several that can only have one owner.
    ///
    /// An upper ATC level is a class's; substances coded to it are members only. A full ATC code is a substance's before its variants' and
    /// before the products' that contain it.
    fn is_rival(&self, code: &Code) -> bool {
        match code.system {
            CodeSystem::Atc if code.value.len() < 7 => self.kind == ConceptKind::Class,
            CodeSystem::Atc => self.kind != ConceptKind::Product && !self.variant,
            _ => true,
        }
    }
}

/// Who a code stands for, by the claims on it.
fn owner<'c, 'a>(code: &Code, claims: &'c [Claim<'a>]) -> Option<&'c Claim<'a>> {
    if let ([only], 7, CodeSystem::Atc) = (claims, code.value.len(), code.system) {
        return Some(only);
    }
    let mut rivals = claims.iter().filter(|c| c.is_rival(code));
    let first = rivals.next();
    first.filter(|_| rivals.next().is_none())
}

/// A fault where several could own a code.
fn claimed_twice(code: &Code, claims: &[Claim<'_>]) -> Option<Diagnostic> {
    let mut rivals: Vec<&Claim<'_>> = claims.iter().filter(|c| c.is_rival(code)).collect();
    rivals.order_by_key(|c| c.span);
    let (last, others) = rivals.split_last()?;
    if others.is_empty() {
        return None;
    }
    let names: Vec<&str> = others.iter().map(|c| c.name).chain([last.name]).collect();
    let zh = format!("编码 {code} 同时属于“{}”", names.join("”和“"));
    let en = format!("code {code} is claimed by `{}`", names.join("` and `"));
    let mut fault = Diagnostic::error("code.claimed_twice", last.span, zh, en);
    for other in others {
        let zh = format!("“{}”也用此编码", other.name);
        let en = format!("`{}` claims it too", other.name);
        fault = fault.related(other.span, zh, en);
    }
    Some(fault)
}

fn malformed(code: &Code, span: Span) -> Diagnostic {
    let zh = format!("编码 {code} 的写法不符合 {}", code.system.prefix());
    let en = format!("code {code} is not written as {} asks", code.system.prefix());
    Diagnostic::error("code.malformed", span, zh, en)
}
