//! `shenfang explain`: what is known of a name, a code or a rule, and which rules reach it.
use crate::{arguments::Explain, load, text::words::Words};
use shenfang::{
    Language,
    knowledge::{
        Code, ConceptId, Knowledge, Resolution,
        explain::{ConceptExplanation, Explanation, GroupExplanation, Reached, RuleExplanation, RuleSummary, Step},
    },
};
use std::{fmt::Write, process::ExitCode};

/// Near names shown for an unknown one.
const CANDIDATES: usize = 8;

/// Exit 2 when nothing of that name is known.
pub fn run(arguments: &Explain) -> ExitCode {
    let language = Language::from(arguments.lang);
    let loaded = load::rules(&arguments.rules, None, None, language);
    let knowledge = loaded.rules.knowledge();
    let mut page = Page { words: Words(language), out: String::new() };
    match knowledge.explain(&arguments.name, CANDIDATES) {
        Explanation::Concepts(concepts) => concepts.iter().for_each(|c| page.concept(c)),
        Explanation::Rules(rules) => rules.iter().for_each(|r| page.rule(r)),
        Explanation::Groups(groups) => groups.iter().for_each(|g| page.group(g)),
        Explanation::Unknown(_) => {
            let found = by_initials(knowledge, &arguments.name);
            if found.is_empty() {
                load::complain(&unknown(knowledge, &arguments.name, language));
                return ExitCode::from(2);
            }
            for concept in found.into_iter().filter_map(|id| knowledge.concept(id)) {
                let en = concept.en.as_deref().map(|en| format!("  {en}")).unwrap_or_default();
                page.line(0, &format!("{}{en}", concept.name));
            }
        }
    }
    anstream::print!("{}", page.out);
    ExitCode::from(u8::from(loaded.faulty).saturating_mul(2))
}

/// The concepts a name, alias, code or drug text stands for.
pub fn concepts(knowledge: &Knowledge, name: &str) -> Vec<ConceptId> {
    if let Some(id) = Code::parse(name).and_then(|code| knowledge.names().code(&code)) {
        return vec![id];
    }
    match knowledge.names().drug(name).resolution {
        Resolution::Concept(id) => vec![id],
        Resolution::Ambiguous(ids) => ids,
        Resolution::Unknown => Vec::new(),
    }
}

/// Pinyin initials (`fz`) stand for every concept that begins with them.
fn by_initials(knowledge: &Knowledge, text: &str) -> Vec<ConceptId> {
    if text.len() < 2 || !text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Vec::new();
    }
    knowledge.names().by_initials(&text.to_ascii_lowercase())
}

/// What to say of a name that stands for nothing.
pub fn unknown(knowledge: &Knowledge, name: &str, language: Language) -> String {
    let words = Words(language);
    let near: Vec<&str> =
        knowledge.names().candidates(name, CANDIDATES).into_iter().filter_map(|id| knowledge.concept(id)).map(|c| c.name.as_str()).collect();
    let mean = if near.is_empty() { String::new() } else { format!("{} {}", words.pick("；是否为", "; did you mean"), near.join(" | ")) };
    format!("{} “{name}”{mean}", words.pick("没有这个概念、编码或规则", "no concept, code or rule is called"))
}

struct Page {
    words: Words,
    out: String,
}

impl Page {
    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.out, "{:indent$}{text}", "");
    }

    fn list(&mut self, zh: &str, en: &str, values: &[String]) {
        if !values.is_empty() {
            let text = format!("{}: {}", self.words.pick(zh, en), values.join(self.words.pick("、", ", ")));
            self.line(2, &text);
        }
    }

    fn concept(&mut self, concept: &ConceptExplanation) {
        let bold = anstyle::Style::new().bold();
        let en = concept.en.as_deref().map(|en| format!("  {en}")).unwrap_or_default();
        self.line(0, &format!("{bold}{}{bold:#}{en}  [{:?}]  {}", concept.name, concept.kind, concept.initials));
        self.list("编码", "codes", &concept.codes);
        self.list("别名", "aliases", &concept.aliases);
        self.list("多义名", "ambiguous names", &concept.ambiguous);
        if let Some(toxicity) = concept.toxicity {
            let text = format!("{}: {toxicity:?}", self.words.pick("毒性", "toxicity"));
            self.line(2, &text);
        }
        for path in &concept.above {
            let text = format!("↑ {}", steps(path));
            self.line(2, &text);
        }
        let below: Vec<String> = concept.below.iter().map(|s| s.name.clone()).collect();
        self.list("其下", "below it", &below);
        let contents: Vec<String> = concept.contents.iter().map(|i| i.name.clone()).collect();
        self.list("成分", "contains", &contents);
        self.list("见于", "contained in", &concept.contained_in);
        for reached in &concept.reached_by {
            self.reached(reached);
        }
        if let Some(place) = &concept.place {
            self.line(2, &format!("{}: {place}", self.words.pick("出自", "from")));
        }
    }

    fn reached(&mut self, reached: &Reached) {
        self.summary(2, &reached.rule);
        if reached.path.len() > 1 {
            let text = format!("{} {}", self.words.pick("经", "through"), steps(&reached.path));
            self.line(6, &text);
        }
    }

    fn summary(&mut self, indent: usize, rule: &RuleSummary) {
        let title = self.words.pick(&rule.title.0, &rule.title.1).to_owned();
        let off = if rule.enabled { "" } else { self.words.pick("（停用）", " (off)") };
        let text = format!("[{} {}] {}{off}  {title}", self.words.severity(rule.severity), self.words.category(rule.category), rule.id);
        self.line(indent, text.trim_end());
        for citation in &rule.citations {
            let locator = citation.locator.as_deref().map(|l| format!(" {l}")).unwrap_or_default();
            self.line(indent.saturating_add(4), &format!("{}{locator}", citation.citation));
        }
    }

    fn rule(&mut self, rule: &RuleExplanation) {
        self.summary(0, &rule.rule);
        for (variable, concepts) in &rule.variables {
            let text = format!("{variable}: {}", concepts.join(self.words.pick("、", ", ")));
            self.line(2, text.trim_start_matches(": "));
        }
        self.list("所问疾病", "conditions asked for", &rule.asks);
        if let Some(place) = &rule.rule.place {
            self.line(2, &format!("{}: {place}", self.words.pick("出自", "from")));
        }
    }

    fn group(&mut self, group: &GroupExplanation) {
        self.line(0, &group.id);
        self.list("成员", "members", &group.members);
        self.list("用于", "named by", &group.named_by);
    }
}

fn steps(path: &[Step]) -> String {
    path.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(" → ")
}
