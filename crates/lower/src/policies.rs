//! Policies: what one institution changes, each with reason, approver and end; what is locked is not lowered, what must not be presumed is not.
use crate::attributes;
use crate::attributes::Variables;
use crate::conditions::{self, Scope};
use crate::context::Context;
use crate::findings::{action_of, date, severity_of};
use crate::packs::Pack;
use crate::precedence::Precedence;
use crate::presume;
use shenfang_clinical::{Action, Severity, Sex};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_knowledge::{
    Attribute, Condition, DoseRule, FindingSpec, Operand, PatientAttribute, PolicyMark, PresumedValue, Rule,
    RxAttribute, StandingPresumption, WordValue,
};
use shenfang_syntax::tree::{Name, PolicyChange, PolicyDecl, PolicyEntry, Word};
use shenfang_units::{CalendarUnit, Comparison, Ratio};
use std::collections::HashMap;

/// Findings a policy can change, by full id.
pub(crate) struct Targets<'r> {
    rules: &'r mut [Rule],
    doses: &'r mut [DoseRule],
    places: HashMap<String, Place>,
}

#[derive(Clone, Copy)]
enum Place {
    Rule(usize),
    Dose(usize),
}

/// A finding and the strongest grade it can have.
struct Target<'t> {
    finding: &'t mut FindingSpec,
    strongest: Severity,
}

impl<'r> Targets<'r> {
    /// Every rule and dose that was lowered.
    pub fn new(rules: &'r mut [Rule], doses: &'r mut [DoseRule]) -> Targets<'r> {
        let of_rules = rules
            .iter()
            .enumerate()
            .map(|(i, r)| (r.finding.id.clone(), Place::Rule(i)));
        let of_doses = doses
            .iter()
            .enumerate()
            .map(|(i, d)| (d.finding.id.clone(), Place::Dose(i)));
        let places = of_rules.chain(of_doses).collect();
        Targets { rules, doses, places }
    }

    fn get(&mut self, id: &str) -> Option<Target<'_>> {
        match *self.places.get(id)? {
            Place::Rule(index) => {
                let finding = &mut self.rules.get_mut(index)?.finding;
                let strongest = finding.raise.iter().map(|(s, _)| *s).chain([finding.severity]).max()?;
                Some(Target { finding, strongest })
            }
            Place::Dose(index) => {
                let dose = self.doses.get_mut(index)?;
                let strongest = dose.over.iter().map(|(_, s)| *s).chain([dose.finding.severity]).max()?;
                Some(Target {
                    finding: &mut dose.finding,
                    strongest,
                })
            }
        }
    }
}

/// Applies a policy: marks on the rules it changes, and its standing presumptions.
pub(crate) fn policy(
    cx: &Context<'_>,
    pack: &Pack,
    written: &PolicyDecl,
    targets: &mut Targets<'_>,
    precedence: &mut Precedence,
) -> Vec<StandingPresumption> {
    let id = if pack.is_of_policies() {
        written.id.value.clone()
    } else {
        format!("{}.{}", pack.id, written.id.value)
    };
    let scope: Vec<String> = written.scope.iter().map(|s| s.value.clone()).collect();
    let mut presumptions = Vec::new();
    for entry in &written.entries {
        let signed = signed(cx, entry);
        let mark = PolicyMark {
            id: id.clone(),
            scope: scope.clone(),
            until: entry.until.as_ref().and_then(date),
            severity: None,
            action: None,
            mute: false,
            enable: false,
            lock: false,
            signed: (text(&entry.reason), text(&entry.approver)),
        };
        let change = match &entry.change {
            PolicyChange::Presume { field, value, when } => {
                let variables = Variables::default();
                let place = Scope {
                    cx,
                    pack,
                    variables: &variables,
                };
                let standing = standing(place, field, value, when.as_ref());
                if let Some((field, value, when)) = standing.filter(|_| signed) {
                    presumptions.push(StandingPresumption {
                        policy: id.clone(),
                        scope: scope.clone(),
                        until: mark.until,
                        field,
                        value,
                        when,
                    });
                }
                continue;
            }
            PolicyChange::Severity(rule, to) => severity_of(to).map(|s| {
                (
                    rule,
                    to.span,
                    PolicyMark {
                        severity: Some(s),
                        ..mark
                    },
                )
            }),
            PolicyChange::Action(rule, to) => action_of(to).map(|a| {
                (
                    rule,
                    to.span,
                    PolicyMark {
                        action: Some(a),
                        ..mark
                    },
                )
            }),
            PolicyChange::Mute(rule) => Some((rule, rule.span, PolicyMark { mute: true, ..mark })),
            PolicyChange::Enable(rule) => Some((rule, rule.span, PolicyMark { enable: true, ..mark })),
            PolicyChange::Lock(rule) => Some((rule, rule.span, PolicyMark { lock: true, ..mark })),
        };
        if let Some((rule, span, mark)) = change {
            let change = Change {
                rule,
                span,
                mark,
                signed,
            };
            apply(cx, pack, targets, precedence, change);
        }
    }
    presumptions
}

