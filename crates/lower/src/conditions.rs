//! Conditions: every expression typed, or an error that says in domain words why it is none.
use crate::attributes::{self, Variables};
use crate::compare;
use crate::context::Context;
use crate::packs::Pack;
use crate::sets::{self, Among};
use crate::types::{Type, Vocabulary};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_knowledge::{Attribute, Condition, WordValue};
use shenfang_order::Order;
use shenfang_syntax::tree::{Expr, Path, Set, Value};

/// What a condition is lowered in: the run, the pack, the variables.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s, 'a> {
    /// the run
    pub cx: &'s Context<'a>,
    /// the pack the text belongs to
    pub pack: &'s Pack,
    /// the variables of the rule
    pub variables: &'s Variables,
}

/// A condition; `None` when something in it was reported.
pub(crate) fn condition(scope: Scope<'_, '_>, expr: &Expr) -> Option<Condition> {
    let Scope { cx, pack, variables } = scope;
    match expr {
        Expr::Always(_) => Some(Condition::Always),
        Expr::Or(members) => all(scope, members).map(Condition::Or),
        Expr::And(members) => all(scope, members).map(Condition::And),
        Expr::Not(of, _) => condition(scope, of).map(|c| Condition::Not(Box::new(c))),
        Expr::Compare { left, op, right } => compare::compare(scope, left, op, right),
        Expr::In { subject, low, high } => compare::between(scope, subject, low, high),
        Expr::Is { subject, values } => is(scope, subject, values),
        Expr::Known(path) => attributes::stated(cx, variables, path).map(Condition::Known),
        Expr::KnownLab(lab) => compare::known_lab(scope, lab),
        Expr::Stated(path) => attributes::stated(cx, variables, path).map(Condition::Stated),
        Expr::Any(items) => sets::item_set(cx, pack, items).map(Condition::Any),
        Expr::No(items) => sets::item_set(cx, pack, items).map(|s| Condition::Not(Box::new(Condition::Any(s)))),
        Expr::PatientHas(set, _) => sets::set(cx, pack, set, Among::Conditions).map(Condition::PatientHas),
        Expr::PatientHad(set, _) => sets::set(cx, pack, set, Among::Conditions).map(Condition::PatientHad),
        Expr::DiagnosesHave(set, _) => sets::set(cx, pack, set, Among::Conditions).map(Condition::DiagnosesHave),
        Expr::AllergicTo(set, _) => allergic_to(scope, set),
        Expr::Flag(path) => flag(scope, path),
    }
}

/// A variable where the name is one, else a set of what an allergy can be to.
fn allergic_to(scope: Scope<'_, '_>, set: &Set) -> Option<Condition> {
    let Scope { cx, pack, variables } = scope;
    if let Set::Name(name) = set {
        if let Some(variable) = variables.find(&name.value) {
            return Some(Condition::AllergicTo(variable));
        }
        // No drug is called by one Latin letter: a variable was meant.
        if let (1, true) = (name.value.len(), !sets::is_known(cx, pack, &name.value)) {
            return variables.expect(cx, name).map(Condition::AllergicTo);
        }
    }
    sets::set(cx, pack, set, Among::Allergens).map(Condition::AllergicToAny)
}

/// Every member, so that all faults are said.
fn all(scope: Scope<'_, '_>, members: &[Expr]) -> Option<Vec<Condition>> {
    let lowered: Vec<_> = members.iter().map(|m| condition(scope, m)).collect();
    lowered.into_iter().collect()
}

/// A truth by itself: `patient.dialysis`.
fn flag(scope: Scope<'_, '_>, path: &Path) -> Option<Condition> {
    let (attribute, ty) = attributes::attribute(scope.cx, scope.variables, path)?;
    if ty == Type::Flag {
        return Some(Condition::Flag(attribute));
    }
    let name = spelled(scope.cx, path);
    let (zh, en) = describe(ty);
    let fault = Diagnostic::error(
        "type.not_a_flag",
        path.span,
        format!("{name} 是{zh}，单独不是条件"),
        format!("{name} is {en}, by itself no condition"),
    );
    scope.cx.fail(match ty {
        Type::Text | Type::List => fault.help(
            format!("是否写了：已注明（{name}）"),
            format!("whether it is there is `stated({name})`"),
        ),
        Type::Word(_) | Type::Words(_) => fault.help(format!("写成 {name} 为 …"), format!("write `{name} is …`")),
        _ => fault.help(
            "用 < <= = != >= > 与一个量比较",
            "compare it by < <= = != >= > with a quantity",
        ),
    })
}

