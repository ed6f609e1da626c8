//! The words of the command line in both languages, and the colour of a severity.
use anstyle::{AnsiColor, Style};
use shenfang::{
    Language,
    clinical::{Action, Category, Decision, Severity},
    knowledge::{ConceptKind, Toxicity},
};

/// Picks words for a reader.
#[derive(Clone, Copy)]
pub struct Words(pub Language);

impl Words {
    /// One of two texts.
    pub fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.0 {
            Language::Zh => zh,
            Language::En => en,
        }
    }
    /// `3 条规则`, `1 rule`, `3 rules`.
    pub fn count(&self, n: usize, zh: &str, one: &str, many: &str) -> String {
        format!("{n} {}", self.pick(zh, if n == 1 { one } else { many }))
    }
    /// Severity.
    pub fn severity(&self, severity: Severity) -> &'static str {
        match self.0 {
            Language::Zh => severity.zh(),
            Language::En => severity.code(),
        }
    }
    /// Action.
    pub fn action(&self, action: Action) -> &'static str {
        match self.0 {
            Language::Zh => action.zh(),
            Language::En => action.code(),
        }
    }
    /// Category.
    pub fn category(&self, category: Category) -> String {
        match self.0 {
            Language::Zh => category.zh().to_owned(),
            Language::En => category.code().replace('_', " "),
        }
    }
    /// Decision.
    pub fn decision(&self, decision: Decision) -> &'static str {
        match decision {
            Decision::Pass => self.pick("通过", "pass"),
            Decision::Unjudged => self.pick("未能判断", "unjudged"),
            Decision::Log => self.pick("记录", "log"),
            Decision::Inform => self.pick("提示", "inform"),
            Decision::Warn => self.pick("警示", "warn"),
            Decision::Block => self.pick("拦截", "block"),
        }
    }
    /// What a concept is.
    pub fn kind(&self, kind: ConceptKind) -> &'static str {
        match kind {
            ConceptKind::Herb => self.pick("饮片", "piece"),
            ConceptKind::Substance => self.pick("成分", "substance"),
            ConceptKind::Product => self.pick("成药", "product"),
            ConceptKind::Class => self.pick("类", "class"),
            ConceptKind::Condition => self.pick("疾病", "condition"),
            ConceptKind::Formula => self.pick("方剂", "formula"),
            ConceptKind::Code => self.pick("编码", "code"),
        }
    }
    /// Grade of toxicity of the pharmacopoeia.
    pub fn toxicity(&self, toxicity: Toxicity) -> &'static str {
        match toxicity {
            Toxicity::SlightlyToxic => self.pick("小毒", "slightly toxic"),
            Toxicity::Toxic => self.pick("有毒", "toxic"),
            Toxicity::HighlyToxic => self.pick("大毒", "highly toxic"),
        }
    }
    /// Why something was not recognised.
    pub fn unrecognized_reason(&self, reason: &str) -> &'static str {
        match reason {
            "ambiguous" => self.pick("一名多药", "ambiguous"),
            "contents_unknown" => self.pick("成分未收录", "contents not known"),
            "code_and_name_differ" => self.pick("编码与名称不符", "code and name differ"),
            _ => self.pick("无法读取", "unreadable"),
        }
    }
}

/// Red, yellow, cyan, plain: always beside the word, never instead of it.
pub fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Contraindicated => AnsiColor::Red.on_default().bold(),
        Severity::Major => AnsiColor::Yellow.on_default().bold(),
        Severity::Moderate => AnsiColor::Cyan.on_default(),
        Severity::Minor => Style::new(),
    }
}
