//! 对照表: tables of an institution's own drug codes and names, and bare CSV lists of them.
use super::catalogue;
use super::cells::{self, Row, Rows};
use super::template::Template;
use super::yaml::{Scalar, Yaml};
use crate::read::Reader;
use crate::tree::{Declaration, MappingDecl, Name, Spanned};
use shenfang_diagnostics::{Diagnostic, FileId, Span};
use shenfang_grammar::{Place, find};

/// What a row's cells are.
#[derive(Default)]
pub(crate) struct Mapping {
    scope: Vec<Name>,
    code: Option<Template>,
    name: Option<Template>,
    drug: Option<Template>,
    strength: Option<Template>,
    pack: Option<Template>,
}

/// Headings a hospital's list has, by field.
const HEADINGS: [(&str, &[&str]); 5] = [
    ("code", &["code", "编码", "药品编码", "代码", "药品代码", "院内编码"]),
    ("name", &["name", "名称", "药品名称", "院内名称", "药名"]),
    ("drug", &["standard", "drug", "标准名", "标准名称", "通用名"]),
    ("strength", &["strength", "规格"]),
    ("pack", &["pack", "包装"]),
];

impl Mapping {
    /// Reads `scope:` and `fields:`.
    pub fn new(
        scope: Option<&Yaml>,
        fields: &[(Scalar, Yaml)],
        columns: &[String],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Mapping {
        let name = |s: &Scalar| Spanned {
            value: s.value.clone(),
            span: s.span,
        };
        let mut shape = Mapping::default();
        match scope {
            Some(Yaml::Scalar(one)) if !one.value.is_empty() => shape.scope.push(name(one)),
            Some(Yaml::List(many, _)) => shape.scope.extend(many.iter().filter_map(|each| match each {
                Yaml::Scalar(one) => Some(name(one)),
                _ => None,
            })),
            _ => {}
        }
        for (key, value) in fields {
            let word = find(Place::TableField, &key.value).map(|k| k.en);
            let (Some(slot), Yaml::Scalar(text)) = (word.and_then(|word| shape.slot(word)), value) else {
                diagnostics.push(catalogue::unknown(
                    key,
                    Place::TableField,
                    ("对照表没有 `", "` 这个字段"),
                    ("a mapping has no field `", "`"),
                ));
                continue;
            };
            *slot = Some(Template::new(text, columns));
        }
        shape
    }

    /// Reads the headings of a bare list; `None` where it has neither codes nor names.
    fn of_headings(columns: &[String], span: Span) -> Option<Mapping> {
        let mut shape = Mapping::default();
        for column in columns {
            let heading = column.trim().to_lowercase();
            let field = HEADINGS.iter().find(|(_, spellings)| spellings.contains(&&*heading));
            let Some((word, _)) = field else { continue };
            let prefix = if *word == "code" { "LOCAL:" } else { "" };
            let template = Scalar {
                value: format!("{prefix}<{column}>"),
                span,
                exact: false,
            };
            if let Some(slot) = shape.slot(word) {
                *slot = Some(Template::new(&template, columns));
            }
        }
        (shape.code.is_some() || shape.name.is_some()).then_some(shape)
    }

    fn slot(&mut self, word: &str) -> Option<&mut Option<Template>> {
        Some(match word {
            "code" => &mut self.code,
            "name" => &mut self.name,
            "drug" => &mut self.drug,
            "strength" => &mut self.strength,
            "pack" => &mut self.pack,
            _ => return None,
        })
    }

    /// The declaration of a row.
    pub fn row(&self, reader: &mut Reader, row: &Row) -> Option<Declaration> {
        let cell = |template: &Option<Template>| {
            let template = template.as_ref().filter(|t| t.lacks(row).is_none())?;
            Some(template.name(row)).filter(|name| !name.value.is_empty())
        };
        let read = MappingDecl {
            scope: self.scope.clone(),
            code: cell(&self.code),
            name: cell(&self.name),
            drug: cell(&self.drug),
            strength: cell(&self.strength),
            pack: cell(&self.pack),
            span: row.span,
        };
        if read.code.is_none() && read.name.is_none() {
            return reader.fail(Diagnostic::error(
                "mapping.key",
                row.span,
                "对照表的一行要有编码或名称",
                "a row of a mapping needs a code or a name",
            ));
        }
        Some(Declaration::Mapping(read))
    }
}

/// The rows of a CSV that no table names, by its headings; nothing where it is no list of drugs.
pub(crate) fn bare(reader: &mut Reader, text: &str, file: FileId) -> Vec<Declaration> {
    let Rows { columns, rows } = cells::csv(text, file, &mut reader.diagnostics);
    let span = Span { file, start: 0, end: 0 };
    match Mapping::of_headings(&columns, span) {
        Some(shape) => rows.iter().filter_map(|row| shape.row(reader, row)).collect(),
        None => {
            let expected = HEADINGS.iter().map(|(word, _)| *word);
            reader.diagnostics.push(
                Diagnostic::error(
                    "mapping.header",
                    span,
                    "药品清单的表头要有编码或名称一列",
                    "a list of drugs has a column of codes or of names",
                )
                .expected(expected),
            );
            vec![]
        }
    }
}
