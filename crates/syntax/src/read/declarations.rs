//! The declarations of a file. A declaration keyword that begins a line begins a declaration, whatever went wrong before it.
use super::{DoseParts, Reader, RuleParts, dose_entry, example, policy, rule_entry, values};
use crate::bounds;
use crate::fault;
use crate::grammar::{Node, Rule};
use crate::origin::{Source, narrow};
use crate::scan::{self, Kind};
use crate::tree::*;
use shenfang_diagnostics::{Diagnostic, FileId, Span};
use shenfang_grammar::{Keyword, Place, find};
use std::ops::Range;

/// Reads a rule text.
pub(crate) fn file(reader: &mut Reader, text: &str, file: FileId) -> SyntaxTree {
    let mut tree = SyntaxTree::default();
    if let Some(bound) = bounds::check(text, file) {
        reader.diagnostics.push(bound);
        return tree;
    }
    let starts: Vec<usize> = scan::tokens(text, 0)
        .filter(|t| declaration_word(text, t).is_some() && scan::begins_line(text, t.range.start))
        .map(|t| t.range.start)
        .collect();
    reader.chinese = speaks_chinese(text, &starts);
    let before = starts.first().copied().unwrap_or(text.len());
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let spans = std::iter::once(0..before).chain(starts.iter().copied().zip(ends).map(|(start, end)| start..end));
    for stretch in spans {
        let mut piece = Piece {
            text,
            file,
            at: stretch.start,
            end: stretch.end,
            cut: stretch.start,
        };
        while let Some(declaration) = piece.next(reader) {
            tree.declarations.extend(declaration);
            if reader.diagnostics.len() >= bounds::DIAGNOSTICS {
                break;
            }
        }
        if reader.diagnostics.len() >= bounds::DIAGNOSTICS {
            let span = Span {
                file,
                start: narrow(piece.at),
                end: narrow(piece.at),
            };
            reader.diagnostics.push(Diagnostic::error(
                "bound.errors",
                span,
                "错误太多，其余未再检查",
                "too many errors, the rest was not read",
            ));
            break;
        }
    }
    tree
}

/// Whether the author's declarations are in Chinese words; a text without any follows its first letters.
fn speaks_chinese(text: &str, starts: &[usize]) -> bool {
    let chinese = starts
        .iter()
        .filter(|s| text.get(**s..).is_some_and(|r| r.starts_with(|c: char| !c.is_ascii())))
        .count();
    if starts.is_empty() {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    } else {
        chinese.saturating_mul(2) >= starts.len()
    }
}

fn declaration_word(text: &str, token: &scan::Token) -> Option<&'static Keyword> {
    if token.kind != Kind::Word || token.range.len() > 12 {
        return None;
    }
    find(Place::Declaration, text.get(token.range.clone())?)
}

/// The text from one declaration keyword that begins a line to the next.
struct Piece<'a> {
    text: &'a str,
    file: FileId,
    at: usize,
    end: usize,
    /// an end of an entry some way ahead: pest counts the lines of all it is given, so it is not given a long block once an entry
    cut: usize,
}

/// How far ahead of an entry a block is cut at least.
const AHEAD: usize = 8 * 1024;

