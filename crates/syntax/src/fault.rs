//! What went wrong, in the author's words: pest says where and which rules it tried, this says what was expected and what was probably meant.
//! pest's own messages are never shown.
use crate::advice::Slip;
use crate::grammar::{Rule, words_of};
use crate::origin::Source;
use crate::scan::{self, Kind};
use pest::error::{Error, ErrorVariant, InputLocation};
use shenfang_diagnostics::Diagnostic;
use shenfang_grammar::{KEYWORDS, Keyword, Place};
use shenfang_order::Order;

/// How many expected words a diagnostic lists.
const LISTED: usize = 24;

/// A failure of pest over `source` as a diagnostic.
pub(crate) fn explain(source: &Source<'_>, tried: Rule, error: &Error<Rule>, chinese: bool) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let rules: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    // The lines of an example matter; elsewhere pest stands before blanks it would have skipped.
    let lines = matches!(
        tried,
        Rule::sheet_entry
            | Rule::facts_entry
            | Rule::usage_entry
            | Rule::item_entry
            | Rule::prescriber_entry
            | Rule::institution_entry
    );
    let at = if lines {
        past_blanks(source.text, at)
    } else {
        past_trivia(source.text, at)
    };
    let Some(token) = scan::token(source.text, at) else {
        return at_end(source, at, rules, chinese);
    };
    let written = source.text.get(token.range.clone()).unwrap_or_default();
    let span = source.span(token.range.start, token.range.end);
    if token.kind == Kind::OpenString {
        return Diagnostic::error(
            "syntax.string",
            span,
            "文字没有在本行结束",
            "the text does not end on its line",
        )
        .help(
            "文字以 `\"` 开头就以 `\"` 结束，以 `“` 开头就以 `”` 结束，不能换行",
            "a text opened by `\"` ends at `\"`, one opened by `“` at `”`; it does not go over a line",
        );
    }
    if token.kind == Kind::Newline {
        return Diagnostic::error("syntax.expected", span, "这一行没有写完", "the line is not complete")
            .expected(expected(rules, chinese));
    }
    if let Some(last) = unfinished(source.text, at, written, lines) {
        let span = source.span(last.range.start, last.range.end);
        return Diagnostic::error("syntax.end", span, "到这里还没有写完", "this is not complete")
            .expected(expected(rules, chinese));
    }
    if let Some((wrong, meant)) = doubled_sign(source.text, at) {
        let start = at.saturating_sub(1);
        let span = source.span(start, start.saturating_add(wrong.len()));
        return Diagnostic::error(
            "syntax.expected",
            span,
            format!("没有 `{wrong}` 这个符号"),
            format!("there is no sign `{wrong}`"),
        )
        .candidates([meant]);
    }
    let words: Vec<&'static Keyword> = rules.iter().flat_map(|r| words_of(*r)).copied().collect();
    let message = || {
        Diagnostic::error(
            "syntax.expected",
            span,
            format!("这里不应是 `{}`", shown(written)),
            format!("`{}` does not belong here", shown(written)),
        )
    };
    let slip = Slip {
        text: source.text,
        at,
        written,
        rules,
        chinese,
    };
    let diagnostic = message().expected(expected(rules, chinese));
    if let Some((candidates, zh, en)) = slip.usual() {
        let told = diagnostic.candidates(candidates);
        return if zh.is_empty() { told } else { told.help(zh, en) };
    }
    let diagnostic = diagnostic.candidates(character(written, source.text.get(at..).unwrap_or_default()));
    if !diagnostic.candidates.is_empty() {
        return diagnostic;
    }
    if token.kind != Kind::Word {
        let diagnostic = with_help(diagnostic, written, rules);
        return if lines && token.kind == Kind::Mark {
            diagnostic.help(
                "药名里有括号等符号时，整个药名要加引号",
                "a drug whose name holds brackets or other marks stands in quotes",
            )
        } else {
            diagnostic
        };
    }
    if let Some(split) = split(written, &words) {
        return Diagnostic::error(
            "syntax.split",
            span,
            format!("`{written}` 之间要有空格"),
            format!("`{written}` needs blanks between its words"),
        )
        .candidates([split]);
    }
    let wants_name = rules.iter().any(|r| {
        matches!(
            r,
            Rule::name
                | Rule::reference
                | Rule::plain
                | Rule::dotted
                | Rule::set_member
                | Rule::set
                | Rule::item_set
                | Rule::variable
                | Rule::string
        )
    });
    if wants_name
        && KEYWORDS
            .iter()
            .any(|k| k.place.reserved() && (k.en == written || k.zh == written))
    {
        return message()
            .expected(expected(rules, chinese))
            .candidates([format!("\"{written}\"")])
            .help(
                format!("`{written}` 是语言用词，作名称时要加引号"),
                format!("`{written}` is a word of the language; as a name it stands in quotes"),
            );
    }
    if wants_name && written.starts_with(|c: char| c.is_numeric()) {
        return message().candidates([format!("\"{written}\"")]).help(
            "不以字母或汉字开头的名称要加引号",
            "a name that does not begin with a letter stands in quotes",
        );
    }
    if rules.contains(&Rule::item_attribute)
        && let Some(owned) = owner_of(written)
    {
        return message().expected(expected(rules, chinese)).help(
            format!("`{written}` 不是药品的属性，写作 `{owned}`"),
            format!("`{written}` is no attribute of an item; write `{owned}`"),
        );
    }
    if rules.contains(&Rule::relation)
        && scan::tokens(source.text, token.range.end)
            .next()
            .is_some_and(|t| matches!(source.text.get(t.range), Some(":" | "：")))
    {
        return diagnostic.help("两个变量之间要有逗号", "a comma stands between two variables");
    }
    // The first word of a phrase (`raise` of `raise to`) is as near as a word can be.
    let phrase: Vec<&str> = words
        .iter()
        .filter(|k| k.en.split_once(' ').is_some_and(|(first, _)| first == written))
        .map(|k| k.en)
        .collect();
    if let [whole] = phrase.as_slice() {
        return diagnostic.candidates([*whole]);
    }
    let near = near(written, words.into_iter(), chinese);
    with_help(diagnostic.candidates(near), written, rules)
}

