//! A table that expands a template: each row becomes the declaration it would be as text, through the same grammar.
use super::catalogue;
use super::cells::{Row, Rows};
use super::template::{Filled, Template};
use super::yaml::{Scalar, Yaml};
use crate::grammar::Rule;
use crate::origin::Source;
use crate::read::{self, DoseParts, Reader, RuleParts};
use crate::tree::*;
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_grammar::{Place, find};

/// One field of a template: the keyword it would begin with, and its values.
struct Field {
    key: Scalar,
    /// English word, `raise to`
    word: &'static str,
    value: Value,
}

enum Value {
    /// one text
    One(Template),
    /// each a field of its own (`raise`, `cite`, `band`), or alternatives (`route`)
    Many(Vec<Template>),
    /// `{zh: …, en: …}`
    Texts(Vec<(bool, Template)>),
}

/// What a table declares, and how.
pub(crate) struct Shape {
    kind: &'static str,
    name: Template,
    concept: Option<Template>,
    members: Option<Template>,
    items: Vec<Template>,
    expects: Option<Template>,
    fields: Vec<Field>,
    /// fields of a concept, as written
    plain: Vec<(Scalar, Yaml)>,
}

/// The parts of a table file other than its rows.
pub(crate) struct Parts<'a> {
    pub kind: &'static str,
    pub name: &'a Scalar,
    pub fields: &'a [(Scalar, Yaml)],
}

impl Shape {
    /// Reads the template; unknown fields are reported once, not once a row.
    pub fn new(parts: &Parts<'_>, columns: &[String], diagnostics: &mut Vec<Diagnostic>) -> Shape {
        let template = |s: &Scalar| Template::new(s, columns);
        let mut shape = Shape {
            kind: parts.kind,
            name: template(parts.name),
            concept: None,
            members: None,
            items: vec![],
            expects: None,
            fields: vec![],
            plain: vec![],
        };
        for (key, value) in parts.fields {
            if catalogue::section_of(parts.kind).is_some() {
                shape.plain.push((key.clone(), value.clone()));
                continue;
            }
            let special = find(Place::TableField, &key.value).map(|k| k.en);
            match (parts.kind, special, value) {
                ("dose", Some("concept"), Yaml::Scalar(s)) => shape.concept = Some(template(s)),
                ("group", Some("members"), Yaml::Scalar(s)) => shape.members = Some(template(s)),
                ("group", Some("members"), Yaml::List(items, _)) => {
                    shape.members = Some(template(&union(items, value.span())))
                }
                ("example", Some("expects"), Yaml::Scalar(s)) => shape.expects = Some(template(s)),
                ("example", Some("items"), Yaml::Scalar(s)) => shape.items = vec![template(s)],
                ("example", Some("items"), Yaml::List(items, _)) => {
                    shape.items = items.iter().filter_map(scalar).map(template).collect()
                }
                _ => shape.fields.extend(field(parts.kind, key, value, columns, diagnostics)),
            }
        }
        shape
    }

    /// The declaration of a row.
    pub fn row(&self, reader: &mut Reader, row: &Row, columns: &Rows) -> Option<Declaration> {
        if let Some(span) = self.name.lacks(row) {
            return reader.fail(Diagnostic::error(
                "table.empty",
                span,
                "名称不能是空格子",
                "the name must not be an empty cell",
            ));
        }
        if let Some(section) = catalogue::section_of(self.kind) {
            return Some(self.concept(reader, section, row, columns));
        }
        match self.kind {
            "rule" => self.rule(reader, row),
            "dose" => self.dose(reader, row),
            "group" => self.group(reader, row),
            "source" => self.source(reader, row),
            _ => self.example(reader, row),
        }
    }

