//! Spans, the source map, and diagnostics as data: a stable code, a message in both languages, labels on the text, a did-you-mean.
//!
//! What it never does: print, colour by itself, or know what a rule is. Renderers live in [`render`], one file each.
pub mod render;
mod source;

pub use source::{FileId, SourceFile, SourceMap, Span};

use serde::Serialize;

/// The same text for a Chinese and an English reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Bilingual {
    /// Chinese
    pub zh: String,
    /// English
    pub en: String,
}

impl Bilingual {
    /// Both texts.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
        Bilingual {
            zh: zh.into(),
            en: en.into(),
        }
    }
    /// The text for a reader.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// The reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize)]
pub enum Language {
    /// Chinese
    #[default]
    Zh,
    /// English
    En,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// the text cannot be used
    Error,
    /// the text can be used but is probably not what was meant
    Warning,
}

/// One fault found in a text a person wrote. Data only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// stable code: `syntax.expected`, `name.unknown`, `type.dimension` …
    pub code: &'static str,
    /// how much it matters
    pub level: Level,
    /// lower case, no full stop, domain words
    pub message: Bilingual,
    /// where the fault is
    pub span: Span,
    /// what stands under the marked text
    pub label: Option<Bilingual>,
    /// other places that matter, each with its own words (`first declared here`)
    pub related: Vec<(Span, Bilingual)>,
    /// what was expected, in the author's words (empty when that says nothing)
    pub expected: Vec<String>,
    /// did you mean: replacements for the marked text, best first
    pub candidates: Vec<String>,
    /// one more sentence that helps
    pub help: Option<Bilingual>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            level: Level::Error,
            message: Bilingual::new(zh, en),
            span,
            label: None,
            related: vec![],
            expected: vec![],
            candidates: vec![],
            help: None,
        }
    }
    /// A warning at `span`.
    pub fn warning(code: &'static str, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        Diagnostic {
            level: Level::Warning,
            ..Diagnostic::error(code, span, zh, en)
        }
    }
    /// With what stands under the marked text.
    pub fn label(mut self, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.label = Some(Bilingual::new(zh, en));
        self
    }
    /// With another place.
    pub fn related(mut self, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.related.push((span, Bilingual::new(zh, en)));
        self
    }
    /// With what was expected.
    pub fn expected(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Diagnostic {
        self.expected.extend(words.into_iter().map(Into::into));
        self
    }
    /// With a did-you-mean.
    pub fn candidates(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Diagnostic {
        self.candidates.extend(words.into_iter().map(Into::into));
        self
    }
    /// With one more sentence.
    pub fn help(mut self, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.help = Some(Bilingual::new(zh, en));
        self
    }
}
