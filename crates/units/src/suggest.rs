//! Did-you-mean for units: nearest spellings of the table and of common UCUM. It only proposes; nothing it finds is ever used as the unit.
use crate::{UnitError, words};
use shenfang_order::Order;

const MOST: usize = 3;

/// The error for `written`, of which `part` was not understood; the candidates are `written` with that part put right.
pub(crate) fn unknown(written: &str, part: &str) -> UnitError {
    let candidates = nearest(part)
        .into_iter()
        .map(|better| written.replacen(part, better, 1))
        .collect();
    UnitError::Unknown {
        text: written.to_owned(),
        candidates,
    }
}

/// At most three spellings within a small edit distance, best first, table order breaking ties.
fn nearest(part: &str) -> Vec<&'static str> {
    if let Some((_, meant)) = words::REFUSED.iter().find(|(r, _)| *r == part) {
        return vec![meant];
    }
    let length = part.chars().count();
    let allowed = match length {
        0 | 1 => 0,
        2..=4 => 1,
        _ => 2,
    };
    let lower = part.to_ascii_lowercase();
    let everyday = words::WORDS.iter().map(|w| w.word);
    let mut found: Vec<(usize, &'static str)> = words::COMMON
        .iter()
        .copied()
        .chain(everyday)
        .filter_map(|word| {
            // A difference of case alone is the nearest of all.
            let distance = match word.to_ascii_lowercase() == lower {
                true => 0,
                false => strsim::osa_distance(&lower, &word.to_ascii_lowercase()),
            };
            // A word shorter than the mistake it would mend is no proposal.
            let fits = distance <= allowed && distance < word.chars().count();
            fits.then_some((distance, word))
        })
        .collect();
    found.order_by_key(|(distance, _)| *distance);
    let mut out: Vec<&'static str> = Vec::new();
    for (_, word) in found {
        if out.len() < MOST && !out.contains(&word) {
            out.push(word);
        }
    }
    out
}