    fn concept(&self, reader: &mut Reader, section: ConceptSection, row: &Row, rows: &Rows) -> Declaration {
        let mut concept = catalogue::blank(section, self.name.name(row), row.span);
        let filled: Vec<(Scalar, Yaml)> = self
            .plain
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), instance(value, row, &rows.columns)?)))
            .collect();
        catalogue::read_fields(&mut concept, &filled, &mut reader.diagnostics);
        Declaration::Concept(concept)
    }

    fn rule(&self, reader: &mut Reader, row: &Row) -> Option<Declaration> {
        let mut rule = RuleParts::default();
        self.each(
            reader,
            row,
            Rule::rule_entry,
            &mut |reader, source, entry| read::rule_entry(reader, source, entry, &mut rule),
            &["match", "category", "severity"],
        )?;
        self.texts(reader, row, &mut rule.finding);
        Some(Declaration::Rule(RuleDecl {
            id: self.name.name(row),
            bindings: rule.bindings,
            when: rule.when,
            finding: rule.finding,
            span: row.span,
        }))
    }

    fn dose(&self, reader: &mut Reader, row: &Row) -> Option<Declaration> {
        let mut dose = DoseParts::default();
        self.each(
            reader,
            row,
            Rule::dose_entry,
            &mut |reader, source, entry| read::dose_entry(reader, source, entry, &mut dose),
            &["band"],
        )?;
        self.texts(reader, row, &mut dose.finding);
        let (id, concept) = match &self.concept {
            Some(concept) if concept.lacks(row).is_none() => (Some(self.name.name(row)), concept.name(row)),
            Some(concept) => {
                let span = concept.lacks(row).unwrap_or(concept.span);
                return reader.fail(Diagnostic::error(
                    "table.empty",
                    span,
                    "概念不能是空格子",
                    "the concept must not be an empty cell",
                ));
            }
            None => headed(self.name.name(row)),
        };
        Some(dose.declaration(id, concept, row.span))
    }

    fn group(&self, reader: &mut Reader, row: &Row) -> Option<Declaration> {
        let Some(members) = &self.members else {
            let (zh, en) = ("组的表要有 `成员` 字段", "a table of groups needs the field `members`");
            return reader.fail(Diagnostic::error("table.missing", self.name.span, zh, en));
        };
        let mut filled = Filled::default();
        members.fill(row, &mut filled);
        let source = Source::pieces(&filled.text, &filled.pieces);
        let node = reader.parse(&source, Rule::set_only)?.into_inner().next()?;
        let set = read::set(reader, &source, &node)?;
        Some(Declaration::Group(GroupDecl {
            id: self.name.name(row),
            set,
            span: row.span,
        }))
    }

    fn source(&self, reader: &mut Reader, row: &Row) -> Option<Declaration> {
        let mut declared = SourceDecl {
            id: self.name.name(row),
            citation: None,
            valid: None,
            span: row.span,
        };
        for field in &self.fields {
            let Value::One(template) = &field.value else { continue };
            if template.lacks(row).is_some() {
                continue;
            }
            if field.word == "citation" {
                declared.citation = Some(template.name(row));
                continue;
            }
            let mut filled = Filled::default();
            template.fill(row, &mut filled);
            let source = Source::pieces(&filled.text, &filled.pieces);
            if let Some(node) = reader
                .parse(&source, Rule::dates_only)
                .and_then(|n| n.into_inner().next())
            {
                declared.valid = read::dates(reader, &source, &node);
            }
        }
        Some(Declaration::Source(declared))
    }

    fn example(&self, reader: &mut Reader, row: &Row) -> Option<Declaration> {
        let mut entries = Vec::new();
        for field in &self.fields {
            let templates: &[Template] = match &field.value {
                Value::One(t) => std::slice::from_ref(t),
                Value::Many(all) => all,
                Value::Texts(_) => continue,
            };
            let block = matches!(
                field.word,
                "patient" | "prescriber" | "institution" | "usage" | "current"
            );
            let mut lines = Vec::new();
            for template in templates.iter().filter(|t| t.lacks(row).is_none()) {
                let mut filled = Filled::default();
                if !block {
                    filled.push(field.word, field.key.span, false);
                    filled.push(" ", field.key.span, false);
                }
                template.fill(row, &mut filled);
                lines.extend(read::example_lines(
                    reader,
                    &filled.text,
                    &filled.pieces,
                    if block { field.word } else { "" },
                ));
            }
            match (block, lines.is_empty()) {
                (false, _) => entries.append(&mut lines),
                (true, true) => {}
                (true, false) => entries.push(ExampleEntry::Block {
                    field: Spanned {
                        value: field.word,
                        span: field.key.span,
                    },
                    entries: lines,
                }),
            }
        }
        for template in self.items.iter().filter(|t| t.lacks(row).is_none()) {
            let mut filled = Filled::default();
            template.fill(row, &mut filled);
            entries.extend(read::example_lines(reader, &filled.text, &filled.pieces, ""));
        }
        let Some(expects) = &self.expects else {
            let (zh, en) = (
                "示例的表要有 `应得` 字段",
                "a table of examples needs the field `expects`",
            );
            return reader.fail(Diagnostic::error("table.missing", self.name.span, zh, en));
        };
        let mut filled = Filled::default();
        filled.push("expects ", expects.span, false);
        expects.fill(row, &mut filled);
        let source = Source::pieces(&filled.text, &filled.pieces);
        let tail = reader.parse(&source, Rule::example_tail)?;
        Some(Declaration::Example(ExampleDecl {
            title: self.name.name(row),
            entries,
            expects: read::expectations(&source, &tail),
            span: row.span,
        }))
    }

    /// Parses every field but texts as the entry it would be.
    fn each(
        &self,
        reader: &mut Reader,
        row: &Row,
        rule: Rule,
        read: &mut dyn FnMut(&mut Reader, &Source<'_>, &crate::grammar::Node<'_>) -> Option<()>,
        needed: &[&str],
    ) -> Option<()> {
        let mut filled = Filled::default();
        for field in &self.fields {
            let templates: &[Template] = match &field.value {
                Value::One(t) => std::slice::from_ref(t),
                Value::Many(all) => all,
                Value::Texts(_) => continue,
            };
            for template in templates {
                if let Some(span) = template.lacks(row) {
                    if needed.contains(&field.word) {
                        let (zh, en) = (
                            format!("`{}` 不能是空格子", field.key.value),
                            format!("`{}` must not be an empty cell", field.key.value),
                        );
                        return reader.fail(Diagnostic::error("table.empty", span, zh, en));
                    }
                    continue;
                }
                filled.clear();
                if compose(field, template, row, &mut filled) {
                    entry(reader, rule, &filled, read);
                }
            }
        }
        Some(())
    }

    /// The texts written as `{zh: …, en: …}` or without quotes.
    fn texts(&self, reader: &mut Reader, row: &Row, finding: &mut Finding) {
        for field in &self.fields {
            let Value::Texts(parts) = &field.value else { continue };
            let mut text = Text::default();
            for (english, template) in parts.iter().filter(|(_, t)| t.lacks(row).is_none()) {
                let mut filled = Filled::default();
                template.fill(row, &mut filled);
                let source = Source::pieces(&filled.text, &filled.pieces);
                if read::placeholders(reader, &source, &filled.text, 0).is_some() {
                    let slot = if *english { &mut text.en } else { &mut text.zh };
                    *slot = Some(filled.name());
                }
            }
            if text == Text::default() {
                continue;
            }
            match field.word {
                "title" => finding.title = Some(text),
                "message" => finding.message = Some(text),
                _ => finding.advice = Some(text),
            }
        }
    }
}

