//! Programs as bytes: the same reviews after reading, errors for everything else.
use super::support::*;
use crate::{Program, ProgramError};
use proptest::prelude::*;
use shenfang_clinical::Measure;

fn program() -> Program {
    let rules = vec![rule("pair", [named("乌头"), named("半夏")], None), same_substance()];
    program_with(rules, vec![dose("对乙酰氨基酚", &[(Measure::Daily, "2 g")])], vec![])
}

#[test]
fn a_program_read_back_reviews_alike() {
    let program = program();
    let bytes = program.to_bytes().unwrap();
    let again = Program::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes().unwrap(), bytes);
    for names in [&["附子", "半夏", "贝母"][..], &["感冒片", "布洛芬"], &["不知何物"]] {
        let sheet = sheet(&drugs(names), r#""current_medications":null"#);
        assert_eq!(program.review(&sheet, None), again.review(&sheet, None));
    }
}

#[test]
fn another_format_is_told_from_damage() {
    let bytes = program().to_bytes().unwrap();
    assert!(matches!(Program::from_bytes(b"PK"), Err(ProgramError::Format { .. })));
    let mut newer = bytes.clone();
    newer[8] = 99;
    assert!(matches!(Program::from_bytes(&newer), Err(ProgramError::Format { .. })));
    assert!(matches!(
        Program::from_bytes(&bytes[..bytes.len() - 1]),
        Err(ProgramError::Damaged(_))
    ));
}

#[test]
fn a_program_cut_short_is_damaged_wherever_it_ends() {
    let bytes = program().to_bytes().unwrap();
    assert!((0..bytes.len()).all(|end| Program::from_bytes(&bytes[..end]).is_err()));
}

/// A review has room for every question; nobody may ask for all there is.
#[test]
fn more_questions_than_bytes_are_damage() {
    let mut program = program();
    program.tables.questions = u32::MAX;
    let bytes = program.to_bytes().unwrap();
    assert!(matches!(Program::from_bytes(&bytes), Err(ProgramError::Damaged(_))));
}

#[test]
fn some_of_the_rules_are_a_program_too() {
    let whole = program();
    let part = whole.only(&|id| id.ends_with("pair"));
    let again = Program::from_bytes(&part.to_bytes().unwrap()).unwrap();
    let sheet = sheet(
        &drugs(&["附子", "半夏", "感冒片", "对乙酰氨基酚"]),
        r#""current_medications":[]"#,
    );
    let of_whole = whole.review(&sheet, None);
    let of_part = again.review(&sheet, None);
    assert_eq!(of_part, part.review(&sheet, None));
    assert_eq!(of_part.findings.len(), 1);
    assert!(of_whole.findings.len() > 1 && of_whole.findings.contains(&of_part.findings[0]));
}

/// The same body, with the checksum of what was changed: what a checksum cannot catch.
fn forged(mut bytes: Vec<u8>, at: usize, value: u8) -> Vec<u8> {
    use sha2::Digest;
    bytes.truncate(bytes.len() - 32);
    let at = 12 + at % (bytes.len() - 12);
    bytes[at] = value;
    let sum = sha2::Sha256::digest(&bytes);
    bytes.extend(sum);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn changed_bytes_are_an_error(at in any::<usize>(), flip in 1u8..) {
        let mut bytes = program().to_bytes().unwrap();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        prop_assert!(Program::from_bytes(&bytes).is_err());
    }

    #[test]
    fn forged_bytes_never_panic(at in any::<usize>(), value in any::<u8>()) {
        let bytes = forged(program().to_bytes().unwrap(), at, value);
        if let Ok(program) = Program::from_bytes(&bytes) {
            let sheet = sheet(&drugs(&["附子", "半夏", "感冒片", "贝母"]), r#""current_medications":null"#);
            let _ = program.review(&sheet, None);
        }
    }
}