/// Every change says why, who approved it and when it ends.
fn signed(cx: &Context<'_>, entry: &PolicyEntry) -> bool {
    let blank = |name: &Option<Name>| name.as_ref().is_none_or(|n| n.value.trim().is_empty());
    let lacking: Vec<(&str, &str)> = [
        (blank(&entry.reason), ("理由", "reason")),
        (blank(&entry.approver), ("批准人", "approver")),
        (entry.until.is_none(), ("截止", "until")),
    ]
    .into_iter()
    .filter_map(|(lacks, words)| lacks.then_some(words))
    .collect();
    if lacking.is_empty() {
        return true;
    }
    let (zh, en): (Vec<&str>, Vec<&str>) = lacking.into_iter().unzip();
    cx.report(
        Diagnostic::error(
            "policy.unsigned",
            entry.span,
            format!("策略的每项变更要写{}", zh.join("、")),
            format!("every change of a policy says its {}", en.join(", ")),
        )
        .help(
            "写成 { 理由 \"…\" 批准人 \"…\" 截止 2026-12-31 }",
            "as in `{ reason \"…\" approver \"…\" until 2026-12-31 }`",
        ),
    );
    false
}

fn text(name: &Option<Name>) -> String {
    name.as_ref().map(|name| name.value.clone()).unwrap_or_default()
}

/// What a policy does to one rule.
struct Change<'t> {
    rule: &'t Name,
    /// the new value, else the rule's name
    span: Span,
    mark: PolicyMark,
    /// it says why, who and until when
    signed: bool,
}

/// Whether a mark makes a rule say less than the grades given.
fn lowers(mark: &PolicyMark, severity: Severity, action: Action) -> bool {
    mark.mute || mark.severity.is_some_and(|s| s < severity) || mark.action.is_some_and(|a| a < action)
}

/// The strongest grade and the action that the region's policies leave a rule.
fn regional(target: &Target<'_>) -> (Severity, Action) {
    let marks = || target.finding.policy.iter().filter(|mark| mark.scope.is_empty());
    let severity = marks().filter_map(|mark| mark.severity).next_back();
    let severity = severity.unwrap_or(target.strongest);
    let action = marks()
        .filter_map(|mark| mark.action)
        .next_back()
        .or(target.finding.action);
    (severity, action.unwrap_or_else(|| severity.default_action()))
}

fn apply(cx: &Context<'_>, pack: &Pack, targets: &mut Targets<'_>, precedence: &mut Precedence, change: Change<'_>) {
    let Change {
        rule,
        span,
        mark,
        signed,
    } = change;
    let Some((id, declared)) = Context::find(&cx.declared.findings, &pack.id, &rule.value) else {
        let text = &rule.value;
        let near = cx.near(&cx.declared.findings, &pack.id, text);
        return cx.report(
            Diagnostic::error(
                "rule.unknown",
                rule.span,
                format!("没有规则或剂量 `{text}`"),
                format!("no rule or dose `{text}`"),
            )
            .candidates(near)
            .help(
                "其他规则包的规则写全名：规则包.规则",
                "a rule of another pack is named in full: `pack.rule`",
            ),
        );
    };
    // A rule that has faults of its own was not lowered; they are reported there.
    let Some(target) = targets.get(id) else { return };
    let locked = target.finding.locked;
    let action = target
        .finding
        .action
        .unwrap_or_else(|| target.strongest.default_action());
    if locked && lowers(&mark, target.strongest, action) {
        return cx.report(
            Diagnostic::error(
                "policy.locked",
                span,
                format!("规则 `{id}` 已锁定，策略不能降低或静音"),
                format!("rule `{id}` is locked: a policy does not lower or mute it"),
            )
            .related(declared.span, "锁定的规则", "the locked rule"),
        );
    }
    let (severity, action) = regional(&target);
    if let Some((lock, place)) = precedence.locked(id, &mark)
        && lowers(&mark, severity, action)
    {
        return cx.report(
            Diagnostic::error(
                "policy.locked",
                span,
                format!("规则 `{id}` 已由地区策略 `{}` 锁定，机构策略不能降低或静音", lock.id),
                format!(
                    "rule `{id}` is locked by the region's policy `{}`: an institution does not lower or mute it",
                    lock.id
                ),
            )
            .related(place, "在这里锁定", "locked here"),
        );
    }
    if mark.lock && !mark.scope.is_empty() {
        return cx.report(
            Diagnostic::error(
                "policy.lock_scope",
                span,
                "只有地区的策略（没有“范围”）能锁定规则",
                "only the region's policy (without `scope`) locks a rule",
            )
            .help("删去“锁定”，或删去“范围”", "leave out `lock`, or `scope`"),
        );
    }
    if mark.enable && target.finding.enabled && !precedence.muted(id, &mark) {
        return cx.report(
            Diagnostic::warning(
                "policy.enabled",
                span,
                format!("规则 `{id}` 本来就启用"),
                format!("rule `{id}` is on without a policy"),
            )
            .related(declared.span, "没有“停用”", "it is not `disabled`"),
        );
    }
    if signed && precedence.say(cx, id, &mark, span) {
        target.finding.policy.push(mark);
    }
}

