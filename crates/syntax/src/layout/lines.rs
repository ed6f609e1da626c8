//! Tokens to lines. A block that stood on one line stays on one when it fits; otherwise each entry has a line of its own.
use super::tokens::Token;
use crate::grammar::Rule;
use unicode_width::UnicodeWidthStr;

/// Columns of a line that is kept as one.
const FITS: usize = 120;
/// Columns that a field's word takes with the blanks after it.
const ENGLISH_FIELD: usize = 9;
const CHINESE_FIELD: usize = 6;
const ENGLISH_MEASURE: usize = 7;
const CHINESE_MEASURE: usize = 5;

/// The text of the tokens.
pub(crate) fn lay_out(tokens: &[Token]) -> String {
    let closes = matching(tokens);
    let mut page = Page {
        tokens,
        closes: &closes,
        lines: vec![],
        line: String::new(),
        width: 0,
        blocks: vec![],
        broken: false,
        held: Vec::new(),
        pad: 0,
        heads: vec![],
    };
    for at in 0..tokens.len() {
        page.place(at);
    }
    page.end_line();
    page.align();
    let mut text = page.lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// For each `{` the place of its `}`; for every other token its own place.
fn matching(tokens: &[Token]) -> Vec<usize> {
    let mut closes: Vec<usize> = (0..tokens.len()).collect();
    let mut open = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        match token.rule {
            Some(Rule::lbrace) => open.push(i),
            Some(Rule::rbrace) => {
                if let Some(slot) = open.pop().and_then(|o| closes.get_mut(o)) {
                    *slot = i;
                }
            }
            _ => {}
        }
    }
    closes
}

struct Page<'t> {
    tokens: &'t [Token],
    closes: &'t [usize],
    lines: Vec<String>,
    line: String,
    /// columns of the line as lines are measured
    width: usize,
    /// open blocks: whether each stands on one line
    blocks: Vec<bool>,
    /// whether the next token has to begin a line (after a comment)
    broken: bool,
    /// comments between a field's word and its value: they follow the value
    held: Vec<String>,
    /// columns up to which the field's word is filled
    pad: usize,
    /// one-line declarations whose sign can be aligned: line, byte where the head ends, kind
    heads: Vec<(usize, usize, Rule)>,
}

/// Whether a token can only go on with the field before it.
fn is_value(token: &Token) -> bool {
    token.entry.is_none()
        && token
            .rule
            .is_some_and(|rule| !declares(rule) && rule != Rule::rbrace && rule != Rule::lbrace)
}

