//! Sets of concepts and codes, sets of items, bindings.
use super::{Reader, values};
use crate::grammar::{Node, Rule};
use crate::origin::Source;
use crate::tree::{Binding, ItemSet, Origin, Relation, Set, Spanned};
use shenfang_diagnostics::Diagnostic;

/// A set; `|`, `&` and `except` beside each other without parentheses are reported with both readings.
pub(crate) fn set(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Set> {
    let mut members = Vec::new();
    let mut operators: Vec<Node<'_>> = Vec::new();
    for part in node.clone().into_inner() {
        match part.as_rule() {
            Rule::set_member => members.push(part),
            _ => operators.push(part),
        }
    }
    let Some(first) = operators.first() else {
        return member(reader, source, members.first()?);
    };
    if let Some(other) = operators.iter().find(|o| o.as_rule() != first.as_rule()) {
        let diagnostic = mixed(source, &members, &operators, other);
        return reader.fail(diagnostic);
    }
    let rule = first.as_rule();
    let read: Vec<Set> = members.iter().filter_map(|m| member(reader, source, m)).collect();
    if read.len() != members.len() {
        return None;
    }
    Some(match rule {
        Rule::bar => Set::Union(read),
        Rule::ampersand => Set::Intersection(read),
        _ => {
            let mut sets = read.into_iter();
            let head = sets.next()?;
            sets.fold(head, |from, without| Set::Except(Box::new(from), Box::new(without)))
        }
    })
}

/// Both bracketings of `A | B except C`, over the first two different signs.
fn mixed(source: &Source<'_>, members: &[Node<'_>], operators: &[Node<'_>], other: &Node<'_>) -> Diagnostic {
    let turn = operators
        .iter()
        .position(|o| o.as_span() == other.as_span())
        .unwrap_or(1);
    let join = |range: std::ops::Range<usize>| {
        let mut out = String::new();
        for (i, member) in members.get(range.clone()).unwrap_or_default().iter().enumerate() {
            let before = range
                .start
                .saturating_add(i)
                .checked_sub(1)
                .and_then(|o| operators.get(o));
            if let (true, Some(sign)) = (i > 0, before) {
                out.push_str(&format!(" {} ", sign.as_str()));
            }
            out.push_str(member.as_str().trim());
        }
        out
    };
    let after = turn.saturating_add(1);
    let sign = other.as_str();
    let left = format!(
        "({}) {sign} {}",
        join(0..after),
        join(after..members.len().min(after.saturating_add(1)))
    );
    let before_sign = operators.get(turn.saturating_sub(1)).map_or("", |o| o.as_str());
    let right = format!(
        "{} {before_sign} ({} {sign} {})",
        join(0..turn),
        join(turn..after),
        join(after..members.len().min(after.saturating_add(1)))
    );
    Diagnostic::error(
        "syntax.mixed_set",
        source.of(other),
        "`|`、`&`、`除去` 混用时要加括号",
        "`|`, `&` and `except` need parentheses when they are mixed",
    )
    .label("前面用的是另一个符号", "another sign stands before")
    .help(
        format!("写成 `{left}` 或 `{right}`"),
        format!("write `{left}` or `{right}`"),
    )
}

fn member(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Set> {
    let mut parts = node.clone().into_inner();
    let mut part = parts.next()?;
    if part.as_rule() == Rule::lparen {
        part = parts.next()?;
    }
    let span = source.of(node);
    Some(match part.as_rule() {
        Rule::connective_alone => Set::Alone(Box::new(member(reader, source, &parts.next()?)?), span),
        Rule::set => return set(reader, source, &part),
        Rule::connective_any => Set::Any(source.of(&part)),
        Rule::code => match parts.find(|p| p.as_rule() == Rule::code_end) {
            Some(last) => Set::CodeRange(Box::new((values::name(source, &part), values::name(source, &last)))),
            None => Set::Code(values::name(source, &part)),
        },
        _ => Set::Name(values::name(source, &part)),
    })
}

/// `current X within 14 d`
pub(crate) fn item_set(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<ItemSet> {
    let (mut origin, mut found, mut within) = (None, None, None);
    let mut end = source.of(node);
    for part in node.clone().into_inner() {
        let span = source.of(&part);
        match part.as_rule() {
            Rule::connective_prescribed => {
                origin = Some(Spanned {
                    value: Origin::Prescribed,
                    span,
                })
            }
            Rule::connective_current => {
                origin = Some(Spanned {
                    value: Origin::Current,
                    span,
                })
            }
            Rule::set => found = Some(set(reader, source, &part)?),
            Rule::quantity => within = Some(values::quantity(reader, source, &part)),
            _ => continue,
        }
        end = span;
    }
    let whole = source.of(node);
    Some(ItemSet {
        origin,
        set: found?,
        within,
        span: shenfang_diagnostics::Span {
            start: whole.start,
            ..whole
        }
        .to(end),
    })
}

/// `b: current X within 14 d sharing substance`
pub(crate) fn binding(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Binding> {
    let (mut variable, mut items, mut relation) = (None, None, None);
    for part in node.clone().into_inner() {
        match part.as_rule() {
            Rule::variable => variable = Some(values::name(source, &part)),
            Rule::item_set => items = Some(item_set(reader, source, &part)?),
            Rule::relation => relation = related(source, &part),
            _ => {}
        }
    }
    Some(Binding {
        variable: variable?,
        items: items?,
        relation,
    })
}

fn related(source: &Source<'_>, node: &Node<'_>) -> Option<Relation> {
    let mut parts = node.clone().into_inner();
    let word = parts.next()?;
    let span = source.of(&word);
    Some(match word.as_rule() {
        Rule::relation_sharing_substance => Relation::Substance(span),
        Rule::relation_sharing_herb => Relation::Herb(span),
        Rule::relation_sharing_atc4 => Relation::Atc4(span),
        Rule::relation_sharing_group => Relation::Group(values::name(source, &parts.next()?)),
        _ => Relation::MixedWith(values::name(source, &parts.next()?)),
    })
}
