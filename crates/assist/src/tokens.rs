//! Classes of words, for highlighting.
use shenfang_grammar::{KEYWORDS, Place};
use shenfang_knowledge::{Code, NameIndex, Resolution};
use shenfang_syntax::scan::{self, Kind};
use shenfang_units::Unit;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

/// What a word is, in the order of the numbers that hosts see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// a word of the language
    Keyword,
    /// a name of the catalogue
    Name,
    /// a text in quotes
    String,
    /// a number or date
    Number,
    /// a unit
    Unit,
    /// `ICD10:N18`
    Code,
    /// a sign of a comparison or set
    Operator,
    /// `#` to the end of the line
    Comment,
    /// the word that begins an entry, or an attribute
    Field,
}

/// A word and its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// bytes
    pub range: Range<usize>,
    /// what it is
    pub class: Class,
}

/// Every single word of every keyword (`raise to` is two).
static WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let spellings = KEYWORDS.iter().flat_map(|k| k.en.split(' ').chain([k.zh]));
    shenfang_order::set(spellings)
});
static DECLARATIONS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let words = KEYWORDS.iter().filter(|k| k.place == Place::Declaration);
    shenfang_order::set(words.flat_map(|k| [k.en, k.zh]))
});

/// The classified words of a text, in order; what is of no class is left out.
pub fn tokens(text: &str, names: &NameIndex) -> Vec<Token> {
    let words: Vec<scan::Token> = scan::tokens(text, 0).collect();
    let written = |at: usize| {
        words
            .get(at)
            .and_then(|t| text.get(t.range.clone()))
            .unwrap_or_default()
    };
    let (mut out, mut at, mut before) = (Vec::new(), 0_usize, Before::Start);
    while let Some(word) = words.get(at) {
        let mut length = 1_usize;
        let class = match word.kind {
            Kind::Blank => None,
            Kind::Newline => {
                before = Before::Start;
                None
            }
            Kind::Comment => Some(Class::Comment),
            Kind::String | Kind::OpenString => Some(Class::String),
            Kind::Mark => {
                let mark = written(at);
                let sign = mark.contains([
                    '<', '>', '=', '!', '≤', '≥', '≠', '＜', '＞', '＝', '|', '｜', '&', '＆',
                ]);
                (sign || mark == "..").then_some(Class::Operator)
            }
            Kind::Word => {
                let here = written(at);
                if here.starts_with(|c: char| c.is_ascii_digit()) {
                    length = number(&words, text, at, &mut out);
                    None
                } else if let Some(long) = code(&words, text, at) {
                    length = long;
                    Some(Class::Code)
                } else {
                    class(here, before, names)
                }
            }
        };
        if !matches!(word.kind, Kind::Blank | Kind::Newline | Kind::Comment) {
            before = match written(at) {
                "{" | "}" | ";" | "；" | "｛" | "｝" => Before::Start,
                "." | "．" => Before::Dot,
                _ => Before::Other,
            };
        }
        let last = words.get(at.saturating_add(length).saturating_sub(1)).unwrap_or(word);
        if let Some(class) = class {
            out.push(Token {
                range: word.range.start..last.range.end,
                class,
            });
        }
        at = at.saturating_add(length);
    }
    out
}

/// What stands before a word.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Start,
    Dot,
    Other,
}

fn class(word: &str, before: Before, names: &NameIndex) -> Option<Class> {
    let known = WORDS.contains(word);
    match before {
        Before::Start if DECLARATIONS.contains(word) => Some(Class::Keyword),
        Before::Start | Before::Dot if known => Some(Class::Field),
        _ if names.name(word) != Resolution::Unknown => Some(Class::Name),
        _ if known => Some(Class::Keyword),
        _ => None,
    }
}

/// A number (or date) and its unit, from a word that begins with a digit on; how many words they are.
fn number(words: &[scan::Token], text: &str, at: usize, out: &mut Vec<Token>) -> usize {
    let Some(first) = words.get(at) else { return 1 };
    let rest = text.get(first.range.start..).unwrap_or_default();
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let end = rest.find(|c| !digit(c)).unwrap_or(rest.len());
    let number = rest.get(..end).unwrap_or_default().trim_end_matches(['.', '-']);
    let end = first.range.start.saturating_add(number.len());
    out.push(Token {
        range: first.range.start..end,
        class: Class::Number,
    });
    let (start, stop) = unit(text, end);
    let reached = if Unit::parse(text.get(start..stop).unwrap_or_default()).is_ok() && stop > start {
        out.push(Token {
            range: start..stop,
            class: Class::Unit,
        });
        stop
    } else {
        end
    };
    let within = words.iter().skip(at).take_while(|t| t.range.start < reached);
    within.count().max(1)
}

/// Where a unit after a number begins and ends.
pub(crate) fn unit(text: &str, after: usize) -> (usize, usize) {
    let rest = text.get(after..).unwrap_or_default();
    let bare = rest.trim_start_matches(scan::is_blank);
    let start = after.saturating_add(rest.len().saturating_sub(bare.len()));
    let mut braces = false;
    let ends = |c: char| {
        let was = braces;
        braces = match c {
            '{' => true,
            '}' => false,
            _ => braces,
        };
        let of_unit = scan::is_name_char(c) || "%‰°℃[]/*^'.²³".contains(c) || was || (c == '{');
        !of_unit
    };
    let long = bare.find(ends).unwrap_or(bare.len());
    // A brace that follows no solidus opens a block.
    let written = bare.get(..long).unwrap_or_default();
    let block = written
        .match_indices('{')
        .find(|(at, _)| !written.get(..*at).is_some_and(|b| b.ends_with('/')));
    let long = block.map_or(long, |(at, _)| at);
    let written = written.get(..long).unwrap_or_default().trim_end_matches('.');
    (start, start.saturating_add(written.len()))
}

/// How many words a code is.
fn code(words: &[scan::Token], text: &str, at: usize) -> Option<usize> {
    let first = words.get(at)?;
    let upper = text
        .get(first.range.clone())?
        .starts_with(|c: char| c.is_ascii_uppercase());
    let colon = words.get(at.checked_add(1)?)?;
    if !upper || !matches!(text.get(colon.range.clone())?, ":" | "：") {
        return None;
    }
    let joined = |t: &&scan::Token| {
        t.kind == Kind::Word || matches!(text.get(t.range.clone()), Some("." | ":" | "：" | "/" | "*" | "+"))
    };
    let run = words.get(at..)?.iter().take_while(joined).count();
    let last = words.get(at.checked_add(run)?.checked_sub(1)?)?;
    Code::parse(text.get(first.range.start..last.range.end)?)?;
    Some(run)
}