/// A standing presumption: only of what a system cannot supply, and never of what must be asked.
fn standing(
    scope: Scope<'_, '_>,
    path: &shenfang_syntax::tree::Path,
    value: &Word,
    when: Option<&shenfang_syntax::tree::Expr>,
) -> Option<(Attribute, PresumedValue, Option<Condition>)> {
    let cx = scope.cx;
    let when = match when {
        Some(when) => Some(conditions::condition(scope, when)?),
        None => None,
    };
    let (field, ty) = attributes::attribute(cx, scope.variables, path)?;
    presume::presumable(scope, path, field)?;
    match field {
        Attribute::Patient(PatientAttribute::Weight) => {
            return cx.fail(
                Diagnostic::error(
                    "presume.never",
                    path.span,
                    "体重从不统一推定",
                    "a weight is never presumed by a policy",
                )
                .help("12 岁以下按体重给药，必须有体重", "under 12 years doses go by weight"),
            );
        }
        Attribute::Patient(PatientAttribute::Pregnant) if !when.as_ref().is_some_and(no_childbearing) => {
            return cx.fail(
                Diagnostic::error(
                    "presume.never",
                    path.span,
                    "10 至 55 岁女性的妊娠从不统一推定",
                    "pregnancy of a woman of 10 to 55 is never presumed by a policy",
                )
                .help(
                    "加上：当 患者.年龄 >= 55 岁 或 患者.年龄 < 10 岁",
                    "add `when patient.age >= 55 a or patient.age < 10 a`",
                ),
            );
        }
        Attribute::Patient(_) | Attribute::Rx(RxAttribute::CurrentMedications | RxAttribute::Diagnoses) => {}
        _ => {
            return cx.fail(Diagnostic::error(
                "presume.never",
                path.span,
                "策略只推定患者的情况和现用药品，不推定处方本身写的",
                "a policy presumes facts of the patient and current medications, not what the sheet itself says",
            ));
        }
    }
    Some((field, presume::word_value(scope, path, field, ty, value)?, when))
}

/// Whether the condition is true only of men and of women outside 10 to 55.
fn no_childbearing(condition: &Condition) -> bool {
    match condition {
        Condition::Or(members) => !members.is_empty() && members.iter().all(no_childbearing),
        Condition::And(members) => members.iter().any(no_childbearing),
        Condition::Is {
            subject: Attribute::Patient(PatientAttribute::Sex),
            values,
        } => values.iter().all(|v| *v == WordValue::Sex(Sex::Male)),
        Condition::Compare {
            left: Operand::Attribute(Attribute::Patient(PatientAttribute::Age)),
            op,
            right: Operand::Constant(limit),
        } => {
            let years = limit.quantity.unit.calendar() == Some(CalendarUnit::Year);
            let value = limit.quantity.value;
            match op {
                Comparison::AtLeast | Comparison::Greater => years && value >= Ratio::integer(55),
                Comparison::Less => years && value <= Ratio::integer(10),
                Comparison::AtMost => years && value < Ratio::integer(10),
                Comparison::Equal | Comparison::NotEqual => false,
            }
        }
        _ => false,
    }
}
