//! Ages in completed units: `68 a`, `3岁5月`, `28天`, `8 mo`, `1岁半`.
use super::number;
use crate::Age;
use shenfang_units::{CalendarUnit, Quantity, Ratio, Unit};

const UNITS: [(&str, CalendarUnit); 26] = [
    ("周岁", CalendarUnit::Year),
    ("岁", CalendarUnit::Year),
    ("年", CalendarUnit::Year),
    ("years", CalendarUnit::Year),
    ("year", CalendarUnit::Year),
    ("yr", CalendarUnit::Year),
    ("y", CalendarUnit::Year),
    ("a", CalendarUnit::Year),
    ("个月龄", CalendarUnit::Month),
    ("个月", CalendarUnit::Month),
    ("月龄", CalendarUnit::Month),
    ("月", CalendarUnit::Month),
    ("months", CalendarUnit::Month),
    ("mo", CalendarUnit::Month),
    ("周龄", CalendarUnit::Week),
    ("周", CalendarUnit::Week),
    ("weeks", CalendarUnit::Week),
    ("wk", CalendarUnit::Week),
    ("日龄", CalendarUnit::Day),
    ("天", CalendarUnit::Day),
    ("日", CalendarUnit::Day),
    ("days", CalendarUnit::Day),
    ("d", CalendarUnit::Day),
    ("小时", CalendarUnit::Hour),
    ("时", CalendarUnit::Hour),
    ("h", CalendarUnit::Hour),
];

/// The age, largest unit first; `None` where a unit stands twice, out of order, or a part is no whole number of a smaller unit.
pub fn parse(text: &str) -> Option<Age> {
    let folded = super::fold_short(text)?;
    let mut rest = &*folded;
    let mut parts: Vec<(u32, CalendarUnit)> = Vec::new();
    while !rest.is_empty() {
        if rest == "半" {
            return half(parts);
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && !"一二三四五六七八九十两".contains(c))?;
        let (number, tail) = rest.split_at_checked(end)?;
        let tail = tail.trim_start();
        let (tail, unit) = UNITS
            .iter()
            .find_map(|(word, unit)| Some((tail.strip_prefix(word)?, *unit)))?;
        // `3 m` or `5 days old` must not pass for `3 mo` or `5 d` by half.
        if tail.starts_with(|c: char| c.is_ascii_alphabetic()) || parts.last().is_some_and(|(_, last)| unit >= *last) {
            return None;
        }
        push(&mut parts, number, unit)?;
        rest = tail.trim_start_matches([' ', '零', '又', ',']);
    }
    (!parts.is_empty()).then_some(Age { parts })
}

/// One part; a fraction goes over into whole smaller units (`0.5 岁` is six months), or the text says nothing certain.
fn push(parts: &mut Vec<(u32, CalendarUnit)>, number: &str, unit: CalendarUnit) -> Option<()> {
    let value = if number.trim_matches('0').is_empty() && number.contains('0') {
        Ratio::ZERO
    } else {
        number::number(number)?
    };
    if value > Ratio::integer(10_000) {
        return None;
    }
    if value.denominator() == 1 {
        parts.push((u32::try_from(value.numerator()).ok()?, unit));
        return Some(());
    }
    let (smaller, ratio) = match unit {
        CalendarUnit::Year => (CalendarUnit::Month, 12),
        CalendarUnit::Week => (CalendarUnit::Day, 7),
        CalendarUnit::Day => (CalendarUnit::Hour, 24),
        CalendarUnit::Month | CalendarUnit::Hour => return None,
    };
    let all = value.checked_mul(Ratio::integer(ratio))?;
    if all.denominator() != 1 {
        return None;
    }
    let (all, ratio) = (u32::try_from(all.numerator()).ok()?, u32::try_from(ratio).ok()?);
    let whole = all.checked_div(ratio)?;
    if whole > 0 {
        parts.push((whole, unit));
    }
    parts.push((all.checked_rem(ratio)?, smaller));
    Some(())
}

