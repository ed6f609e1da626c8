//! Comparisons: both sides of one kind, constants in a unit that fits, the constant on the right.
use crate::attributes;
use crate::conditions::{Scope, describe, spelled, text, word};
use crate::context::Context;
use crate::quantities;
use crate::sets;
use crate::types::{Magnitude, Type};
use shenfang_clinical::Measure;
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_knowledge::{Attribute, Code, CodeSystem, Condition, Constant, Lab, LabKey, Operand, WordValue};
use shenfang_syntax::tree::{Path, Quantity, Spanned, Term, Value};
use shenfang_units::Comparison;

/// A side that has a value of its own, typed.
struct Subject<'t> {
    what: What<'t>,
    ty: Type,
    /// as the author calls it
    name: String,
    span: Span,
}

enum What<'t> {
    Attribute(Attribute, &'t Path),
    Operand(Operand),
}

/// `A OP B`
pub(crate) fn compare(scope: Scope<'_, '_>, left: &Term, op: &Spanned<Comparison>, right: &Term) -> Option<Condition> {
    match (is_constant(left), is_constant(right)) {
        (true, true) => {
            let span = span(left).to(span(right));
            scope.cx.fail(Diagnostic::error(
                "compare.constants",
                span,
                "两边都是定值，结果与处方无关",
                "both sides are constants: the answer does not depend on the prescription",
            ))
        }
        (true, false) => with_constant(scope, subject(scope, right)?, op.value.flipped(), left),
        (false, true) => with_constant(scope, subject(scope, left)?, op.value, right),
        (false, false) => {
            let (left, right) = (subject(scope, left), subject(scope, right));
            two_values(scope.cx, left?, op, right?)
        }
    }
}

/// `A in B .. C`, both ends included
pub(crate) fn between(scope: Scope<'_, '_>, value: &Term, low: &Term, high: &Term) -> Option<Condition> {
    for end in [low, high] {
        if !is_constant(end) {
            return scope.cx.fail(Diagnostic::error(
                "compare.range",
                span(end),
                "范围的两端写定值",
                "the ends of a range are constants",
            ));
        }
    }
    if is_constant(value) {
        return scope.cx.fail(Diagnostic::error(
            "compare.constants",
            span(value),
            "“在”的左边是要看的值，不是定值",
            "what stands before `in` is a value of the prescription, not a constant",
        ));
    }
    let (from, to) = (
        with_constant(scope, subject(scope, value)?, Comparison::AtLeast, low),
        with_constant(scope, subject(scope, value)?, Comparison::AtMost, high),
    );
    let (from, to) = (from?, to?);
    if let (Some(a), Some(b)) = (constant_of(&from), constant_of(&to))
        && a.quantity
            .amount()
            .zip(b.quantity.amount())
            .is_some_and(|(a, b)| a.dimension == b.dimension && a.value > b.value)
    {
        return scope.cx.fail(Diagnostic::error(
            "compare.reversed",
            span(low).to(span(high)),
            "范围的低端高于高端",
            "the lower end of the range is above the upper",
        ));
    }
    Some(Condition::And(vec![from, to]))
}

/// `known(patient.lab(…))`
pub(crate) fn known_lab(scope: Scope<'_, '_>, lab: &Term) -> Option<Condition> {
    laboratory(scope, lab).map(Condition::KnownLab)
}

/// A laboratory value; `None` where the term is another.
pub(crate) fn laboratory(scope: Scope<'_, '_>, lab: &Term) -> Option<Lab> {
    match subject(scope, lab)?.what {
        What::Operand(Operand::Lab(lab)) => Some(lab),
        _ => None,
    }
}

fn constant_of(condition: &Condition) -> Option<&Constant> {
    match condition {
        Condition::Compare {
            right: Operand::Constant(constant),
            ..
        } => Some(constant),
        _ => None,
    }
}

fn is_constant(term: &Term) -> bool {
    matches!(term, Term::Quantity(_) | Term::Date(_) | Term::String(_))
}

/// Where a term stands.
pub(crate) fn span(term: &Term) -> Span {
    match term {
        Term::Path(path) => path.span,
        Term::Quantity(quantity) => quantity.span,
        Term::Count(items) | Term::Total(items, _) => items.span,
        Term::Lab { span, .. } => *span,
        Term::Date(date) => date.span,
        Term::String(name) => name.span,
    }
}