/// The last token before a fault, when the fault is that a line or block goes on without what was begun.
fn unfinished(text: &str, at: usize, written: &str, lines: bool) -> Option<scan::Token> {
    let reserved = || {
        KEYWORDS
            .iter()
            .any(|k| k.place.reserved() && (k.zh == written || k.en.split(' ').next() == Some(written)))
    };
    let before: Vec<scan::Token> = scan::tokens(text, 0).take_while(|t| t.range.start < at).collect();
    let new_line = before
        .iter()
        .rev()
        .take_while(|t| matches!(t.kind, Kind::Blank | Kind::Newline | Kind::Comment))
        .any(|t| t.kind == Kind::Newline);
    let stops = matches!(written, "}" | "｝") || new_line && reserved();
    if lines || !stops {
        return None;
    }
    before
        .into_iter()
        .rev()
        .find(|t| !matches!(t.kind, Kind::Blank | Kind::Newline | Kind::Comment))
}

/// `=>`, `==`, `=<`: two signs of which the grammar took the first.
fn doubled_sign(text: &str, at: usize) -> Option<(&'static str, &'static str)> {
    let rest = text.get(at.checked_sub(1)?..)?;
    [("=>", ">="), ("=<", "<="), ("==", "="), ("<>", "!="), ("><", "!=")]
        .into_iter()
        .find(|(wrong, _)| rest.starts_with(wrong))
}

/// `weight` → `patient.weight`, for a word that is an attribute whose owner was left out.
pub(crate) fn owner_of(word: &str) -> Option<String> {
    let owners = [
        ("patient", "患者", Place::PatientAttribute),
        ("rx", "处方", Place::RxAttribute),
        ("a", "a", Place::ItemAttribute),
    ];
    owners.into_iter().find_map(|(en, zh, place)| {
        let found = shenfang_grammar::find(place, word)?;
        Some(if word == found.en {
            format!("{en}.{word}")
        } else {
            format!("{zh}.{word}")
        })
    })
}

