//! Quantities of rule text: the unit read, the dimension checked against what they are compared with, the spelling made canonical.
use crate::context::Context;
use crate::types::{Magnitude, age_units, without_body};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_knowledge::Constant;
use shenfang_syntax::tree;
use shenfang_units::{Base, CalendarUnit, Dimension, Quantity, Ratio, Unit, UnitError};

/// Drops in a millilitre, by the convention of infusion sets.
const DROPS_PER_ML: i64 = 20;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A quantity that is compared with `magnitude`; `subject` is how the text calls that.
pub(crate) fn constant(
    cx: &Context<'_>,
    written: &tree::Quantity,
    magnitude: Magnitude,
    subject: &str,
) -> Option<Constant> {
    let chinese = cx.chinese(written.span) || !subject.is_ascii();
    let value = number(cx, &written.number)?;
    let Some(text) = &written.unit else {
        if magnitude.takes_bare_number() {
            return canonical(
                cx,
                written.span,
                Quantity {
                    value,
                    unit: Unit::one(),
                },
                magnitude,
            );
        }
        return cx.fail(no_unit(
            written,
            subject,
            magnitude.describe(),
            magnitude.units(chinese),
            magnitude.has_usual_unit(),
        ));
    };
    let unit = unit(cx, text, magnitude.units(chinese))?;
    let quantity = Quantity { value, unit };
    let dimension = quantity.unit.dimension();
    if !magnitude.accepts(dimension) {
        return cx.fail(mismatch(written, &quantity, magnitude, subject, chinese));
    }
    if dimension == Dimension::TIME && quantity.unit.calendar() == Some(CalendarUnit::Year) {
        let fault = Diagnostic::error(
            "unit.year",
            text.span,
            format!("`{}` 的天数不定，不能作时长", text.value),
            format!("`{}` has no fixed number of days and is no length of time", text.value),
        );
        return cx.fail(fault.help(
            "写天数或月数（周按 7 天、月按 30 天计）",
            "give days or months (a week counts 7 days, a month 30)",
        ));
    }
    canonical(cx, written.span, quantity, magnitude)
}

/// An age to compare with: a number of calendar units.
pub(crate) fn age(cx: &Context<'_>, written: &tree::Quantity, subject: &str) -> Option<Constant> {
    let chinese = cx.chinese(written.span) || !subject.is_ascii();
    let value = number(cx, &written.number)?;
    let words = ("年龄（岁、月、周、天）", "an age (years, months, weeks, days)");
    let Some(text) = &written.unit else {
        return cx.fail(no_unit(written, subject, words, age_units(chinese), true));
    };
    let unit = unit(cx, text, age_units(chinese))?;
    if unit.calendar().is_none() {
        let (zh, en) = unit.dimension().describe();
        let shown = shown(written);
        let fault = Diagnostic::error(
            "type.dimension",
            written.span,
            format!("{subject} 是{}，`{shown}` 是{zh}", words.0),
            format!("{subject} is {}, `{shown}` is {en}", words.1),
        );
        return cx.fail(fault.expected(age_units(chinese).iter().copied()));
    }
    let unit = respelled(unit);
    let quantity = Quantity { value, unit };
    in_range(cx, written.span, quantity).map(|quantity| Constant { quantity })
}

/// A length of time in days, for `within`.
pub(crate) fn days(cx: &Context<'_>, written: &tree::Quantity) -> Option<Ratio> {
    let constant = constant(
        cx,
        written,
        Magnitude::Duration,
        if cx.chinese(written.span) { "内" } else { "within" },
    )?;
    let seconds = constant.quantity.amount()?.value;
    seconds.checked_div(Ratio::integer(DAY))
}

/// A decimal number.
pub(crate) fn number(cx: &Context<'_>, written: &tree::Name) -> Option<Ratio> {
    match Ratio::parse_decimal(&written.value) {
        Ok(value) => Some(value),
        Err(_) => cx.fail(Diagnostic::error(
            "number.range",
            written.span,
            format!("`{}` 不是能精确表示的数", written.value),
            format!("`{}` is not a number that can be held exactly", written.value),
        )),
    }
}

/// A unit, or an error with near spellings.
pub(crate) fn unit(cx: &Context<'_>, text: &tree::Name, usual: &[&str]) -> Option<Unit> {
    let shown = &text.value;
    match Unit::parse(shown) {
        Ok(unit) => Some(unit),
        Err(UnitError::Unknown { candidates, .. }) => {
            let fault = Diagnostic::error(
                "unit.unknown",
                text.span,
                format!("没有单位 `{shown}`"),
                format!("unknown unit `{shown}`"),
            );
            cx.fail(if candidates.is_empty() {
                fault.expected(usual.iter().copied())
            } else {
                fault.candidates(candidates)
            })
        }
        Err(UnitError::NotARatio { .. }) => cx.fail(
            Diagnostic::error(
                "unit.scale",
                text.span,
                format!("单位 `{shown}` 没有可换算的刻度"),
                format!("unit `{shown}` has no scale that converts by a factor"),
            )
            .expected(usual.iter().copied()),
        ),
        Err(UnitError::Range) => cx.fail(Diagnostic::error(
            "unit.range",
            text.span,
            "单位过长或指数过大",
            "the unit is too long or its exponents too large",
        )),
    }
}

