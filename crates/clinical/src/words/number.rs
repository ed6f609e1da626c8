//! Small numbers in digits or Chinese numerals, alone or as a range.
use shenfang_units::Ratio;

/// `3`, `0.5`, `三`, `两`, `十二`, `二十四`, `半`; above zero.
pub fn number(text: &str) -> Option<Ratio> {
    let text = text.trim();
    let value = match chinese(text) {
        Some(value) => value,
        None if text.starts_with(|c: char| c.is_ascii_digit()) => Ratio::parse_decimal(text).ok()?,
        None => return None,
    };
    (value > Ratio::ZERO).then_some(value)
}

/// A number, or the larger of a range (`2~3`, `2-3`, `2至3`, `两到三`): the most often is what counts.
pub fn most(text: &str) -> Option<Ratio> {
    ends(text).map(|(_, high)| high)
}

/// A number, or the smaller of a range: of periods (`q4-6h`) that is the most often.
pub fn least(text: &str) -> Option<Ratio> {
    ends(text).map(|(low, _)| low)
}

fn ends(text: &str) -> Option<(Ratio, Ratio)> {
    match text.split_once(['~', '-', '至', '到', '—', '–', '～']) {
        Some((low, high)) => {
            let (low, high) = (number(low)?, number(high)?);
            (low <= high).then_some((low, high))
        }
        None => number(text).map(|number| (number, number)),
    }
}

fn chinese(text: &str) -> Option<Ratio> {
    if text == "半" {
        return Ratio::new(1, 2);
    }
    let digit = |c: char| {
        "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .and_then(|at| i64::try_from(at).ok()?.checked_add(1))
    };
    let mut characters = text.chars();
    let (first, second, third, fourth) = (
        characters.next()?,
        characters.next(),
        characters.next(),
        characters.next(),
    );
    let whole = match (first, second, third, fourth) {
        ('两', None, None, None) => 2,
        ('十', None, None, None) => 10,
        ('十', Some(ones), None, None) => digit(ones)?.checked_add(10)?,
        (ones, None, None, None) => digit(ones)?,
        (tens, Some('十'), None, None) => digit(tens)?.checked_mul(10)?,
        (tens, Some('十'), Some(ones), None) => digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?)?,
        _ => return None,
    };
    Some(Ratio::integer(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals() {
        for (text, value) in [
            ("3", 3),
            ("三", 3),
            ("两", 2),
            ("十", 10),
            ("十二", 12),
            ("二十四", 24),
            ("九十九", 99),
            ("七十", 70),
        ] {
            assert_eq!(number(text), Some(Ratio::integer(value)), "{text}");
        }
        assert_eq!(number("半"), Ratio::new(1, 2));
        for bad in ["", "0", "三三", "十十", "百", "-1", "x", "一二三"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        assert_eq!(most("2~3"), Some(Ratio::integer(3)));
        assert_eq!(most("两到三"), Some(Ratio::integer(3)));
        assert_eq!(most("3~2"), None);
        assert_eq!(least("4-6"), Some(Ratio::integer(4)));
    }
}
