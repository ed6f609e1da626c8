//! A policy: whom it speaks for, and its changes with reason, approver and end date.
use super::{Reader, conditions, finding, values};
use crate::grammar::{Node, Rule};
use crate::origin::Source;
use crate::tree::{Name, PolicyChange, PolicyEntry};

/// Reads one `policy_entry`.
pub(crate) fn policy_entry(
    reader: &mut Reader,
    source: &Source<'_>,
    entry: &Node<'_>,
    scope: &mut Vec<Name>,
    entries: &mut Vec<PolicyEntry>,
) -> Option<()> {
    let mut parts = entry.clone().into_inner();
    let head = parts.next()?;
    if head.as_rule() == Rule::policy_field_scope {
        scope.extend(
            parts
                .filter(|p| p.as_rule() == Rule::string)
                .map(|p| values::name(source, &p)),
        );
        return Some(());
    }
    let mut read = PolicyEntry {
        change: change(reader, source, &head)?,
        reason: None,
        approver: None,
        until: None,
        span: source.of(&head),
    };
    for part in parts {
        match part.as_rule() {
            Rule::rbrace => read.span = read.span.to(source.of(&part)),
            Rule::change_field => {
                let mut inner = part.into_inner();
                let (field, value) = (inner.next()?, inner.next()?);
                match field.as_rule() {
                    Rule::change_field_reason => read.reason = Some(values::name(source, &value)),
                    Rule::change_field_approver => read.approver = Some(values::name(source, &value)),
                    _ => read.until = Some(values::date(reader, source, &value)?),
                }
            }
            _ => {}
        }
    }
    entries.push(read);
    Some(())
}

fn change(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<PolicyChange> {
    let mut parts = node.clone().into_inner();
    let head = parts.next()?;
    if head.as_rule() == Rule::policy_field_presume {
        let field = conditions::path(reader, source, &parts.next()?)?;
        let value = parts.find(|p| p.as_rule() == Rule::presumed_value)?;
        let value = finding::presumed_word(reader, source, &value, Some(&field))?;
        let when = match parts.find(|p| p.as_rule() == Rule::condition) {
            Some(condition) => Some(conditions::condition(reader, source, &condition)?),
            None => None,
        };
        return Some(PolicyChange::Presume { field, value, when });
    }
    let rule = values::name(source, &parts.next()?);
    let to = |word: Option<Node<'_>>| word.map(|w| values::word(source, &w));
    Some(match head.as_rule() {
        Rule::policy_field_severity => PolicyChange::Severity(rule, to(parts.nth(1))?),
        Rule::policy_field_action => PolicyChange::Action(rule, to(parts.nth(1))?),
        Rule::policy_field_mute => PolicyChange::Mute(rule),
        Rule::policy_field_lock => PolicyChange::Lock(rule),
        _ => PolicyChange::Enable(rule),
    })
}