impl<'a> Piece<'a> {
    fn source(&self) -> Source<'a> {
        Source::file(self.text.get(self.at..self.end).unwrap_or_default(), self.file, self.at)
    }
    fn span(&self, range: Range<usize>) -> Span {
        Span {
            file: self.file,
            start: narrow(range.start),
            end: narrow(range.end),
        }
    }
    /// The text from here to where an entry ends that is not this one: a `;` (in an example also a line break) outside every brace, or the `}` of
    /// the block. Looked for again only once the last one found is near.
    fn entry_source(&mut self, lines: bool) -> Source<'a> {
        if self.end.saturating_sub(self.at) <= AHEAD {
            self.cut = self.end;
        } else if self.cut.saturating_sub(self.at) < AHEAD / 2 {
            let mut depth = 0_usize;
            let boundary = scan::tokens(self.text, self.at)
                .take_while(|t| t.range.start < self.end)
                .find(|t| {
                    let far = t.range.start.saturating_sub(self.at) >= AHEAD;
                    match (t.kind, self.text.get(t.range.clone()).unwrap_or_default()) {
                        (Kind::Newline, _) => far && lines && depth == 0,
                        (_, ";" | "；") => far && depth == 0,
                        (_, "{" | "｛") => {
                            depth = depth.saturating_add(1);
                            false
                        }
                        (_, "}" | "｝") if depth == 0 => true,
                        (_, "}" | "｝") => {
                            depth = depth.saturating_sub(1);
                            false
                        }
                        _ => false,
                    }
                });
            self.cut = boundary.map_or(self.end, |t| t.range.end);
        }
        Source::file(self.text.get(self.at..self.cut).unwrap_or_default(), self.file, self.at)
    }

    /// What comes next, blanks and comments aside; `None` at the end of the piece.
    fn peek(&mut self) -> Option<scan::Token> {
        self.at = scan::skip(self.text, self.at).min(self.end);
        if self.at >= self.end {
            None
        } else {
            scan::token(self.text, self.at)
        }
    }
    fn written(&self, token: &scan::Token) -> &'a str {
        self.text.get(token.range.clone()).unwrap_or_default()
    }

    /// The next declaration: `Some(None)` when it was lost to a fault, `None` at the end.
    fn next(&mut self, reader: &mut Reader) -> Option<Option<Declaration>> {
        let token = self.peek()?;
        let start = self.at;
        let Some(word) = declaration_word(self.text, &token) else {
            self.stray(reader, &token);
            return Some(None);
        };
        let declaration = self.declaration(reader, word.en, start);
        if self.at == start {
            // The head could not be read: nothing of this piece can.
            self.at = self.end;
        }
        Some(declaration)
    }

    fn declaration(&mut self, reader: &mut Reader, word: &str, start: usize) -> Option<Declaration> {
        match word {
            "pack" => self.pack(reader, start),
            "source" => self.source_declaration(reader, start),
            "group" => self.group(reader, start),
            "rule" => self.rule(reader, start),
            "dose" => self.dose(reader, start),
            "example" => self.example(reader, start),
            _ => self.policy(reader, start),
        }
    }

    /// Text outside every declaration, up to the next declaration keyword: one fault.
    fn stray(&mut self, reader: &mut Reader, token: &scan::Token) {
        let next = scan::tokens(self.text, token.range.end)
            .take_while(|t| t.range.start < self.end)
            .find(|t| declaration_word(self.text, t).is_some());
        self.at = next.map_or(self.end, |t| t.range.start);
        let written = self.written(token);
        if matches!(written, "}" | "｝") {
            reader.diagnostics.push(Diagnostic::error(
                "syntax.declaration",
                self.span(token.range.clone()),
                "多了一个 `}`",
                "a `}` too many",
            ));
            return;
        }
        let diagnostic = Diagnostic::error(
            "syntax.declaration",
            self.span(token.range.clone()),
            format!("声明不能以 `{written}` 开头"),
            format!("`{written}` begins no declaration"),
        )
        .expected(fault::spellings(
            shenfang_grammar::words(Place::Declaration),
            reader.chinese,
        ))
        .candidates(fault::repair(
            written,
            shenfang_grammar::words(Place::Declaration),
            reader.chinese,
        ));
        reader.diagnostics.push(diagnostic);
    }

    /// Parses `rule` here and moves past it.
    fn take(&mut self, reader: &mut Reader, rule: Rule) -> Option<(Node<'a>, Source<'a>)> {
        let source = self.source();
        let node = reader.parse(&source, rule)?;
        self.at = self.at.saturating_add(node.as_span().end());
        Some((node, source))
    }

    /// The entries of a block up to its `}`; `read` gets each that could be parsed. Gives the byte after `}`.
    fn entries(
        &mut self,
        reader: &mut Reader,
        head: Range<usize>,
        rule: Rule,
        fields: Fields,
        mut read: impl FnMut(&mut Reader, &Source<'a>, &Node<'a>),
    ) -> usize {
        loop {
            let Some(token) = self.peek() else {
                self.unclosed(reader, head);
                return self.end;
            };
            if matches!(self.written(&token), "}" | "｝") {
                self.note_brace(reader, &token);
                self.at = token.range.end;
                return self.at;
            }
            if reader.diagnostics.len() >= bounds::DIAGNOSTICS {
                self.at = self.end;
                return self.end;
            }
            let start = self.at;
            let source = self.entry_source(fields.lines);
            match fields.unknown(self.written(&token), token.kind) {
                Some(written) => {
                    reader
                        .diagnostics
                        .push(fields.diagnostic(self.span(token.range.clone()), written, reader.chinese))
                }
                None => {
                    let node = reader.parse(&source, rule).map(|node| (node, source));
                    if let Some((node, source)) = node.or_else(|| self.ended_by_a_slip(reader, rule, fields)) {
                        self.at = self.at.saturating_add(node.as_span().end());
                        read(reader, &source, &node);
                    }
                }
            }
            if self.at == start {
                self.recover(start, fields);
            }
        }
    }

    /// The entry that failed only because the next line begins with a field nobody knows (`Severity`, `备注`): that field is the fault, not this entry.
    fn ended_by_a_slip(&self, reader: &mut Reader, rule: Rule, fields: Fields) -> Option<(Node<'a>, Source<'a>)> {
        let told = reader.diagnostics.last()?;
        let at = usize::try_from(told.span.start).ok()?;
        let token = scan::token(self.text, at)?;
        let written = self.written(&token);
        let fault = matches!(told.code, "syntax.expected" | "syntax.split") && at > self.at && at < self.end;
        if !fault || fields.lines || token.kind != Kind::Word || !scan::begins_line(self.text, at) || fields.is(written)
        {
            return None;
        }
        let next = scan::tokens(self.text, token.range.end).find(|t| t.kind != Kind::Blank)?;
        let has_value = matches!(next.kind, Kind::Word | Kind::String | Kind::OpenString)
            || matches!(self.written(&next), ":" | "：");
        let as_field = has_value && column(self.text, at) <= column(self.text, self.at);
        if !as_field && fault::repair(written, fields.words(), reader.chinese).is_empty() {
            return None;
        }
        let shorter = Source::file(self.text.get(self.at..at)?, self.file, self.at);
        let node = reader.attempt(&shorter, rule)?;
        reader.diagnostics.pop();
        Some((node, shorter))
    }

    fn note_brace(&self, reader: &mut Reader, token: &scan::Token) {
        if let Some(leaves) = &mut reader.leaves {
            leaves.push(super::Leaf {
                start: token.range.start,
                end: token.range.end,
                rule: Rule::rbrace,
            });
        }
    }

    fn unclosed(&self, reader: &mut Reader, head: Range<usize>) {
        let span = self.span(head);
        reader.diagnostics.push(
            Diagnostic::error(
                "syntax.unclosed",
                span,
                "这个声明没有以 `}` 结束",
                "this declaration does not end with `}`",
            )
            .expected(["}"]),
        );
    }

    /// After a fault: to the next entry that begins a line or follows `;`, or to the `}` of the block.
    fn recover(&mut self, start: usize, fields: Fields) {
        let own = if scan::begins_line(self.text, start) {
            column(self.text, start)
        } else {
            0
        };
        let mut depth = 0_usize;
        let mut separated = false;
        let mut line_begins = false;
        let mut first = true;
        for token in scan::tokens(self.text, start).take_while(|t| t.range.start < self.end) {
            let written = self.written(&token);
            match token.kind {
                Kind::Blank | Kind::Comment => continue,
                Kind::Newline => {
                    line_begins = true;
                    separated |= fields.lines && depth == 0;
                    continue;
                }
                _ => {}
            }
            match written {
                "{" | "｛" => depth = depth.saturating_add(1),
                "}" | "｝" if depth == 0 => {
                    self.at = token.range.start;
                    return;
                }
                "}" | "｝" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let entry = token.kind == Kind::Word
                && (fields.is(written) || line_begins && own > 0 && column(self.text, token.range.start) <= own);
            // A field where fields of this block begin ends what was not closed before it.
            let closes = fields.is(written) && own > 0 && column(self.text, token.range.start) == own;
            if !first && (depth == 0 && (separated || line_begins && entry) || line_begins && closes) {
                self.at = token.range.start;
                return;
            }
            separated = depth == 0 && matches!(written, ";" | "；");
            (line_begins, first) = (false, false);
        }
        self.at = self.end;
    }

    fn head(&mut self, reader: &mut Reader, rule: Rule) -> Option<(Node<'a>, Source<'a>, Range<usize>)> {
        let start = self.at;
        let (node, source) = self.take(reader, rule)?;
        Some((node, source, start..self.at))
    }

    fn pack(&mut self, reader: &mut Reader, start: usize) -> Option<Declaration> {
        let (head, source, brace) = self.head(reader, Rule::pack_head)?;
        let id = values::name(&source, &head.into_inner().nth(1)?);
        let mut pack = PackDecl {
            id,
            title: None,
            version: None,
            owner: None,
            span: self.span(start..start),
        };
        let end = self.entries(
            reader,
            brace,
            Rule::pack_entry,
            Fields::of(&[Place::PackField]),
            |reader, source, entry| {
                let mut parts = entry.clone().into_inner();
                let (Some(field), Some(value)) = (parts.next(), parts.next()) else {
                    return;
                };
                match field.as_rule() {
                    Rule::pack_field_title => pack.title = values::text(reader, source, &value),
                    Rule::pack_field_version => pack.version = Some(values::name(source, &value)),
                    _ => pack.owner = Some(values::name(source, &value)),
                }
            },
        );
        pack.span = self.span(start..end);
        Some(Declaration::Pack(pack))
    }

    fn source_declaration(&mut self, reader: &mut Reader, start: usize) -> Option<Declaration> {
        let (head, source, brace) = self.head(reader, Rule::source_head)?;
        let id = values::name(&source, &head.into_inner().nth(1)?);
        let mut declared = SourceDecl {
            id,
            citation: None,
            valid: None,
            span: self.span(start..start),
        };
        let end = self.entries(
            reader,
            brace,
            Rule::source_entry,
            Fields::of(&[Place::SourceField]),
            |reader, source, entry| {
                let mut parts = entry.clone().into_inner();
                let (Some(field), Some(value)) = (parts.next(), parts.next()) else {
                    return;
                };
                match field.as_rule() {
                    Rule::source_field_citation => declared.citation = Some(values::name(source, &value)),
                    _ => declared.valid = values::dates(reader, source, &value),
                }
            },
        );
        declared.span = self.span(start..end);
        Some(Declaration::Source(declared))
    }

    fn group(&mut self, reader: &mut Reader, start: usize) -> Option<Declaration> {
        let (node, source) = self.take(reader, Rule::group)?;
        let mut parts = node.into_inner();
        let id = values::name(&source, &parts.nth(1)?);
        let set = parts.find(|p| p.as_rule() == Rule::set)?;
        let end = source.of(&set);
        let span = Span {
            start: narrow(start),
            ..end
        };
        let set = super::set(reader, &source, &set)?;
        Some(Declaration::Group(GroupDecl { id, set, span }))
    }

    fn rule(&mut self, reader: &mut Reader, start: usize) -> Option<Declaration> {
        let (head, source, brace) = self.head(reader, Rule::rule_head)?;
        let id = values::name(&source, &head.into_inner().nth(1)?);
        let mut rule = RuleParts::default();
        let fields = Fields::of(&[Place::RuleField, Place::FindingField]);
        let end = self.entries(reader, brace, Rule::rule_entry, fields, |reader, source, entry| {
            rule_entry(reader, source, entry, &mut rule);
        });
        Some(Declaration::Rule(RuleDecl {
            id,
            bindings: rule.bindings,
            when: rule.when,
            finding: rule.finding,
            span: self.span(start..end),
        }))
    }

    fn dose(&mut self, reader: &mut Reader, start: usize) -> Option<Declaration> {
        let (head, source, brace) = self.head(reader, Rule::dose_head)?;
        let mut names = head
            .into_inner()
            .filter(|p| p.as_rule() == Rule::reference)
            .map(|p| values::name(&source, &p));
        let first = names.next()?;
        let (id, concept) = match names.next() {
            Some(concept) => (Some(first), concept),
            None => (None, first),
        };
        let mut dose = DoseParts::default();
        let fields = Fields::of(&[Place::DoseField, Place::FindingField]);
        let end = self.entries(reader, brace, Rule::dose_entry, fields, |reader, source, entry| {
            dose_entry(reader, source, entry, &mut dose);
        });
        Some(dose.declaration(id, concept, self.span(start..end)))
    }

    fn policy(&mut self, reader: &mut Reader, start: usize) -> Option<Declaration> {
        let (head, source, brace) = self.head(reader, Rule::policy_head)?;
        let id = values::name(&source, &head.into_inner().nth(1)?);
        let (mut scope, mut entries) = (Vec::new(), Vec::new());
        let end = self.entries(
            reader,
            brace,
            Rule::policy_entry,
            Fields::of(&[Place::PolicyField]),
            |reader, source, entry| {
                policy::policy_entry(reader, source, entry, &mut scope, &mut entries);
            },
        );
        Some(Declaration::Policy(PolicyDecl {
            id,
            scope,
            entries,
            span: self.span(start..end),
        }))
    }

    fn example(&mut self, reader: &mut Reader, start: usize) -> Option<Declaration> {
        let (head, source, brace) = self.head(reader, Rule::example_head)?;
        let title = values::name(&source, &head.into_inner().nth(1)?);
        let entries = self.example_entries(reader, brace);
        let expects = match self.peek() {
            None => {
                let span = self.span(self.at..self.at);
                let expected = if reader.chinese { "应得" } else { "expects" };
                let (zh, en) = ("示例没有写应得什么", "the example does not say what it expects");
                reader.fail(Diagnostic::error("syntax.expected", span, zh, en).expected([expected]))
            }
            Some(_) => self.take(reader, Rule::example_tail),
        };
        let Some((tail, source)) = expects else {
            // What follows would only be reported again.
            self.at = self.end;
            return None;
        };
        let expects = example::expectations(&source, &tail);
        let end = tail
            .clone()
            .into_inner()
            .last()
            .map_or(self.span(start..self.at), |n| source.of(&n));
        Some(Declaration::Example(ExampleDecl {
            title,
            entries,
            expects,
            span: Span {
                start: narrow(start),
                ..end
            },
        }))
    }

    fn example_entries(&mut self, reader: &mut Reader, brace: Range<usize>) -> Vec<ExampleEntry> {
        let mut found = Vec::new();
        loop {
            let Some(token) = self.peek() else {
                self.unclosed(reader, brace);
                return found;
            };
            if matches!(self.written(&token), "}" | "｝") {
                self.note_brace(reader, &token);
                self.at = token.range.end;
                return found;
            }
            if reader.diagnostics.len() >= bounds::DIAGNOSTICS {
                self.at = self.end;
                return found;
            }
            let start = self.at;
            let source = self.entry_source(true);
            if let Some(head) = reader.attempt(&source, Rule::block_head) {
                self.at = self.at.saturating_add(head.as_span().end());
                found.extend(self.block(reader, &source, &head, start));
                continue;
            }
            let entry = reader.parse(&source, Rule::sheet_entry).and_then(|node| {
                self.at = self.at.saturating_add(node.as_span().end());
                example::entry(reader, &source, &node)
            });
            found.extend(entry);
            if self.at == start {
                self.recover(start, Fields::lines(&[Place::ExampleField]));
            }
        }
    }

    fn block(
        &mut self,
        reader: &mut Reader,
        source: &Source<'a>,
        head: &Node<'a>,
        start: usize,
    ) -> Option<ExampleEntry> {
        let word = head.clone().into_inner().next()?;
        let (rule, fields) = match word.as_rule() {
            Rule::example_field_patient => (
                Rule::facts_entry,
                Fields::lines(&[Place::PatientAttribute, Place::PatientField]),
            ),
            Rule::example_field_prescriber => (Rule::prescriber_entry, Fields::lines(&[Place::PrescriberAttribute])),
            Rule::example_field_institution => (Rule::institution_entry, Fields::lines(&[Place::InstitutionAttribute])),
            Rule::example_field_usage => (Rule::usage_entry, Fields::lines(&[Place::UsageField])),
            _ => (Rule::item_entry, Fields::lines(&[])),
        };
        let mut entries = Vec::new();
        self.entries(reader, start..self.at, rule, fields, |reader, source, node| {
            entries.extend(example::entry(reader, source, node))
        });
        Some(ExampleEntry::Block {
            field: values::word(source, &word),
            entries,
        })
    }
}

