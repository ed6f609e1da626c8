//! How people write frequencies, routes, strengths, ages and footnotes, and what each text says.
//!
//! What it never does: take a part of a text for the whole. What is not understood to its end is not understood.
pub mod age;
pub mod frequency;
pub mod number;
pub mod route;
pub mod strength;

use crate::{Footnote, MealTiming};
use std::borrow::Cow;

/// Characters of a text that is looked at; a longer one says nothing a table could know.
const LONGEST: usize = 128;

/// Whether nothing is written.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// NFKC, trimmed, ASCII letters small: the form in which words are compared.
pub fn fold(text: &str) -> Cow<'_, str> {
    let normal = normalised(text);
    if normal.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(normal.to_ascii_lowercase())
    } else {
        normal
    }
}

/// NFKC and trimmed; letters as they are, because units tell them apart.
pub(crate) fn normalised(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    // ASCII and the common Chinese characters are normal as they are.
    if text
        .chars()
        .all(|c| c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c))
    {
        return Cow::Borrowed(text);
    }
    match shenfang_nfkc::is_nfkc(text) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(shenfang_nfkc::nfkc(text.chars()).trim().to_owned()),
    }
}

fn is_short(text: &str) -> bool {
    text.len() <= LONGEST || text.chars().nth(LONGEST).is_none()
}

/// [`normalised`], or `None` for a text too long to be one of these.
fn normalised_short(text: &str) -> Option<Cow<'_, str>> {
    is_short(text).then(|| normalised(text))
}

/// [`fold`], or `None` for a text too long to be one of these.
fn fold_short(text: &str) -> Option<Cow<'_, str>> {
    is_short(text).then(|| fold(text))
}

/// A dose that is stated without measure where the route is local.
pub fn is_without_measure(text: &str) -> bool {
    matches!(
        &*fold(text),
        "适量" | "少许" | "少量" | "涂抹适量" | "适量涂抹" | "适量外用" | "外用适量" | "q.s." | "qs"
    )
}

/// A footnote, minutes after it passed over (`先煎30分钟`, `先煎(30min)`).
pub fn footnote(text: &str) -> Option<Footnote> {
    let text = fold_short(text)?;
    Footnote::from_word(&text).or_else(|| {
        let end = text.find(|c: char| c.is_ascii_digit() || c == '(')?;
        let (word, rest) = text.split_at_checked(end)?;
        let rest = rest.trim_start_matches('(').trim_end_matches(')');
        let minutes = rest
            .trim_end_matches("分钟")
            .trim_end_matches("小时")
            .trim_end_matches("min")
            .trim_end_matches('h');
        let is_time = minutes.len() < rest.len()
            && minutes
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '~' | '.' | ' '));
        is_time.then(|| Footnote::from_word(word.trim())).flatten()
    })
}

/// Words of the day's course that may stand beside a frequency or route.
const MEALS: [(&str, MealTiming); 33] = [
    ("ac", MealTiming::BeforeMeals),
    ("a.c.", MealTiming::BeforeMeals),
    ("饭前服", MealTiming::BeforeMeals),
    ("餐前服", MealTiming::BeforeMeals),
    ("饭前半小时", MealTiming::BeforeMeals),
    ("餐前半小时", MealTiming::BeforeMeals),
    ("饭前30分钟", MealTiming::BeforeMeals),
    ("餐前30分钟", MealTiming::BeforeMeals),
    ("饭前", MealTiming::BeforeMeals),
    ("餐前", MealTiming::BeforeMeals),
    ("食前", MealTiming::BeforeMeals),
    ("空腹", MealTiming::BeforeMeals),
    ("pc", MealTiming::AfterMeals),
    ("p.c.", MealTiming::AfterMeals),
    ("饭后服", MealTiming::AfterMeals),
    ("餐后服", MealTiming::AfterMeals),
    ("饭后半小时", MealTiming::AfterMeals),
    ("餐后半小时", MealTiming::AfterMeals),
    ("饭后", MealTiming::AfterMeals),
    ("餐后", MealTiming::AfterMeals),
    ("食后", MealTiming::AfterMeals),
    ("cf", MealTiming::WithMeals),
    ("餐中", MealTiming::WithMeals),
    ("餐时", MealTiming::WithMeals),
    ("随餐", MealTiming::WithMeals),
    ("与食物同服", MealTiming::WithMeals),
    ("hs", MealTiming::AtBedtime),
    ("h.s.", MealTiming::AtBedtime),
    ("临睡前", MealTiming::AtBedtime),
    ("临睡时", MealTiming::AtBedtime),
    ("睡前服", MealTiming::AtBedtime),
    ("睡前", MealTiming::AtBedtime),
    ("晚睡前", MealTiming::AtBedtime),
];

/// Words by which a frequency becomes the most often.
const AS_NEEDED: [&str; 14] = [
    "prn",
    "p.r.n.",
    "sos",
    "必要时",
    "需要时",
    "按需",
    "头痛时",
    "腹痛时",
    "胸痛时",
    "疼痛时",
    "痛时",
    "发热时",
    "发作时",
    "失眠时",
];

/// The text without one `word` at its end or beginning; a Latin word must stand apart.
fn without<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let latin = |c: char| c.is_ascii_alphanumeric();
    let apart = word.starts_with(latin);
    if let Some(rest) = without_end(text, word) {
        return Some(rest);
    }
    if let Some(rest) = text.strip_prefix(word)
        && !(apart && rest.starts_with(latin))
    {
        return Some(rest.trim_start_matches(BETWEEN));
    }
    None
}

/// [`without`], at the end only.
fn without_end<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let latin = |c: char| c.is_ascii_alphanumeric();
    let rest = text.strip_suffix(word)?;
    (!(word.starts_with(latin) && rest.ends_with(latin))).then(|| rest.trim_end_matches(BETWEEN))
}

/// What separates words of one text.
const BETWEEN: [char; 11] = [' ', ',', '，', '、', ';', '；', '(', ')', '（', '）', '/'];
