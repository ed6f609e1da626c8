//! Frequencies: one table of codes and words, and the free forms `每日3次`, `3次/日`, `q8h`, `每12小时1次`.
//!
//! A frequency may carry a timing word (`tid pc`, `bid 餐后`) and 必要时; it is then the most often. A timing word alone (`ac`) does not
//! say how often.
use super::{AS_NEEDED, MEALS, number, without};
use crate::{MealTiming, Timing, TimingKind};
use once_cell::sync::Lazy;
use shenfang_units::{Quantity, Ratio};
use std::borrow::Cow;
use std::collections::HashMap;

static TABLE: Lazy<HashMap<&'static str, Timing, shenfang_units::quick::Build>> = Lazy::new(|| {
    let mut table = HashMap::default();
    for row in rows() {
        if let Some(timing) = row.timing() {
            for word in row.words() {
                table.insert(word, timing.clone());
            }
        }
    }
    table
});

/// A row of the table: code, kind, times, period, unit, words.
struct Row {
    code: &'static str,
    kind: &'static str,
    times: &'static str,
    per: &'static str,
    timing: &'static str,
    words: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    include_str!("../../data/frequencies.tsv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(Row {
                code: cells.next()?,
                kind: cells.next()?,
                times: cells.next()?,
                per: cells.next()?,
                timing: cells.next()?,
                words: cells.next()?,
            })
        })
}

impl Row {
    fn words(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.code).chain(self.words.split(';').filter(|word| !word.is_empty()))
    }

    fn timing(&self) -> Option<Timing> {
        let kind = match self.kind {
            "periodic" => TimingKind::Periodic,
            "once" => TimingKind::Once,
            "as_needed" => TimingKind::AsNeeded,
            "continuous" => TimingKind::Continuous,
            _ => return None,
        };
        let days = days(self.per)?;
        let timing = MealTiming::from_word(self.timing);
        Some(Timing {
            kind,
            times: number::number(self.times)?,
            days,
            as_needed: kind == TimingKind::AsNeeded,
            timing,
        })
    }
}

/// How often, or `None` when the text does not say.
pub fn parse(text: &str) -> Option<Timing> {
    if let Some(timing) = TABLE.get(text) {
        return Some(timing.clone());
    }
    let folded = super::fold_short(text)?;
    if let Some(timing) = TABLE.get(&*folded) {
        return Some(timing.clone());
    }
    let folded = without_dots(folded);
    let (mut rest, mut as_needed, mut meal) = (folded.trim_matches(super::BETWEEN), false, None);
    // A timing word, 必要时 or both, before or after, in any order.
    for _ in 0..4 {
        let read = alone(rest).or_else(|| meal.and_then(|_| meals(rest)));
        if let Some(timing) = read {
            // `餐前一次` may be meant for every day: not once in all.
            let certain = timing.kind != TimingKind::Once || meal.is_none();
            return certain.then(|| Timing {
                as_needed: as_needed || timing.as_needed,
                timing: meal.or(timing.timing),
                ..timing
            });
        }
        if let Some(shorter) = AS_NEEDED.iter().find_map(|word| without(rest, word)) {
            (rest, as_needed) = (shorter, true);
        } else if let Some((shorter, word)) = MEALS
            .iter()
            .find_map(|(word, meal)| Some((without(rest, word)?, *meal)))
        {
            if meal.replace(word).is_some() {
                return None;
            }
            rest = shorter;
        } else {
            return None;
        }
        if rest.is_empty() {
            return bare(as_needed, meal);
        }
    }
    None
}

/// `t.i.d.`, `q.d`, `St.`, `st!`: letters without their points; where there are digits a point may be a decimal one.
fn without_dots(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(['.', '!']) && text.is_ascii() && !text.contains(|c: char| c.is_ascii_digit()) {
        Cow::Owned(text.replace(['.', '!'], ""))
    } else {
        text
    }
}

/// What remains when all words were timing words: `睡前` is once a day, `必要时` has no number, `餐前` says nothing.
fn bare(as_needed: bool, meal: Option<MealTiming>) -> Option<Timing> {
    if meal == Some(MealTiming::AtBedtime) {
        return Some(Timing {
            kind: TimingKind::Periodic,
            times: Ratio::ONE,
            days: Ratio::ONE,
            as_needed,
            timing: meal,
        });
    }
    as_needed.then_some(Timing {
        kind: TimingKind::AsNeeded,
        times: Ratio::ONE,
        days: Ratio::ONE,
        as_needed,
        timing: meal,
    })
}

/// `三餐前`, `每餐后`, `早餐前`, `早晚餐后`: what is left of them.
fn meals(text: &str) -> Option<Timing> {
    let count = match text {
        "三" | "每" | "每日三" | "一日三" => 3,
        _ if text.chars().all(|c| "早中午晚".contains(c)) => i64::try_from(text.chars().count()).ok()?,
        _ => return None,
    };
    periodic(Ratio::integer(count), Ratio::ONE)
}