impl Page<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }
    fn rule(&self, at: usize) -> Option<Rule> {
        self.token(at).and_then(|t| t.rule)
    }
    fn previous(&self, at: usize) -> Option<&Token> {
        self.token(at.checked_sub(1)?)
    }
    fn flat(&self) -> bool {
        self.blocks.last().copied().unwrap_or(false)
    }

    /// Whether nothing has been set yet.
    fn is_blank(&self) -> bool {
        self.lines.is_empty() && self.line.is_empty()
    }

    /// Sets one token.
    fn place(&mut self, at: usize) {
        let Some(token) = self.token(at).cloned() else { return };
        let after_open = self.previous(at).is_some_and(|t| t.rule == Some(Rule::lbrace));
        match token.rule {
            None if self.after_field(at) && self.token(at.saturating_add(1)).is_some_and(is_value) => {
                self.held.push(token.text);
                return;
            }
            None => return self.comment(&token, after_open),
            Some(rule) if declares(rule) => self.new_line(token.newlines > 1 && !self.is_blank(), 0),
            Some(Rule::rbrace) => {
                let flat = self.blocks.pop().unwrap_or(false);
                if !flat && !after_open || self.broken {
                    self.new_line(false, self.blocks.len());
                } else if !after_open {
                    self.push(" ", 1);
                }
            }
            Some(Rule::lbrace) => {
                self.space(at);
                let flat = self.stays_flat(at);
                self.note_head(at, flat);
                self.blocks.push(flat);
            }
            Some(_) if token.entry.is_some() => self.entry(at, &token, after_open),
            Some(_) if self.broken || token.newlines > 0 && !self.after_field(at) && self.inside_entry(at) => {
                self.new_line(false, self.blocks.len().saturating_add(1))
            }
            Some(Rule::equals) => {
                self.space(at);
                self.note_head(at, true);
            }
            Some(_) => self.space(at),
        }
        self.push(&token.text, token.width);
        self.pad = self.padding(&token);
        for comment in std::mem::take(&mut self.held) {
            self.line.push(' ');
            self.line.push_str(&comment);
            self.broken = true;
        }
    }

    /// Whether the token before, comments aside, is a field's word: its value stays on its line. (`类别` and its value on the next line would become, in
    /// English, a line that begins with `dose`, which begins a declaration.)
    fn after_field(&self, at: usize) -> bool {
        self.previous(at).is_some_and(|token| token.entry.is_some())
            || !self.held.is_empty() && self.previous(at).is_some_and(|token| token.rule.is_none())
    }

    fn comment(&mut self, token: &Token, after_open: bool) {
        if token.newlines > 0 || self.line.is_empty() {
            self.new_line(token.newlines > 1 && !after_open && !self.is_blank(), self.blocks.len());
        } else {
            self.line.push(' ');
        }
        self.line.push_str(&token.text);
        self.broken = true;
    }

    /// The first token of an entry: after `;` on the line, or on a line of its own.
    fn entry(&mut self, at: usize, token: &Token, after_open: bool) {
        if self.flat() {
            return if after_open {
                self.push(" ", 1)
            } else {
                self.push("; ", 2)
            };
        }
        let joins = !after_open && !self.broken && token.newlines == 0 && token.entry.is_some_and(joins_lines);
        if joins && self.width.saturating_add(2).saturating_add(self.entry_width(at)) <= FITS && self.entry_is_flat(at)
        {
            return self.push("; ", 2);
        }
        self.new_line(token.newlines > 1 && !after_open, self.blocks.len());
    }

    /// A line break of the author inside a field is kept; in the head of a declaration, before `{` or `expects` it is not.
    fn inside_entry(&self, at: usize) -> bool {
        let group = || {
            self.tokens.get(..at).is_some_and(|before| {
                before.iter().rev().find_map(|t| t.rule.filter(|r| declares(*r))) == Some(Rule::declaration_group)
            })
        };
        !self.blocks.is_empty() && !self.flat() || self.blocks.is_empty() && group()
    }

    /// Whether a block stood on one line, holds no comment, and fits.
    fn stays_flat(&self, open: usize) -> bool {
        if self.flat() {
            return true;
        }
        let close = self.closes.get(open).copied().unwrap_or(open);
        let tail = if self.blocks.is_empty() {
            self.tail_width(close)
        } else {
            0
        };
        let width = self
            .width
            .saturating_add(self.flat_width(open, close))
            .saturating_add(tail);
        self.on_one_line(open, close) && width <= FITS
    }
    fn on_one_line(&self, open: usize, close: usize) -> bool {
        self.tokens
            .get(open.saturating_add(1)..=close)
            .unwrap_or_default()
            .iter()
            .all(|t| t.newlines == 0 && t.rule.is_some())
    }
    /// Columns of the tokens `from ..= to` on one line.
    fn flat_width(&self, from: usize, to: usize) -> usize {
        (from..=to)
            .map(|i| self.token(i).map_or(0, |t| t.width).saturating_add(self.gap_width(i)))
            .fold(0, usize::saturating_add)
    }
    fn gap_width(&self, at: usize) -> usize {
        match (self.token(at), self.previous(at)) {
            (Some(t), Some(p)) if t.entry.is_some() && p.rule != Some(Rule::lbrace) => 2,
            (Some(t), Some(p)) => usize::from(
                t.entry.is_some() || t.rule == Some(Rule::rbrace) && p.rule != Some(Rule::lbrace) || spaced(p, t),
            ),
            _ => 0,
        }
    }
    /// Columns of what follows the `}` of a declaration: what an example expects.
    fn tail_width(&self, close: usize) -> usize {
        let tail = self
            .tokens
            .iter()
            .enumerate()
            .skip(close.saturating_add(1))
            .take_while(|(_, t)| t.rule.is_some_and(|r| !declares(r)));
        tail.map(|(i, t)| t.width.saturating_add(self.gap_width(i)))
            .fold(0, usize::saturating_add)
    }
    fn entry_end(&self, at: usize) -> usize {
        let mut i = at.saturating_add(1);
        while let Some(token) = self.token(i) {
            if token.entry.is_some() || token.rule == Some(Rule::rbrace) || token.rule.is_none() {
                break;
            }
            i = self.closes.get(i).copied().unwrap_or(i).saturating_add(1);
        }
        i.saturating_sub(1)
    }
    fn entry_width(&self, at: usize) -> usize {
        let end = self.entry_end(at);
        self.token(at).map_or(0, |t| t.width).saturating_add(if end > at {
            self.flat_width(at.saturating_add(1), end)
        } else {
            0
        })
    }
    fn entry_is_flat(&self, at: usize) -> bool {
        (at..=self.entry_end(at)).all(|i| {
            self.rule(i) != Some(Rule::lbrace) || self.on_one_line(i, self.closes.get(i).copied().unwrap_or(i))
        })
    }

    fn space(&mut self, at: usize) {
        if self.line.is_empty() {
            return;
        }
        let spaced = match (self.previous(at), self.token(at)) {
            (Some(previous), Some(token)) => spaced(previous, token),
            _ => false,
        };
        if self.broken {
            return self.new_line(false, self.blocks.len().saturating_add(1));
        }
        if spaced {
            let fill = self.pad.saturating_sub(self.line.trim_start().width()).max(1);
            self.push(&" ".repeat(fill), 1);
        }
    }
    fn push(&mut self, text: &str, width: usize) {
        self.line.push_str(text);
        self.width = self.width.saturating_add(width);
    }
    fn new_line(&mut self, empty_line: bool, indent: usize) {
        self.end_line();
        if empty_line {
            self.lines.push(String::new());
        }
        self.line = "  ".repeat(indent);
        self.width = self.line.len();
        self.broken = false;
    }
    fn end_line(&mut self) {
        if !self.line.trim().is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        self.line.clear();
    }

    /// Columns up to which blanks follow the word of a field.
    fn padding(&self, token: &Token) -> usize {
        if self.flat() {
            return 0;
        }
        let english = token.text.is_ascii();
        match (token.entry, token.rule) {
            (
                _,
                Some(Rule::dose_field_band | Rule::dose_field_over | Rule::dose_field_gap | Rule::finding_field_exempt),
            ) => 0,
            (Some(Rule::pack_entry | Rule::source_entry | Rule::rule_entry | Rule::dose_entry), _) => {
                if english {
                    ENGLISH_FIELD
                } else {
                    CHINESE_FIELD
                }
            }
            (Some(Rule::limit), _) => {
                if english {
                    ENGLISH_MEASURE
                } else {
                    CHINESE_MEASURE
                }
            }
            _ => 0,
        }
    }

    fn note_head(&mut self, at: usize, one_line: bool) {
        let declaration = self
            .tokens
            .get(..at)
            .and_then(|before| before.iter().rev().find_map(|t| t.rule.filter(|r| declares(*r))));
        if let Some(kind @ (Rule::declaration_source | Rule::declaration_group)) = declaration
            && one_line
            && self.blocks.is_empty()
        {
            self.heads.push((self.lines.len(), self.line.trim_end().len(), kind));
        }
    }
    /// Aligns the `{` or `=` of one-line declarations of one kind that follow each other.
    fn align(&mut self) {
        let mut from = 0_usize;
        while let Some(first) = self.heads.get(from).copied() {
            let follows =
                |(i, head): (usize, &(usize, usize, Rule))| head.2 == first.2 && head.0 == first.0.saturating_add(i);
            let run = self
                .heads
                .iter()
                .skip(from)
                .enumerate()
                .take_while(|h| follows(*h))
                .count()
                .max(1);
            let heads: Vec<_> = self.heads.iter().skip(from).take(run).copied().collect();
            let head_width = |lines: &[String], (line, end, _): (usize, usize, Rule)| {
                lines
                    .get(line)
                    .and_then(|l| l.get(..end))
                    .map_or(0, UnicodeWidthStr::width)
            };
            let widest = heads.iter().map(|h| head_width(&self.lines, *h)).max().unwrap_or(0);
            for head in heads {
                let fill = widest.saturating_sub(head_width(&self.lines, head));
                if let Some(line) = self.lines.get_mut(head.0)
                    && let Some((before, after)) = line.split_at_checked(head.1)
                {
                    *line = format!("{before}{}{after}", " ".repeat(fill));
                }
            }
            from = from.saturating_add(run);
        }
    }
}

fn declares(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        declaration_pack
            | declaration_source
            | declaration_group
            | declaration_rule
            | declaration_dose
            | declaration_example
            | declaration_policy
    )
}

/// Entries that the author may set side by side with `;`.
fn joins_lines(entry: Rule) -> bool {
    use Rule::*;
    matches!(
        entry,
        sheet_entry
            | facts_entry
            | usage_entry
            | item_entry
            | prescriber_entry
            | institution_entry
            | block_head
            | change_field
    )
}

/// Whether a blank stands between two tokens of one entry.
fn spaced(left: &Token, right: &Token) -> bool {
    use Rule::*;
    let call = matches!(
        left.rule,
        Some(predicate_known | predicate_stated | predicate_count | predicate_total | predicate_lab | predicate_text)
    );
    match (left.rule, right.rule) {
        (_, Some(comma | colon | rparen | dot)) => false,
        (Some(lparen | dot), _) => false,
        (_, Some(lparen)) => !call,
        _ => true,
    }
}
