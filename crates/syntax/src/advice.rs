//! The slips authors make most, and what they meant: other words for the language's own, dates and numbers as a word processor writes them, a colon
//! after a field. It looks at the characters around a fault; it never says where the fault is.
use crate::grammar::Rule;
use crate::scan::{self, Kind};

/// A fault: the text, the byte it stands at, what stands there, what the grammar would have taken.
pub(crate) struct Slip<'a> {
    /// the text from the entry on
    pub text: &'a str,
    /// where the fault is
    pub at: usize,
    /// the token there
    pub written: &'a str,
    /// what the grammar tried
    pub rules: &'a [Rule],
    /// whether the author writes Chinese words first
    pub chinese: bool,
}

/// Other words for a connective or a sign: where the grammar would take it, what authors write, what they mean in Chinese and in English.
const OTHER_WORDS: &[(Rule, &[&str], &str, &str)] = &[
    (Rule::comparator, &["大于", "高于", "多于"], ">", ">"),
    (
        Rule::comparator,
        &["大于等于", "不小于", "不低于", "不少于", "至少"],
        ">=",
        ">=",
    ),
    (Rule::comparator, &["小于", "低于", "少于", "不足"], "<", "<"),
    (
        Rule::comparator,
        &["小于等于", "不大于", "不高于", "不超过", "不多于", "至多"],
        "<=",
        "<=",
    ),
    (Rule::comparator, &["等于", "equals"], "=", "="),
    (Rule::comparator, &["不等于"], "!=", "!="),
    (Rule::connective_is, &["是", "属于", "are"], "为", "is"),
    (
        Rule::connective_and,
        &["和", "与", "及", "并", "并且", "而且", "同时", "AND", "And", "，", ","],
        "且",
        "and",
    ),
    (Rule::connective_or, &["或者", "或是", "OR", "Or"], "或", "or"),
    (
        Rule::connective_when,
        &["若", "如", "如果", "当时", "if", "When", "WHEN"],
        "当",
        "when",
    ),
    (Rule::connective_unless, &["除了", "除外"], "除非", "unless"),
    (
        Rule::connective_except,
        &["排除", "除外", "除了", "不含", "不包括", "without"],
        "除去",
        "except",
    ),
];

/// Words for `not` that the grammar first takes for a name.
const NEGATIONS: &[&str] = &["不", "不是", "未", "并非"];