fn scalar(node: &Yaml) -> Option<&Scalar> {
    if let Yaml::Scalar(s) = node { Some(s) } else { None }
}

/// `[A, B]` as the set `A | B`.
fn union(items: &[Yaml], span: Span) -> Scalar {
    let texts: Vec<&str> = items
        .iter()
        .filter_map(|i| scalar(i).map(|s| s.value.as_str()))
        .collect();
    Scalar {
        value: texts.join(" | "),
        span,
        exact: false,
    }
}

/// `id: concept`, or the concept alone.
fn headed(name: Name) -> (Option<Name>, Name) {
    let Some((id, concept)) = name.value.split_once([':', '：']) else {
        return (None, name);
    };
    let of = |text: &str| Spanned {
        value: text.trim().trim_matches('"').to_owned(),
        span: name.span,
    };
    (Some(of(id)), of(concept))
}

/// A field of the template with its keyword, or a report that there is none of that name.
fn field(
    kind: &str,
    key: &Scalar,
    value: &Yaml,
    columns: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Field> {
    let places: &[Place] = match kind {
        "rule" => &[Place::RuleField, Place::FindingField],
        "dose" => &[Place::DoseField, Place::FindingField],
        "source" => &[Place::SourceField],
        "example" => &[Place::ExampleField],
        _ => &[],
    };
    let found = places
        .iter()
        .find_map(|p| find(*p, &key.value).or_else(|| (key.value == "raise").then(|| find(*p, "raise to")).flatten()));
    let Some(word) = found else {
        let words = || places.iter().flat_map(|p| shenfang_grammar::words(*p));
        let chinese = !key.value.is_ascii();
        let (zh, en) = (
            format!("这种表没有 `{}` 这个字段", key.value),
            format!("this kind of table has no field `{}`", key.value),
        );
        diagnostics.push(
            Diagnostic::error("table.field", key.span, zh, en)
                .expected(crate::fault::spellings(words(), chinese))
                .candidates(crate::fault::near(&key.value, words(), chinese)),
        );
        return None;
    };
    let text = matches!(word.en, "title" | "message" | "advice");
    let value = match value {
        Yaml::Scalar(s) if text && !quoted(&s.value) => Value::Texts(vec![(false, Template::new(s, columns))]),
        Yaml::Scalar(s) => Value::One(Template::new(s, columns)),
        Yaml::List(items, span) if matches!(word.en, "route" | "form") => {
            Value::One(Template::new(&union(items, *span), columns))
        }
        Yaml::List(items, _) => Value::Many(
            items
                .iter()
                .filter_map(scalar)
                .map(|s| Template::new(s, columns))
                .collect(),
        ),
        Yaml::Map(entries, span) => {
            let texts: Vec<(bool, Template)> = entries
                .iter()
                .filter_map(|(k, v)| {
                    Some((
                        k.value == "en",
                        Template::new(scalar(v)?, columns),
                        k.value == "zh" || k.value == "en",
                    ))
                })
                .filter(|(_, _, known)| *known)
                .map(|(english, template, _)| (english, template))
                .collect();
            if !text || texts.len() != entries.len() {
                diagnostics.push(Diagnostic::error(
                    "table.value",
                    *span,
                    "这里不能写 `{…}`；双语文字写作 `{zh: …, en: …}`",
                    "`{…}` does not belong here; a text in both languages is `{zh: …, en: …}`",
                ));
                return None;
            }
            Value::Texts(texts)
        }
    };
    Some(Field {
        key: key.clone(),
        word: word.en,
        value,
    })
}

/// Whether a text is written as in rule text, with quotes and languages.
fn quoted(value: &str) -> bool {
    let value = value.trim_start();
    value.starts_with(['"', '“', '”'])
        || value
            .strip_prefix("zh")
            .or_else(|| value.strip_prefix("en"))
            .is_some_and(|r| r.trim_start().starts_with(['"', '“', '”']))
}

/// The entry a field of a row is as text; `false` when a flag says no.
fn compose(field: &Field, template: &Template, row: &Row, filled: &mut Filled) -> bool {
    let key = field.key.span;
    filled.push(field.word, key, false);
    if matches!(field.word, "locked" | "disabled") {
        return matches!(template.name(row).value.as_str(), "true" | "是" | "yes");
    }
    filled.push(" ", key, false);
    if matches!(field.word, "gap" | "exempt") {
        let value = template.name(row).value;
        if !value.starts_with("when ") && !value.starts_with("当 ") {
            filled.push("when ", key, false);
        }
    }
    template.fill(row, filled);
    true
}

fn entry(
    reader: &mut Reader,
    rule: Rule,
    filled: &Filled,
    read: &mut dyn FnMut(&mut Reader, &Source<'_>, &crate::grammar::Node<'_>) -> Option<()>,
) {
    let source = Source::pieces(&filled.text, &filled.pieces);
    if let Some(bound) = crate::bounds::nested(&filled.text, |start, end| source.span(start, end)) {
        reader.diagnostics.push(bound);
        return;
    }
    let Some(node) = reader.parse(&source, rule) else {
        return;
    };
    let end = node.as_span().end();
    let rest = filled.text.get(end..).unwrap_or_default();
    if !rest.trim().is_empty() {
        let start = end.saturating_add(rest.len().saturating_sub(rest.trim_start().len()));
        let (zh, en) = (
            "一个字段只能写一个值，这里多了内容",
            "a field holds one value, this is too much",
        );
        reader.diagnostics.push(Diagnostic::error(
            "table.extra",
            source.span(start, filled.text.trim_end().len()),
            zh,
            en,
        ));
        return;
    }
    read(reader, &source, &node);
}

/// A value of a concept's field with its cells filled in; `None` when one of them is empty.
fn instance(value: &Yaml, row: &Row, columns: &[String]) -> Option<Yaml> {
    Some(match value {
        Yaml::Scalar(s) => {
            let template = Template::new(s, columns);
            if !template.varies() {
                return Some(value.clone());
            }
            if template.lacks(row).is_some() {
                return None;
            }
            let mut filled = Filled::default();
            template.fill(row, &mut filled);
            let whole = filled.pieces.len() == 1 && filled.pieces.first().is_some_and(|p| p.exact);
            let span = filled.pieces.first().map_or(s.span, |p| p.span);
            Yaml::Scalar(Scalar {
                span: if whole { span } else { filled.name().span },
                exact: whole,
                value: filled.text,
            })
        }
        Yaml::List(items, span) => {
            let mut members = Vec::new();
            for item in items {
                match instance(item, row, columns) {
                    Some(Yaml::Scalar(s)) => members.extend(
                        s.value
                            .split([';', '；'])
                            .map(str::trim)
                            .filter(|m| !m.is_empty())
                            .map(|m| {
                                Yaml::Scalar(Scalar {
                                    value: m.to_owned(),
                                    span: s.span,
                                    exact: false,
                                })
                            }),
                    ),
                    Some(other) => members.push(other),
                    None => {}
                }
            }
            Yaml::List(members, *span)
        }
        Yaml::Map(entries, span) => Yaml::Map(
            entries
                .iter()
                .filter_map(|(k, v)| Some((k.clone(), instance(v, row, columns)?)))
                .collect(),
            *span,
        ),
    })
}
