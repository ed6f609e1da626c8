//! What holds whatever is written: words are read or refused, days add up on every calendar.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects"
)]
use jiff::civil::Date;
use proptest::prelude::*;
use shenfang_clinical::calendar::{Moment, after, completed, days_between};
use shenfang_clinical::{Age, AgeFact, words};
use shenfang_units::{CalendarUnit, Comparison, Ratio, Truth};

const UNITS: [CalendarUnit; 4] = [
    CalendarUnit::Day,
    CalendarUnit::Week,
    CalendarUnit::Month,
    CalendarUnit::Year,
];
const SIGNS: [Comparison; 6] = [
    Comparison::Less,
    Comparison::AtMost,
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::AtLeast,
    Comparison::Greater,
];

/// Days of a century and a half; every fourth is the 29th of February or its neighbour.
fn a_day() -> impl Strategy<Value = Date> {
    let any = (1900_i16..2050, 1_i8..=12, 1_i8..=28);
    let leap = (475_i16..512, prop::sample::select(vec![(2_i8, 28_i8), (2, 29), (3, 1)]));
    prop_oneof![
        3 => any.prop_map(|(year, month, day)| Date::new(year, month, day).unwrap()),
        1 => leap.prop_filter_map("1900 has none", |(four, (month, day))| Date::new(four * 4, month, day).ok()),
    ]
}

/// Of two days, the earlier first.
fn two_days() -> impl Strategy<Value = (Date, Date)> {
    (a_day(), a_day()).prop_map(|(one, other)| (one.min(other), one.max(other)))
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = (words::frequency::parse(&text), words::route::parse(&text), words::strength::parse(&text));
        let _ = (words::strength::pack(&text), words::age::parse(&text), words::footnote(&text), Moment::parse(&text));
        let _ = words::frequency::rate(&text, &text);
    }

    #[test]
    fn no_text_of_the_trade_panics(parts in prop::collection::vec(prop::sample::select(vec![
        "每", "日", "3", "次", "q", "8", "h", "/", "~", "餐后", "prn", " ", "mg", ":", "*", "片", "(", ")", "×", "岁", "半", "0", ".", "十", "隔", "周", "ml", "%", "-", "盒", "+",
    ]), 0..9)) {
        let text = parts.concat();
        let _ = (words::frequency::parse(&text), words::route::parse(&text), words::strength::parse(&text));
        let _ = (words::strength::pack(&text), words::age::parse(&text), words::footnote(&text));
    }

    #[test]
    fn a_frequency_is_above_nothing(text in "(q[0-9]{1,3}(h|d|w|min))|([0-9]{1,3}次/(日|周|[0-9]{1,2}小时))|(每[0-9]{1,2}(日|周|小时)[0-9]{1,2}次)") {
        if let Some(timing) = words::frequency::parse(&text) {
            prop_assert!(timing.times > Ratio::ZERO && timing.days > Ratio::ZERO);
        }
    }

    #[test]
    fn completed_units_are_the_last_that_have_passed((birth, on) in two_days()) {
        for unit in UNITS {
            let n = completed(birth, on, unit).unwrap();
            prop_assert!(after(birth, n, unit).unwrap() <= on);
            prop_assert!(after(birth, n + 1, unit).unwrap() > on);
        }
        prop_assert_eq!(after(birth, days_between(birth, on), CalendarUnit::Day), Some(on));
    }

    #[test]
    fn an_age_is_below_at_or_above_every_threshold((birth, on) in two_days(), n in 0_i64..140) {
        let age = AgeFact::Born { birth, on };
        for unit in UNITS {
            let n = Ratio::integer(n);
            let one = [Comparison::Less, Comparison::Equal, Comparison::Greater].map(|op| age.compare(op, n, unit));
            prop_assert_eq!(one.iter().filter(|truth| **truth == Truth::True).count(), 1);
            prop_assert!(!one.contains(&Truth::Unknown));
        }
    }

    /// A stated age answers as the birth date would, or does not know.
    #[test]
    fn a_stated_age_never_contradicts_the_birth_date((birth, on) in two_days(), stated in 0_usize..4, asked in 0_usize..4, n in 0_i64..1500) {
        let number = completed(birth, on, UNITS[stated]).unwrap();
        let parts = vec![(u32::try_from(number).unwrap(), UNITS[stated])];
        let stated = AgeFact::Completed(Age { parts });
        let born = AgeFact::Born { birth, on };
        for op in SIGNS {
            let (stated, born) = (stated.compare(op, Ratio::integer(n), UNITS[asked]), born.compare(op, Ratio::integer(n), UNITS[asked]));
            prop_assert!(stated == born || stated == Truth::Unknown, "{number} {op:?} {n}: {stated:?} {born:?}");
        }
    }
}
