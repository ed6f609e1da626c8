//! Doses: limits of one concept, each of a measure that fits its unit; grades ascending.
use crate::attributes::Variables;
use crate::conditions::{self, Scope};
use crate::context::Context;
use crate::findings::{self, Owner};
use crate::packs::Pack;
use crate::quantities;
use crate::rules;
use crate::types::{Magnitude, without_body};
use shenfang_clinical::{Measure, Route, Severity, SheetForm};
use shenfang_diagnostics::Diagnostic;
use shenfang_knowledge::{Band, ConceptId, ConceptKind, DoseRule, Limit, Per, Reach, Resolution, Toxicity};
use shenfang_order::Order;
use shenfang_syntax::tree::{self, DoseDecl, Over};
use shenfang_units::{Amount, Base, Comparison, Quantity, Ratio};

/// The concept a dose is about. Silent: an unknown name is reported when the dose is lowered.
pub(crate) fn concept(cx: &Context<'_>, written: &DoseDecl) -> Option<ConceptId> {
    match cx.knowledge.names().name(&written.concept.value) {
        Resolution::Concept(id) => Some(id),
        Resolution::Ambiguous(_) | Resolution::Unknown => None,
    }
}

/// The id of a dose: as written, else the concept's canonical name.
pub(crate) fn id(cx: &Context<'_>, written: &DoseDecl) -> String {
    let own = written.id.as_ref().map(|id| id.value.as_str());
    let canonical = || concept(cx, written).map(|id| cx.concept_name(id));
    own.or_else(canonical).unwrap_or(&written.concept.value).to_owned()
}

/// A typed dose; `None` when something in it was reported.
pub(crate) fn dose(cx: &Context<'_>, pack: &Pack, written: &DoseDecl) -> Option<DoseRule> {
    let before = cx.errors();
    let variables = Variables::of_dose();
    let scope = Scope {
        cx,
        pack,
        variables: &variables,
    };
    let concept = match concept(cx, written) {
        Some(id) => Some(id),
        None => crate::sets::set(
            cx,
            pack,
            &tree::Set::Name(written.concept.clone()),
            crate::sets::Among::Drugs,
        )
        .and_then(|_| {
            let text = &written.concept.value;
            cx.fail(Diagnostic::error(
                "dose.concept",
                written.concept.span,
                format!("`{text}` 是组，剂量只写一个药"),
                format!("`{text}` is a group: a dose is about one drug"),
            ))
        }),
    };
    let condition = |expr: &Option<tree::Expr>| expr.as_ref().map(|e| conditions::condition(scope, e));
    let (when, gap) = (condition(&written.when), condition(&written.gap));
    let bands: Vec<_> = written.bands.iter().map(|b| band(scope, b)).collect();
    if written.bands.is_empty() {
        cx.report(
            Diagnostic::error(
                "dose.no_band",
                written.concept.span,
                "剂量没有写任何限量",
                "the dose states no limit",
            )
            .help("写：适用 所有 { 每日 <= 2 克 }", "write `band always { daily <= 2 g }`"),
        );
    }
    if let Some(raise) = written.finding.raise.first() {
        cx.report(
            Diagnostic::error(
                "dose.raise",
                raise.severity.span,
                "剂量按超过的倍数定级，没有“升为”",
                "a dose is graded by `over`; it has no `raise to`",
            )
            .help(
                "特殊人群另写一个“适用”，或另写规则",
                "give the population a band of its own, or write a rule",
            ),
        );
    }
    if let Some(presume) = written.finding.presume.first() {
        cx.report(
            Diagnostic::error(
                "dose.presume",
                presume.span,
                "剂量没有“推定”：缺的资料使限量无法判断",
                "a dose has no `presume`: what is missing leaves its limits undetermined",
            )
            .help(
                "只在某种情况才有的限量（如肾功能不全减量）写成规则，规则可以推定",
                "a limit that binds only in some state (renal impairment) is a rule, and a rule may presume",
            ),
        );
    }
    let severity = written.finding.severity.as_ref().and_then(findings::severity_of);
    let over = grades(cx, &written.over, severity, written.finding.severity.as_ref());
    let owner = Owner {
        id: format!("{}.{}", pack.id, id(cx, written)),
        name: written.id.as_ref().unwrap_or(&written.concept).span,
        span: written.span,
        dose: true,
        shares: false,
    };
    let finding = findings::finding(scope, owner, &written.finding);
    if let Some(refused) = &written.finding.countersigned
        && (rules::is_toxic_kind(written.finding.kind.as_ref()) || concept.is_some_and(|id| is_toxic(cx, id)))
    {
        cx.report(rules::countersigned_toxic(refused.span));
    }
    let (routes, forms) = (routes(written), forms(written));
    let mut finding = finding?;
    if cx.errors() > before {
        return None;
    }
    finding.severity = over.first().map_or(finding.severity, |(_, severity)| *severity);
    let concept = concept?;
    let kind = cx.knowledge.concept(concept).map(|c| c.kind);
    Some(DoseRule {
        concept,
        routes,
        forms,
        when: flatten(when)?,
        bands: bands.into_iter().collect::<Option<_>>()?,
        gap: flatten(gap)?,
        over,
        reach: if kind == Some(ConceptKind::Herb) {
            Reach::Single
        } else {
            Reach::Ingredients
        },
        finding,
    })
}

/// Absent, or there and sound.
fn flatten<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

fn routes(written: &DoseDecl) -> Vec<Route> {
    let mut routes: Vec<Route> = written.route.iter().filter_map(|w| Route::from_word(w.value)).collect();
    routes.order();
    routes.dedup();
    routes
}

