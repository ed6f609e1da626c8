//! Messages: `{a}`, `{a.duration}`, `{患者.egfr}`, `{count(any)}`, `{shared}`, `{{`; every placeholder checked.
use crate::attributes;
use crate::conditions::Scope;
use crate::sets;
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_grammar::{Place, find};
use shenfang_knowledge::{Part, Template};
use shenfang_syntax::tree::{ItemSet, Name, Origin, Path, Set, Spanned, Text};

/// A text with placeholders in each of its languages.
pub(crate) fn template(scope: Scope<'_, '_>, shares: bool, text: &Text) -> Template {
    let parts = |name: &Option<Name>| name.as_ref().map(|n| parts(scope, shares, n)).unwrap_or_default();
    Template {
        zh: parts(&text.zh),
        en: parts(&text.en),
    }
}

fn parts(scope: Scope<'_, '_>, shares: bool, name: &Name) -> Vec<Part> {
    let mut out = Vec::new();
    let mut literal = String::new();
    let mut chars = name.value.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let doubled = chars.peek().is_some_and(|(_, next)| *next == c);
        match c {
            '{' | '｛' | '}' | '｝' if doubled => {
                chars.next();
                literal.push(c);
            }
            '{' | '｛' => {
                let start = at.saturating_add(c.len_utf8());
                let rest = name.value.get(start..).unwrap_or("");
                // The reader has seen to it that every placeholder ends.
                let inner = rest.split(['}', '｝']).next().unwrap_or("");
                let end = start.saturating_add(inner.len());
                while chars.next_if(|(i, _)| *i <= end).is_some() {}
                let span = place(scope, name, inner);
                match placeholder(scope, shares, inner.trim(), span) {
                    Some(part) => {
                        if !literal.is_empty() {
                            out.push(Part::Literal(std::mem::take(&mut literal)));
                        }
                        out.push(part);
                    }
                    None => literal.push_str(inner),
                }
            }
            _ => literal.push(c),
        }
    }
    if !literal.is_empty() {
        out.push(Part::Literal(literal));
    }
    out
}

/// Where a placeholder stands in the file; the whole text where it is not found letter for letter.
fn place(scope: Scope<'_, '_>, name: &Name, inner: &str) -> Span {
    let text = scope.cx.map.text(name.span);
    let found = ["{", "｛"].iter().find_map(|open| {
        text.find(&format!("{open}{inner}"))
            .map(|at| at.saturating_add(open.len()))
    });
    match found
        .and_then(|at| u32::try_from(at).ok())
        .zip(u32::try_from(inner.len()).ok())
    {
        Some((at, length)) => {
            let start = name.span.start.saturating_add(at);
            Span {
                file: name.span.file,
                start,
                end: start.saturating_add(length),
            }
        }
        None => name.span,
    }
}

fn placeholder(scope: Scope<'_, '_>, shares: bool, inner: &str, span: Span) -> Option<Part> {
    let cx = scope.cx;
    if inner == "shared" {
        if shares {
            return Some(Part::Shared);
        }
        return cx.fail(Diagnostic::error(
            "message.placeholder",
            span,
            "没有变量用“同成分、同药材、同四级、同组”，无共同之处可显示",
            "no variable is `sharing` anything: there is nothing shared to show",
        ));
    }
    if let Some(index) = scope.variables.find(inner) {
        return Some(Part::Variable(index));
    }
    let at = |part: &str| within(scope, inner, span, part);
    if let Some(set) = counted(inner) {
        return sets::item_set(cx, scope.pack, &item_set(set, &at)).map(Part::Count);
    }
    if inner.contains(['.', '．']) {
        let path = path(inner, &at);
        return attributes::attribute(cx, scope.variables, &path).map(|(attribute, _)| Part::Attribute(attribute));
    }
    let names: Vec<&str> = scope.variables.0.iter().map(|v| v.name.as_str()).collect();
    let fault = Diagnostic::error("message.placeholder", span, format!("`{{{inner}}}` 不是变量、属性或计数"), format!("`{{{inner}}}` is no variable, attribute or count"))
        .expected(names.iter().map(|n| format!("{{{n}}}")))
        .help("花括号里写变量、属性（{a.duration}、{患者.egfr}）、{count(…)} 或 {shared}；花括号本身写 {{", "braces hold a variable, an attribute (`{a.duration}`, `{patient.egfr}`), `{count(…)}` or `{shared}`; a brace itself is `{{`");
    cx.fail(fault.candidates(crate::suggest::nearest(inner, names)))
}