fn at_end(source: &Source<'_>, at: usize, rules: &[Rule], chinese: bool) -> Diagnostic {
    let before = source.text.get(..at).unwrap_or_default().trim_end();
    let last = before.char_indices().next_back().map_or(0, |(i, _)| i);
    let span = source.span(last, before.len().max(last));
    Diagnostic::error("syntax.end", span, "到这里就断了", "the text ends here too early")
        .expected(expected(rules, chinese))
}

fn past_blanks(text: &str, at: usize) -> usize {
    scan::tokens(text, at)
        .find(|t| t.kind != Kind::Blank)
        .map_or(text.len(), |t| t.range.start)
}

fn past_trivia(text: &str, at: usize) -> usize {
    scan::tokens(text, at)
        .find(|t| !matches!(t.kind, Kind::Blank | Kind::Newline | Kind::Comment))
        .map_or(text.len(), |t| t.range.start)
}

/// A text cut to what fits a headline.
fn shown(written: &str) -> String {
    if written.chars().count() <= 32 {
        written.to_owned()
    } else {
        written.chars().take(31).chain(['…']).collect()
    }
}

/// What a mark was probably meant to be.
fn character(written: &str, rest: &str) -> Option<&'static str> {
    let pairs = [
        ("=>", ">="),
        ("=<", "<="),
        ("==", "="),
        ("&&", "and"),
        ("||", "|"),
        ("<>", "!="),
    ];
    if let Some((_, meant)) = pairs.iter().find(|(wrong, _)| rest.starts_with(wrong)) {
        return Some(meant);
    }
    Some(match written {
        "。" => ".",
        "‘" | "’" | "'" | "「" | "」" | "『" | "』" => "\"",
        "≦" | "⩽" => "<=",
        "≧" | "⩾" => ">=",
        "［" | "【" | "[" => "(",
        "］" | "】" | "]" => ")",
        "—" | "–" | "…" => "..",
        "！" | "!" => "not",
        "+" | "＋" | "/" | "／" => "|",
        _ => return None,
    })
}

/// Advice for faults that have one usual cause.
fn with_help(diagnostic: Diagnostic, written: &str, rules: &[Rule]) -> Diagnostic {
    let wants = |rule: Rule| rules.contains(&rule);
    if wants(Rule::bar) && matches!(written, "or" | "或" | "和" | "及" | "与") {
        let both = ("集合的成员之间用 `|`", "members of a set are joined by `|`");
        return Diagnostic {
            candidates: vec!["|".to_owned()],
            ..diagnostic
        }
        .help(both.0, both.1);
    }
    if wants(Rule::bar) && matches!(written, "and" | "且") {
        return Diagnostic {
            candidates: vec!["&".to_owned()],
            ..diagnostic
        }
        .help("集合的交集用 `&`", "the common part of two sets is written `&`");
    }
    if wants(Rule::comma) && wants(Rule::bar) && !written.chars().any(scan::is_name_char) {
        return diagnostic;
    }
    if wants(Rule::dot) && wants(Rule::path) {
        return diagnostic.help(
            "属性写作 `患者.年龄`、`a.途径`",
            "an attribute is written `patient.age`, `a.route`",
        );
    }
    diagnostic
}

/// What was expected: words in the author's language, marks, and nouns for what has no fixed spelling.
fn expected(rules: &[Rule], chinese: bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let fields = rules.iter().filter(|r| is_field(**r)).count();
    for rule in rules {
        if fields > 3 && is_field(*rule) {
            let declaration = words_of(*rule).first().is_some_and(|k| k.place == Place::Declaration);
            push(
                &mut out,
                noun_text(
                    if declaration {
                        ("下一个声明", "the next declaration")
                    } else {
                        ("下一个字段", "the next field")
                    },
                    chinese,
                ),
            );
            continue;
        }
        if let Some(noun) = noun(*rule) {
            push(&mut out, noun_text(noun, chinese));
            continue;
        }
        let words = words_of(*rule);
        if words.is_empty() {
            if let Some(mark) = mark(*rule) {
                push(&mut out, mark.to_owned());
            }
            continue;
        }
        for word in words {
            push(&mut out, if chinese { word.zh } else { word.en }.to_owned());
        }
    }
    out.truncate(LISTED);
    out
}

