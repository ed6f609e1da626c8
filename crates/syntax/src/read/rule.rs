//! A rule, field by field.
use super::{Reader, conditions, finding, sets};
use crate::bounds;
use crate::grammar::{Node, Rule};
use crate::origin::Source;
use crate::tree::{Binding, Expr, Finding};
use shenfang_diagnostics::{Diagnostic, Span};

/// What of a rule has been read.
#[derive(Default)]
pub(crate) struct RuleParts {
    /// `match`
    pub bindings: Vec<Binding>,
    /// `when`
    pub when: Option<Expr>,
    /// the rest
    pub finding: Finding,
    seen: Vec<(Rule, Span)>,
}

/// Reads one `rule_entry`.
pub(crate) fn rule_entry(
    reader: &mut Reader,
    source: &Source<'_>,
    entry: &Node<'_>,
    rule: &mut RuleParts,
) -> Option<()> {
    let mut parts = entry.clone().into_inner();
    let head = parts.next()?;
    finding::once(reader, source, &head, &mut rule.seen)?;
    match head.as_rule() {
        Rule::rule_field_match => {
            for binding in parts.filter(|p| p.as_rule() == Rule::binding) {
                if let Some(binding) = sets::binding(reader, source, &binding) {
                    rule.bindings.push(binding);
                }
            }
            check_variables(reader, &rule.bindings)
        }
        Rule::rule_field_when => {
            rule.when = conditions::condition(reader, source, &parts.next()?);
            Some(())
        }
        _ => finding::field(reader, source, &head, &mut rule.finding),
    }
}

fn check_variables(reader: &mut Reader, bindings: &[Binding]) -> Option<()> {
    for (i, binding) in bindings.iter().enumerate() {
        let variable = &binding.variable;
        if let Some(first) = bindings.iter().take(i).find(|b| b.variable.value == variable.value) {
            let name = &variable.value;
            let twice = Diagnostic::error(
                "syntax.twice",
                variable.span,
                format!("变量 `{name}` 写了两次"),
                format!("the variable `{name}` stands twice"),
            )
            .related(first.variable.span, "第一次在这里", "first here");
            return reader.fail(twice);
        }
    }
    let Some(fifth) = bindings.get(bounds::VARIABLES) else {
        return Some(());
    };
    reader.fail(Diagnostic::error(
        "bound.variables",
        fifth.variable.span,
        "一条规则最多四个变量",
        "a rule has at most four variables",
    ))
}
