//! `shenfang explain`: what is known of a name, a code or a rule, and which rules reach it.
use crate::{arguments::Explain, load, text::words::Words};
use shenfang::{
    Language,
    knowledge::{
        ConceptId, DoseRule, Knowledge,
        explain::{
            ConceptExplanation, Explanation, GroupExplanation, PolicyChange, PolicyText, Reached, Role,
            RuleExplanation, RuleSummary, Step,
        },
    },
};
use std::{fmt::Write, process::ExitCode};

/// Near names shown for an unknown one.
const CANDIDATES: usize = 8;

/// Exit 2 when nothing of that name is known.
pub fn run(arguments: &Explain) -> ExitCode {
    let language = Language::from(arguments.lang);
    let loaded = load::rules(&arguments.rules, None, language);
    let knowledge = loaded.rules.knowledge();
    let mut page = Page {
        words: Words(language),
        out: String::new(),
    };
    match knowledge.explain(&arguments.name, CANDIDATES) {
        Explanation::Concepts(concepts) => concepts.iter().for_each(|c| page.concept(c, knowledge)),
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
    let near: Vec<&str> = knowledge
        .names()
        .candidates(name, CANDIDATES)
        .into_iter()
        .filter_map(|id| knowledge.concept(id))
        .map(|c| c.name.as_str())
        .collect();
    let mean = if near.is_empty() {
        String::new()
    } else {
        format!("{} {}", words.pick("；是否为", "; did you mean"), near.join(" | "))
    };
    format!(
        "{} “{name}”{mean}",
        words.pick("没有这个概念、编码或规则", "no concept, code or rule is called")
    )
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
            let text = format!(
                "{}: {}",
                self.words.pick(zh, en),
                values.join(self.words.pick("、", ", "))
            );
            self.line(2, &text);
        }
    }

    fn concept(&mut self, concept: &ConceptExplanation, knowledge: &Knowledge) {
        let bold = anstyle::Style::new().bold();
        let en = concept.en.as_deref().map(|en| format!("  {en}")).unwrap_or_default();
        let kind = self.words.kind(concept.kind);
        self.line(
            0,
            &format!("{bold}{}{bold:#}{en}  [{kind}]  {}", concept.name, concept.initials),
        );
        self.list("编码", "codes", &concept.codes);
        self.list("别名", "aliases", &concept.aliases);
        self.list("多义名", "ambiguous names", &concept.ambiguous);
        if let Some(toxicity) = concept.toxicity {
            let text = format!(
                "{}: {}",
                self.words.pick("毒性", "toxicity"),
                self.words.toxicity(toxicity)
            );
            self.line(2, &text);
        }
        let begins = |longer: &[Step], path: &[Step]| longer.len() > path.len() && longer.starts_with(path);
        for path in concept
            .above
            .iter()
            .filter(|path| !concept.above.iter().any(|longer| begins(longer, path)))
        {
            let text = format!("↑ {}", steps(path));
            self.line(2, &text);
        }
        let below: Vec<String> = concept.below.iter().map(|s| s.name.clone()).collect();
        self.list("其下", "below it", &below);
        let contents: Vec<String> = concept.contents.iter().map(|i| i.name.clone()).collect();
        self.list("成分", "contains", &contents);
        self.list("见于", "contained in", &concept.contained_in);
        // A rule that reaches it by several of its variables is told once.
        for group in concept.reached_by.chunk_by(|a, b| a.rule.id == b.rule.id) {
            group
                .first()
                .into_iter()
                .for_each(|reached| self.reached(reached, knowledge));
        }
        if let Some(place) = &concept.place {
            self.line(2, &format!("{}: {place}", self.words.pick("出自", "from")));
        }
    }

    fn reached(&mut self, reached: &Reached, knowledge: &Knowledge) {
        self.summary(2, &reached.rule);
        if reached.role == Role::Dose {
            knowledge
                .doses()
                .iter()
                .filter(|dose| dose.finding.id == reached.rule.id)
                .for_each(|dose| self.limits(dose));
        }
        if reached.path.len() > 1 {
            let text = format!("{} {}", self.words.pick("经", "through"), steps(&reached.path));
            self.line(6, &text);
        }
    }

    fn limits(&mut self, dose: &DoseRule) {
        let routes: Vec<&str> = dose
            .routes
            .iter()
            .map(|route| self.words.pick(route.zh(), route.code()))
            .collect();
        for limit in dose.bands.iter().flat_map(|band| &band.limits) {
            let low = limit.low.as_ref().map(|low| format!("{low} .. ")).unwrap_or_default();
            let sign = if limit.low.is_some() {
                String::new()
            } else {
                format!("{} ", limit.op.sign())
            };
            let measure = self.words.pick(limit.measure.zh(), limit.measure.code());
            let text = format!(
                "{} {measure} {sign}{low}{}",
                routes.join(self.words.pick("、", ", ")),
                limit.quantity
            );
            self.line(6, text.trim_start());
        }
    }

    fn summary(&mut self, indent: usize, rule: &RuleSummary) {
        let title = self.words.pick(&rule.title.0, &rule.title.1).to_owned();
        let locked = if rule.locked {
            self.words.pick("（锁定）", " (locked)")
        } else {
            ""
        };
        let off = if rule.enabled {
            ""
        } else {
            self.words.pick("（停用）", " (off)")
        };
        let text = format!(
            "[{} {}] {}{off}{locked}  {title}",
            self.words.severity(rule.severity),
            self.words.category(rule.category),
            rule.id
        );
        self.line(indent, text.trim_end());
        for citation in &rule.citations {
            let locator = citation.locator.as_deref().map(|l| format!(" {l}")).unwrap_or_default();
            self.line(indent.saturating_add(4), &format!("{}{locator}", citation.citation));
        }
        for policy in &rule.policies {
            let text = self.policy(policy);
            self.line(indent.saturating_add(4), &text);
        }
    }

    /// `机构策略 haidian（haidian-012，至 2027-06-30）：级别改为轻微；理由…，批准人…`
    fn policy(&self, policy: &PolicyText) -> String {
        let words = self.words;
        let whom = match policy.scope.as_slice() {
            [] => words.pick("全地区", "region").to_owned(),
            ids => ids.join(words.pick("、", ", ")),
        };
        let until = policy
            .until
            .map(|day| format!("{}{day}", words.pick("，至 ", ", until ")));
        let change = match policy.change {
            PolicyChange::Severity(s) => format!("{}{}", words.pick("级别改为", "severity to "), words.severity(s)),
            PolicyChange::Action(a) => format!("{}{}", words.pick("动作改为", "action to "), words.action(a)),
            PolicyChange::Mute => words.pick("静音", "muted").to_owned(),
            PolicyChange::Enable => words.pick("启用", "enabled").to_owned(),
            PolicyChange::Lock => words
                .pick("锁定，机构不能降低", "locked against institutions")
                .to_owned(),
        };
        format!(
            "{} {}{}{whom}{}{}{change}{}{}{}{}",
            words.pick("机构策略", "policy"),
            policy.id,
            words.pick("（", " ("),
            until.unwrap_or_default(),
            words.pick("）：", "): "),
            words.pick("；理由：", "; "),
            policy.reason,
            words.pick("；批准人：", "; approved by "),
            policy.approver
        )
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