impl Slip<'_> {
    /// What was probably meant, when this is one of the usual slips.
    pub fn usual(&self) -> Option<Advice> {
        self.number()
            .or_else(|| self.word())
            .or_else(|| self.colon())
            .or_else(|| self.date())
            .or_else(|| self.review_code())
            .or_else(|| self.name())
    }

    fn before(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }
    /// The token before the fault, blanks aside.
    fn previous(&self) -> Option<&str> {
        let token = scan::tokens(self.text, 0)
            .take_while(|t| t.range.start < self.at)
            .filter(|t| !matches!(t.kind, Kind::Blank | Kind::Newline | Kind::Comment))
            .last()?;
        self.text.get(token.range)
    }

    fn word(&self) -> Option<Advice> {
        if let Some(no) = self.previous().filter(|p| NEGATIONS.contains(p))
            && self.rules.contains(&Rule::comparator)
        {
            let meant = if self.chinese { "非" } else { "not" };
            let (zh, en) = (format!("`{no}` 写作 `非`"), format!("`{no}` is written `not`"));
            return Some((vec![meant.to_owned()], zh, en));
        }
        if matches!(self.written, "," | "，")
            && self.rules.contains(&Rule::bar)
            && !self.rules.contains(&Rule::connective_and)
        {
            return plain(["|".to_owned()]);
        }
        let (_, _, zh, en) = OTHER_WORDS
            .iter()
            .find(|(rule, others, _, _)| self.rules.contains(rule) && others.contains(&self.written))?;
        plain([(if self.chinese { zh } else { en }).to_string()])
    }

    /// `级别：严重`
    fn colon(&self) -> Option<Advice> {
        let mut words = scan::tokens(self.before(), 0).filter(|t| !matches!(t.kind, Kind::Blank | Kind::Newline));
        let sole = words.next().is_some_and(|t| t.kind == Kind::Word) && words.next().is_none();
        let mark = |text: &str| matches!(text, ":" | "：" | "=" | "＝");
        // An entry of an example ends with its line: there the fault stands at the field itself.
        let after = scan::tokens(self.rest(), 0).filter(|t| t.kind != Kind::Blank).nth(1);
        let after = after.and_then(|t| self.rest().get(t.range)).unwrap_or_default();
        let found = if sole && mark(self.written) {
            self.written
        } else if self.before().trim().is_empty() && self.rules.contains(&Rule::sheet_entry) && mark(after) {
            after
        } else {
            return None;
        };
        Some((
            vec![],
            format!("字段后面直接写值，不要 `{found}`"),
            format!("the value follows its field without `{found}`"),
        ))
    }

    /// `2023/07/01`, `2023.07.01`, `2023年7月1日`
    fn date(&self) -> Option<Advice> {
        if !self.rules.iter().any(|r| matches!(r, Rule::date | Rule::dates)) {
            return None;
        }
        let mut parts = self
            .rest()
            .split(|c: char| !c.is_numeric())
            .map(|digits| digits.parse::<u32>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        plain([format!("{year:04}-{month:02}-{day:02}")])
    }

    /// `2.8`, `"2-8"`
    fn review_code(&self) -> Option<Advice> {
        if !self.rules.contains(&Rule::review_code) {
            return None;
        }
        let mut numbers = self
            .rest()
            .trim_start_matches(['"', '“', '”'])
            .split(|c: char| !c.is_numeric())
            .map(|digits| digits.parse::<u32>().ok());
        let (group, number) = (numbers.next()??, numbers.next()??);
        plain([format!("{group}-{number}")])
    }

    fn number(&self) -> Option<Advice> {
        let digit = |c: Option<char>| c.is_some_and(char::is_numeric);
        let after_digit = digit(self.before().chars().next_back());
        let mut rest = self.rest().chars();
        let mark = rest.next()?;
        let next = rest.clone().take_while(|c| c.is_numeric()).collect::<String>();
        match mark {
            ',' | '，' if after_digit && next.len() == 3 => Some((
                vec![],
                "数里不写分节的逗号".to_owned(),
                "no comma stands inside a number".to_owned(),
            )),
            '.' | '．' if !after_digit && !next.is_empty() => plain([format!("0.{next}")]),
            '-' | '－' if after_digit && self.rules.contains(&Rule::range) => plain([format!(".. {next}")]),
            _ => {
                if self.previous().is_some_and(is_numeral) {
                    return Some((
                        vec![],
                        "数用阿拉伯数字写".to_owned(),
                        "numbers are written in digits".to_owned(),
                    ));
                }
                let (number, divisor) = self.before().trim_end().rsplit_once(['/', '／'])?;
                let fraction = digit(number.chars().next_back()) && divisor.chars().all(char::is_numeric);
                (fraction && !divisor.is_empty()).then(|| {
                    (
                        vec![],
                        "分数写成小数：`0.5 片`".to_owned(),
                        "a fraction is written as a decimal: `0.5 片`".to_owned(),
                    )
                })
            }
        }
    }

    /// `白芍(炒)`, `atc:M01A`, `“外“内”外”`, a full stop at the end of a line
    fn name(&self) -> Option<Advice> {
        let last = self.before().chars().next_back()?;
        let previous = self.previous()?;
        match self.written {
            "(" | "（" if scan::is_name_char(last) && self.rules.contains(&Rule::bar) => {
                let end = self.rest().find([')', '）']).and_then(|at| self.rest().get(..at))?;
                Some((
                    vec![format!(
                        "\"{previous}{end}{}\"",
                        if self.written == "(" { ')' } else { '）' }
                    )],
                    "名称里有括号时，整个名称要加引号".to_owned(),
                    "a name that holds brackets stands in quotes".to_owned(),
                ))
            }
            ":" | "：" if self.rules.contains(&Rule::bar) && is_lower_system(previous) => {
                plain([format!("{}:", previous.to_ascii_uppercase())])
            }
            "." | "．" if is_icd(previous) => {
                let rest: String = self
                    .rest()
                    .chars()
                    .skip(1)
                    .take_while(|c| scan::is_name_char(*c))
                    .collect();
                plain([format!("ICD10:{previous}.{rest}")])
            }
            "。" if self
                .rest()
                .chars()
                .nth(1)
                .is_none_or(|c| c.is_whitespace() || c == '}' || c == '｝') =>
            {
                Some((
                    vec![],
                    "行末不写句号".to_owned(),
                    "no full stop stands at the end of a line".to_owned(),
                ))
            }
            _ if matches!(last, '“' | '”' | '"') && self.written.chars().all(scan::is_name_char) => Some((
                vec![],
                "文字里有引号时，外面用另一种：`\"…“…”…\"`".to_owned(),
                "a text that holds quotes stands in the other kind: `\"…“…”…\"`".to_owned(),
            )),
            _ => None,
        }
    }
}

/// What was meant, and advice in Chinese and English (empty: none).
pub(crate) type Advice = (Vec<String>, String, String);

fn plain(candidates: [String; 1]) -> Option<Advice> {
    Some((candidates.to_vec(), String::new(), String::new()))
}

/// Whether a word is a number in Chinese words: `七十五`.
pub(crate) fn is_numeral(word: &str) -> bool {
    word.chars().all(|c| "〇零一二三四五六七八九十百千两半".contains(c))
}

/// Whether a word is the first three characters of an ICD-10 code: `N18`.
fn is_icd(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase()) && word.len() == 3 && chars.all(|c| c.is_ascii_digit())
}

/// Whether a word is a code system written small: `atc`, `icd10`.
fn is_lower_system(word: &str) -> bool {
    ["atc", "icd10", "loinc", "nhsa", "ndc-cn", "rxnorm", "local"].contains(&word.to_ascii_lowercase().as_str())
}
