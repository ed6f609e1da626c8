//! A catalogue in a few lines: `herb 附子 = 黑顺片, 附片`, `herb 法半夏 < processed 半夏`.
#![allow(dead_code)]
pub mod rules;
use shenfang_diagnostics::{Diagnostic, FileId, Span};
use shenfang_knowledge::{
    Code, Concept, ConceptDraft, ConceptId, ConceptKind, ConceptRelation, Knowledge, KnowledgeBuilder,
};

/// Where the n-th declaration stands.
pub fn at(n: usize) -> Span {
    let start = u32::try_from(n).unwrap();
    Span {
        file: FileId(0),
        start,
        end: start,
    }
}

pub fn concept(kind: ConceptKind, name: &str) -> Concept {
    Concept {
        kind,
        name: name.into(),
        en: None,
        aliases: vec![],
        codes: vec![],
        form: None,
        toxicity: None,
        contents: vec![],
        potency: None,
        near_names: vec![],
        initials: String::new(),
        place: None,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|w| !w.is_empty())
}

/// One line: `KIND NAME [= aliases] [# codes] [< RELATION names]… [+ ingredients] [~ folk names] [/ english]`, or `ambiguous NAME = meanings`.
fn line(builder: &mut KnowledgeBuilder, text: &str, n: usize) {
    let (kind, rest) = text.split_once(' ').unwrap();
    let marks = ['=', '#', '<', '+', '~', '/'];
    let head = rest.find(marks).unwrap_or(rest.len());
    let name = rest[..head].trim();
    let mut parts = vec![];
    let mut left = &rest[head..];
    while let Some(mark) = left.chars().next() {
        let body = &left[1..];
        let end = body.find(marks).unwrap_or(body.len());
        parts.push((mark, body[..end].trim()));
        left = &body[end..];
    }
    if kind == "ambiguous" {
        let meanings = words(parts[0].1).map(|m| (m.to_owned(), at(n))).collect();
        return builder.ambiguous(name.into(), meanings, at(n));
    }
    let kind = match kind {
        "herb" => ConceptKind::Herb,
        "substance" => ConceptKind::Substance,
        "product" => ConceptKind::Product,
        "class" => ConceptKind::Class,
        "condition" => ConceptKind::Condition,
        other => panic!("{other}"),
    };
    let mut draft = ConceptDraft {
        concept: concept(kind, name),
        above: vec![],
        contents: vec![],
        alias_spans: vec![],
        span: at(n),
    };
    for (mark, body) in parts {
        let names = words(body).map(str::to_owned);
        match mark {
            '=' => draft.concept.aliases.extend(names),
            '#' => draft.concept.codes.extend(names.map(|c| Code::parse(&c).unwrap())),
            '~' => draft.concept.near_names.extend(names),
            '/' => draft.concept.en = Some(body.into()),
            '+' => draft.contents.extend(names.map(|c| (c, None, true, at(n)))),
            _ => {
                let (relation, names) = body.split_once(' ').unwrap();
                let relation = match relation {
                    "is" => ConceptRelation::IsA,
                    "processed" => ConceptRelation::ProcessedFrom,
                    "variant" => ConceptRelation::VariantOf,
                    other => panic!("{other}"),
                };
                draft
                    .above
                    .extend(words(names).map(|w| (relation, w.to_owned(), at(n))));
            }
        }
    }
    draft.alias_spans = draft.concept.aliases.iter().map(|_| at(n)).collect();
    builder.concept(draft);
}

/// The catalogue of a text, and what was found wrong.
pub fn catalogue_of<'a>(lines: impl IntoIterator<Item = (usize, &'a str)>) -> (Knowledge, Vec<Diagnostic>) {
    let mut builder = KnowledgeBuilder::default();
    for (n, text) in lines {
        line(&mut builder, text, n);
    }
    let mut diagnostics = vec![];
    let knowledge = builder.catalogue(&mut diagnostics);
    (knowledge, diagnostics)
}

pub fn lines(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    (1..).zip(lines).collect()
}

pub fn read(text: &str) -> (Knowledge, Vec<Diagnostic>) {
    catalogue_of(lines(text))
}

/// A catalogue without fault.
pub fn sound(text: &str) -> Knowledge {
    let (knowledge, diagnostics) = read(text);
    assert_eq!(diagnostics, vec![]);
    knowledge
}

/// One line a fault: place, code, message, related places, candidates.
pub fn faults(text: &str) -> Vec<String> {
    let shown = |d: &Diagnostic| {
        let related: Vec<String> = d.related.iter().map(|(s, _)| s.start.to_string()).collect();
        let mut text = format!("{} {} {}", d.span.start, d.code, d.message.zh);
        if !related.is_empty() {
            text += &format!(" [{}]", related.join(" "));
        }
        if !d.candidates.is_empty() {
            text += &format!(" ? {}", d.candidates.join(" "));
        }
        text
    };
    read(text).1.iter().map(shown).collect()
}

pub fn id(knowledge: &Knowledge, name: &str) -> ConceptId {
    let found = knowledge.iter().find(|(_, c)| c.name == name);
    found.unwrap_or_else(|| panic!("{name}")).0
}

pub fn names(knowledge: &Knowledge, ids: &[ConceptId]) -> String {
    let names: Vec<&str> = ids
        .iter()
        .map(|i| knowledge.concept(*i).unwrap().name.as_str())
        .collect();
    names.join(" ")
}
