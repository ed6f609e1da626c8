//! Examples: a prescription in shorthand becomes the record a host would send, read by the reader of records.
mod item;
mod lists;
mod record;
mod sheet;

use crate::context::Context;
use crate::findings::severity_of;
use crate::packs::Pack;
use crate::{Example, Expectation};
use record::Record;
use shenfang_diagnostics::Diagnostic;
use shenfang_syntax::tree::{self, ExampleDecl, ExampleValue, Name};

/// An example, ready to run; `None` when something in it was reported.
pub(crate) fn example(cx: &Context<'_>, pack: &Pack, written: &ExampleDecl) -> Option<Example> {
    let before = cx.errors();
    let mut record = Record::new(&written.title);
    sheet::fill(cx, &mut record, &written.entries);
    let expects: Vec<_> = written.expects.iter().map(|e| expectation(cx, pack, e)).collect();
    if written.expects.is_empty() {
        cx.report(
            Diagnostic::error(
                "example.expects",
                written.title.span,
                "示例没有写“应得”",
                "the example does not say what it expects",
            )
            .help(
                "不应有任何发现写：应得 无",
                "where nothing is found write `expects nothing`",
            ),
        );
    }
    nothing_else(cx, &written.expects);
    if cx.errors() > before {
        return None;
    }
    let prescription = record.read(cx)?;
    let expects = expects.into_iter().flatten().flatten().collect();
    Some(Example {
        pack: pack.id.clone(),
        title: written.title.value.clone(),
        prescription,
        expects,
        span: written.span,
    })
}

/// `Some(None)` for `nothing`.
fn expectation(cx: &Context<'_>, pack: &Pack, written: &tree::Expectation) -> Option<Option<Expectation>> {
    Some(match written {
        tree::Expectation::Nothing(_) => None,
        tree::Expectation::Finding { rule, severity } => Some(Expectation::Finding {
            rule: rule_id(cx, pack, rule)?,
            severity: severity.as_ref().and_then(severity_of),
        }),
        tree::Expectation::Undetermined { rule, needs } => Some(Expectation::Undetermined {
            rule: rule_id(cx, pack, rule)?,
            needs: needs
                .as_ref()
                .map(|paths| paths.iter().map(|p| path(&p.value)).collect()),
        }),
        tree::Expectation::Presumed { rule } => Some(Expectation::Presumed {
            rule: rule_id(cx, pack, rule)?,
        }),
    })
}

/// The path in the record: what a rule calls `rx.setting` the record calls `setting`.
fn path(written: &str) -> String {
    match written.strip_prefix("rx.") {
        Some("form") => "usage.form".to_owned(),
        Some(field @ ("disease" | "pattern")) => format!("tcm_diagnosis.{field}"),
        Some(field) => field.to_owned(),
        None => written.to_owned(),
    }
}

fn rule_id(cx: &Context<'_>, pack: &Pack, name: &Name) -> Option<String> {
    if let Some((id, _)) = Context::find(&cx.declared.findings, &pack.id, &name.value) {
        return Some(id.to_owned());
    }
    let text = &name.value;
    let near = cx.near(&cx.declared.findings, &pack.id, text);
    cx.fail(
        Diagnostic::error(
            "rule.unknown",
            name.span,
            format!("没有规则或剂量 `{text}`"),
            format!("no rule or dose `{text}`"),
        )
        .candidates(near),
    )
}

/// `nothing` excludes findings.
fn nothing_else(cx: &Context<'_>, expects: &[tree::Expectation]) {
    let nothing = expects.iter().find_map(|e| {
        if let tree::Expectation::Nothing(span) = e {
            Some(*span)
        } else {
            None
        }
    });
    let finding = expects.iter().find_map(|e| {
        if let tree::Expectation::Finding { rule, .. } = e {
            Some(rule.span)
        } else {
            None
        }
    });
    if let Some((nothing, finding)) = nothing.zip(finding) {
        cx.report(
            Diagnostic::error(
                "example.nothing",
                nothing,
                "“无”之外又列了发现",
                "`nothing` beside a finding",
            )
            .related(finding, "这里列了发现", "a finding is named here"),
        );
    }
}

/// The text of a value and where it stands.
fn written(value: &ExampleValue) -> (&str, shenfang_diagnostics::Span) {
    match value {
        ExampleValue::Word(word) => (word.value, word.span),
        ExampleValue::Quantity(name) | ExampleValue::Text(name) => (&name.value, name.span),
    }
}

/// The text of a run of values, and the whole of it.
fn joined(values: &[ExampleValue]) -> Option<(String, shenfang_diagnostics::Span)> {
    let (_, first) = written(values.first()?);
    let (_, last) = written(values.last()?);
    let texts: Vec<&str> = values.iter().map(|v| written(v).0).collect();
    Some((texts.join(" "), first.to(last)))
}