/// `1岁半`: and six months.
fn half(mut parts: Vec<(u32, CalendarUnit)>) -> Option<Age> {
    match parts.as_slice() {
        [(_, CalendarUnit::Year)] => {
            parts.push((6, CalendarUnit::Month));
            Some(Age { parts })
        }
        _ => None,
    }
}

/// Weeks and days of a pregnancy as a number of days: `20+3周`, `20周+3天`, `20周3天`, `20w+3d`, `孕20周`.
pub fn weeks_and_days(text: &str) -> Option<Quantity> {
    let folded = super::fold_short(text)?;
    let folded: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    let text = folded.trim_start_matches("宫内").trim_start_matches('孕');
    let numbers = |text: &str, end: &[&str]| {
        let text = end.iter().find_map(|word| text.strip_suffix(word))?;
        if text == "0" {
            return Some(Ratio::ZERO);
        }
        number::number(text).filter(|n| n.denominator() == 1)
    };
    const WEEKS: [&str; 4] = ["周", "wk", "ws", "w"];
    const DAYS: [&str; 3] = ["天", "日", "d"];
    let (weeks, days) = match text.split_once('+') {
        Some((weeks, days)) if WEEKS.iter().any(|word| days.ends_with(word)) => {
            (number::number(weeks)?, numbers(days, &WEEKS)?)
        }
        Some((weeks, days)) => (numbers(weeks, &WEEKS)?, numbers(days, &DAYS)?),
        None => match text.split_once('周') {
            Some((weeks, days)) if !days.is_empty() => (number::number(weeks)?, numbers(days, &DAYS)?),
            _ => (numbers(text, &WEEKS)?, Ratio::ZERO),
        },
    };
    // 20+8周 says nothing certain.
    let certain = weeks.denominator() == 1 && days < Ratio::integer(7);
    certain.then_some(Quantity {
        value: weeks.checked_mul(Ratio::integer(7))?.checked_add(days)?,
        unit: Unit::parse("d").ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use CalendarUnit::{Day, Month, Week, Year};

    #[test]
    fn ages_as_written() {
        for (text, parts) in [
            ("68 a", vec![(68, Year)]),
            ("3岁", vec![(3, Year)]),
            ("3岁5月", vec![(3, Year), (5, Month)]),
            ("3岁零5个月", vec![(3, Year), (5, Month)]),
            ("8 mo", vec![(8, Month)]),
            ("28天", vec![(28, Day)]),
            ("２８天", vec![(28, Day)]),
            ("1岁半", vec![(1, Year), (6, Month)]),
            ("0.5 岁", vec![(6, Month)]),
            ("2月15天", vec![(2, Month), (15, Day)]),
            ("6周", vec![(6, Week)]),
            ("三岁", vec![(3, Year)]),
            ("0天", vec![(0, Day)]),
        ] {
            assert_eq!(parse(text), Some(Age { parts }), "{text}");
        }
        let days = |text: &str| weeks_and_days(text).map(|q| q.to_string());
        for text in ["20+3周", "20周+3天", "20周3天", "20W+3D", "孕20+3周", "宫内孕20+3 周"] {
            assert_eq!(days(text), Some("143 d".to_owned()), "{text}");
        }
        assert_eq!(days("孕20周"), Some("140 d".to_owned()));
        assert_eq!(days("20+0周"), Some("140 d".to_owned()));
        for bad in ["20+8周", "20+3", "3天", "+3周", "20.5周+1天", "周", "20周+"] {
            assert_eq!(days(bad), None, "{bad}");
        }
        for bad in [
            "",
            "成人",
            "68",
            "-3 a",
            "3岁3岁",
            "5月3岁",
            "1.5 mo",
            "3 m",
            "99999999999 a",
            "半",
            "0.1 a",
            "5 apples",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