/// `A is B | C`: words of the attribute's enumeration, names for texts.
fn is(scope: Scope<'_, '_>, subject: &Path, values: &[Value]) -> Option<Condition> {
    let cx = scope.cx;
    let (attribute, ty) = attributes::attribute(cx, scope.variables, subject)?;
    match ty {
        Type::Word(vocabulary) | Type::Words(vocabulary) => {
            let words: Vec<_> = values.iter().map(|v| word(cx, subject, vocabulary, v)).collect();
            Some(one_of(attribute, words.into_iter().collect::<Option<_>>()?))
        }
        Type::Text => {
            let texts = values.iter().map(|v| WordValue::Text(text(written(v).0))).collect();
            Some(one_of(attribute, texts))
        }
        Type::Flag => match values {
            [Value::Word(word)] if word.value == "true" => Some(Condition::Flag(attribute)),
            [Value::Word(word)] if word.value == "false" => Some(Condition::Not(Box::new(Condition::Flag(attribute)))),
            _ => cx.fail(
                wrong_value(cx, subject, ty, values).expected(if cx.chinese(subject.span) {
                    ["是", "否"]
                } else {
                    ["true", "false"]
                }),
            ),
        },
        Type::List => {
            let fault = wrong_value(cx, subject, ty, values);
            cx.fail(match attribute {
                Attribute::Patient(shenfang_knowledge::PatientAttribute::Allergies) => fault.help(
                    "过敏写：患者 过敏于 …",
                    "allergies are asked for with `patient allergic to …`",
                ),
                Attribute::Rx(shenfang_knowledge::RxAttribute::CurrentMedications) => fault.help(
                    "现用药品写：任一 现用 …",
                    "current medications are asked for with `any current …`",
                ),
                Attribute::Rx(shenfang_knowledge::RxAttribute::Diagnoses) => fault.help(
                    "诊断写：处方.诊断 有 …；连同疾病写：患者 有 …",
                    "diagnoses are asked for with `rx.diagnoses has …`, conditions too with `patient has …`",
                ),
                _ => fault.help(
                    "疾病和诊断写：患者 有 …",
                    "conditions and diagnoses are asked for with `patient has …`",
                ),
            })
        }
        Type::Quantity(_) | Type::Age => cx.fail(wrong_value(cx, subject, ty, values).help(
            "量用 < <= = != >= > 或 在 … .. … 比较",
            "quantities are compared by < <= = != >= > or `in … .. …`",
        )),
    }
}

/// Alternatives in canonical order.
fn one_of(subject: Attribute, mut values: Vec<WordValue>) -> Condition {
    values.order();
    values.dedup();
    Condition::Is { subject, values }
}

/// A word of a vocabulary, or an error that lists the right ones in the author's language.
pub(crate) fn word(cx: &Context<'_>, subject: &Path, vocabulary: Vocabulary, value: &Value) -> Option<WordValue> {
    let (text, span) = written(value);
    // The reader looks a word up by its attribute; where it took another list's, the author's own spelling decides.
    if let Some(value) = vocabulary.value(text).or_else(|| vocabulary.value(cx.map.text(span))) {
        return Some(value);
    }
    let shown = shown(cx, value);
    let chinese = cx.chinese(subject.span);
    let name = spelled(cx, subject);
    let (zh, en) = vocabulary.describe();
    let fault = Diagnostic::error(
        "type.word",
        span,
        format!("`{shown}` 不是{zh}：{name} 没有这个值"),
        format!("`{shown}` is not {en}: {name} has no such value"),
    );
    if text == "none" {
        return cx.fail(fault.help(
            format!("是否写了：非 已注明（{name}）"),
            format!("whether it is there is `not stated({name})`"),
        ));
    }
    let near = crate::suggest::nearest(shown, vocabulary.words(true).into_iter().chain(vocabulary.words(false)));
    cx.fail(if near.is_empty() {
        fault.expected(vocabulary.words(chinese))
    } else {
        fault.candidates(near)
    })
}

/// Any text, as compared.
pub(crate) fn text(written: &str) -> String {
    shenfang_nfkc::nfkc(written.trim().chars())
}

/// A value's text and place.
fn written(value: &Value) -> (&str, Span) {
    match value {
        Value::Word(word) => (word.value, word.span),
        Value::Name(name) => (&name.value, name.span),
    }
}

/// A value as its author wrote it.
fn shown<'v>(cx: &'v Context<'_>, value: &'v Value) -> &'v str {
    match value {
        Value::Word(word) => cx.shown(word.span, word.value),
        Value::Name(name) => &name.value,
    }
}

fn wrong_value(cx: &Context<'_>, subject: &Path, ty: Type, values: &[Value]) -> Diagnostic {
    let name = spelled(cx, subject);
    let (zh, en) = describe(ty);
    let span = values.first().map_or(subject.span, |v| written(v).1);
    let shown = values.first().map_or("", |v| shown(cx, v));
    Diagnostic::error(
        "type.word",
        span,
        format!("{name} 是{zh}，不能“为” `{shown}`"),
        format!("{name} is {en}, it cannot be `{shown}`"),
    )
}

/// What a type is, in the reader's words.
pub(crate) fn describe(ty: Type) -> (&'static str, &'static str) {
    match ty {
        Type::Quantity(magnitude) => magnitude.describe(),
        Type::Age => ("年龄（岁、月、周、天）", "an age (years, months, weeks, days)"),
        Type::Flag => ("真假值", "true or false"),
        Type::Word(vocabulary) | Type::Words(vocabulary) => vocabulary.describe(),
        Type::Text => ("文字", "a text"),
        Type::List => ("列表", "a list"),
    }
}

/// A path as its author spelled it; in English words where the text is not at hand.
pub(crate) fn spelled(cx: &Context<'_>, path: &Path) -> String {
    let own = cx.shown(path.span, "");
    if !own.is_empty() && !own.contains([' ', ',', '"']) {
        return own.to_owned();
    }
    let words: Vec<&str> = path.segments.iter().map(|s| s.value.as_str()).collect();
    match &path.argument {
        Some(field) => format!("{}({})", words.join("."), field.value),
        None => words.join("."),
    }
}
