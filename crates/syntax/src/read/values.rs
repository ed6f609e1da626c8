//! Names, texts, numbers, dates, words: the leaves of the tree.
use super::Reader;
use crate::grammar::{self, Node, Rule};
use crate::origin::Source;
use crate::tree::{Citation, Date, DateRange, Name, Quantity, Spanned, Text, Word};
use shenfang_diagnostics::Diagnostic;
use shenfang_units::Comparison;

/// Full-width digits, `．` and `：` as ASCII.
pub(crate) fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' | '．' | '：' | '－' => char::from_u32(u32::from(c).wrapping_sub(0xfee0)).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// An amount of an example: ASCII digits, one blank between number and unit where any stood.
pub(crate) fn amount(written: &str) -> String {
    ascii(
        &written
            .split(crate::scan::is_blank)
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// A name, reference, string, code or plain word as written, without quotes.
pub(crate) fn name(source: &Source<'_>, node: &Node<'_>) -> Name {
    let span = source.of(node);
    match node.as_rule() {
        Rule::string => Spanned {
            value: grammar::unquoted(node.as_str()).to_owned(),
            span,
        },
        Rule::name | Rule::reference | Rule::subject_word => match node.clone().into_inner().next() {
            Some(inner) => name(source, &inner),
            None => Spanned {
                value: node.as_str().to_owned(),
                span,
            },
        },
        Rule::concern => Spanned {
            value: grammar::keyword(node).map_or("", |k| k.en).to_owned(),
            span,
        },
        Rule::dotted => Spanned {
            value: node.as_str().replace('．', "."),
            span,
        },
        Rule::code => Spanned {
            value: ascii(node.as_str()),
            span,
        },
        _ => Spanned {
            value: node.as_str().to_owned(),
            span,
        },
    }
}

/// A word whose place the grammar names.
pub(crate) fn word(source: &Source<'_>, node: &Node<'_>) -> Word {
    Spanned {
        value: grammar::keyword(node).map_or("", |k| k.en),
        span: source.of(node),
    }
}

/// A number: ASCII digits.
pub(crate) fn number(source: &Source<'_>, node: &Node<'_>) -> Name {
    Spanned {
        value: ascii(node.as_str()),
        span: source.of(node),
    }
}

/// A number with or without unit. A unit that ran into the next word (`岁且`) is reported.
pub(crate) fn quantity(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Quantity {
    let mut parts = node.clone().into_inner();
    let number = parts
        .next()
        .map_or_else(|| number(source, node), |n| number(source, &n));
    let unit = parts.next().map(|u| Spanned {
        value: u.as_str().to_owned(),
        span: source.of(&u),
    });
    if let Some(Spanned { value, span }) = &unit
        && let Some((at, word)) = ["且", "或", "除非"]
            .iter()
            .find_map(|w| value.find(w).map(|at| (at, w)))
    {
        let (before, after) = (
            value.get(..at).unwrap_or_default(),
            value.get(at.saturating_add(word.len())..).unwrap_or_default(),
        );
        let split = format!("{before} {word} {after}").trim().to_owned();
        reader.diagnostics.push(
            Diagnostic::error(
                "syntax.split",
                *span,
                format!("`{value}` 之间要有空格"),
                format!("`{value}` needs blanks between its words"),
            )
            .candidates([split]),
        );
    }
    Quantity {
        number,
        unit,
        span: source.of(node),
    }
}

/// A comparison sign.
pub(crate) fn comparator(source: &Source<'_>, node: &Node<'_>) -> Spanned<Comparison> {
    let ascii: String = node
        .as_str()
        .chars()
        .map(|c| match c {
            '＜' => '<',
            '＞' => '>',
            '＝' => '=',
            '！' => '!',
            c => c,
        })
        .collect();
    let value = match ascii.as_str() {
        "<" => Comparison::Less,
        "<=" | "≤" => Comparison::AtMost,
        ">" => Comparison::Greater,
        ">=" | "≥" => Comparison::AtLeast,
        "!=" | "≠" => Comparison::NotEqual,
        _ => Comparison::Equal,
    };
    Spanned {
        value,
        span: source.of(node),
    }
}

/// A calendar date; one that is in no calendar is reported.
pub(crate) fn date(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Date> {
    let span = source.of(node);
    let written = ascii(node.as_str());
    match calendar_date(&written) {
        Some(value) => Some(Spanned { value, span }),
        None => reader.fail(Diagnostic::error(
            "syntax.date",
            span,
            format!("没有 {written} 这一天"),
            format!("there is no day {written}"),
        )),
    }
}

/// Year, month and day of a text, when the Gregorian calendar has that day.
fn calendar_date(written: &str) -> Option<(i16, u8, u8)> {
    let mut parts = written.split('-');
    let (year, month, day) = (
        parts.next()?.parse::<i16>().ok()?,
        parts.next()?.parse::<u8>().ok()?,
        parts.next()?.parse::<u8>().ok()?,
    );
    let leap = year.checked_rem(4) == Some(0) && (year.checked_rem(100) != Some(0) || year.checked_rem(400) == Some(0));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((year, month, day))
}

/// `A .. B`, either end open.
pub(crate) fn dates(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<DateRange> {
    let mut range = DateRange { from: None, to: None };
    let mut after = false;
    for part in node.clone().into_inner() {
        match part.as_rule() {
            Rule::range => after = true,
            Rule::date if after => range.to = Some(date(reader, source, &part)?),
            Rule::date => range.from = Some(date(reader, source, &part)?),
            _ => {}
        }
    }
    if let (Some(from), Some(to)) = (&range.from, &range.to)
        && from.value > to.value
    {
        let span = source.of(node);
        return reader.fail(Diagnostic::error(
            "syntax.date",
            span,
            "起始日期晚于结束日期",
            "the first day is after the last",
        ));
    }
    Some(range)
}

/// `zh "…" en "…"`; a bare string is Chinese.
pub(crate) fn text(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Text> {
    let mut text = Text::default();
    let mut english = false;
    for part in node.clone().into_inner() {
        match part.as_rule() {
            Rule::language_zh => english = false,
            Rule::language_en => english = true,
            Rule::string => {
                let value = name(source, &part);
                placeholders(reader, source, part.as_str(), part.as_span().start())?;
                let slot = if english { &mut text.en } else { &mut text.zh };
                if let Some(first) = slot.replace(value) {
                    let twice = Diagnostic::error(
                        "syntax.twice",
                        source.of(&part),
                        "同一语言的文字写了两次",
                        "the text of one language stands twice",
                    )
                    .related(first.span, "第一次在这里", "first here");
                    return reader.fail(twice);
                }
            }
            _ => {}
        }
    }
    Some(text)
}

/// Looks at the braces of a text only: `{…}` closes and is not empty, `{{` is a brace.
/// `written` stands at byte `base` of the source.
pub(crate) fn placeholders(reader: &mut Reader, source: &Source<'_>, written: &str, base: usize) -> Option<()> {
    let mut open: Option<usize> = None;
    let mut chars = written.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let here = base.saturating_add(i);
        match (c, open) {
            ('{' | '｛', None) if chars.peek().is_some_and(|(_, next)| *next == c) => {
                chars.next();
            }
            ('{' | '｛', None) => open = Some(here),
            ('}' | '｝', Some(start)) => {
                let inside = written.get(start.saturating_sub(base)..i).unwrap_or_default();
                if inside.chars().skip(1).all(char::is_whitespace) {
                    let span = source.span(start, here.saturating_add(c.len_utf8()));
                    return reader.fail(
                        Diagnostic::error("syntax.placeholder", span, "占位是空的", "the placeholder is empty").help(
                            "花括号里写变量或属性，如 {a}、{a.dose}；要显示花括号本身写 {{",
                            "braces hold a variable or an attribute, `{a}`, `{a.dose}`; a brace itself is written `{{`",
                        ),
                    );
                }
                open = None;
            }
            _ => {}
        }
    }
    match open {
        None => Some(()),
        Some(start) => {
            let span = source.span(start, base.saturating_add(written.len()));
            reader.fail(
                Diagnostic::error(
                    "syntax.placeholder",
                    span,
                    "占位没有以 } 结束",
                    "the placeholder does not end with `}`",
                )
                .help("要显示花括号本身写 {{", "a brace itself is written `{{`"),
            )
        }
    }
}

/// The citations of a `cite` field.
pub(crate) fn citations(source: &Source<'_>, node: &Node<'_>) -> Vec<Citation> {
    let of = |citation: Node<'_>| {
        let mut parts = citation.into_inner();
        let id = parts.next()?;
        Some(Citation {
            source: name(source, &id),
            locator: parts.next().map(|l| name(source, &l)),
        })
    };
    node.clone()
        .into_inner()
        .filter(|n| n.as_rule() == Rule::citation)
        .filter_map(of)
        .collect()
}
