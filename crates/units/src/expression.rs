//! Unit expressions: everyday words and UCUM symbols are read by one scanner, the grammar is UCUM's own parser.
//!
//! It never guesses at a word it does not know, and computes nothing: factors and dimensions are `scale`'s.
use crate::{Dimension, Ratio, UnitError, scale, suggest, text, words};
use octofhir_ucum::{Case, UnitExpr, lookup_unit, parse_expression};
use std::collections::HashMap;
use std::sync::LazyLock;
use words::Meaning;

/// Longest unit read, in characters.
const LONGEST: usize = 64;
/// The annotation under which a clearance is per 1.73 m² of body surface.
pub(crate) const NORMALISED: &str = "1.73_m2";
static ROWS: LazyLock<HashMap<&'static str, usize, crate::quick::Build>> = LazyLock::new(|| {
    let rows = words::WORDS.iter().enumerate();
    rows.map(|(row, w)| (w.word, row)).collect()
});

pub(crate) fn row(word: &str) -> Option<(usize, &'static words::Word)> {
    let row = *ROWS.get(word)?;
    words::WORDS.get(row).map(|w| (row, w))
}

/// The text a unit keeps: NFKC, no blanks around operators, `1.73m2` after an operator as its annotation.
pub(crate) fn normalise(written: &str) -> Result<String, UnitError> {
    if written.chars().nth(LONGEST).is_some() {
        return Err(UnitError::Range);
    }
    let normal = text::normalise(written).ok_or(UnitError::Range)?;
    let mut out = String::with_capacity(normal.len());
    let mut rest = &*normal;
    for sign in ["×", "x", "X", "*"] {
        if let Some(power) = rest.strip_prefix(sign)
            && power.trim_start().starts_with("10")
        {
            rest = power.trim_start();
        }
    }
    while let Some(c) = rest.chars().next() {
        let after_operator = out.ends_with(['/', '.', '(']);
        if let Some(tail) = normalised_area(rest).filter(|_| after_operator) {
            out.extend(["{", NORMALISED, "}"]);
            rest = tail;
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            ' ' if after_operator || rest.trim_start().starts_with(['/', '.', ')']) => {}
            '\u{2044}' => out.push('/'),
            '^' if out.ends_with("10") => out.push('*'),
            _ => out.push(c),
        }
    }
    if out.chars().nth(LONGEST).is_some() {
        return Err(UnitError::Range);
    }
    Ok(out)
}

/// What follows `1.73m2`, `1.73 m2`, `{1.73m2}` …, where `text` begins with it.
fn normalised_area(text: &str) -> Option<&str> {
    let (braced, inner) = match text.strip_prefix('{') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let tail = inner.strip_prefix("1.73")?.trim_start_matches([' ', '_']);
    let tail = ["m2", "m^2", "平方米"]
        .iter()
        .find_map(|area| tail.strip_prefix(area))?;
    if braced { tail.strip_prefix('}') } else { Some(tail) }
}

/// A unit expression that parses.
#[derive(Debug)]
pub(crate) struct Expression<'a> {
    written: &'a str,
    tree: UnitExpr,
    canonical: String,
}

impl<'a> Expression<'a> {
    /// Reads normalised text.
    pub fn parse(written: &'a str) -> Result<Self, UnitError> {
        let (mut ucum, mut canonical) = (String::new(), String::new());
        for token in tokens(written) {
            let (body, exponent) = split_exponent(token);
            if written.contains("[~") || words::REFUSED.iter().any(|(r, _)| *r == body) {
                return Err(suggest::unknown(written, body));
            }
            match row(body) {
                Some((row, w)) => {
                    match w.meaning {
                        Meaning::Own(..) => ucum.push_str(&format!("[~{row}]")),
                        // In parentheses, where no exponent can follow, unless it is a simple unit.
                        Meaning::Ucum if matches!(w.code, "m2" | "1") => {
                            ucum.push_str(&format!("({})", w.code));
                        }
                        Meaning::Ucum => ucum.push_str(w.code),
                    }
                    canonical.push_str(&canonical_symbol(w.code));
                }
                None => {
                    let body = body.strip_prefix('μ').map_or(body.into(), |b| format!("u{b}"));
                    ucum.push_str(&body);
                    match row(&body) {
                        Some((_, w)) => canonical.push_str(&canonical_symbol(w.code)),
                        None => canonical.push_str(&canonical_symbol(&body)),
                    }
                }
            }
            ucum.push_str(exponent);
            canonical.push_str(exponent);
        }
        let tree = parse_expression(&ucum).map_err(|_| {
            let unknown = tokens(written)
                .map(|t| split_exponent(t).0)
                .find(|t| t.chars().any(char::is_alphabetic) && !known(t));
            suggest::unknown(written, unknown.unwrap_or(written))
        })?;
        Ok(Expression {
            written,
            tree,
            canonical,
        })
    }

    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Exact factor to base units, and dimension.
    pub fn evaluate(&self) -> Result<(Ratio, Dimension), UnitError> {
        scale::of(&self.tree, self.written)
    }
}

/// Splits at the operators and annotations of UCUM; what stands in square brackets stays whole.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let mut bracket = false;
        let end = match first {
            '{' => rest.find('}').and_then(|at| at.checked_add(1)),
            '/' | '.' | '(' | ')' | '}' => Some(1),
            _ => rest
                .char_indices()
                .find(|(_, c)| {
                    bracket = (bracket || *c == '[') && *c != ']';
                    !bracket && matches!(c, '/' | '.' | '(' | ')' | '{' | '}')
                })
                .map(|(at, _)| at),
        };
        let (token, tail) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = tail;
        Some(token)
    })
}

/// `m` and `2` of `m2`, `s` and `-1` of `s-1`; digits alone, and those within brackets, are no exponent.
fn split_exponent(token: &str) -> (&str, &str) {
    let body = token.trim_end_matches(|c: char| c.is_ascii_digit());
    if body.is_empty() || body.len() == token.len() || body.starts_with('{') {
        return (token, "");
    }
    let body = body.strip_suffix(['-', '+']).unwrap_or(body);
    (body, token.strip_prefix(body).unwrap_or(""))
}

fn known(symbol: &str) -> bool {
    let ascii = symbol.strip_prefix('μ').map_or(symbol.to_owned(), |s| format!("u{s}"));
    row(&ascii).is_some() || lookup_unit(&ascii, Case::Sensitive).is_some()
}

/// One spelling for UCUM's twins: `ml` → `mL`, `k[iU]` → `kU`.
fn canonical_symbol(symbol: &str) -> String {
    let atom = match lookup_unit(symbol, Case::Sensitive) {
        Some((_, unit)) => unit.code,
        None => return symbol.to_owned(),
    };
    match (symbol.strip_suffix(atom), atom) {
        (Some(prefix), "l") => format!("{prefix}L"),
        (Some(prefix), "[iU]" | "[IU]") => format!("{prefix}U"),
        _ => symbol.to_owned(),
    }
}
