//! Strength and dose text inside a name: `100mg*30片`, `2ml:80mg`, `0.25g×24粒`, `0.9%`, `160/4.5`.
use shenfang_units::Unit;

/// Longest strength text, in bytes.
const LONGEST: usize = 64;

/// True for numbers with units, joined by `* x × : / + ~ -`; the first number has a unit (or `bare` allows none).
pub(super) fn is_strength(text: &str, bare: bool) -> bool {
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let mut rest = text;
    let mut units = 0_usize;
    let mut numbers = 0_usize;
    loop {
        rest = rest.trim_start();
        let Some(after) = after_number(rest) else {
            return false;
        };
        numbers = numbers.saturating_add(1);
        let end = after
            .find(|c: char| is_joint(c) || c.is_ascii_digit())
            .unwrap_or(after.len());
        // `50μg/喷`, `10mg/5ml`: a solidus before a letter belongs to the unit.
        let (unit, tail) = take_unit(after, end);
        if !unit.is_empty() {
            if !is_unit(unit) {
                return false;
            }
            units = units.saturating_add(1);
        }
        if tail.is_empty() {
            return units > 0 || (bare && numbers > 1);
        }
        let Some(next) = tail.strip_prefix(is_joint) else {
            return false;
        };
        rest = next;
    }
}

fn take_unit(after: &str, end: usize) -> (&str, &str) {
    let whole = after
        .find(|c: char| c != '/' && (is_joint(c) || c.is_ascii_digit()))
        .unwrap_or(after.len());
    let long = after.split_at_checked(whole).unwrap_or((after, ""));
    if long.0.contains('/') && !long.0.starts_with('/') && is_unit(long.0.trim()) {
        return (long.0.trim(), long.1);
    }
    let (unit, tail) = after.split_at_checked(end).unwrap_or((after, ""));
    (unit.trim(), tail)
}

fn is_joint(c: char) -> bool {
    matches!(c, '*' | 'x' | 'X' | '×' | ':' | '/' | '+' | '~' | '-' | '∶')
}

fn is_unit(text: &str) -> bool {
    text == "%" || spellings(text).any(|unit| Unit::parse(&unit).is_ok())
}

/// As written, and as lower case: labels print `MG`, `ML`, `G`, which UCUM reads otherwise or not at all.
fn spellings(text: &str) -> impl Iterator<Item = String> {
    [text.to_owned(), text.to_ascii_lowercase()].into_iter()
}

fn after_number(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    let digits = number.starts_with(|c: char| c.is_ascii_digit()) && !number.ends_with('.');
    (digits && number.matches('.').count() <= 1).then_some(rest)
}

/// True for one amount that says how much is taken (`9g`, `3克`, `2条`), not what a unit holds.
pub(super) fn is_dose(text: &str) -> bool {
    is_strength(text, false) && !text.contains(['*', 'x', 'X', '×', ':', '/', '∶', '%', '+'])
}

/// Every way to cut a strength text off the end, longest strength first.
///
/// A number after a letter, digit or point (`B12`, `D3`) is part of the name.
pub(super) fn tails(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut last: Option<char> = None;
    let starts = text.char_indices().filter_map(move |(at, c)| {
        let inside = last.is_some_and(|l| l.is_ascii_alphanumeric() || l == '.' || l == '-');
        last = Some(c);
        (at > 0 && c.is_ascii_digit() && !inside).then_some(at)
    });
    starts
        .filter_map(|at| text.split_at_checked(at))
        .filter(|(_, strength)| is_strength(strength, false))
}

/// A percentage at the beginning: `0.9%氯化钠注射液`.
pub(super) fn percentage(text: &str) -> Option<(&str, &str)> {
    let rest = after_number(text)?.strip_prefix('%')?;
    let (strength, _) = text.split_at_checked(text.len().checked_sub(rest.len())?)?;
    (!rest.is_empty()).then_some((strength, rest))
}