/// A frequency without any other word.
fn alone(text: &str) -> Option<Timing> {
    if let Some(timing) = TABLE.get(text) {
        return Some(timing.clone());
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.len() < text.len()
        && let Some(timing) = TABLE.get(compact.as_str())
    {
        return Some(timing.clone());
    }
    let (times, days) = every_latin(&compact)
        .or_else(|| times_per(&compact))
        .or_else(|| every_chinese(&compact))
        .or_else(|| every_hours(&compact))
        .or_else(|| parts_of_day(&compact))
        .or_else(|| with_parts_of_day(text))?;
    periodic(times, days)
}

fn periodic(times: Ratio, days: Ratio) -> Option<Timing> {
    let sensible =
        times > Ratio::ZERO && times <= Ratio::integer(1000) && days > Ratio::ZERO && days <= Ratio::integer(3660);
    sensible.then_some(Timing {
        kind: TimingKind::Periodic,
        times,
        days,
        as_needed: false,
        timing: None,
    })
}

/// `q8h`, `q30min`, `q2d`, `q3w`; of `q4-6h` the most often.
fn every_latin(text: &str) -> Option<(Ratio, Ratio)> {
    let rest = text.strip_prefix('q')?;
    let unit = rest.find(|c: char| c.is_ascii_alphabetic())?;
    let (count, unit) = rest.split_at_checked(unit)?;
    let period = match unit {
        "h" | "min" | "d" | "w" | "wk" => days_of(unit)?,
        _ => return None,
    };
    Some((Ratio::ONE, number::least(count)?.checked_mul(period)?))
}

/// `3次/日`, `2~3次/d`, `1次/12小时`, `3次每日`, `3/日`.
fn times_per(text: &str) -> Option<(Ratio, Ratio)> {
    let Some((times, period)) = text.split_once('次') else {
        // Without 次 the period stands bare: `1/2日` may be half a day.
        let (times, period) = text.split_once('/')?;
        return Some((number::most(times)?, days_of(period)?));
    };
    let period = period.strip_prefix(['/', '每'])?;
    Some((number::most(times)?, period_of(period)?))
}

/// `每8小时`, `每隔8小时`, `每4~6小时`: once in so many hours. Of days it would not be certain whether the first counts.
fn every_hours(text: &str) -> Option<(Ratio, Ratio)> {
    let hours = text.strip_prefix('每')?.trim_start_matches('隔');
    let hours = hours.strip_suffix("小时").or_else(|| hours.strip_suffix('h'))?;
    Some((Ratio::ONE, number::least(hours)?.checked_mul(days_of("h")?)?))
}

/// `每日3次`, `一日三次`, `1日3次`, `日3次`, `每12小时1次`, `每2日一次`, `隔日1次`, `每周2次`.
fn every_chinese(text: &str) -> Option<(Ratio, Ratio)> {
    let text = text.strip_suffix('次')?;
    let (period, times) = PERIODS.iter().find_map(|(word, _)| {
        let at = text.find(word)?;
        let end = at.checked_add(word.len())?;
        Some((text.get(..end)?, text.get(end..)?))
    })?;
    let times = number::most(times.trim_start_matches([',', '各', '服', '用']))?;
    if let Some(unit) = period.strip_prefix('隔') {
        return Some((times, days_of(unit)?.checked_mul(Ratio::integer(2))?));
    }
    let period = period.strip_prefix('每').unwrap_or(period);
    Some((times, period_of(period)?))
}

/// Words for a part of the day, longer ones first.
const PARTS: [&str; 17] = [
    "早上", "早晨", "清晨", "晨起", "上午", "中午", "下午", "傍晚", "晚上", "夜间", "am", "pm", "早", "晨", "午", "中",
    "晚",
];

/// The text without the parts of the day at its end (`早晚`, `早、晚`, `am`), and how many there were.
fn trailing_parts(text: &str) -> (&str, i64) {
    let (mut rest, mut count) = (text, 0_i64);
    while let Some(shorter) = PARTS.iter().find_map(|part| super::without_end(rest, part)) {
        rest = shorter.trim_end_matches('和');
        count = count.saturating_add(1);
    }
    (rest, count)
}

/// `早晚各一次`, `早中晚各1次`, `早、晚各一次`, `每天早上1次`, `每日早晚`, `每晨`, `早`: once for each part, every day.
fn parts_of_day(text: &str) -> Option<(Ratio, Ratio)> {
    let every = ["每日", "每天", "每"].iter().find_map(|word| text.strip_prefix(word));
    let parts = every.unwrap_or(text);
    let once = parts.strip_suffix("一次").or_else(|| parts.strip_suffix("1次"));
    let each = once.and_then(|parts| parts.strip_suffix('各'));
    let (rest, count) = trailing_parts(each.or(once).unwrap_or(parts));
    // `早晚一次` may be one of the two.
    let certain = each.is_some() || once.is_none() || count == 1;
    (certain && rest.is_empty() && (1..=4).contains(&count)).then(|| (Ratio::integer(count), Ratio::ONE))
}

/// `bid(早、晚)`, `每日一次 早`, `qd am`: the parts of the day say again how often; where they say otherwise nothing is certain.
fn with_parts_of_day(text: &str) -> Option<(Ratio, Ratio)> {
    let (rest, count) = trailing_parts(text.trim_end_matches(super::BETWEEN));
    if count == 0 || rest.is_empty() {
        return None;
    }
    let timing = alone(rest).filter(|timing| timing.kind == TimingKind::Periodic)?;
    let agrees = timing.times == Ratio::integer(count) && timing.days == Ratio::ONE;
    agrees.then_some((timing.times, timing.days))
}

/// Units of a period in days, longest word first where one contains another.
const PERIODS: [(&str, (i64, i64)); 15] = [
    ("小时", (1, 24)),
    ("分钟", (1, 1440)),
    ("星期", (7, 1)),
    ("个月", (30, 1)),
    ("礼拜", (7, 1)),
    ("min", (1, 1440)),
    ("wk", (7, 1)),
    ("h", (1, 24)),
    ("d", (1, 1)),
    ("w", (7, 1)),
    ("日", (1, 1)),
    ("天", (1, 1)),
    ("周", (7, 1)),
    ("月", (30, 1)),
    ("年", (365, 1)),
];

fn days_of(unit: &str) -> Option<Ratio> {
    let (_, (days, of)) = PERIODS.iter().find(|(word, _)| *word == unit)?;
    Ratio::new(i128::from(*days), i128::from(*of))
}

/// `日`, `12小时`, `两周`, `半小时`, in days; of `4~6小时` the shorter, which is the most often.
fn period_of(text: &str) -> Option<Ratio> {
    let (word, _) = PERIODS.iter().find(|(word, _)| text.ends_with(word))?;
    let count = text.strip_suffix(word)?.trim_end_matches('个');
    let count = if count.is_empty() {
        Ratio::ONE
    } else {
        number::least(count)?
    };
    days_of(word)?.checked_mul(count)
}

/// `{"times": 3, "per": "1 d"}`; a month is 30 days, a year 365, as in the table.
pub fn rate(times: &str, per: &str) -> Option<Timing> {
    periodic(number::most(&super::fold_short(times)?)?, days(per)?)
}

fn days(per: &str) -> Option<Ratio> {
    let folded = super::fold_short(per)?;
    let compact: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(days) = period_of(compact.strip_prefix('每').unwrap_or(&compact)) {
        return Some(days);
    }
    let duration = crate::calendar::duration(&Quantity::parse(per).ok()?)?;
    duration
        .value
        .checked_div(Ratio::integer(crate::calendar::SECONDS_A_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fold;

    /// `3/1` = three times in one day; `?` as needed, `1x` once, `~` continuous, `@` the timing word.
    fn read(text: &str) -> String {
        let Some(timing) = parse(text) else {
            return "-".to_owned();
        };
        let rate = match timing.kind {
            TimingKind::Periodic => format!("{}/{}", timing.times, timing.days),
            TimingKind::Once => "1x".to_owned(),
            TimingKind::AsNeeded => String::new(),
            TimingKind::Continuous => "~".to_owned(),
        };
        let needed = if timing.as_needed { "?" } else { "" };
        let meal = timing
            .timing
            .map(|meal| format!("@{}", meal.code()))
            .unwrap_or_default();
        format!("{rate}{needed}{meal}")
    }

    #[test]
    fn every_word_of_the_table_is_read_as_its_row() {
        let mut words = 0;
        for row in rows() {
            let expected = row.timing();
            assert!(expected.is_some(), "{}", row.code);
            for word in row.words() {
                assert_eq!(parse(word), expected, "{word}");
                assert_eq!(
                    parse(&format!(" {} ", word.to_uppercase())),
                    expected,
                    "{word} in capitals"
                );
                assert_eq!(fold(word), word, "words stand folded in the table");
                words += 1;
            }
        }
        assert_eq!(words, 208);
    }

    #[test]
    fn no_word_stands_in_two_rows() {
        let mut seen = std::collections::HashSet::new();
        for row in rows() {
            for word in row.words() {
                assert!(seen.insert(word), "{word}");
            }
        }
    }

    #[test]
    fn the_table_and_the_free_forms_agree() {
        for row in rows().filter(|row| row.kind == "periodic") {
            for word in row
                .words()
                .filter(|word| word.ends_with('次') && word.contains(['每', '一', '隔']))
            {
                let compact = word.replace(['半', '季', '上', '早', '晨', '晚', '睡'], "");
                if compact == word
                    && let Some((times, days)) = every_chinese(word)
                {
                    let timing = parse(word).unwrap();
                    assert_eq!(times.checked_div(days), timing.times.checked_div(timing.days), "{word}");
                }
            }
        }
    }

    #[test]
    fn free_forms() {
        for (text, expected) in [
            ("Q8H", "1/≈0.3333"),
            ("q 8 h", "1/≈0.3333"),
            ("ＴＩＤ", "3/1"),
            ("每日3次", "3/1"),
            ("1日3次", "3/1"),
            ("一日 3 次", "3/1"),
            ("3次/日", "3/1"),
            ("3次/d", "3/1"),
            ("2~3次/日", "3/1"),
            ("每日2-3次", "3/1"),
            ("每日两到三次", "3/1"),
            ("隔日一次", "1/2"),
            ("隔日1次", "1/2"),
            ("每12小时1次", "1/0.5"),
            ("1次/12小时", "1/0.5"),
            ("每2周1次", "1/14"),
            ("每周2次", "2/7"),
            ("一周三次", "3/7"),
            ("每月2次", "2/30"),
            ("q30min", "1/≈0.02083"),
            ("q10d", "1/10"),
            ("早晚各一次", "2/1"),
            ("早、中、晚各1次", "3/1"),
            ("tid pc", "3/1@pc"),
            ("bid 餐后", "2/1@pc"),
            ("每日三次，饭前", "3/1@ac"),
            ("餐前半小时 每日三次", "3/1@ac"),
            ("三餐前", "3/1@ac"),
            ("早晚餐后", "2/1@pc"),
            ("tid(餐后)", "3/1@pc"),
            ("qn 睡前", "1/1@hs"),
            ("睡前", "1/1@hs"),
            ("hs", "1/1@hs"),
            ("prn", "?"),
            ("必要时", "?"),
            ("tid prn", "3/1?"),
            ("q6h prn", "1/0.25?"),
            ("prn q6h", "1/0.25?"),
            ("必要时 每6小时一次", "1/0.25?"),
            ("tid pc prn", "3/1?@pc"),
            ("睡前 必要时", "1/1?@hs"),
            ("st", "1x"),
            ("一次", "1x"),
            ("立即", "1x"),
            ("st prn", "1x?"),
            ("持续泵入", "~"),
            ("t.i.d.", "3/1"),
            ("Tid.", "3/1"),
            ("St!", "1x"),
            ("q4-6h prn", "1/≈0.1667?"),
            ("每4~6小时1次", "1/≈0.1667"),
            ("每隔8小时", "1/≈0.3333"),
            ("3/日", "3/1"),
            ("bid(早、晚)", "2/1"),
            ("每日一次 早餐前", "1/1@ac"),
            ("每日1次（晚）", "1/1"),
            ("qd am", "1/1"),
            ("每天早上1次", "1/1"),
            ("每日早晚", "2/1"),
            ("每晨", "1/1"),
            ("早", "1/1"),
            ("晚上", "1/1"),
            ("每日睡前1次", "1/1@hs"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_say_how_often_is_not_read() {
        for text in [
            "",
            "遵医嘱",
            "ac",
            "餐后",
            "q",
            "qh8",
            "q0h",
            "每日",
            "每日零次",
            "每日三",
            "3次",
            "隔三日一次",
            "bid tid",
            "tidpc",
            "餐前一次",
            "ac pc",
            "每日3次每日2次",
            "q8x",
            "每日99999次",
            "每日一次 早晚",
            "bid am",
            "早晚一次",
            "1/2日",
            "每隔2日",
            "q6-4h",
            "qd.5h",
        ] {
            assert_eq!(read(text), "-", "{text}");
        }
        assert_eq!(parse(&"日".repeat(5000)), None);
    }

    #[test]
    fn rates() {
        let timing = rate("3", "1 d").unwrap();
        assert_eq!((timing.times, timing.days), (Ratio::integer(3), Ratio::ONE));
        assert_eq!(rate("1", "8 h").unwrap().days, Ratio::new(1, 3).unwrap());
        assert_eq!(rate("1", "周").unwrap().days, Ratio::integer(7));
        assert_eq!(rate("1", "1 mo").unwrap().days, Ratio::integer(30));
        for (times, per) in [
            ("0", "1 d"),
            ("3", "0 d"),
            ("3", "1 mg"),
            ("x", "1 d"),
            ("3", ""),
            ("-1", "1 d"),
        ] {
            assert_eq!(rate(times, per), None, "{times} {per}");
        }
    }
}