fn push(out: &mut Vec<String>, word: String) {
    if !out.contains(&word) {
        out.push(word);
    }
}

fn noun_text(noun: (&str, &str), chinese: bool) -> String {
    if chinese { noun.0 } else { noun.1 }.to_owned()
}

fn is_field(rule: Rule) -> bool {
    words_of(rule).first().is_some_and(|k| {
        matches!(
            k.place,
            Place::PackField
                | Place::SourceField
                | Place::RuleField
                | Place::DoseField
                | Place::FindingField
                | Place::PolicyField
                | Place::Declaration
        )
    })
}

/// The noun for what has no fixed spelling.
fn noun(rule: Rule) -> Option<(&'static str, &'static str)> {
    Some(match rule {
        Rule::string => ("引号中的文字", "a text in quotes"),
        Rule::name | Rule::plain | Rule::reference | Rule::dotted | Rule::word => ("名称", "a name"),
        Rule::variable => ("变量", "a variable"),
        Rule::binding => ("`变量：药品`", "`variable: drugs`"),
        Rule::set | Rule::set_member | Rule::item_set => ("药品或疾病的集合", "a set"),
        Rule::condition | Rule::factor | Rule::primary => ("条件", "a condition"),
        Rule::comparison | Rule::term => ("值", "a value"),
        Rule::comparator => ("比较号", "a comparison sign"),
        Rule::path | Rule::presumption => ("属性", "an attribute"),
        Rule::quantity | Rule::number | Rule::amount => ("数量", "a quantity"),
        Rule::unit => ("单位", "a unit"),
        Rule::date | Rule::dates => ("日期", "a date"),
        Rule::text => ("文字", "a text"),
        Rule::code => ("编码", "a code"),
        Rule::code_end => ("范围末尾的编码", "the last code of a range"),
        Rule::review_code => ("点评编码，如 1-12", "a review code such as 1-12"),
        Rule::citation => ("来源", "a source"),
        Rule::value => ("词或名称", "a word or name"),
        Rule::limit => ("限量", "a limit"),
        Rule::band => ("人群条件", "whom the band speaks for"),
        Rule::expectation => ("应得的规则", "a rule it expects"),
        Rule::needed => ("缺少的字段", "a field that is lacking"),
        Rule::list | Rule::parts | Rule::part | Rule::loose => ("内容", "a value"),
        Rule::item => ("药品", "a drug"),
        Rule::relation => ("药品之间的关系", "a relation"),
        Rule::change | Rule::change_field => ("策略的字段", "a field of the change"),
        Rule::sheet_entry | Rule::item_entry => ("字段或药品", "a field or a drug"),
        Rule::stray => return None,
        _ => return None,
    })
}

/// The ASCII spelling of a mark.
pub(crate) fn mark(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::comma => ",",
        Rule::colon => ":",
        Rule::lparen => "(",
        Rule::rparen => ")",
        Rule::lbrace => "{",
        Rule::rbrace => "}",
        Rule::dot => ".",
        Rule::equals => "=",
        Rule::bar => "|",
        Rule::ampersand => "&",
        Rule::range => "..",
        _ => return None,
    })
}

/// Words in the author's language.
pub(crate) fn spellings(words: impl Iterator<Item = &'static Keyword>, chinese: bool) -> Vec<String> {
    let mut out = Vec::new();
    for word in words {
        push(&mut out, if chinese { word.zh } else { word.en }.to_owned());
    }
    out
}

/// The split spelling of a word that begins or ends with a keyword, else the nearest keywords.
pub(crate) fn repair(written: &str, words: impl Iterator<Item = &'static Keyword>, chinese: bool) -> Vec<String> {
    let words: Vec<_> = words.collect();
    match split(written, &words) {
        Some(split) => vec![split],
        None => near(written, words.into_iter(), chinese),
    }
}

