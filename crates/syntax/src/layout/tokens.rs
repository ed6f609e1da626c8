//! A text as the tokens that are laid out: leaves of the grammar with the spelling they get, and every comment.
use crate::fault;
use crate::grammar::{self, Rule, words_of};
use crate::read::{self, Leaf};
use crate::scan::{self, Kind};
use shenfang_diagnostics::Language;
use shenfang_grammar::{Keyword, Place, find};
use unicode_width::UnicodeWidthStr;

/// One token of the canonical text.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// its spelling
    pub text: String,
    /// columns it is counted with when a line is measured: the wider of its two spellings, so that both languages break alike
    pub width: usize,
    /// what the grammar took it for; `None` for a comment
    pub rule: Option<Rule>,
    /// line breaks before it in the source
    pub newlines: usize,
    /// the entry that begins with it
    pub entry: Option<Rule>,
}

/// The tokens of a text whose leaves are known.
pub(crate) fn tokens(text: &str, leaves: &[Leaf], language: Option<Language>) -> Vec<Token> {
    let mut out = Vec::with_capacity(leaves.len());
    let mut context = Context::None;
    let mut entry = None;
    let mut at = 0;
    for leaf in leaves {
        if read::marks_entry(leaf.rule) {
            context = Context::None;
            if leaf.rule != Rule::item {
                entry = Some(leaf.rule);
            }
            continue;
        }
        let newlines = gap(text, at, leaf.start, &mut out);
        at = leaf.end;
        // Separators are set anew.
        if leaf.rule == Rule::semicolon {
            continue;
        }
        let written = text.get(leaf.start..leaf.end).unwrap_or_default();
        let word = keyword(leaf.rule, written, &mut context);
        let (spelled, width) = match word {
            Some(word) => (spelling(word, written, language), word.en.width().max(word.zh.width())),
            None => {
                let spelled = plain(leaf.rule, written);
                let width = spelled.width();
                (spelled, width)
            }
        };
        out.push(Token {
            text: spelled,
            width,
            rule: Some(leaf.rule),
            newlines,
            entry: entry.take(),
        });
    }
    gap(text, at, text.len(), &mut out);
    out
}

/// Takes the comments between two leaves; gives the line breaks before the second.
fn gap(text: &str, from: usize, to: usize, out: &mut Vec<Token>) -> usize {
    let mut newlines = 0_usize;
    for token in scan::tokens(text, from).take_while(|t| t.range.start < to) {
        match token.kind {
            Kind::Newline => newlines = newlines.saturating_add(1),
            Kind::Comment => {
                let comment = text.get(token.range).unwrap_or_default().trim_end();
                out.push(Token {
                    text: comment.to_owned(),
                    width: comment.width(),
                    rule: None,
                    newlines,
                    entry: None,
                });
                newlines = 0;
            }
            _ => {}
        }
    }
    newlines
}

/// Whose values the next words are.
enum Context {
    /// nobody's: the unkeyed parts of an item are a prescription's own words and stay as written
    None,
    /// values of an attribute or field
    Of(Place, &'static str),
}

/// The word of the language a leaf is, if any.
fn keyword(rule: Rule, written: &str, context: &mut Context) -> Option<&'static Keyword> {
    let word = match rule {
        Rule::word | Rule::literal | Rule::presumed_word => return value(written, context),
        Rule::loose => {
            let places: &[Place] = match context {
                Context::None => &[],
                Context::Of(place, field) => place.values(field),
            };
            return places.iter().find_map(|p| find(*p, written));
        }
        _ => match words_of(rule) {
            [] => return None,
            [one] => *one,
            [first, ..] => find(first.place, written)?,
        },
    };
    match word.place {
        Place::FindingField => *context = Context::None,
        Place::ItemAttribute
        | Place::PatientAttribute
        | Place::AgeAttribute
        | Place::RxAttribute
        | Place::PrescriberAttribute
        | Place::InstitutionAttribute
        | Place::ItemField
        | Place::UsageField
        | Place::ExampleField
        | Place::PatientField => *context = Context::Of(word.place, word.en),
        _ if word.en == "current_medications" || word.en == "text" => {
            *context = Context::Of(Place::ItemAttribute, "text")
        }
        _ => {}
    }
    Some(word)
}

/// The word that a value of `is` or of a presumption is, when either spelling of it is read back as the same.
fn value(written: &str, context: &Context) -> Option<&'static Keyword> {
    let Context::Of(place, attribute) = context else {
        return find(Place::Literal, written);
    };
    let word = find(Place::Literal, written).or_else(|| read::enumerated(*place, attribute, written))?;
    let back = |spelling| read::enumerated(*place, attribute, spelling).is_some_and(|k| k.en == word.en);
    (back(word.en) && back(word.zh)).then_some(word)
}

fn spelling(word: &Keyword, written: &str, language: Option<Language>) -> String {
    match language {
        Some(Language::Zh) => word.zh.to_owned(),
        Some(Language::En) => word.en.to_owned(),
        None if word.zh == written => word.zh.to_owned(),
        None => word.en.to_owned(),
    }
}

/// A leaf that is no word: ASCII punctuation and digits outside strings, everything else as written.
fn plain(rule: Rule, written: &str) -> String {
    match rule {
        Rule::string => quoted(written),
        Rule::comparator => comparator(written),
        Rule::number | Rule::date | Rule::review_code | Rule::code | Rule::code_end => read::ascii(written),
        Rule::dotted => written.replace('．', "."),
        Rule::amount => read::amount(written),
        _ => fault::mark(rule).unwrap_or(written).to_owned(),
    }
}

/// `"…"`, unless the content holds a `"`.
fn quoted(written: &str) -> String {
    let content = grammar::unquoted(written);
    if content.contains('"') {
        format!("“{content}”")
    } else {
        format!("\"{content}\"")
    }
}

fn comparator(written: &str) -> String {
    let sign: String = written
        .chars()
        .map(|c| match c {
            '＜' => '<',
            '＞' => '>',
            '＝' => '=',
            '！' => '!',
            c => c,
        })
        .collect();
    sign.replace('≤', "<=").replace('≥', ">=").replace('≠', "!=")
}
