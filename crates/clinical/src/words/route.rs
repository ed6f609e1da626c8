//! Routes: one table of codes and wordings.
use super::{MEALS, without};
use crate::Route;
use once_cell::sync::Lazy;
use shenfang_units::quick::Build;
use std::collections::HashMap;

static TABLE: Lazy<HashMap<&'static str, Route, Build>> = Lazy::new(|| {
    let mut table: HashMap<&'static str, Route, Build> = Route::ALL
        .iter()
        .flat_map(|route| [(route.code(), *route), (route.zh(), *route)])
        .collect();
    let rows = include_str!("../../data/routes.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'));
    for (code, words) in rows {
        if let Some(route) = Route::from_word(code) {
            table.extend(
                words
                    .split(';')
                    .filter(|word| !word.is_empty())
                    .map(|word| (word, route)),
            );
        }
    }
    table
});

/// The route, or `None` when the text does not name one. Dots of abbreviations and a timing word (`口服 餐后`) are passed over.
pub fn parse(text: &str) -> Option<Route> {
    if let Some(route) = TABLE.get(text) {
        return Some(*route);
    }
    let folded = super::fold_short(text)?;
    if let Some(route) = TABLE.get(&*folded) {
        return Some(*route);
    }
    if folded.is_ascii() {
        let plain: String = folded.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let joined = plain.as_str();
        return TABLE.get(joined).copied().or_else(|| {
            Route::ALL
                .iter()
                .copied()
                .find(|route| route.code().replace('_', "") == joined)
        });
    }
    let folded = folded.trim_matches(super::BETWEEN);
    let rest = MEALS.iter().find_map(|(word, _)| without(folded, word))?;
    TABLE.get(rest).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fold;

    #[test]
    fn every_word_of_the_table_names_a_route_of_the_contract() {
        for line in include_str!("../../data/routes.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
        {
            let (code, words) = line.split_once('\t').unwrap();
            let route = Route::from_word(code);
            assert!(route.is_some(), "{code}");
            for word in words.split(';') {
                assert_eq!(parse(word), route, "{word}");
                assert_eq!(fold(word), word, "words stand folded in the table");
            }
        }
    }

    #[test]
    fn routes_as_written() {
        for (text, route) in [
            ("口服", Route::Oral),
            (" PO ", Route::Oral),
            ("p.o.", Route::Oral),
            ("口服 餐后", Route::Oral),
            ("口服（饭后）", Route::Oral),
            ("ｉｖｇｔｔ", Route::IvInfusion),
            ("iv gtt", Route::IvInfusion),
            ("iv-gtt", Route::IvInfusion),
            ("静脉推注", Route::IvPush),
            ("iv_push", Route::IvPush),
            ("intra-articular", Route::IntraArticular),
            ("煎服", Route::Decoction),
            ("皮试", Route::SkinTest),
            ("外用", Route::Topical),
        ] {
            assert_eq!(parse(text), Some(route), "{text}");
        }
        for text in ["", "含服", "口服或外用", "遵医嘱", "随便", "口"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
