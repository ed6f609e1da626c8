//! Presumptions: what a field stands for while it is unknown, typed like the field.
use crate::attributes;
use crate::compare;
use crate::conditions::{self, Scope, describe, spelled, word};
use crate::quantities;
use crate::types::{Magnitude, Type};
use shenfang_diagnostics::Diagnostic;
use shenfang_knowledge::{Attribute, ItemAttribute, PatientAttribute, Presumable, PresumedValue, Presumption};
use shenfang_syntax::tree::{self, Path, Presume, Term, Value, Word};
use shenfang_units::Comparison;

/// A presumption of one rule.
pub(crate) fn presumption(scope: Scope<'_, '_>, written: &Presume) -> Option<Presumption> {
    let cx = scope.cx;
    let unless = written
        .unless
        .as_ref()
        .map(|unless| conditions::condition(scope, unless));
    let (field, ty, name) = match &written.field {
        Term::Path(path) => {
            let (field, ty) = attributes::attribute(cx, scope.variables, path)?;
            presumable(scope, path, field)?;
            (Presumable::Attribute(field), ty, spelled(cx, path))
        }
        lab => {
            let field = compare::laboratory(scope, lab)?;
            let name = compare::named(cx, compare::span(lab), "检验", "lab");
            let ty = Type::Quantity(Magnitude::Lab);
            (Presumable::Lab(field), ty, name)
        }
    };
    let value = match (&written.value, ty) {
        (tree::PresumedValue::Quantity(quantity), Type::Quantity(magnitude)) => {
            PresumedValue::Constant(quantities::constant(cx, quantity, magnitude, &name)?)
        }
        (tree::PresumedValue::Quantity(quantity), _) => {
            let (zh, en) = describe(ty);
            return cx.fail(Diagnostic::error(
                "presume.type",
                quantity.span,
                format!("{name} 是{zh}，不能推定为一个量"),
                format!("{name} is {en}, it is not presumed to be a quantity"),
            ));
        }
        (tree::PresumedValue::Word(value), _) => {
            if written.op.value != Comparison::Equal {
                return cx.fail(Diagnostic::error(
                    "presume.type",
                    written.op.span,
                    "词没有大小，推定为一个词写“为”",
                    "a word has no order: write `is`",
                ));
            }
            match (&field, &written.field) {
                (Presumable::Attribute(field), Term::Path(path)) => word_value(scope, path, *field, ty, value)?,
                _ => return cx.fail(quantity_expected(scope, &name, Magnitude::Lab, value)),
            }
        }
    };
    let unless = match unless {
        Some(unless) => Some(unless?),
        None => None,
    };
    Some(Presumption {
        field,
        op: written.op.value,
        value,
        unless,
    })
}

/// A word that a field stands for: a flag, an empty list, a word of its enumeration.
pub(crate) fn word_value(
    scope: Scope<'_, '_>,
    path: &Path,
    field: Attribute,
    ty: Type,
    value: &Word,
) -> Option<PresumedValue> {
    let cx = scope.cx;
    let name = spelled(cx, path);
    let chinese = cx.chinese(path.span);
    let wrong = |expected: &[&str]| {
        let (zh, en) = describe(ty);
        Diagnostic::error(
            "presume.type",
            value.span,
            format!("{name} 是{zh}，不能推定为 `{}`", value.value),
            format!("{name} is {en}, it is not presumed to be `{}`", value.value),
        )
        .expected(expected.iter().copied())
    };
    match (ty, value.value) {
        (Type::Flag, "true") => Some(PresumedValue::Flag(true)),
        (Type::Flag, "false") => Some(PresumedValue::Flag(false)),
        (Type::Flag, _) => cx.fail(wrong(if chinese { &["是", "否"] } else { &["true", "false"] })),
        (Type::List | Type::Words(_), "none") => Some(PresumedValue::None),
        (Type::List, "only diagnoses") if field == Attribute::Patient(PatientAttribute::Conditions) => {
            Some(PresumedValue::None)
        }
        (Type::List, _) => cx.fail(wrong(if chinese { &["无"] } else { &["none"] })),
        (Type::Word(vocabulary) | Type::Words(vocabulary), _) => {
            word(cx, path, vocabulary, &Value::Word(value.clone())).map(PresumedValue::Word)
        }
        (Type::Quantity(magnitude), _) => cx.fail(quantity_expected(scope, &name, magnitude, value)),
        (Type::Age | Type::Text, _) => cx.fail(wrong(&[])),
    }
}

/// A word where a quantity is presumed.
fn quantity_expected(scope: Scope<'_, '_>, name: &str, magnitude: Magnitude, value: &Word) -> Diagnostic {
    let (zh, en) = describe(Type::Quantity(magnitude));
    Diagnostic::error(
        "presume.type",
        value.span,
        format!("{name} 是{zh}，不能推定为 `{}`", value.value),
        format!("{name} is {en}, it is not presumed to be `{}`", value.value),
    )
    .expected(magnitude.units(scope.cx.chinese(value.span)).iter().copied())
    .help(
        "推定一个量要写比较：>= 30 mL/min",
        "a quantity is presumed by a comparison, as in `>= 30 mL/min`",
    )
}

/// What is never presumed, by a rule or a policy: a skin test, an allergy, an age, what the sheet itself says of the drug.
pub(crate) fn presumable(scope: Scope<'_, '_>, path: &Path, field: Attribute) -> Option<()> {
    let never = |zh: &str, en: &str| {
        Diagnostic::error(
            "presume.never",
            path.span,
            format!("{zh}从不推定"),
            format!("{en} is never presumed"),
        )
    };
    let fault = match field {
        Attribute::Item(_, ItemAttribute::SkinTest) => {
            never("皮试结果", "a skin test").help("没有结果就要报告", "a missing result is a finding or undetermined")
        }
        Attribute::Patient(PatientAttribute::Allergies) => never("过敏史", "a history of allergy"),
        Attribute::Patient(PatientAttribute::Age | PatientAttribute::AgeUnit) => never("年龄", "an age"),
        Attribute::Item(_, ItemAttribute::Text(_)) => never("处方上写的文字", "what is written on the sheet"),
        _ => return Some(()),
    };
    scope.cx.fail(fault)
}