/// What a term that is no constant stands for.
fn subject<'t>(scope: Scope<'_, '_>, term: &'t Term) -> Option<Subject<'t>> {
    let cx = scope.cx;
    let (what, ty, name) = match term {
        Term::Path(path) => {
            let (attribute, ty) = attributes::attribute(cx, scope.variables, path)?;
            (What::Attribute(attribute, path), ty, spelled(cx, path))
        }
        Term::Count(items) => {
            let set = sets::item_set(cx, scope.pack, items)?;
            (
                What::Operand(Operand::Count(set)),
                Type::Quantity(Magnitude::Count),
                named(cx, items.span, "计数", "count"),
            )
        }
        Term::Total(items, measure) => {
            let set = sets::item_set(cx, scope.pack, items);
            let measure = total_measure(cx, measure);
            (
                What::Operand(Operand::Total(set?, measure?)),
                Type::Quantity(Magnitude::Amount),
                named(cx, items.span, "合计", "total"),
            )
        }
        Term::Lab {
            keys: written,
            within,
            span,
        } => {
            let within_days = match within {
                Some(within) => Some(quantities::days(cx, within)?),
                None => None,
            };
            let mut keys = Vec::new();
            for (key, code) in written {
                keys.push(if *code {
                    lab_code(cx, key)?
                } else {
                    LabKey::Name(text(&key.value))
                });
            }
            (
                What::Operand(Operand::Lab(Lab { keys, within_days })),
                Type::Quantity(Magnitude::Lab),
                named(cx, *span, "检验", "lab"),
            )
        }
        Term::Quantity(_) | Term::Date(_) | Term::String(_) => return None,
    };
    Some(Subject {
        what,
        ty,
        name,
        span: span(term),
    })
}

pub(crate) fn named(cx: &Context<'_>, span: Span, zh: &str, en: &str) -> String {
    if cx.chinese(span) { zh.to_owned() } else { en.to_owned() }
}

fn total_measure(cx: &Context<'_>, word: &Spanned<&'static str>) -> Option<Measure> {
    match Measure::from_word(word.value) {
        Some(measure @ (Measure::Single | Measure::Daily | Measure::Weekly | Measure::Course)) => Some(measure),
        _ => {
            let words = if cx.chinese(word.span) {
                ["单次", "每日", "每周", "疗程总量"]
            } else {
                ["single", "daily", "weekly", "course"]
            };
            cx.fail(
                Diagnostic::error(
                    "type.measure",
                    word.span,
                    "合计只能是药量",
                    "only amounts can be summed",
                )
                .expected(words),
            )
        }
    }
}

fn lab_code(cx: &Context<'_>, key: &Spanned<String>) -> Option<LabKey> {
    match Code::parse(&key.value) {
        Some(code) if matches!(code.system, CodeSystem::Loinc | CodeSystem::Local) => Some(LabKey::Code(code)),
        _ => {
            let text = &key.value;
            cx.fail(
                Diagnostic::error(
                    "code.unknown",
                    key.span,
                    format!("`{text}` 不是检验编码"),
                    format!("`{text}` does not code a laboratory value"),
                )
                .expected(["LOINC:6301-6", "LOCAL:…"]),
            )
        }
    }
}

/// A value of the prescription against a constant, the constant on the right.
fn with_constant(scope: Scope<'_, '_>, subject: Subject<'_>, op: Comparison, constant: &Term) -> Option<Condition> {
    let cx = scope.cx;
    match (subject.ty, constant) {
        (Type::Quantity(magnitude), Term::Quantity(written)) => {
            let right = Operand::Constant(quantities::constant(cx, written, magnitude, &subject.name)?);
            Some(Condition::Compare {
                left: operand(subject),
                op,
                right,
            })
        }
        (Type::Age, Term::Quantity(written)) => {
            let right = Operand::Constant(quantities::age(cx, written, &subject.name)?);
            Some(Condition::Compare {
                left: operand(subject),
                op,
                right,
            })
        }
        (_, Term::String(name)) => with_word(scope, subject, op, name),
        (ty, Term::Quantity(written)) => cx.fail(not_a_quantity(cx, &subject.name, ty, written)),
        (ty, _) => {
            let (zh, en) = describe(ty);
            let name = &subject.name;
            cx.fail(
                Diagnostic::error(
                    "type.date",
                    span(constant),
                    format!("{name} 是{zh}，不能与日期比较"),
                    format!("{name} is {en} and is not compared with a date"),
                )
                .help(
                    "与日期有关的规则用“生效 起 .. 止”",
                    "what depends on the date carries `effective A .. B`",
                ),
            )
        }
    }
}

