//! Lints over a whole run: what is declared and never used. A pack without rules of its own is a library and may declare for others.
use crate::context::{self, Context};
use crate::declare::Declared;
use crate::packs::Pack;
use shenfang_diagnostics::Diagnostic;
use std::collections::BTreeMap;

/// Warns of groups and sources that nothing refers to.
pub(crate) fn unused(cx: &Context<'_>, packs: &[Pack], declared: &Declared<'_>) {
    let mut with_rules = vec![false; packs.len()];
    for pack in declared
        .rules
        .iter()
        .map(|(p, _)| p)
        .chain(declared.doses.iter().map(|(p, _)| p))
    {
        if let Some(has) = with_rules.get_mut(pack.index) {
            *has = true;
        }
    }
    let own = |id: &str| {
        // The longest pack id that the full id begins with.
        let owner = packs
            .iter()
            .filter(|p| id.strip_prefix(p.id.as_str()).is_some_and(|rest| rest.starts_with('.')))
            .max_by_key(|p| p.id.len());
        owner.is_some_and(|p| with_rules.get(p.index) == Some(&true))
    };
    let warn = |table: &BTreeMap<String, context::Declared>, code: &'static str, zh: &str, en: &str| {
        for (id, declared) in table {
            if !declared.used.get() && own(id) {
                cx.report(Diagnostic::warning(
                    code,
                    declared.span,
                    format!("{zh} `{id}` 没有用到"),
                    format!("the {en} `{id}` is not used"),
                ));
            }
        }
    };
    warn(&cx.declared.groups, "lint.unused_group", "组", "group");
    warn(&cx.declared.sources, "lint.unused_source", "来源", "source");
}
