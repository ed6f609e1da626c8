//! What a rule and a dose share: category, severity, texts, citations, dates, exemptions.
use crate::conditions::{self, Scope};
use crate::context::Context;
use crate::presume;
use crate::review_codes;
use crate::suggest;
use crate::templates;
use jiff::civil::Date;
use shenfang_clinical::{Action, Category, Severity};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_grammar::Place;
use shenfang_knowledge::{Citation, FindingSpec, Template};
use shenfang_syntax::tree::{self, DateRange, Finding, Name, Text, Word};

/// Whose finding it is.
pub(crate) struct Owner {
    /// full id
    pub id: String,
    /// where the name stands
    pub name: Span,
    /// where the declaration or row stands
    pub span: Span,
    /// whether the declaration is a dose
    pub dose: bool,
    /// whether the variables share something
    pub shares: bool,
}

/// The finding of a rule or dose; `None` when something a finding cannot do without is missing or wrong.
pub(crate) fn finding(scope: Scope<'_, '_>, owner: Owner, written: &Finding) -> Option<FindingSpec> {
    let cx = scope.cx;
    let category = category(cx, &owner, written);
    let severity = match &written.severity {
        Some(word) => severity_of(word),
        None if owner.dose => Some(Severity::Moderate),
        None => {
            let expected = if cx.begins_chinese(owner.span) {
                ["轻微", "中等", "严重", "禁忌"]
            } else {
                ["minor", "moderate", "major", "contraindicated"]
            };
            cx.fail(missing(&owner, "级别", "severity").expected(expected))
        }
    };
    let review_code = category.and_then(|category| review_code(cx, &owner, written, category));
    if written.message.is_none() && !owner.dose {
        cx.report(missing(&owner, "提示", "message"));
    }
    let raise = match severity {
        Some(severity) => raises(scope, severity, written),
        None => vec![],
    };
    let exempt: Vec<_> = written.exempt.iter().map(|e| conditions::condition(scope, e)).collect();
    let presume: Vec<_> = written.presume.iter().map(|p| presume::presumption(scope, p)).collect();
    let text = |text: &Option<Text>| text.as_ref().map(|t| templates::template(scope, owner.shares, t));
    let (message, advice) = (text(&written.message).unwrap_or_default(), text(&written.advice));
    let citations = citations(scope, &owner, &written.cite);
    Some(FindingSpec {
        pack: scope.pack.index,
        category: category?,
        subject: written.subject.as_ref().and_then(|s| concern(cx, s)),
        kind: written.kind.as_ref().map(|k| k.value.clone()),
        review_code: review_code?,
        severity: severity?,
        action: written.action.as_ref().and_then(action_of),
        raise,
        countersigned: written.countersigned.as_ref().and_then(action_of),
        locked: written.locked.is_some(),
        enabled: written.disabled.is_none(),
        exempt: exempt.into_iter().collect::<Option<_>>()?,
        presume: presume.into_iter().collect::<Option<_>>()?,
        effective: written.effective.as_ref().map(days),
        citations,
        policy: vec![],
        title: titles(written.title.as_ref()),
        message: both(message),
        advice: advice.map(both),
        row: row(cx, owner.span),
        id: owner.id,
    })
}

/// A text in one language stands for the other too.
fn both(template: Template) -> Template {
    match template {
        Template { zh, en } if en.is_empty() => Template { en: zh.clone(), zh },
        Template { zh, en } if zh.is_empty() => Template { zh: en.clone(), en },
        template => template,
    }
}

fn titles(title: Option<&Text>) -> (String, String) {
    let text = |name: Option<&Name>| name.map(|n| n.value.clone()).unwrap_or_default();
    (
        text(title.and_then(|t| t.zh.as_ref())),
        text(title.and_then(|t| t.en.as_ref())),
    )
}

/// `file:line` of what is declared by a row of a table.
fn row(cx: &Context<'_>, span: Span) -> Option<String> {
    let (path, line, _) = cx.map.position(span);
    let table = [".yaml", ".yml", ".csv"]
        .iter()
        .any(|end| path.to_ascii_lowercase().ends_with(end));
    table.then(|| format!("{path}:{line}"))
}

fn missing(owner: &Owner, zh: &str, en: &str) -> Diagnostic {
    Diagnostic::error(
        "finding.missing",
        owner.name,
        format!("规则没有写“{zh}”"),
        format!("the rule has no `{en}`"),
    )
}

fn category(cx: &Context<'_>, owner: &Owner, written: &Finding) -> Option<Category> {
    match &written.category {
        Some(word) => Category::from_word(word.value),
        None if owner.dose => Some(Category::Dose),
        None => {
            let chinese = cx.begins_chinese(owner.span);
            cx.fail(
                missing(owner, "类别", "category")
                    .expected(Category::ALL.iter().map(|c| if chinese { c.zh() } else { c.code() })),
            )
        }
    }
}

