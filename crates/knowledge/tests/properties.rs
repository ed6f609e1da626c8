//! What holds for every catalogue and every text.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
mod support;
use proptest::prelude::*;
use shenfang_knowledge::{Code, ConceptId, Knowledge, normalize};
use std::collections::BTreeSet;
use support::{catalogue_of, sound};

/// Catalogues of herbs `a`–`l` whose relations may form cycles and name what is unknown.
fn catalogues() -> impl Strategy<Value = Vec<String>> {
    let row = (
        "[a-l]",
        prop::collection::vec("[a-n]", 0..3),
        prop::collection::vec("[m-r]", 0..2),
        "[is]|processed",
    );
    prop::collection::vec(row, 0..14).prop_map(|rows| {
        let row = |(name, above, aliases, relation): &(String, Vec<String>, Vec<String>, String)| {
            let relation = if relation == "processed" { "processed" } else { "is" };
            let mut text = format!("herb {name} = {}", aliases.join(","));
            if !above.is_empty() {
                text += &format!(" < {relation} {}", above.join(","));
            }
            text
        };
        rows.iter().map(row).collect()
    })
}

/// Everything above, by walking single relations until nothing is new.
fn naive_above(k: &Knowledge, id: ConceptId) -> BTreeSet<ConceptId> {
    let mut all = BTreeSet::from([id]);
    loop {
        let next: BTreeSet<ConceptId> = all.iter().flat_map(|c| k.above(*c)).map(|(_, upper)| upper).collect();
        let before = all.len();
        all.extend(next);
        if all.len() == before {
            return all;
        }
    }
}

fn numbered(lines: &[String]) -> Vec<(usize, &str)> {
    (1..).zip(lines.iter().map(String::as_str)).collect()
}

proptest! {
    #[test]
    fn normal_form_is_idempotent(text in any::<String>()) {
        let once = normalize(&text);
        prop_assert_eq!(normalize(&once), once);
    }

    #[test]
    fn normal_form_of_drug_like_text_is_idempotent(text in "[ 　a-zA-Z0-9（）附乾薑蔘黃\u{301}\u{30c}ﬁⅢ\u{200b}か\u{3099}]{0,12}") {
        let once = normalize(&text);
        prop_assert_eq!(normalize(&once), once);
    }

    #[test]
    fn closures_agree_with_a_naive_walk(lines in catalogues()) {
        let (k, _) = catalogue_of(numbered(&lines));
        for (id, _) in k.iter() {
            let naive = naive_above(&k, id);
            let above: BTreeSet<ConceptId> = k.ancestors(id).into_iter().collect();
            prop_assert_eq!(&above, &naive);
            for upper in naive {
                prop_assert!(k.descendants(upper).contains(&id));
                let path = k.path(id, upper).unwrap();
                let steps = path.iter().zip(path.iter().skip(1));
                for (lower, upper) in steps {
                    prop_assert!(k.above(*lower).iter().any(|(_, u)| u == upper));
                }
            }
        }
    }

    /// Places stay with their lines, so even the faults are the same.
    #[test]
    fn declaration_order_decides_nothing(lines in catalogues(), seed in any::<u64>()) {
        let mut shuffled = numbered(&lines);
        let straight = shuffled.clone();
        shuffled.sort_by_key(|(n, _)| (*n as u64).wrapping_mul(seed | 1).rotate_left(17));
        let (a, a_faults) = catalogue_of(straight);
        let (b, b_faults) = catalogue_of(shuffled);
        prop_assert_eq!(a_faults, b_faults);
        prop_assert_eq!(a.concepts(), b.concepts());
        prop_assert_eq!(a.names(), b.names());
        prop_assert_eq!(a.digest(), b.digest());
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), drugish in "[附子片盐酸钠注射用(（）0-9.gmgx*×:/%、 先煎]{0,24}") {
        let k = sound("herb 附子\nsubstance 华法林\nsubstance 氯化钠\ncondition 感冒 # ICD10:J00");
        for text in [&text, &drugish] {
            let _ = k.names().name(text);
            let drug = k.names().drug(text);
            prop_assert!(k.names().candidates(text, 3).len() <= 3);
            let _ = k.names().by_initials(text);
            let _ = k.explain(text, 3);
            if let Some(code) = Code::parse(text) {
                let _ = k.names().code_and_above(&code);
                let _ = code.upper();
                prop_assert_eq!(Code::parse(&code.to_string()), Some(code));
            }
            // A herb is never reached but by its whole name, a note or an amount apart.
            if drug.resolution == shenfang_knowledge::Resolution::Concept(support::id(&k, "附子")) {
                prop_assert!(normalize(text).contains("附子"));
            }
        }
    }
}
