//! 对照 rows to what local codes and names stand for. A row that stands for nothing known is a warning and the others work; a name of the catalogue
//! is never given another meaning.
use shenfang_clinical::words::strength;
use shenfang_diagnostics::{Diagnostic, FileId};
use shenfang_knowledge::mapping::{LocalKey, Mapping};
use shenfang_knowledge::{Code, CodeSystem, ConceptId, ConceptKind, DrugName, Knowledge, Resolution, normalize};
use shenfang_order::Order;
use shenfang_syntax::tree::{Declaration, MappingDecl, Name, SyntaxTree};
use std::collections::BTreeMap;

/// Near names offered for one that is unknown.
const CANDIDATES: usize = 5;

/// What a local drug turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// its standard name is this concept
    ByStandard(ConceptId),
    /// it needs no standard name: its own is this concept
    ByName(ConceptId),
    /// the standard name, or its own, has several meanings
    Ambiguous(Vec<ConceptId>),
    /// nothing of that name is known; near concepts, best first
    Unmapped(Vec<ConceptId>),
}

/// What a row of a mapping, or of a list of local drugs, stands for.
pub fn standing(knowledge: &Knowledge, row: &MappingDecl) -> Standing {
    let names = knowledge.names();
    let by = |name: &Option<Name>| name.as_ref().map(|name| names.drug(&name.value).resolution);
    match (by(&row.drug), by(&row.name)) {
        (Some(Resolution::Concept(id)), _) => Standing::ByStandard(id),
        (None, Some(Resolution::Concept(id))) => Standing::ByName(id),
        (Some(Resolution::Ambiguous(ids)), _) | (None, Some(Resolution::Ambiguous(ids))) => Standing::Ambiguous(ids),
        (standard, _) => {
            let text = match standard {
                Some(_) => &row.drug,
                None => &row.name,
            };
            let near = text.as_ref().map(|text| names.candidates(&text.value, CANDIDATES));
            let mut near = near.unwrap_or_default();
            near.retain(|id| {
                let kind = knowledge.concept(*id).map(|concept| concept.kind);
                matches!(
                    kind,
                    Some(ConceptKind::Herb | ConceptKind::Substance | ConceptKind::Product)
                )
            });
            Standing::Unmapped(near)
        }
    }
}

/// A key with where it stands, and what it stands for.
struct Claim<'t> {
    mapping: Mapping,
    name: &'t Name,
}

/// Every mapping of the trees, with what is wrong with them.
pub(crate) fn mappings(
    knowledge: &Knowledge,
    trees: &[(FileId, SyntaxTree)],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Mapping> {
    let mut claims: BTreeMap<LocalKey, Vec<Claim<'_>>> = BTreeMap::new();
    for declaration in trees.iter().flat_map(|(_, tree)| &tree.declarations) {
        if let Declaration::Mapping(row) = declaration {
            read(knowledge, row, &mut claims, diagnostics);
        }
    }
    claims.into_values().flatten().map(|claim| claim.mapping).collect()
}

/// One row. Only tables have them: kept a function of its own, which the browser's engine loads with what reads tables.
#[inline(never)]
fn read<'t>(
    knowledge: &Knowledge,
    row: &'t MappingDecl,
    claims: &mut BTreeMap<LocalKey, Vec<Claim<'t>>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some((drug, said)) = drug(knowledge, row, diagnostics) else {
        return;
    };
    let mut scope: Vec<String> = row.scope.iter().map(|id| id.value.clone()).collect();
    scope.order();
    let stated = readable(
        &row.strength,
        |text| strength::parse(text).is_some(),
        ("规格", "strength"),
        diagnostics,
    );
    let pack = readable(
        &row.pack,
        |text| strength::pack(text).is_some(),
        ("包装", "pack"),
        diagnostics,
    );
    let mapping = |key| Mapping {
        key,
        scope: scope.clone(),
        drug,
        form: said.form,
        strength: stated.clone().or_else(|| said.strength.clone()),
        pack: pack.clone(),
    };
    if let Some((code, name)) = code(row, diagnostics) {
        let mapping = mapping(LocalKey::Code(code));
        claim(claims, Claim { mapping, name }, diagnostics);
    }
    if let Some((key, name)) = own_name(knowledge, row, drug, diagnostics) {
        let mapping = mapping(LocalKey::Name(key));
        claim(claims, Claim { mapping, name }, diagnostics);
    }
}

