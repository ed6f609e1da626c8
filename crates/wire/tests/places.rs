//! The place of a fault is the one that `serde_path_to_error` finds by reading again: the reader's own trail against an oracle.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects"
)]
use proptest::prelude::*;
use serde_path_to_error::Segment;
use shenfang_clinical::{Prescription, read};

/// Every kind of object and list the contract has.
const RECORD: &str = r#"{"id":"rx","kind":"decoction","authored_on":"2026-11-22","institution":{"level":"三级"},"prescriber":{"title":"主治医师","privileges":["限制级抗菌药物"]},
"patient":{"sex":"female","age":{"value":3,"unit":"岁"},"weight":"12 kg","allergies":["青霉素",{"name":"头孢","kind":"allergy","severe":true}],
"conditions":[{"code":"ICD10:O09","status":"active"}],"observations":[{"name":"血钾","value":5.1,"unit":"mmol/L","at":"2026-11-20"},{"name":"INR","value":"> 3"}]},
"tcm_diagnosis":{"disease":"咳嗽","pattern":"风寒"},"diagnoses":["咳嗽",{"name":"发热"}],"items":[{"id":"1","drug":"附子","dose":{"value":9,"unit":"g"},"frequency":{"times":2,"per":"d"},
"preparation":["先煎","包煎"],"steps":[{"from_day":1,"dose":"3 g"}],"infusion":{"group":"a","rate":"2 mL/min"},"skin_test":{"result":"阴性","at":"2026-11-21"}},
{"id":"2","drug":{"code":"ATC:N02BE01"},"route":"口服","preparation":"先煎","skin_test":"未做","extra":{"a~/b":{"c":[1,2]},"d":1}}],
"current_medications":[{"id":"c","drug":"华法林","started_on":"2026-01-01","max_per_day":"3 片"}],"doses":5,"usage":{"doses_per_day":1,"servings":2},
"amendments":[{"item":"1","signed":true}],"extra":{"x":{"y":null}},"double_signed":["1"]}"#;

/// The pointer of the oracle's path, a number's own map left out.
fn expected(text: &str) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let error = serde_path_to_error::deserialize::<_, Prescription>(&mut deserializer).err()?;
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } if !key.starts_with("$serde_json::") => {
            let short: String = key.chars().take(64).collect();
            format!("/{}", short.replace('~', "~0").replace('/', "~1"))
        }
        _ => String::new(),
    };
    Some(error.path().iter().map(step).collect())
}

/// The same fault at the same place, or none.
fn agree(text: &str) -> Result<(), TestCaseError> {
    let found = read::from(&mut serde_json::Deserializer::from_str(text));
    prop_assert_eq!(found.err().map(|(place, _)| place), expected(text), "{}", text);
    Ok(())
}

#[test]
fn the_record_is_sound() {
    assert_eq!(expected(RECORD), None);
    assert!(read::from_json(RECORD).is_ok());
}

/// Pieces of JSON that may stand where others stood.
const PIECES: [&str; 18] = [
    "null",
    "true",
    "7",
    "-1.5e3",
    "\"x\"",
    "\"\"",
    "[]",
    "[1]",
    "{}",
    "{\"a\":1}",
    ",",
    ":",
    "}",
    "]",
    "{",
    "[",
    "\"id\":1,",
    "{\"$serde_json::private::Number\":1}",
];

/// Where tokens of the record begin and end: quotes, brackets, commas, colons.
fn seams() -> Vec<usize> {
    let seam = |(at, c): (usize, char)| "{}[],:\"".contains(c).then_some([at, at + 1]);
    RECORD.char_indices().filter_map(seam).flatten().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn of_a_record_with_a_part_replaced(from: prop::sample::Index, length in 0_usize..6, piece in prop::sample::select(&PIECES[..])) {
        let seams = seams();
        let start = from.index(seams.len());
        let end = (start + length).min(seams.len() - 1);
        let (before, after) = (RECORD.get(..seams[start]).unwrap(), RECORD.get(seams[end]..).unwrap());
        agree(&format!("{before}{piece}{after}"))?;
    }

    #[test]
    fn of_a_record_cut_short(cut: prop::sample::Index) {
        let at = (0..=cut.index(RECORD.len())).rev().find(|at| RECORD.is_char_boundary(*at)).unwrap();
        agree(RECORD.get(..at).unwrap())?;
    }

    #[test]
    fn of_a_record_with_a_word_changed(at: prop::sample::Index, c in prop::char::any()) {
        let (at, old) = RECORD.char_indices().nth(at.index(RECORD.chars().count())).unwrap();
        let after = RECORD.get(at + old.len_utf8()..).unwrap();
        agree(&format!("{}{c}{after}", RECORD.get(..at).unwrap()))?;
    }
}
