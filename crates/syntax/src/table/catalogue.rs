//! Catalogue entries: `herbs:`, `substances:` … by name, and rows of a table of concepts.
use super::yaml::{Scalar, Yaml};
use crate::fault;
use crate::origin::narrow;
use crate::tree::{ConceptDecl, ConceptSection, Declaration, Ingredient, Name, Spanned, SyntaxTree};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_grammar::{Place, find};

/// Reads the sections of a catalogue file.
pub(crate) fn sections(entries: &[(Scalar, Yaml)], diagnostics: &mut Vec<Diagnostic>) -> SyntaxTree {
    let mut tree = SyntaxTree::default();
    for (key, value) in entries {
        let Some(section) = find(Place::Section, &key.value) else {
            diagnostics.push(unknown(
                key,
                Place::Section,
                ("没有 `", "` 这一节"),
                ("there is no section `", "`"),
            ));
            continue;
        };
        match value {
            Yaml::Map(concepts, _) => tree.declarations.extend(
                concepts
                    .iter()
                    .filter_map(|(name, fields)| entry(section_of(section.en)?, name, fields, diagnostics)),
            ),
            _ if value.is_empty() => {}
            _ => diagnostics.push(Diagnostic::error(
                "table.section",
                value.span(),
                "一节里写 `名称: {字段}`",
                "a section holds `name: {fields}`",
            )),
        }
    }
    tree
}

/// A word that is none of `place`.
pub(crate) fn unknown(key: &Scalar, place: Place, zh: (&str, &str), en: (&str, &str)) -> Diagnostic {
    let chinese = !key.value.is_ascii();
    Diagnostic::error(
        "table.field",
        key.span,
        format!("{}{}{}", zh.0, key.value, zh.1),
        format!("{}{}{}", en.0, key.value, en.1),
    )
    .expected(fault::spellings(shenfang_grammar::words(place), chinese))
    .candidates(fault::near(&key.value, shenfang_grammar::words(place), chinese))
}

/// The section of an English section word or table kind.
pub(crate) fn section_of(word: &str) -> Option<ConceptSection> {
    Some(match word {
        "herbs" | "herb" => ConceptSection::Herb,
        "substances" | "substance" => ConceptSection::Substance,
        "products" | "product" => ConceptSection::Product,
        "classes" | "class" => ConceptSection::Class,
        "conditions" | "condition" => ConceptSection::Condition,
        "formulas" | "formula" => ConceptSection::Formula,
        "ambiguous" => ConceptSection::Ambiguous,
        _ => return None,
    })
}

