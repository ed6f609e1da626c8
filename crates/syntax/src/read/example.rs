//! The entries of an example, and what it expects.
use super::{Reader, values};
use crate::fault;
use crate::grammar::{self, Node, Rule};
use crate::origin::{Piece, Source, narrow};
use crate::scan;
use crate::tree::{ExampleEntry, ExampleValue, Expectation, Name, Spanned, Word};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_grammar::{Place, find};

/// Reads one entry of an example or of a block in it.
pub(crate) fn entry(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<ExampleEntry> {
    let mut parts = node.clone().into_inner();
    let head = parts.next()?;
    if head.as_rule() == Rule::item {
        return item(reader, source, &head);
    }
    let (place, field) = field_word(&head, node.as_rule())?;
    let field: Word = Spanned {
        value: field,
        span: source.of(&head),
    };
    let list = parts.find(|p| p.as_rule() == Rule::list)?;
    let places = place.values(field.value);
    let values = list
        .into_inner()
        .filter(|p| p.as_rule() == Rule::parts)
        .map(|run| run.into_inner().filter_map(|p| value(source, &p, places)).collect())
        .collect();
    Some(ExampleEntry::Field { field, values })
}

/// Lines separated by `;` in a table's cell: entries of the example, or of `block`.
pub(crate) fn lines(reader: &mut Reader, text: &str, pieces: &[Piece], block: &str) -> Vec<ExampleEntry> {
    let rule = match block {
        "patient" => Rule::facts_entry,
        "prescriber" => Rule::prescriber_entry,
        "institution" => Rule::institution_entry,
        "usage" => Rule::usage_entry,
        "current" => Rule::item_entry,
        _ => Rule::sheet_entry,
    };
    let mut entries = Vec::new();
    let mut at = scan::skip(text, 0);
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let shifted: Vec<Piece> = pieces.iter().map(|p| shift(p, at)).collect();
        let source = Source::pieces(rest, &shifted);
        let Some(node) = reader.parse(&source, rule) else { break };
        entries.extend(entry(reader, &source, &node));
        at = scan::skip(text, at.saturating_add(node.as_span().end()));
    }
    entries
}

/// A piece of a text whose first `by` bytes are cut off.
fn shift(piece: &Piece, by: usize) -> Piece {
    let cut = by.saturating_sub(piece.start);
    let start = if piece.exact {
        piece.span.start.saturating_add(narrow(cut)).min(piece.span.end)
    } else {
        piece.span.start
    };
    Piece {
        start: piece.start.saturating_sub(by),
        span: Span { start, ..piece.span },
        exact: piece.exact,
    }
}

/// The place and English spelling of a field's word.
fn field_word(head: &Node<'_>, entry: Rule) -> Option<(Place, &'static str)> {
    let written = head.as_str();
    let places: &[Place] = match entry {
        Rule::sheet_entry => &[Place::ExampleField],
        Rule::facts_entry => &[Place::PatientAttribute, Place::PatientField],
        Rule::usage_entry => &[Place::UsageField],
        Rule::prescriber_entry => &[Place::PrescriberAttribute],
        _ => &[Place::InstitutionAttribute],
    };
    places.iter().find_map(|p| find(*p, written).map(|k| (*p, k.en)))
}

/// A part of a line: a word of one of `places`, a quantity, or text.
fn value(source: &Source<'_>, part: &Node<'_>, places: &[Place]) -> Option<ExampleValue> {
    let inner = part.clone().into_inner().next()?;
    let span = source.of(&inner);
    Some(match inner.as_rule() {
        Rule::amount => ExampleValue::Quantity(Spanned {
            value: values::amount(inner.as_str()),
            span,
        }),
        Rule::date => ExampleValue::Text(Spanned {
            value: values::ascii(inner.as_str()),
            span,
        }),
        Rule::string | Rule::code => ExampleValue::Text(values::name(source, &inner)),
        _ => match places.iter().find_map(|p| find(*p, inner.as_str())) {
            Some(word) => ExampleValue::Word(Spanned { value: word.en, span }),
            None => ExampleValue::Text(values::name(source, &inner)),
        },
    })
}

/// `华法林钠片 2.5 mg qd 口服 7 d skin_test negative`
fn item(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<ExampleEntry> {
    let mut children = node.clone().into_inner();
    let first = children.next()?;
    let drug = values::name(source, &first);
    let mut parts = Vec::new();
    let mut keyed: Vec<(Word, Vec<ExampleValue>)> = Vec::new();
    let mut places: &[Place] = &[Place::Route, Place::Footnote];
    for child in children {
        if child.as_rule() == Rule::key {
            let (place, field) = [Place::ItemAttribute, Place::ItemField]
                .iter()
                .find_map(|p| find(*p, child.as_str()).map(|k| (*p, k.en)))?;
            places = place.values(field);
            keyed.push((
                Spanned {
                    value: field,
                    span: source.of(&child),
                },
                Vec::new(),
            ));
            continue;
        }
        let read = value(source, &child, places)?;
        match keyed.last_mut() {
            Some((_, values)) => values.push(read),
            None => parts.push(read),
        }
    }
    let measured = parts.iter().any(|p| matches!(p, ExampleValue::Quantity(_)));
    if first.as_rule() == Rule::word && !measured && keyed.is_empty() {
        let near = fault::near(
            &drug.value,
            shenfang_grammar::words(Place::ExampleField),
            reader.chinese,
        );
        if !near.is_empty() {
            let (zh, en) = (
                format!("示例没有 `{}` 这个字段", drug.value),
                format!("an example has no field `{}`", drug.value),
            );
            return reader.fail(
                Diagnostic::error("syntax.field", drug.span, zh, en)
                    .candidates(near)
                    .help("若是药名，请加引号", "if it is a drug, put it in quotes"),
            );
        }
    }
    Some(ExampleEntry::Item {
        drug,
        parts,
        keyed,
        span: source.of(node),
    })
}

/// What an example expects.
pub(crate) fn expectations(source: &Source<'_>, node: &Node<'_>) -> Vec<Expectation> {
    node.clone()
        .into_inner()
        .filter(|p| p.as_rule() == Rule::expectation)
        .filter_map(|p| expectation(source, &p))
        .collect()
}

fn expectation(source: &Source<'_>, node: &Node<'_>) -> Option<Expectation> {
    let mut parts = node.clone().into_inner();
    let head = parts.next()?;
    Some(match head.as_rule() {
        Rule::expectation_nothing => Expectation::Nothing(source.of(&head)),
        Rule::expectation_presumed => Expectation::Presumed {
            rule: values::name(source, &parts.next()?),
        },
        Rule::expectation_undetermined => {
            let rule = values::name(source, &parts.next()?);
            let needs: Vec<Name> = parts
                .filter(|p| p.as_rule() == Rule::needed)
                .map(|p| needed(source, &p))
                .collect();
            Expectation::Undetermined {
                rule,
                needs: if needs.is_empty() { None } else { Some(needs) },
            }
        }
        _ => Expectation::Finding {
            rule: values::name(source, &head),
            severity: parts.next().map(|s| values::word(source, &s)),
        },
    })
}

/// A path of the record in English words: `patient.egfr`, `items.1.duration`.
fn needed(source: &Source<'_>, node: &Node<'_>) -> Name {
    let segments = node.clone().into_inner().filter(|p| p.as_rule() != Rule::dot);
    let words: Vec<String> = segments
        .map(|p| grammar::keyword(&p).map_or_else(|| p.as_str().to_owned(), |k| k.en.to_owned()))
        .collect();
    Spanned {
        value: words.join("."),
        span: source.of(node),
    }
}
