//! Laws of the arithmetic, on arbitrary numbers and texts.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]
use proptest::prelude::*;
use shenfang_units::{Comparison, Interval, Quantity, QuantityRange, Ratio, Truth, Unit, everyday_words};
use std::cmp::Ordering;

fn small() -> impl Strategy<Value = Ratio> {
    (-1_000_000i128..1_000_000, 1i128..1_000_000).prop_map(|(n, d)| Ratio::new(n, d).unwrap())
}

fn any_ratio() -> impl Strategy<Value = Ratio> {
    let part = prop_oneof![
        any::<i128>(),
        (-50i128..50),
        (0i128..50).prop_map(|n| i128::MAX - n),
        (1i128..50).prop_map(|n| -i128::MAX + n),
    ];
    (part.clone(), part).prop_filter_map("fits", |(n, d)| Ratio::new(n, d))
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop_oneof![
        Just(Comparison::Less),
        Just(Comparison::AtMost),
        Just(Comparison::Equal),
        Just(Comparison::NotEqual),
        Just(Comparison::AtLeast),
        Just(Comparison::Greater),
    ]
}

fn unit_text() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = everyday_words().map(|(w, _)| w).collect();
    let ucum = [
        "mg",
        "g",
        "ug",
        "mL",
        "L",
        "kg",
        "m2",
        "d",
        "h",
        "min",
        "mmol",
        "U",
        "{1.73_m2}",
        "10*3",
        "ml",
        "k[iU]",
    ];
    let atom = prop_oneof![
        prop::sample::select(words).prop_map(str::to_owned),
        prop::sample::select(ucum.to_vec()).prop_map(str::to_owned),
    ];
    prop::collection::vec(atom, 1..4).prop_map(|atoms| atoms.join("/"))
}

/// The order of `a` and `b` by schoolbook long division, digit by digit in base 2.
fn naive_order(a: Ratio, b: Ratio) -> Ordering {
    let floor = |r: Ratio| r.numerator().div_euclid(r.denominator());
    let rest = |r: Ratio| {
        (
            r.numerator().rem_euclid(r.denominator()) as u128,
            r.denominator() as u128,
        )
    };
    let order = floor(a).cmp(&floor(b));
    let ((mut x, p), (mut y, q)) = (rest(a), rest(b));
    let mut decided = order;
    // 2·127 binary places separate any two fractions whose denominators have 127 bits.
    for _ in 0..256 {
        if decided != Ordering::Equal {
            return decided;
        }
        let bit = |r: u128, d: u128| {
            if r * 2 >= d { (1, r * 2 - d) } else { (0, r * 2) }
        };
        let ((i, nx), (j, ny)) = (bit(x, p), bit(y, q));
        (x, y) = (nx, ny);
        decided = i.cmp(&j);
    }
    decided
}