/// The concept of a row, and what its standard name says besides.
fn drug(knowledge: &Knowledge, row: &MappingDecl, diagnostics: &mut Vec<Diagnostic>) -> Option<(ConceptId, DrugName)> {
    let title = |id: &ConceptId| knowledge.concept(*id).map(|c| c.name.clone()).unwrap_or_default();
    let name = row.drug.as_ref().or(row.name.as_ref());
    let span = name.or(row.code.as_ref()).map_or(row.span, |name| name.span);
    let text = name.map_or("", |name| &name.value);
    let fault = match standing(knowledge, row) {
        Standing::ByStandard(id) | Standing::ByName(id) => {
            return Some((id, knowledge.names().drug(text)));
        }
        Standing::Ambiguous(ids) => Diagnostic::warning(
            "mapping.ambiguous",
            span,
            format!("`{text}` 有几种含义，这一行未对照"),
            format!("`{text}` has several meanings: the row maps nothing"),
        )
        .candidates(ids.iter().map(title)),
        Standing::Unmapped(_) if name.is_none() => Diagnostic::warning(
            "mapping.unresolved",
            span,
            "这个编码还没有标准名，未对照",
            "the code has no standard name yet: the row maps nothing",
        ),
        Standing::Unmapped(near) => Diagnostic::warning(
            "mapping.unresolved",
            span,
            format!("目录里没有药品 `{text}`，这一行未对照"),
            format!("the catalogue has no drug `{text}`: the row maps nothing"),
        )
        .candidates(near.iter().map(title)),
    };
    diagnostics.push(fault);
    None
}

fn code<'t>(row: &'t MappingDecl, diagnostics: &mut Vec<Diagnostic>) -> Option<(Code, &'t Name)> {
    let name = row.code.as_ref()?;
    let code = Code::parse(&name.value).filter(|code| code.system == CodeSystem::Local);
    if code.is_none() {
        let text = &name.value;
        diagnostics.push(
            Diagnostic::error(
                "mapping.code",
                name.span,
                format!("`{text}` 不是院内编码"),
                format!("`{text}` is no code of an institution"),
            )
            .expected([format!("LOCAL:{text}")]),
        );
    }
    Some((code?, name))
}

/// The local name as a key, unless the catalogue knows it as something else.
fn own_name<'t>(
    knowledge: &Knowledge,
    row: &'t MappingDecl,
    drug: ConceptId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(String, &'t Name)> {
    let name = row.name.as_ref()?;
    let above = |upper: ConceptId, lower: ConceptId| knowledge.ancestors(lower).contains(&upper);
    let other = match knowledge.names().drug(&name.value).resolution {
        Resolution::Concept(id) => (!above(id, drug) && !above(drug, id)).then_some(vec![id]),
        Resolution::Ambiguous(ids) => (!ids.contains(&drug)).then_some(ids),
        Resolution::Unknown => None,
    };
    if let Some(other) = other {
        let title = |id: &ConceptId| knowledge.concept(*id).map_or("", |c| c.name.as_str());
        let (text, meant) = (&name.value, title(&drug));
        let known: Vec<&str> = other.iter().map(title).collect();
        diagnostics.push(Diagnostic::error(
            "mapping.overrides",
            name.span,
            format!("`{text}` 在目录里是 `{}`，不能对照为 `{meant}`", known.join("`、`")),
            format!(
                "in the catalogue `{text}` is `{}`: it does not stand for `{meant}`",
                known.join("`, `")
            ),
        ));
        return None;
    }
    Some((normalize(&name.value), name))
}

/// Adds a claim on a key; one key has one meaning in an institution. Of rows of one drug that differ otherwise only what they agree on is kept.
fn claim<'t>(claims: &mut BTreeMap<LocalKey, Vec<Claim<'t>>>, new: Claim<'t>, diagnostics: &mut Vec<Diagnostic>) {
    let of_key = claims.entry(new.mapping.key.clone()).or_default();
    let shares = |a: &Mapping, b: &Mapping| match (a.scope.is_empty(), b.scope.is_empty()) {
        (true, true) => true,
        (false, false) => a.scope.iter().any(|id| b.scope.contains(id)),
        _ => false,
    };
    let Some(known) = of_key.iter_mut().find(|known| shares(&known.mapping, &new.mapping)) else {
        of_key.push(new);
        return;
    };
    let (a, b) = (&mut known.mapping, &new.mapping);
    if a.drug != b.drug {
        let text = &new.name.value;
        diagnostics.push(
            Diagnostic::error(
                "mapping.twice",
                new.name.span,
                format!("`{text}` 对照了两种药品"),
                format!("`{text}` stands for two drugs"),
            )
            .related(known.name.span, "第一次在这里", "first here"),
        );
        return;
    }
    keep_common(&mut a.form, &b.form);
    keep_common(&mut a.strength, &b.strength);
    keep_common(&mut a.pack, &b.pack);
    if a.scope != b.scope {
        of_key.push(new);
    }
}

fn keep_common<T: PartialEq>(a: &mut Option<T>, b: &Option<T>) {
    if a != b {
        *a = None;
    }
}

/// A field that can be read; another is reported.
fn readable(
    field: &Option<Name>,
    reads: fn(&str) -> bool,
    (zh, en): (&str, &str),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let name = field.as_ref()?;
    if reads(&name.value) {
        return Some(name.value.clone());
    }
    diagnostics.push(Diagnostic::warning(
        "mapping.unreadable",
        name.span,
        format!("{zh} `{}` 读不出来，不用", name.value),
        format!("the {en} `{}` cannot be read and is not used", name.value),
    ));
    None
}