/// Where a part of a placeholder stands; the whole placeholder where its text is not letter for letter that of the file.
fn within(scope: Scope<'_, '_>, inner: &str, span: Span, part: &str) -> Span {
    let exact = scope.cx.map.text(span).trim() == inner;
    let lead = scope.cx.map.text(span).find(inner).unwrap_or(0);
    let offset = part
        .as_ptr()
        .addr()
        .checked_sub(inner.as_ptr().addr())
        .filter(|at| exact && *at <= inner.len());
    match offset
        .and_then(|at| u32::try_from(at.saturating_add(lead)).ok())
        .zip(u32::try_from(part.len()).ok())
    {
        Some((at, length)) => {
            let start = span.start.saturating_add(at);
            Span {
                file: span.file,
                start,
                end: start.saturating_add(length),
            }
        }
        None => span,
    }
}

/// The set of `count(SET)`, full-width brackets too.
fn counted(inner: &str) -> Option<&str> {
    let count = find(Place::Predicate, "count")?;
    let rest = inner
        .strip_prefix(count.en)
        .or_else(|| inner.strip_prefix(count.zh))?
        .trim();
    let rest = rest.strip_prefix('(').or_else(|| rest.strip_prefix('（'))?;
    rest.strip_suffix(')').or_else(|| rest.strip_suffix('）'))
}

/// `current A | B`: what a placeholder counts. Sets with `&` and `except` are given a name by a group.
fn item_set(text: &str, at: &dyn Fn(&str) -> Span) -> ItemSet {
    let span = at(text);
    let mut rest = text.trim();
    let mut origin = None;
    let connective = |word: &str, en: &str| find(Place::Connective, word).is_some_and(|k| k.en == en);
    if let Some((first, after)) = rest.split_once(char::is_whitespace) {
        let which = if connective(first, "current") {
            Some(Origin::Current)
        } else {
            connective(first, "prescribed").then_some(Origin::Prescribed)
        };
        if let Some(which) = which {
            origin = Some(Spanned {
                value: which,
                span: at(first),
            });
            rest = after.trim();
        }
    }
    let members: Vec<Set> = rest
        .split(['|', '｜', '、'])
        .map(|member| {
            let member = member.trim().trim_matches(['"', '“', '”']);
            let span = at(member);
            let name = Spanned {
                value: member.to_owned(),
                span,
            };
            if connective(member, "any") {
                Set::Any(span)
            } else if member.contains(':') {
                Set::Code(name)
            } else {
                Set::Name(name)
            }
        })
        .collect();
    ItemSet {
        origin,
        set: Set::Union(members),
        within: None,
        span,
    }
}

/// A path of a placeholder, its words in English.
fn path(inner: &str, at: &dyn Fn(&str) -> Span) -> Path {
    let spanned = |value: &str, written: &str| Spanned {
        value: value.to_owned(),
        span: at(written),
    };
    let mut argument = None;
    let mut segments: Vec<Name> = Vec::new();
    let mut place = None;
    for (index, word) in inner.split(['.', '．']).map(str::trim).enumerate() {
        let english = match index {
            0 => find(Place::Subject, word).map(|k| k.en),
            1 => find(place.unwrap_or(Place::ItemAttribute), word).map(|k| k.en),
            _ => find(Place::AgeAttribute, word).map(|k| k.en),
        };
        if index == 0 {
            place = english.and_then(Place::of_subject);
        }
        let bracket = word.find(['(', '（']).filter(|_| index == 1 && place.is_none());
        let (head, field) = match bracket.and_then(|at| word.split_at_checked(at)) {
            Some((head, field)) => (head.trim(), Some(field.trim_matches(['(', '（', ')', '）', ' ']))),
            None => (word, None),
        };
        match field {
            Some(field) => {
                let english = find(Place::ItemAttribute, field).map_or(field, |k| k.en);
                argument = Some(spanned(english, field));
                segments.push(spanned(find(Place::Predicate, head).map_or(head, |k| k.en), head));
            }
            None => segments.push(spanned(english.unwrap_or(word), word)),
        }
    }
    Path {
        segments,
        argument,
        span: at(inner),
    }
}