/// Ranked words by rank; words and texts by `=` and `!=`.
fn with_word(scope: Scope<'_, '_>, subject: Subject<'_>, op: Comparison, name: &Spanned<String>) -> Option<Condition> {
    let cx = scope.cx;
    let equality = matches!(op, Comparison::Equal | Comparison::NotEqual);
    let What::Attribute(attribute, path) = subject.what else {
        return cx.fail(mismatched_text(&subject.name, subject.ty, name));
    };
    let value = match subject.ty {
        Type::Word(vocabulary) if vocabulary.ranked() && !equality => {
            let value = word(cx, path, vocabulary, &Value::Name(name.clone()))?;
            return Some(Condition::Rank {
                subject: attribute,
                op,
                value,
            });
        }
        Type::Word(vocabulary) | Type::Words(vocabulary) if equality => {
            word(cx, path, vocabulary, &Value::Name(name.clone()))?
        }
        Type::Text if equality => WordValue::Text(text(&name.value)),
        Type::Word(_) | Type::Words(_) | Type::Text => {
            let (zh, en) = describe(subject.ty);
            let fault = Diagnostic::error(
                "type.order",
                path.span,
                format!("{} 是{zh}，没有大小之分", subject.name),
                format!("{} is {en}, which has no order", subject.name),
            );
            return cx.fail(fault.help("用“为”", "use `is`"));
        }
        Type::Quantity(_) | Type::Age | Type::Flag | Type::List => {
            return cx.fail(mismatched_text(&subject.name, subject.ty, name));
        }
    };
    let is = Condition::Is {
        subject: attribute,
        values: vec![value],
    };
    Some(if op == Comparison::Equal {
        is
    } else {
        Condition::Not(Box::new(is))
    })
}

fn mismatched_text(subject: &str, ty: Type, name: &Spanned<String>) -> Diagnostic {
    let (zh, en) = describe(ty);
    let text = &name.value;
    Diagnostic::error(
        "type.text",
        name.span,
        format!("{subject} 是{zh}，不能与文字 `{text}` 比较"),
        format!("{subject} is {en} and is not compared with the text `{text}`"),
    )
}

fn not_a_quantity(cx: &Context<'_>, subject: &str, ty: Type, written: &Quantity) -> Diagnostic {
    let (zh, en) = describe(ty);
    let shown = quantities::shown(written);
    let fault = Diagnostic::error(
        "type.word",
        written.span,
        format!("{subject} 是{zh}，不能与 `{shown}` 比较"),
        format!("{subject} is {en} and is not compared with `{shown}`"),
    );
    match ty {
        Type::Word(vocabulary) | Type::Words(vocabulary) => {
            fault.expected(vocabulary.words(!subject.is_ascii() || cx.chinese(written.span)))
        }
        _ => fault,
    }
}

/// Two values of the prescription: of one kind.
fn two_values(cx: &Context<'_>, left: Subject<'_>, op: &Spanned<Comparison>, right: Subject<'_>) -> Option<Condition> {
    match (left.ty, right.ty) {
        (Type::Quantity(a), Type::Quantity(b)) if a == b => Some(Condition::Compare {
            left: operand(left),
            op: op.value,
            right: operand(right),
        }),
        (a, b) => {
            let ((zh_a, en_a), (zh_b, en_b)) = (describe(a), describe(b));
            let (x, y) = (&left.name, &right.name);
            let span = left.span.to(right.span);
            cx.fail(Diagnostic::error(
                "type.dimension",
                span,
                format!("{x} 是{zh_a}，{y} 是{zh_b}，不能比较"),
                format!("{x} is {en_a}, {y} is {en_b}: they are not compared"),
            ))
        }
    }
}

fn operand(subject: Subject<'_>) -> Operand {
    match subject.what {
        What::Attribute(attribute, _) => Operand::Attribute(attribute),
        What::Operand(operand) => operand,
    }
}
