//! Did you mean: near spellings among a short list.
use shenfang_order::Order;

/// At most three of `known` that `text` could be a slip of, best first.
pub(crate) fn nearest<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<String> {
    let length = text.chars().count();
    let allowed = match length {
        0..=2 => 1,
        3..=8 => 2,
        _ => 3,
    };
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|word| word.chars().count().abs_diff(length) <= allowed)
        .map(|word| {
            (
                strsim::damerau_levenshtein(&text.to_ascii_lowercase(), &word.to_ascii_lowercase()),
                word,
            )
        })
        .filter(|(distance, word)| *distance <= allowed && *distance < word.chars().count().max(length))
        .collect();
    near.order();
    near.dedup();
    near.into_iter().take(3).map(|(_, word)| word.to_owned()).collect()
}

/// `「甲」、「乙」`, for a Chinese sentence.
pub(crate) fn list_zh<'k>(words: impl IntoIterator<Item = &'k str>) -> String {
    words
        .into_iter()
        .map(|w| format!("`{w}`"))
        .collect::<Vec<_>>()
        .join("、")
}

/// `` `a`, `b` ``, for an English sentence.
pub(crate) fn list_en<'k>(words: impl IntoIterator<Item = &'k str>) -> String {
    words
        .into_iter()
        .map(|w| format!("`{w}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