/// As the author wrote it.
pub(crate) fn shown(written: &tree::Quantity) -> String {
    match &written.unit {
        Some(unit) => format!("{} {}", written.number.value, unit.value),
        None => written.number.value.clone(),
    }
}

fn no_unit(
    written: &tree::Quantity,
    subject: &str,
    (zh, en): (&str, &str),
    usual: &[&str],
    one_is_meant: bool,
) -> Diagnostic {
    let number = &written.number.value;
    // Nobody can guess whether 30 was milligrams or grams.
    let meant = usual.first().filter(|_| one_is_meant);
    Diagnostic::error(
        "unit.missing",
        written.span,
        format!("`{number}` 没有单位：{subject} 是{zh}"),
        format!("`{number}` has no unit: {subject} is {en}"),
    )
    .expected(usual.iter().copied())
    .candidates(meant.map(|unit| format!("{number} {unit}")))
}

/// Why a quantity of one dimension cannot be compared with a magnitude.
fn mismatch(
    written: &tree::Quantity,
    quantity: &Quantity,
    magnitude: Magnitude,
    subject: &str,
    chinese: bool,
) -> Diagnostic {
    let shown = shown(written);
    let dimension = quantity.unit.dimension();
    let (zh, en) = dimension.describe();
    let (kind_zh, kind_en) = magnitude.describe();
    let fault = Diagnostic::error(
        "type.dimension",
        written.span,
        format!("{subject} 是{kind_zh}，`{shown}` 是{zh}"),
        format!("{subject} is {kind_en}, `{shown}` is {en}"),
    );
    let per_day = dimension
        .checked_mul(Dimension::TIME)
        .is_some_and(|d| magnitude.accepts(d));
    let (bare, body) = without_body(dimension);
    let fault = match magnitude {
        Magnitude::Egfr if Magnitude::Clearance.accepts(dimension) => fault.help(
            "eGFR 按 1.73 m² 标化，写 mL/min/{1.73_m2}；未标化的清除率是 crcl",
            "eGFR is per 1.73 m2: write mL/min/{1.73_m2}; the clearance that is not is `crcl`",
        ),
        Magnitude::Clearance if Magnitude::Egfr.accepts(dimension) => fault.help(
            "crcl 不按 1.73 m² 标化，写 mL/min；标化的是 egfr",
            "`crcl` is not per 1.73 m2: write mL/min; the one that is is `egfr`",
        ),
        Magnitude::Dose | Magnitude::Amount if per_day => fault.help(
            "这里的量已经说明按次还是按日，单位里不再写 /d",
            "the measure already says per dose or per day: leave `/d` out of the unit",
        ),
        _ if body.is_some() && magnitude.accepts(bare) => fault.help(
            "按体重或体表面积的限量只用于 剂量、日剂量 以及剂量声明",
            "only `dose`, `daily` and the limits of a dose are stated per kg or m2 of the patient",
        ),
        _ => fault,
    };
    fault.expected(magnitude.units(chinese).iter().copied())
}

/// What is compared: one unit where several say the same (`次/d` and a bare number, drops and millilitres, `%` and g/100 mL), canonical spelling.
fn canonical(cx: &Context<'_>, span: Span, quantity: Quantity, magnitude: Magnitude) -> Option<Constant> {
    let dimension = quantity.unit.dimension();
    let base = |unit: &str, factor: Ratio| -> Option<Quantity> {
        Some(Quantity {
            value: quantity.amount()?.value.checked_mul(factor)?,
            unit: Unit::parse(unit).ok()?,
        })
    };
    let converted = match magnitude {
        Magnitude::Frequency if !dimension.is_none() => base("1", Ratio::integer(DAY)),
        Magnitude::DecoctionDoses if dimension.is_none() => base("剂", Ratio::ONE),
        Magnitude::Rate if dimension.exponent(Base::Drop) == 1 => {
            Ratio::new(60, DROPS_PER_ML.into()).and_then(|per_minute| base("mL/min", per_minute))
        }
        // Weight per volume: 1 % is 1 g in 100 mL.
        Magnitude::Concentration if dimension.is_none() => base("g/mL", Ratio::ONE),
        _ => Some(Quantity {
            value: quantity.value,
            unit: respelled(quantity.unit.clone()),
        }),
    };
    match converted {
        Some(quantity) => in_range(cx, span, quantity).map(|quantity| Constant { quantity }),
        None => out_of_range(cx, span),
    }
}

/// The unit in its canonical spelling.
fn respelled(unit: Unit) -> Unit {
    Unit::parse(&unit.canonical()).unwrap_or(unit)
}

fn in_range(cx: &Context<'_>, span: Span, quantity: Quantity) -> Option<Quantity> {
    if quantity.amount().is_some() {
        Some(quantity)
    } else {
        out_of_range(cx, span)
    }
}

fn out_of_range<T>(cx: &Context<'_>, span: Span) -> Option<T> {
    cx.fail(Diagnostic::error(
        "number.range",
        span,
        "数值超出可精确计算的范围",
        "the value is outside what can be computed exactly",
    ))
}