fn review_code(cx: &Context<'_>, owner: &Owner, written: &Finding, category: Category) -> Option<String> {
    match &written.review_code {
        Some(code) if review_codes::is_code(&code.value) => Some(code.value.clone()),
        Some(code) => {
            let text = &code.value;
            let fault = Diagnostic::error(
                "review_code.unknown",
                code.span,
                format!("处方点评没有代码 `{text}`"),
                format!("there is no review code `{text}`"),
            );
            cx.fail(fault.help(
                "代码为 1-1 至 1-15（不规范）、2-1 至 2-9（不适宜）、3-1 至 3-4（超常）",
                "the codes are 1-1 to 1-15, 2-1 to 2-9 and 3-1 to 3-4",
            ))
        }
        None => match review_codes::default_of(category) {
            Some(code) => Some(code.to_owned()),
            None => cx.fail(missing(owner, "点评", "review_code").help(
                "规范性的规则要写明对应哪一条，如：点评 1-11",
                "a rule of category `format` says which code it is, as in `review_code 1-11`",
            )),
        },
    }
}

/// A severity word.
pub(crate) fn severity_of(word: &Word) -> Option<Severity> {
    Severity::from_word(word.value)
}

/// An action word.
pub(crate) fn action_of(word: &Word) -> Option<Action> {
    Action::from_word(word.value)
}

/// Which fact of the patient a contraindication is about: one of the words there are.
fn concern(cx: &Context<'_>, written: &Name) -> Option<String> {
    if let Some(word) = shenfang_grammar::find(Place::Concern, &written.value) {
        return Some(word.en.to_owned());
    }
    let chinese = !cx.shown(written.span, &written.value).is_ascii();
    let words = || shenfang_grammar::words(Place::Concern).map(|k| if chinese { k.zh } else { k.en });
    let (text, near) = (&written.value, suggest::nearest(&written.value, words()));
    let fault = Diagnostic::error(
        "subject.unknown",
        written.span,
        format!("没有对象 `{text}`"),
        format!("there is no subject `{text}`"),
    );
    cx.fail(if near.is_empty() {
        fault.expected(words())
    } else {
        fault.candidates(near)
    })
}

fn raises(scope: Scope<'_, '_>, from: Severity, written: &Finding) -> Vec<(Severity, shenfang_knowledge::Condition)> {
    let cx = scope.cx;
    let mut out = Vec::new();
    for raise in &written.raise {
        let when = conditions::condition(scope, &raise.when);
        let Some(to) = severity_of(&raise.severity) else {
            continue;
        };
        if to <= from {
            cx.report(
                Diagnostic::error(
                    "raise.lower",
                    raise.severity.span,
                    format!("“升为”只能升高：规则的级别已是{}", from.zh()),
                    format!("`raise to` only raises: the rule is {} already", from.code()),
                )
                .help("例外写“豁免 当 …”", "an exception is written `exempt when …`"),
            );
            continue;
        }
        out.extend(when.map(|when| (to, when)));
    }
    out
}

fn citations(scope: Scope<'_, '_>, owner: &Owner, written: &[tree::Citation]) -> Vec<Citation> {
    let cx = scope.cx;
    if written.is_empty() {
        cx.report(
            Diagnostic::error(
                "finding.missing",
                owner.name,
                "没有写“依据”：每条规则和剂量都要有来源",
                "no `cite`: every rule and dose rests on a source",
            )
            .expected(
                cx.declared
                    .sources
                    .keys()
                    .filter_map(|full| full.strip_prefix(&format!("{}.", scope.pack.id)))
                    .take(8),
            ),
        );
    }
    let mut out = Vec::new();
    for citation in written {
        let name = &citation.source;
        match Context::find(&cx.declared.sources, &scope.pack.id, &name.value) {
            Some((_, source)) => {
                source.used.set(true);
                out.push(Citation {
                    source: source.index,
                    locator: citation.locator.as_ref().map(|l| l.value.clone()),
                });
            }
            None => {
                let text = &name.value;
                let near = cx.near(&cx.declared.sources, &scope.pack.id, text);
                cx.report(
                    Diagnostic::error(
                        "source.unknown",
                        name.span,
                        format!("没有来源 `{text}`"),
                        format!("no source `{text}`"),
                    )
                    .candidates(near),
                );
            }
        }
    }
    out
}

/// First and last day.
pub(crate) fn days(range: &DateRange) -> (Option<Date>, Option<Date>) {
    (range.from.as_ref().and_then(date), range.to.as_ref().and_then(date))
}

/// A date of the text; the reader has checked that it is one.
pub(crate) fn date(written: &tree::Date) -> Option<Date> {
    let (year, month, day) = written.value;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A warning, an error with `strict`, where every source of a rule has expired on the day.
pub(crate) fn expired(
    cx: &Context<'_>,
    sources: &[shenfang_knowledge::Source],
    options: crate::Options,
    name: Span,
    spec: &FindingSpec,
) {
    let Some(on) = options.on else { return };
    let cited: Vec<_> = spec.citations.iter().filter_map(|c| sources.get(c.source)).collect();
    let over = |s: &shenfang_knowledge::Source| s.to.is_some_and(|to| to < on);
    if cited.is_empty() || !cited.iter().all(|s| over(s)) {
        return;
    }
    let ids: Vec<&str> = cited.iter().map(|s| s.id.as_str()).collect();
    let (zh, en) = (
        format!("依据在 {on} 都已失效：{}", suggest::list_zh(ids.iter().copied())),
        format!(
            "on {on} every source of it has expired: {}",
            suggest::list_en(ids.iter().copied())
        ),
    );
    let fault = if options.strict {
        Diagnostic::error("source.expired", name, zh, en)
    } else {
        Diagnostic::warning("source.expired", name, zh, en)
    };
    cx.report(fault.help(
        "规则仍然有效；请改引现行版本",
        "the rule still holds; cite the edition in force",
    ));
}