proptest! {
    #[test]
    fn field_laws(a in small(), b in small(), c in small()) {
        let (add, mul) = (Ratio::checked_add, Ratio::checked_mul);
        prop_assert_eq!(add(a, b), add(b, a));
        prop_assert_eq!(mul(a, b), mul(b, a));
        prop_assert_eq!(add(add(a, b).unwrap(), c), add(a, add(b, c).unwrap()));
        prop_assert_eq!(mul(mul(a, b).unwrap(), c), mul(a, mul(b, c).unwrap()));
        prop_assert_eq!(mul(a, add(b, c).unwrap()), add(mul(a, b).unwrap(), mul(a, c).unwrap()));
        prop_assert_eq!(a.checked_sub(b).unwrap().checked_add(b), Some(a));
        if !b.is_zero() {
            prop_assert_eq!(a.checked_div(b).unwrap().checked_mul(b), Some(a));
        } else {
            prop_assert_eq!(a.checked_div(b), None);
        }
    }

    #[test]
    fn operations_on_any_ratios_are_reduced_or_refused(a in any_ratio(), b in any_ratio(), digits in 0u32..40) {
        let results = [a.checked_add(b), a.checked_sub(b), a.checked_mul(b), a.checked_div(b), a.round_to(digits)];
        for r in results.into_iter().flatten() {
            prop_assert!(r.denominator() > 0);
            prop_assert_eq!(Ratio::new(r.numerator(), r.denominator()), Some(r));
        }
        let _ = a.to_string();
    }

    #[test]
    fn order_is_total_exact_and_consistent(a in any_ratio(), b in any_ratio(), c in any_ratio()) {
        prop_assert_eq!(a.cmp(&b), naive_order(a, b));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
        if let Some(difference) = a.checked_sub(b) {
            prop_assert_eq!(a.cmp(&b), difference.cmp(&Ratio::ZERO));
        }
    }

    #[test]
    fn neighbours_at_the_edge_are_told_apart(n in 1i128..1000) {
        let big = i128::MAX - n;
        let (a, b) = (Ratio::new(big, big - 1).unwrap(), Ratio::new(big - 1, big - 2).unwrap());
        prop_assert!(a < b);
        prop_assert_eq!(a.cmp(&b), naive_order(a, b));
    }

    #[test]
    fn rounding_is_to_the_nearest_and_away_from_zero_at_a_half(a in small(), digits in 0u32..6) {
        let rounded = a.round_to(digits).unwrap();
        let off = a.checked_sub(rounded).unwrap();
        let half = Ratio::new(1, 2 * 10i128.pow(digits)).unwrap();
        let size = if off.is_negative() { Ratio::ZERO.checked_sub(off).unwrap() } else { off };
        prop_assert!(size <= half);
        if size == half {
            prop_assert!(a.is_negative() != off.is_negative());
        }
    }

    #[test]
    fn what_is_shown_exactly_reads_back(n in any::<i64>(), places in 0u32..=12) {
        let a = Ratio::new(n.into(), 10i128.pow(places)).unwrap();
        let shown = a.to_string();
        prop_assert!(!shown.starts_with('≈'));
        prop_assert_eq!(Ratio::parse_decimal(&shown), Ok(a));
    }

    #[test]
    fn what_is_shown_rounded_is_near(a in small()) {
        let shown = a.to_string();
        if let Some(text) = shown.strip_prefix('≈') {
            let near = Ratio::parse_decimal(text).unwrap();
            let off = a.checked_sub(near).unwrap().checked_div(a).unwrap();
            let limit = Ratio::new(1, 2000).unwrap();
            prop_assert!(off <= limit && Ratio::ZERO.checked_sub(off).unwrap() <= limit, "{} {}", a.numerator(), shown);
        }
    }

    #[test]
    fn serialised_ratios_read_back(a in any_ratio()) {
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Ratio>(&json).unwrap(), a);
    }

    #[test]
    fn an_interval_answers_only_what_all_its_values_answer(
        low in small(), width in small(), at in small(), right in small(), op in comparison(), open in any::<bool>(), pick in 0i128..=10,
    ) {
        let width = width.checked_mul(width).unwrap();
        let high = low.checked_add(width).unwrap();
        let interval = Interval { low: Some((low, open)), high: Some((high, open)) };
        let inside = low.checked_add(width.checked_mul(Ratio::new(pick, 10).unwrap()).unwrap()).unwrap();
        let ends = [low, high, right];
        let right = ends.get((at.numerator().unsigned_abs() % 3) as usize).copied().unwrap();
        if !open || (low < inside && inside < high) {
            match interval.compare(op, right) {
                Truth::True => prop_assert!(op.holds(inside, right)),
                Truth::False => prop_assert!(!op.holds(inside, right)),
                Truth::Unknown => prop_assert!(low < high),
            }
        }
        prop_assert_eq!(op.holds(inside, right), op.flipped().holds(right, inside));
        let decided = if op == Comparison::NotEqual { Truth::Unknown } else { Truth::True };
        prop_assert_eq!(Interval::satisfying(op, right).compare(op, right), decided);
        prop_assert_eq!(Interval::exactly(inside).compare(op, right), Truth::known(op.holds(inside, right)));
    }

    #[test]
    fn units_keep_their_meaning_in_canonical_spelling(text in unit_text()) {
        if let Ok(unit) = Unit::parse(&text) {
            let again = Unit::parse(&unit.canonical()).unwrap();
            prop_assert_eq!(again.factor(), unit.factor());
            prop_assert_eq!(again.dimension(), unit.dimension());
            prop_assert_eq!(again.canonical(), unit.canonical());
        }
    }

    #[test]
    fn conversion_there_and_back_is_exact(n in 0i64..1_000_000_000, places in 0u32..9, a in unit_text(), b in unit_text()) {
        let (Ok(a), Ok(b)) = (Unit::parse(&a), Unit::parse(&b)) else { return Ok(()) };
        let q = Quantity { value: Ratio::new(n.into(), 10i128.pow(places)).unwrap(), unit: a.clone() };
        match q.convert(&b) {
            Some(there) => {
                prop_assert_eq!(there.convert(&a), Some(q.clone()));
                prop_assert_eq!(there.amount(), q.amount());
            }
            None => prop_assert_ne!(a.dimension(), b.dimension()),
        }
    }

    #[test]
    fn shown_quantities_read_back(n in 0i64..1_000_000_000, places in 0u32..9, text in unit_text()) {
        if let Ok(unit) = Unit::parse(&text) && unit.text() != "1" {
            let q = Quantity { value: Ratio::new(n.into(), 10i128.pow(places)).unwrap(), unit };
            prop_assert_eq!(Quantity::parse(&q.to_string()), Ok(q));
        }
    }

    #[test]
    fn reading_never_panics(text in "\\PC{0,140}") {
        let _ = (Ratio::parse_decimal(&text), Unit::parse(&text), Quantity::parse(&text), QuantityRange::parse(&text));
    }

    #[test]
    fn reading_what_looks_like_a_quantity_never_panics(text in "[-+0-9.eE/*^~至到半½⅔²⁹×片万UugmMLkd(){}\\[\\]μ岁月 ]{0,24}") {
        let _ = (Ratio::parse_decimal(&text), Unit::parse(&text), Quantity::parse(&text));
        if let Ok(range) = QuantityRange::parse(&text) {
            prop_assert!(!range.low.value.is_negative());
            prop_assert!(range.low.amount().unwrap().value <= range.high.amount().unwrap().value);
            let _ = range.to_string();
        }
    }
}
