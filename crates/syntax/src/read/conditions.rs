//! Conditions: `and`, `or`, `not`, comparisons, tests.
use super::sets::{item_set, set};
use super::{Reader, values};
use crate::advice::is_numeral;
use crate::fault::{self, owner_of};
use crate::grammar::{self, Node, Rule};
use crate::origin::Source;
use crate::tree::{Expr, Path, Spanned, Term, Value};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_grammar::{Keyword, Place};

/// A condition: `and` binds tighter than `or`.
pub(crate) fn condition(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Expr> {
    let mut alternatives: Vec<Vec<Expr>> = vec![vec![]];
    let mut sound = true;
    let mut previous: Option<Node<'_>> = None;
    let mut joint: Option<Node<'_>> = None;
    for part in node.clone().into_inner() {
        match part.as_rule() {
            Rule::connective_or => {
                alternatives.push(vec![]);
                joint = Some(part);
            }
            Rule::connective_and => joint = Some(part),
            _ => {
                match factor(reader, source, &part, previous.as_ref().zip(joint.as_ref())) {
                    Some(expr) => alternatives.last_mut()?.push(expr),
                    None => sound = false,
                }
                previous = Some(part);
            }
        }
    }
    if !sound {
        return None;
    }
    let mut all: Vec<Expr> = alternatives
        .into_iter()
        .filter_map(|terms| several(terms, Expr::And))
        .collect();
    if all.len() > 1 { Some(Expr::Or(all)) } else { all.pop() }
}

fn several(mut terms: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Option<Expr> {
    if terms.len() > 1 {
        Some(join(terms))
    } else {
        terms.pop()
    }
}

/// What stands before a factor and the word between.
type Before<'n, 'i> = Option<(&'n Node<'i>, &'n Node<'i>)>;

fn factor(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>, before: Before<'_, '_>) -> Option<Expr> {
    let mut negations: Vec<Span> = Vec::new();
    let mut expr = None;
    for part in node.clone().into_inner() {
        match part.as_rule() {
            Rule::connective_not => negations.push(source.of(&part)),
            _ => expr = Some(primary(reader, source, &part, before)?),
        }
    }
    let mut expr = expr?;
    while let Some(span) = negations.pop() {
        expr = Expr::Not(Box::new(expr), span.to(source.of(node)));
    }
    Some(expr)
}

fn primary(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>, before: Before<'_, '_>) -> Option<Expr> {
    let span = source.of(node);
    let mut parts = node
        .clone()
        .into_inner()
        .filter(|p| !matches!(p.as_rule(), Rule::lparen | Rule::rparen));
    let first = parts.next()?;
    Some(match first.as_rule() {
        Rule::condition => return condition(reader, source, &first),
        Rule::predicate_always => Expr::Always(span),
        Rule::predicate_known => {
            let what = parts.next()?;
            match what.as_rule() {
                Rule::lab => Expr::KnownLab(lab(reader, source, &what)?),
                _ => Expr::Known(path(reader, source, &what)?),
            }
        }
        Rule::predicate_stated => Expr::Stated(path(reader, source, &parts.next()?)?),
        Rule::predicate_any => Expr::Any(item_set(reader, source, &parts.next()?)?),
        Rule::predicate_no => Expr::No(item_set(reader, source, &parts.next()?)?),
        Rule::subject_patient => {
            let word = parts.next()?;
            let what = set(reader, source, &parts.next()?)?;
            match word.as_rule() {
                Rule::connective_has => Expr::PatientHas(what, span),
                Rule::connective_had => Expr::PatientHad(what, span),
                _ => Expr::AllergicTo(what, span),
            }
        }
        Rule::holding => return holding(reader, source, &first),
        Rule::comparison => return comparison(reader, source, &first),
        _ => {
            let diagnostic = stray(source, &first, before);
            return reader.fail(diagnostic);
        }
    })
}

/// `rx.diagnoses has SET`; no other attribute has anything.
fn holding(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Expr> {
    let mut parts = node.clone().into_inner();
    let owner = path(reader, source, &parts.next()?)?;
    let past = parts.next()?.as_rule() == Rule::connective_had;
    let what = parts.next()?;
    let segments: Vec<&str> = owner.segments.iter().map(|s| s.value.as_str()).collect();
    if segments == ["rx", "diagnoses"] && !past {
        return Some(Expr::DiagnosesHave(set(reader, source, &what)?, source.of(node)));
    }
    let written = what.as_str().trim();
    let (meant, about, asked) = match segments.as_slice() {
        ["patient", "allergies"] => (Some(("患者 过敏于", "patient allergic to")), "过敏", "allergies"),
        ["rx", "diagnoses"] => (
            Some(("处方.诊断 有", "rx.diagnoses has")),
            "本方诊断没有过去的，",
            "the diagnoses of a sheet are of now and",
        ),
        ["patient", "conditions"] if past => (
            Some(("患者 曾有", "patient had")),
            "现在和过去的疾病",
            "conditions of now and of the past",
        ),
        ["patient", "conditions"] => (
            Some(("患者 有", "patient has")),
            "疾病和诊断",
            "conditions and diagnoses",
        ),
        _ => (None, "", ""),
    };
    let (zh, en, left) = if past {
        ("`曾有` 左边只能是 `患者`", "`had` takes `patient` on its left", 1)
    } else {
        (
            "`有` 左边只能是 `患者` 或 `处方.诊断`",
            "`has` takes `patient` or `rx.diagnoses` on its left",
            2,
        )
    };
    let diagnostic = Diagnostic::error("syntax.has", owner.span, zh, en);
    let diagnostic = match meant {
        Some((chinese, english)) => diagnostic
            .candidates([format!("{} {written}", if reader.chinese { chinese } else { english })])
            .help(
                format!("{about}写：{chinese} {written}"),
                format!("{asked} are asked for with `{english} {written}`"),
            ),
        None => {
            let owners = if reader.chinese {
                ["患者", "处方.诊断"]
            } else {
                ["patient", "rx.diagnoses"]
            };
            diagnostic.expected(owners.into_iter().take(left))
        }
    };
    reader.fail(diagnostic)
}

/// A set where a condition belongs.
fn stray(source: &Source<'_>, node: &Node<'_>, before: Before<'_, '_>) -> Diagnostic {
    let written = node.as_str().trim();
    let diagnostic = Diagnostic::error(
        "syntax.set_as_condition",
        source.of(node),
        format!("`{written}` 不是条件"),
        format!("`{written}` is not a condition"),
    );
    let has = before.and_then(|(factor, joint)| {
        let text = factor.as_str().trim();
        let holds_set = factor
            .clone()
            .into_inner()
            .flatten()
            .any(|n| matches!(n.as_rule(), Rule::connective_has | Rule::connective_had));
        holds_set
            .then(|| format!("{text} | {written}"))
            .map(|all| (all, joint.as_str().to_owned()))
    });
    match has {
        Some((all, joint)) => diagnostic.candidates([format!("| {written}")]).help(
            format!("几种疾病之一用 `|` 连接，不用 `{joint}`：`{all}`"),
            format!("one of several conditions is joined by `|`, not `{joint}`: `{all}`"),
        ),
        None => {
            let first = node.clone().into_inner().next();
            let attribute = first.as_ref().and_then(|n| owner_of(n.as_str()));
            let span = first
                .filter(|_| attribute.is_some())
                .map_or(diagnostic.span, |n| source.of(&n));
            let diagnostic = Diagnostic { span, ..diagnostic }.candidates(attribute);
            diagnostic.help(
                "条件是比较（`患者.年龄 >= 65 岁`）、判断（`患者 有 哮喘`、`任一 NSAID`），用 `且` `或` `非` 连接",
                "a condition is a comparison (`patient.age >= 65 a`) or a test (`patient has 哮喘`, `any NSAID`), joined by `and` `or` `not`",
            )
        }
    }
}

fn comparison(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Expr> {
    let mut terms = Vec::new();
    let mut signs = Vec::new();
    let mut alternatives = Vec::new();
    for part in node.clone().into_inner() {
        match part.as_rule() {
            Rule::term | Rule::rank | Rule::bare => terms.push(part),
            Rule::value => alternatives.push(part),
            Rule::bar | Rule::range => {}
            _ => signs.push(part),
        }
    }
    if let [_, second, ..] = signs.as_slice() {
        let diagnostic = chained(source, second, &terms, &signs);
        return reader.fail(diagnostic);
    }
    let mut read = Vec::with_capacity(terms.len());
    for each in &terms {
        if each.as_rule() == Rule::bare {
            let diagnostic = bare(source, each, terms.first(), reader.chinese);
            return reader.fail(diagnostic);
        }
        read.push(term(reader, source, each)?);
    }
    let mut read = read.into_iter();
    let subject = read.next()?;
    let Some(sign) = signs.first() else {
        return match subject {
            Term::Path(path) => Some(Expr::Flag(path)),
            _ => {
                let span = source.of(node);
                reader.fail(
                    Diagnostic::error("syntax.expected", span, "这里缺少比较", "a comparison is missing here")
                        .expected(["<", "<=", "=", "!=", ">=", ">"])
                        .help("单独一个值不是条件", "a value by itself is not a condition"),
                )
            }
        };
    };
    match sign.as_rule() {
        Rule::connective_is => match subject {
            Term::Path(subject) => Some(Expr::Is {
                values: is_values(reader, source, &subject, &alternatives)?,
                subject,
            }),
            _ => {
                let (zh, en) = ("`为` 左边要是属性", "`is` takes an attribute on its left");
                reader.fail(
                    Diagnostic::error("syntax.is", source.of(node), zh, en)
                        .help("比较数值用 `=`", "numbers are compared with `=`"),
                )
            }
        },
        Rule::connective_in => Some(Expr::In {
            subject,
            low: read.next()?,
            high: read.next()?,
        }),
        _ => Some(Expr::Compare {
            left: subject,
            op: values::comparator(source, sign),
            right: read.next()?,
        }),
    }
}

/// A word after a sign: `patient.sex = female`, `count(any) > 五`.
fn bare(source: &Source<'_>, node: &Node<'_>, subject: Option<&Node<'_>>, chinese: bool) -> Diagnostic {
    let written = node.as_str();
    let diagnostic = Diagnostic::error(
        "syntax.expected",
        source.of(node),
        format!("`{written}` 没有大小，不能这样比较"),
        format!("`{written}` is not a value that a sign compares"),
    );
    if is_numeral(written) {
        return diagnostic.help("数用阿拉伯数字写", "numbers are written in digits");
    }
    let attribute = subject.and_then(|s| s.clone().into_inner().flatten().last());
    let Some(attribute) = attribute.as_ref().and_then(grammar::keyword) else {
        return diagnostic.expected([if chinese { "数量" } else { "a quantity" }]);
    };
    let own = attribute.place.values(attribute.en);
    if own.iter().any(|p| shenfang_grammar::find(*p, written).is_some()) {
        let is = if chinese { "为" } else { "is" };
        return diagnostic
            .candidates([format!("{is} {written}")])
            .help("词用 `为`，不用比较号", "a word is compared with `is`");
    }
    let words = || {
        own.iter()
            .filter(|p| matches!(p, Place::Title | Place::Level | Place::ChildPugh))
            .flat_map(|p| shenfang_grammar::words(*p))
    };
    let expected = fault::spellings(words(), chinese);
    let diagnostic = diagnostic.candidates(fault::near(written, words(), chinese));
    if expected.is_empty() {
        diagnostic.expected([if chinese { "数量" } else { "a quantity" }])
    } else {
        diagnostic.expected(expected)
    }
}

/// `6 a <= patient.age < 12 a`: the two comparisons it would be.
fn chained(source: &Source<'_>, second: &Node<'_>, terms: &[Node<'_>], signs: &[Node<'_>]) -> Diagnostic {
    let word = |i: usize| terms.get(i).map_or("", |t| t.as_str().trim());
    let sign = |i: usize| signs.get(i).map_or("", |s| s.as_str());
    let pair = |and: &str| {
        format!(
            "{} {} {} {and} {} {} {}",
            word(0),
            sign(0),
            word(1),
            word(1),
            sign(1),
            word(2)
        )
    };
    Diagnostic::error(
        "syntax.chained",
        source.of(second),
        "比较不能连写",
        "comparisons do not chain",
    )
    .help(
        format!("写成 `{}`，或用 `在 … .. …`", pair("且")),
        format!("write `{}`, or `in … .. …`", pair("and")),
    )
}

/// The words of `is`, looked up by the attribute; what is no word of the language stays a name.
fn is_values(reader: &mut Reader, source: &Source<'_>, subject: &Path, nodes: &[Node<'_>]) -> Option<Vec<Value>> {
    let mut found = Vec::with_capacity(nodes.len());
    for node in nodes {
        let span = source.of(node);
        let inner = node.clone().into_inner().next()?;
        if inner.as_rule() == Rule::number {
            return reader.fail(
                Diagnostic::error(
                    "syntax.is",
                    span,
                    format!("`为` 后面不能是数 `{}`", inner.as_str()),
                    format!("`is` does not take the number `{}`", inner.as_str()),
                )
                .help(
                    "比较数值用 `=`；`为` 后面是词或名称",
                    "numbers are compared with `=`; after `is` stands a word or a name",
                ),
            );
        }
        let word = if inner.as_rule() == Rule::string {
            None
        } else {
            value_of(subject, inner.as_str())
        };
        found.push(match word {
            Some(value) => Value::Word(Spanned { value, span }),
            None => Value::Name(values::name(source, &inner)),
        });
    }
    Some(found)
}

/// The enumerated word that `word` is as a value of an attribute: one of its own, else of any enumeration.
pub(crate) fn enumerated(place: Place, attribute: &str, word: &str) -> Option<&'static Keyword> {
    let own = place
        .values(attribute)
        .iter()
        .chain([&Place::Literal])
        .find_map(|p| shenfang_grammar::find(*p, word));
    let any = || {
        Place::ALL
            .iter()
            .filter(|p| **p >= Place::Category && **p < Place::Section)
            .find_map(|p| shenfang_grammar::find(*p, word))
    };
    // A free text such as a department is never a word of the language.
    let free = matches!(
        attribute,
        "department" | "disease" | "pattern" | "id" | "extension_reason" | "unit" | "group" | "text"
    );
    own.or_else(|| if free { None } else { any() })
}

/// The English spelling of a word that a path can be.
pub(crate) fn value_of(subject: &Path, word: &str) -> Option<&'static str> {
    let mut segments = subject.segments.iter();
    let owner = segments.next().map_or("", |s| s.value.as_str());
    let attribute = segments.next_back().map_or("", |s| s.value.as_str());
    let place = if attribute == "unit" {
        Place::AgeAttribute
    } else {
        Place::of_subject(owner).unwrap_or(Place::ItemAttribute)
    };
    enumerated(place, attribute, word).map(|k| k.en)
}

fn term(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Term> {
    if node.as_rule() == Rule::rank {
        return Some(Term::String(values::name(source, node)));
    }
    let inner = node.clone().into_inner().next()?;
    let part = |rule: Rule| inner.clone().into_inner().find(|n| n.as_rule() == rule);
    Some(match inner.as_rule() {
        Rule::count => Term::Count(item_set(reader, source, &part(Rule::item_set)?)?),
        Rule::total => Term::Total(
            item_set(reader, source, &part(Rule::item_set)?)?,
            values::word(source, &part(Rule::measure)?),
        ),
        Rule::lab => return lab(reader, source, &inner),
        Rule::path => Term::Path(path(reader, source, &inner)?),
        Rule::date => Term::Date(values::date(reader, source, &inner)?),
        Rule::quantity => Term::Quantity(values::quantity(reader, source, &inner)),
        _ => Term::String(values::name(source, &inner)),
    })
}

/// `patient.lab("INR" | LOINC:6301-6) within 30 d`
pub(crate) fn lab(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Term> {
    let (mut keys, mut within) = (Vec::new(), None);
    for part in node.clone().into_inner() {
        match part.as_rule() {
            rule @ (Rule::code | Rule::name) => keys.push((values::name(source, &part), rule == Rule::code)),
            Rule::quantity => within = Some(values::quantity(reader, source, &part)),
            _ => {}
        }
    }
    Some(Term::Lab {
        keys,
        within,
        span: source.of(node),
    })
}

/// An attribute path; words of the language become their English spelling.
pub(crate) fn path(_reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Path> {
    let mut segments = Vec::new();
    let mut argument = None;
    let mut text = false;
    let mut last = source.of(node);
    for part in node.clone().into_inner() {
        let span = source.of(&part);
        last = span;
        match part.as_rule() {
            Rule::dot | Rule::lparen | Rule::rparen => continue,
            Rule::variable => segments.push(values::name(source, &part)),
            rule => {
                let value = grammar::keyword(&part).map_or_else(|| part.as_str().to_owned(), |k| k.en.to_owned());
                if text {
                    argument = Some(Spanned { value, span });
                } else {
                    segments.push(Spanned { value, span });
                }
                text |= rule == Rule::predicate_text;
            }
        }
    }
    let start = segments.first()?.span;
    Some(Path {
        segments,
        argument,
        span: start.to(last),
    })
}