/// The nearest keywords by edit distance, best first, at most three; the author's language breaks ties.
pub(crate) fn near(written: &str, words: impl Iterator<Item = &'static Keyword>, chinese: bool) -> Vec<String> {
    let length = written.chars().count();
    if length > 40 {
        return Vec::new();
    }
    let spellings = words.flat_map(|k| if chinese { [k.zh, k.en] } else { [k.en, k.zh] });
    let limit = if length <= 3 { 1 } else { length.div_ceil(3) };
    let mut ranked: Vec<(usize, &'static str)> = Vec::new();
    for word in spellings {
        let distance = strsim::damerau_levenshtein(&written.to_ascii_lowercase(), word);
        if distance <= limit
            && distance < length
            && distance < word.chars().count()
            && !ranked.iter().any(|(_, w)| *w == word)
        {
            ranked.push((distance, word));
        }
    }
    ranked.order_by_key(|(distance, _)| *distance);
    let best = ranked.first().map_or(0, |(d, _)| *d);
    ranked
        .into_iter()
        .filter(|(d, _)| *d <= best.saturating_add(1))
        .take(3)
        .map(|(_, w)| w.to_owned())
        .collect()
}

/// `途径为全身` → `途径 为 全身`: a word that begins or ends with a keyword, `here` being the keywords that can stand at its place.
fn split(written: &str, here: &[&'static Keyword]) -> Option<String> {
    let head = here
        .iter()
        .flat_map(|k| [k.zh, k.en])
        .filter(|s| parts_from(written, s))
        .max_by_key(|s| s.len());
    if let Some(head) = head {
        let rest = written.get(head.len()..)?;
        return Some(format!("{head} {}", split_rest(rest)));
    }
    let tail = joints()
        .filter(|s| written.len() > s.len() && written.ends_with(s) && !s.is_ascii())
        .max_by_key(|s| s.len())?;
    let before = written.get(..written.len().checked_sub(tail.len())?)?;
    // `…或` after a word that could stand here; anything else is a name that happens to end so.
    here.iter()
        .any(|k| k.zh == before || k.en == before)
        .then(|| format!("{before} {tail}"))
}

/// The chain of words that follows a keyword without a blank.
fn split_rest(rest: &str) -> String {
    match joints().filter(|s| parts_from(rest, s)).max_by_key(|s| s.len()) {
        Some(word) => format!("{word} {}", split_rest(rest.get(word.len()..).unwrap_or_default())),
        None => rest.to_owned(),
    }
}

/// The words that join others: connectives, tests, relations.
fn joints() -> impl Iterator<Item = &'static str> {
    KEYWORDS
        .iter()
        .filter(|k| matches!(k.place, Place::Connective | Place::Predicate | Place::Relation))
        .map(|k| k.zh)
        .filter(|s| !s.is_ascii())
}

/// Whether `text` begins with the keyword and something else follows that a reader would set apart.
fn parts_from(text: &str, keyword: &str) -> bool {
    let Some(rest) = text.strip_prefix(keyword) else {
        return false;
    };
    let (last, next) = (keyword.chars().next_back(), rest.chars().next());
    // One character more that is no word itself is a slip of a longer word (`颗粒剂`), not a second one.
    let one_more = rest.chars().nth(1).is_none() && !rest.is_ascii() && !KEYWORDS.iter().any(|k| k.zh == rest);
    matches!((last, next), (Some(last), Some(next)) if !(one_more || last.is_ascii() && next.is_ascii()))
}

/// The split spelling of a name that is no concept but begins or ends with a word of the language: `华法林且` → `华法林 且`.
/// For whoever looks names up; `None` when it holds no such word.
pub fn split_spelling(name: &str) -> Option<String> {
    let reserved = || {
        KEYWORDS
            .iter()
            .filter(|k| k.place.reserved() && !k.zh.is_ascii())
            .map(|k| k.zh)
    };
    let head = reserved().filter(|s| parts_from(name, s)).max_by_key(|s| s.len());
    if let Some(head) = head {
        return Some(format!("{head} {}", name.get(head.len()..)?));
    }
    let tail = reserved()
        .filter(|s| name.len() > s.len() && name.ends_with(s))
        .max_by_key(|s| s.len())?;
    Some(format!("{} {tail}", name.get(..name.len().checked_sub(tail.len())?)?))
}
