//! Findings, and what could not be judged or recognised: the columns of lists as they grow.
use crate::{
    answers::Keep,
    lists::{Ends, Texts, structs, texts_type},
};
use arrow::{
    array::{ArrayRef, Int32Builder, StringBuilder},
    datatypes::{DataType, Field, Fields},
    error::ArrowError,
};
use shenfang::Language;
use shenfang_clinical::{Finding, Text, Undetermined, Unrecognized};
use std::sync::Arc;

pub(crate) fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn texts(name: &str) -> Field {
    Field::new(name, texts_type(), true)
}

pub(crate) fn finding_fields(keep: Keep) -> Fields {
    let mut fields = ["rule", "category", "severity", "action", "review_code"]
        .map(text)
        .to_vec();
    fields.push(texts("items"));
    if keep.texts {
        fields.extend(["message", "advice"].map(text));
    }
    fields.into()
}

pub(crate) fn undetermined_fields(keep: Keep) -> Fields {
    let mut fields = vec![text("severity"), texts("items"), texts("needs")];
    fields.push(Field::new("rules", DataType::Int32, true));
    if keep.texts {
        fields.push(texts("rule"));
    }
    fields.into()
}

pub(crate) fn unrecognized_fields() -> Fields {
    let mut fields = ["item", "path", "text"].map(text).to_vec();
    fields.push(texts("candidates"));
    fields.extend(["reason", "severity"].map(text));
    fields.into()
}

pub(crate) fn in_language<'t>(text: &'t Text<'_>, language: Language) -> &'t str {
    match language {
        Language::Zh => &text.zh,
        Language::En => &text.en,
    }
}

/// What a finding says in the columns of texts.
pub(crate) fn words<'f>(finding: &'f Finding) -> [&'f str; 5] {
    [
        &finding.rule,
        finding.category.code(),
        finding.severity.code(),
        finding.action.code(),
        &finding.review_code,
    ]
}

/// What was found.
pub(crate) struct Findings {
    pub(crate) length: usize,
    pub(crate) ends: Ends,
    texts: [StringBuilder; 5],
    items: Texts,
    message: StringBuilder,
    advice: StringBuilder,
}

impl Findings {
    pub(crate) fn new() -> Findings {
        Findings {
            length: 0,
            ends: Ends::new(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            items: Texts::new(),
            message: StringBuilder::new(),
            advice: StringBuilder::new(),
        }
    }

    pub(crate) fn add<T: AsRef<str>>(&mut self, said: [&str; 5], items: impl IntoIterator<Item = T>) {
        self.texts
            .iter_mut()
            .zip(said)
            .for_each(|(column, said)| column.append_value(said));
        self.items.push(items);
        self.length = self.length.saturating_add(1);
    }

    pub(crate) fn push(&mut self, finding: &Finding, keep: Keep, language: Language) {
        self.add(words(finding), &finding.items);
        if keep.texts {
            self.message.append_value(in_language(&finding.message, language));
            self.advice
                .append_option(finding.advice.as_ref().map(|text| in_language(text, language)));
        }
    }

    pub(crate) fn finish(mut self, rows: usize, keep: Keep) -> Result<ArrayRef, ArrowError> {
        let mut columns: Vec<ArrayRef> = Vec::new();
        for mut column in self.texts {
            columns.push(Arc::new(column.finish()));
        }
        columns.push(self.items.finish()?);
        if keep.texts {
            columns.push(Arc::new(self.message.finish()));
            columns.push(Arc::new(self.advice.finish()));
        }
        structs(self.ends, rows, finding_fields(keep), columns)
    }
}

/// What could not be judged.
pub(crate) struct Open {
    pub(crate) length: usize,
    pub(crate) ends: Ends,
    severity: StringBuilder,
    items: Texts,
    needs: Texts,
    rules: Int32Builder,
    rule: Texts,
}

impl Open {
    pub(crate) fn new() -> Open {
        Open {
            length: 0,
            ends: Ends::new(),
            severity: StringBuilder::new(),
            items: Texts::new(),
            needs: Texts::new(),
            rules: Int32Builder::new(),
            rule: Texts::new(),
        }
    }

    pub(crate) fn push(&mut self, open: &Undetermined, keep: Keep) {
        self.severity.append_value(open.severity.code());
        self.items.push(&open.items);
        self.needs.push(&open.needs);
        self.rules
            .append_value(i32::try_from(open.rule.len()).unwrap_or(i32::MAX));
        if keep.texts {
            self.rule.push(open.rule.iter());
        }
        self.length = self.length.saturating_add(1);
    }

    pub(crate) fn finish(mut self, rows: usize, keep: Keep) -> Result<ArrayRef, ArrowError> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.severity.finish()),
            self.items.finish()?,
            self.needs.finish()?,
            Arc::new(self.rules.finish()),
        ];
        if keep.texts {
            columns.push(self.rule.finish()?);
        }
        structs(self.ends, rows, undetermined_fields(keep), columns)
    }
}

/// What was not recognised.
pub(crate) struct Unknown {
    pub(crate) length: usize,
    pub(crate) ends: Ends,
    texts: [StringBuilder; 5],
    candidates: Texts,
}

impl Unknown {
    pub(crate) fn new() -> Unknown {
        Unknown {
            length: 0,
            ends: Ends::new(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            candidates: Texts::new(),
        }
    }

    pub(crate) fn push(&mut self, unknown: &Unrecognized) {
        let said = [
            unknown.item.as_deref(),
            unknown.path.as_deref(),
            Some(&*unknown.text),
            unknown.reason,
            Some(unknown.severity.code()),
        ];
        self.texts
            .iter_mut()
            .zip(said)
            .for_each(|(column, said)| column.append_option(said));
        self.candidates.push(&unknown.candidates);
        self.length = self.length.saturating_add(1);
    }

    pub(crate) fn finish(self, rows: usize) -> Result<ArrayRef, ArrowError> {
        let [item, path, text, reason, severity] = self.texts.map(|mut column| Arc::new(column.finish()) as ArrayRef);
        let columns = vec![item, path, text, self.candidates.finish()?, reason, severity];
        structs(self.ends, rows, unrecognized_fields(), columns)
    }
}