/// How many characters stand before a byte on its line.
fn column(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|t| t.rsplit(['\n', '\r']).next())
        .map_or(0, |l| l.chars().count())
}

/// The fields a block can hold.
#[derive(Clone, Copy)]
struct Fields {
    places: &'static [Place],
    /// whether a line break ends an entry
    lines: bool,
}

impl Fields {
    fn of(places: &'static [Place]) -> Fields {
        Fields { places, lines: false }
    }
    fn lines(places: &'static [Place]) -> Fields {
        Fields { places, lines: true }
    }
    fn words(self) -> impl Iterator<Item = &'static Keyword> {
        self.places.iter().flat_map(|p| shenfang_grammar::words(*p))
    }
    /// Whether a word begins a field; of a phrase (`raise to`) the first word does.
    fn is(self, written: &str) -> bool {
        self.words()
            .any(|k| k.zh == written || k.en == written || k.en.split(' ').next() == Some(written))
    }
    fn unknown(self, written: &str, kind: Kind) -> Option<&str> {
        (!self.places.is_empty() && (kind != Kind::Word || !self.is(written))).then_some(written)
    }
    fn diagnostic(self, span: Span, written: &str, chinese: bool) -> Diagnostic {
        let (zh, en) = (
            format!("这里没有 `{written}` 这个字段"),
            format!("there is no field `{written}` here"),
        );
        Diagnostic::error("syntax.field", span, zh, en)
            .expected(fault::spellings(self.words(), chinese))
            .candidates(fault::repair(written, self.words(), chinese))
    }
}