fn entry(
    section: ConceptSection,
    name: &Scalar,
    value: &Yaml,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Declaration> {
    let span = if value.is_empty() {
        name.span
    } else {
        name.span.to(value.span())
    };
    let name = Spanned {
        value: name.value.trim().to_owned(),
        span: name.span,
    };
    let mut concept = blank(section, name, span);
    match value {
        Yaml::Map(fields, _) => read_fields(&mut concept, fields, diagnostics),
        Yaml::List(..) if matches!(section, ConceptSection::Ambiguous | ConceptSection::Formula) => {
            concept.contains = ingredients(value, diagnostics)
        }
        _ if value.is_empty() => {}
        _ => diagnostics.push(Diagnostic::error(
            "table.entry",
            value.span(),
            "条目写作 `{字段: 值}`",
            "an entry is written `{field: value}`",
        )),
    }
    Some(Declaration::Concept(concept))
}

/// A concept of which only the name is known.
pub(crate) fn blank(section: ConceptSection, name: Name, span: Span) -> ConceptDecl {
    ConceptDecl {
        section,
        name,
        en: None,
        aliases: vec![],
        codes: vec![],
        is_a: vec![],
        processed_from: vec![],
        variant_of: None,
        form: None,
        contains: vec![],
        excipients: vec![],
        toxicity: None,
        near_names: vec![],
        potency: None,
        span,
    }
}

/// Reads the fields of an entry.
pub(crate) fn read_fields(concept: &mut ConceptDecl, fields: &[(Scalar, Yaml)], diagnostics: &mut Vec<Diagnostic>) {
    for (key, value) in fields {
        let Some(field) = find(Place::ConceptField, &key.value) else {
            diagnostics.push(unknown(
                key,
                Place::ConceptField,
                ("条目没有 `", "` 这个字段"),
                ("an entry has no field `", "`"),
            ));
            continue;
        };
        if value.is_empty() {
            continue;
        }
        match field.en {
            "en" => concept.en = one(value, diagnostics),
            "aliases" => concept.aliases = several(value, diagnostics),
            "codes" => concept.codes = several(value, diagnostics),
            "is_a" => concept.is_a = several(value, diagnostics),
            "processed_from" => concept.processed_from = several(value, diagnostics),
            "variant_of" => concept.variant_of = one(value, diagnostics),
            "form" => concept.form = one(value, diagnostics),
            "contains" => concept.contains = ingredients(value, diagnostics),
            "excipients" => concept.excipients = several(value, diagnostics),
            "toxicity" => concept.toxicity = one(value, diagnostics),
            "near_names" => concept.near_names = several(value, diagnostics),
            _ => concept.potency = one(value, diagnostics),
        }
    }
}

fn one(value: &Yaml, diagnostics: &mut Vec<Diagnostic>) -> Option<Name> {
    match value {
        Yaml::Scalar(s) => Some(Spanned {
            value: s.value.trim().to_owned(),
            span: s.span,
        }),
        other => {
            diagnostics.push(Diagnostic::error(
                "table.value",
                other.span(),
                "这里要写一个值",
                "one value belongs here",
            ));
            None
        }
    }
}

/// A list, or a text whose members are separated by `;`.
fn several(value: &Yaml, diagnostics: &mut Vec<Diagnostic>) -> Vec<Name> {
    match value {
        Yaml::Scalar(s) => members(s),
        Yaml::List(items, _) => items
            .iter()
            .filter_map(|i| one(i, diagnostics))
            .filter(|n| !n.value.is_empty())
            .collect(),
        Yaml::Map(_, span) => {
            diagnostics.push(Diagnostic::error(
                "table.value",
                *span,
                "这里要写列表 `[甲, 乙]`",
                "a list `[a, b]` belongs here",
            ));
            vec![]
        }
    }
}

fn members(scalar: &Scalar) -> Vec<Name> {
    let mut from = 0_usize;
    let mut names = Vec::new();
    for member in scalar.value.split_inclusive([';', '；']) {
        let text = member.trim_end_matches([';', '；']);
        let start = from.saturating_add(text.len().saturating_sub(text.trim_start().len()));
        let text = text.trim();
        let at = |offset: usize| scalar.span.start.saturating_add(narrow(offset));
        let span = if scalar.exact {
            Span {
                start: at(start),
                end: at(start.saturating_add(text.len())),
                ..scalar.span
            }
        } else {
            scalar.span
        };
        if !text.is_empty() {
            names.push(Spanned {
                value: text.to_owned(),
                span,
            });
        }
        from = from.saturating_add(member.len());
    }
    names
}

/// `{甘草: 112.5 mg}`, `[甘草, 阿片]`, or `甘草:112.5 mg;阿片:4 mg`
fn ingredients(value: &Yaml, diagnostics: &mut Vec<Diagnostic>) -> Vec<Ingredient> {
    match value {
        Yaml::Map(entries, _) => entries
            .iter()
            .map(|(name, amount)| Ingredient {
                name: Spanned {
                    value: name.value.clone(),
                    span: name.span,
                },
                amount: if amount.is_empty() {
                    None
                } else {
                    one(amount, diagnostics)
                },
            })
            .collect(),
        Yaml::List(..) => several(value, diagnostics)
            .into_iter()
            .map(|name| Ingredient { name, amount: None })
            .collect(),
        Yaml::Scalar(s) => members(s).into_iter().map(amounted).collect(),
    }
}

/// `甘草:112.5 mg`, both parts under one place.
fn amounted(member: Name) -> Ingredient {
    let Some((name, amount)) = member.value.split_once([':', '：']) else {
        return Ingredient {
            name: member,
            amount: None,
        };
    };
    let of = |text: &str| Spanned {
        value: text.trim().to_owned(),
        span: member.span,
    };
    Ingredient {
        name: of(name),
        amount: (!amount.trim().is_empty()).then(|| of(amount)),
    }
}
