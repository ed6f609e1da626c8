//! Whom policies speak for: the region's come before institutions', whatever the order of files. What a region locks no institution lowers; two
//! policies of one reach do not say different things.
use crate::context::Context;
use crate::packs::Pack;
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_knowledge::PolicyMark;
use shenfang_order::Order;
use shenfang_syntax::tree::PolicyDecl;
use std::collections::HashMap;

/// Policies in the order in which they are folded: the region's, then institutions', each by id.
pub(crate) fn order<'t>(policies: &[(&'t Pack, &'t PolicyDecl)]) -> Vec<(&'t Pack, &'t PolicyDecl)> {
    let mut ordered = policies.to_vec();
    ordered.order_by_key(|(pack, policy)| (!policy.scope.is_empty(), &policy.id.value, &pack.id));
    ordered
}

/// What policies have said of the rules so far.
#[derive(Default)]
pub(crate) struct Precedence {
    said: HashMap<String, Vec<(PolicyMark, Span)>>,
}

impl Precedence {
    /// The place where the region locks a rule against an institution's mark.
    pub fn locked(&self, rule: &str, mark: &PolicyMark) -> Option<(&PolicyMark, Span)> {
        let said = self.said.get(rule).filter(|_| !mark.scope.is_empty())?;
        said.iter()
            .find(|(earlier, _)| earlier.lock)
            .map(|(m, span)| (m, *span))
    }

    /// Whether a policy with the same or a wider reach turned a rule off.
    pub fn muted(&self, rule: &str, mark: &PolicyMark) -> bool {
        let said = self.said.get(rule).into_iter().flatten();
        said.into_iter()
            .any(|(earlier, _)| earlier.mute && earlier.scope.is_empty() && !mark.scope.is_empty())
    }

    /// Notes a change; false where a policy of the same reach changes the same thing differently, which is reported.
    pub fn say(&mut self, cx: &Context<'_>, rule: &str, mark: &PolicyMark, span: Span) -> bool {
        let said = self.said.entry(rule.to_owned()).or_default();
        let other = said
            .iter()
            .find(|(earlier, _)| shares_reach(earlier, mark) && contradicts(earlier, mark));
        if let Some((earlier, place)) = other {
            cx.report(
                Diagnostic::error(
                    "policy.conflict",
                    span,
                    format!(
                        "策略 `{}` 与 `{}` 对规则 `{rule}` 的规定不同，管的机构却相同",
                        mark.id, earlier.id
                    ),
                    format!(
                        "policies `{}` and `{}` change rule `{rule}` differently for the same institutions",
                        mark.id, earlier.id
                    ),
                )
                .related(*place, "另一处规定", "the other change")
                .help(
                    "只留一处；机构的策略（有“范围”）可以在地区的策略之上再改",
                    "keep one; a policy of an institution (with `scope`) may change what the region's says",
                ),
            );
            return false;
        }
        said.push((mark.clone(), span));
        true
    }
}

/// Both the region's, or of a common institution.
fn shares_reach(a: &PolicyMark, b: &PolicyMark) -> bool {
    match (a.scope.is_empty(), b.scope.is_empty()) {
        (true, true) => true,
        (false, false) => a.scope.iter().any(|id| b.scope.contains(id)),
        _ => false,
    }
}

/// Whether two marks change one thing differently.
fn contradicts(a: &PolicyMark, b: &PolicyMark) -> bool {
    let differ = |a: Option<_>, b: Option<_>| a.zip(b).is_some_and(|(a, b)| a != b);
    differ(a.severity, b.severity)
        || a.action.zip(b.action).is_some_and(|(a, b)| a != b)
        || (a.mute && b.enable)
        || (a.enable && b.mute)
}