fn forms(written: &DoseDecl) -> Vec<SheetForm> {
    let mut forms: Vec<SheetForm> = written
        .form
        .iter()
        .filter_map(|w| SheetForm::from_word(w.value))
        .collect();
    forms.order();
    forms.dedup();
    forms
}

/// Whether the pharmacopoeia grades the concept toxic. A processed form with a dose of its own has a monograph of its own, and its grade is what that says:
/// 半夏 is toxic, 法半夏 is not.
fn is_toxic(cx: &Context<'_>, id: ConceptId) -> bool {
    cx.knowledge
        .concept(id)
        .is_some_and(|concept| matches!(concept.toxicity, Some(Toxicity::Toxic | Toxicity::HighlyToxic)))
}

fn band(scope: Scope<'_, '_>, written: &tree::Band) -> Option<Band> {
    let when = conditions::condition(scope, &written.when);
    let limits: Vec<_> = written.limits.iter().map(|l| limit(scope.cx, l)).collect();
    if limits.is_empty() {
        scope.cx.report(Diagnostic::error(
            "dose.no_limit",
            written.span,
            "这一段没有写限量",
            "the band states no limit",
        ));
    }
    Some(Band {
        when: when?,
        limits: limits.into_iter().collect::<Option<_>>()?,
    })
}

fn limit(cx: &Context<'_>, written: &tree::Limit) -> Option<Limit> {
    let measure = Measure::from_word(written.measure.value)?;
    let magnitude = match measure {
        Measure::Single | Measure::Daily | Measure::Weekly | Measure::Course => Magnitude::Dose,
        Measure::Frequency => Magnitude::Frequency,
        Measure::Duration => Magnitude::Duration,
    };
    if !matches!(written.op.value, Comparison::AtMost | Comparison::AtLeast) {
        return cx.fail(
            Diagnostic::error(
                "dose.sign",
                written.op.span,
                "限量含界值本身，用 <= 或 >=",
                "a limit includes its bound: `<=` or `>=`",
            )
            .expected(["<=", ">="]),
        );
    }
    let name = if cx.chinese(written.measure.span) {
        measure.zh()
    } else {
        measure.code()
    };
    let quantity = quantities::constant(cx, &written.quantity, magnitude, name);
    let low = match &written.low {
        Some(low) => Some(quantities::constant(cx, low, magnitude, name)?.quantity),
        None => None,
    };
    let quantity = quantity?.quantity;
    let (amount, per) = of_body(&quantity)?;
    if amount.value <= Ratio::ZERO {
        return cx.fail(
            Diagnostic::error(
                "dose.zero",
                written.quantity.span,
                "限量要大于零",
                "a limit is above zero",
            )
            .help(
                "不许用写成禁忌证规则",
                "what must not be given at all is a contraindication",
            ),
        );
    }
    if let Some(low) = &low {
        let (lower, low_per) = of_body(low)?;
        if lower.dimension != amount.dimension || low_per != per {
            return cx.fail(Diagnostic::error(
                "type.dimension",
                written.span,
                "范围两端的单位不是一类",
                "the ends of the range measure different things",
            ));
        }
        if lower.value > amount.value {
            return cx.fail(Diagnostic::error(
                "dose.reversed",
                written.span,
                "范围的低端高于高端",
                "the lower end of the range is above the upper",
            ));
        }
    }
    Some(Limit {
        measure,
        op: written.op.value,
        quantity,
        amount,
        per,
        low,
    })
}

/// In base units, the body size taken out.
fn of_body(quantity: &Quantity) -> Option<(Amount, Option<Per>)> {
    let amount = quantity.amount()?;
    let (dimension, body) = without_body(amount.dimension);
    let per = match body {
        Some(Base::BodyMass) => Some(Per::Weight),
        Some(_) => Some(Per::Area),
        None => None,
    };
    // The base of body weight is the kilogram, of body surface the square metre: nothing is left to convert.
    Some((
        Amount {
            value: amount.value,
            dimension,
        },
        per,
    ))
}

/// Grades by ratio: ascending ratios, severities that do not fall. Without `over`, anything above the limit.
fn grades(
    cx: &Context<'_>,
    written: &[Over],
    severity: Option<Severity>,
    word: Option<&tree::Word>,
) -> Vec<(Ratio, Severity)> {
    if written.is_empty() {
        return vec![(Ratio::ONE, severity.unwrap_or(Severity::Moderate))];
    }
    if let Some(word) = word {
        cx.report(
            Diagnostic::error(
                "dose.severity",
                word.span,
                "写了“超过”就不再写“级别”",
                "a dose has either `over` or `severity`",
            )
            .help("“级别 S”等于“超过 1 S”", "`severity S` is `over 1 S`"),
        );
    }
    let mut out: Vec<(Ratio, Severity)> = Vec::new();
    for over in written {
        let Some((ratio, severity)) = quantities::number(cx, &over.ratio).zip(findings::severity_of(&over.severity))
        else {
            continue;
        };
        if ratio < Ratio::ONE {
            cx.report(Diagnostic::error(
                "dose.over",
                over.ratio.span,
                "倍数不小于 1：没有超过限量就没有级别",
                "the ratio is at least 1: what does not exceed the limit has no grade",
            ));
        }
        if let Some((last, grade)) = out.last() {
            if ratio <= *last {
                cx.report(Diagnostic::error(
                    "dose.over",
                    over.ratio.span,
                    "倍数要从小到大",
                    "ratios ascend",
                ));
            } else if severity < *grade {
                cx.report(Diagnostic::error(
                    "dose.over",
                    over.severity.span,
                    "倍数越大级别不能越低",
                    "a larger excess has no lower grade",
                ));
            }
        }
        out.push((ratio, severity));
    }
    out
}
