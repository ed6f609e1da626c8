//! The fields that a rule and a dose share.
use super::{Reader, conditions, values};
use crate::grammar::{self, Node, Rule};
use crate::origin::Source;
use crate::tree::{Finding, Path, Presume, PresumedValue, Raise, Spanned, Term};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_units::Comparison;

/// Reads one field into `finding`. `field` is the field's first word.
pub(crate) fn field(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>, finding: &mut Finding) -> Option<()> {
    let mut parts = node.clone().into_inner();
    let head = parts.next()?;
    let span = source.of(&head);
    let value = parts.next();
    match head.as_rule() {
        Rule::finding_field_title => finding.title = values::text(reader, source, &value?),
        Rule::finding_field_category => finding.category = value.map(|v| values::word(source, &v)),
        Rule::finding_field_subject => finding.subject = value.map(|v| values::name(source, &v)),
        Rule::finding_field_kind => finding.kind = value.map(|v| values::name(source, &v)),
        Rule::finding_field_review_code => finding.review_code = value.map(|v| values::number(source, &v)),
        Rule::finding_field_severity => finding.severity = value.map(|v| values::word(source, &v)),
        Rule::finding_field_action => finding.action = value.map(|v| values::word(source, &v)),
        Rule::finding_field_countersigned => finding.countersigned = value.map(|v| values::word(source, &v)),
        Rule::finding_field_raise_to => {
            let severity = values::word(source, &value?);
            parts.next()?;
            let when = conditions::condition(reader, source, &parts.next()?)?;
            finding.raise.push(Raise { severity, when });
        }
        Rule::finding_field_locked => finding.locked = Some(span),
        Rule::finding_field_disabled => finding.disabled = Some(span),
        Rule::finding_field_exempt => finding
            .exempt
            .push(conditions::condition(reader, source, &parts.next()?)?),
        Rule::finding_field_presume => {
            let mut presumed = presumption(reader, source, &value?)?;
            if let Some(condition) = parts.find(|p| p.as_rule() == Rule::condition) {
                presumed.span = presumed.span.to(source.of(&condition));
                presumed.unless = Some(conditions::condition(reader, source, &condition)?);
            }
            finding.presume.push(presumed);
        }
        Rule::finding_field_message => finding.message = values::text(reader, source, &value?),
        Rule::finding_field_advice => finding.advice = values::text(reader, source, &value?),
        Rule::finding_field_cite => finding.cite.extend(values::citations(source, node)),
        Rule::finding_field_effective => finding.effective = values::dates(reader, source, &value?),
        _ => {}
    }
    Some(())
}

/// `patient.egfr >= 30 mL/min`, `patient.lab("血钾") within 14 d <= 5.5 mmol/L`, `patient.pregnant is false`, `patient.pregnant false` as a policy has it, `patient.dialysis`
fn presumption(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Presume> {
    let mut parts = node.clone().into_inner();
    let field = parts.next()?;
    let named = source.of(&field);
    let field = match field.as_rule() {
        Rule::lab => conditions::lab(reader, source, &field)?,
        _ => Term::Path(conditions::path(reader, source, &field)?),
    };
    let span = source.of(node);
    let equal = |span: Span| Spanned {
        value: Comparison::Equal,
        span,
    };
    let Some(sign) = parts.next() else {
        let word = Spanned {
            value: "true",
            span: named,
        };
        return Some(Presume {
            op: equal(named),
            value: PresumedValue::Word(word),
            unless: None,
            span: named,
            field,
        });
    };
    let op = if sign.as_rule() == Rule::comparator {
        values::comparator(source, &sign)
    } else {
        equal(source.of(&sign))
    };
    let value = if sign.as_rule() == Rule::literal {
        sign
    } else {
        parts.next()?
    };
    let value = if value.as_rule() == Rule::quantity {
        PresumedValue::Quantity(values::quantity(reader, source, &value))
    } else {
        PresumedValue::Word(presumed_word(reader, source, &value, of_path(&field))?)
    };
    Some(Presume {
        field,
        op,
        value,
        unless: None,
        span,
    })
}

fn of_path(field: &Term) -> Option<&Path> {
    match field {
        Term::Path(path) => Some(path),
        _ => None,
    }
}

/// A word that a field can be presumed to be; a laboratory value is no attribute and has no words.
pub(crate) fn presumed_word(
    reader: &mut Reader,
    source: &Source<'_>,
    node: &Node<'_>,
    field: Option<&Path>,
) -> Option<crate::tree::Word> {
    let span = source.of(node);
    let literal = grammar::english(shenfang_grammar::Place::Literal, node.as_str());
    let known = if literal.is_empty() {
        field.and_then(|field| conditions::value_of(field, node.as_str()))
    } else {
        Some(literal)
    };
    match known {
        Some(value) => Some(Spanned { value, span }),
        None => {
            let written = node.as_str();
            let expected = if reader.chinese {
                ["是", "否", "无"]
            } else {
                ["true", "false", "none"]
            };
            reader.fail(
                Diagnostic::error(
                    "syntax.expected",
                    span,
                    format!("`{written}` 不是可以推定的值"),
                    format!("`{written}` is no value to presume"),
                )
                .expected(expected),
            )
        }
    }
}

/// Reports a field that is written twice though it can stand once.
pub(crate) fn once(
    reader: &mut Reader,
    source: &Source<'_>,
    head: &Node<'_>,
    seen: &mut Vec<(Rule, Span)>,
) -> Option<()> {
    // The fields that rules and doses share stand one level deeper.
    let shared = (head.as_rule() == Rule::finding).then(|| head.clone().into_inner().next());
    let head = &match shared {
        Some(field) => field?,
        None => head.clone(),
    };
    let rule = head.as_rule();
    let span = source.of(head);
    let repeats = matches!(
        rule,
        Rule::finding_field_raise_to
            | Rule::finding_field_exempt
            | Rule::finding_field_presume
            | Rule::finding_field_cite
            | Rule::dose_field_band
            | Rule::dose_field_over
    );
    let first = seen.iter().find(|(r, _)| *r == rule && !repeats).map(|(_, s)| *s);
    match first {
        Some(first) => {
            let word = head.as_str();
            reader.fail(
                Diagnostic::error(
                    "syntax.twice",
                    span,
                    format!("`{word}` 写了两次"),
                    format!("`{word}` stands twice"),
                )
                .related(first, "第一次在这里", "first here"),
            )
        }
        None => {
            seen.push((rule, span));
            Some(())
        }
    }
}
