//! What is known of the word at an offset.
use crate::tokens::{Class, Token, tokens};
use shenfang_diagnostics::Bilingual;
use shenfang_grammar::KEYWORDS;
use shenfang_knowledge::{Concept, ConceptId, ConceptKind, Knowledge};
use shenfang_units::Unit;
use std::ops::Range;

/// Uppers, aliases and contents that are listed.
const MOST: usize = 8;

/// A word and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// bytes of the word
    pub range: Range<usize>,
    /// plain text, one thing each
    pub paragraphs: Vec<Bilingual>,
}

/// What is known of the word, name, code or unit at byte `at`.
pub fn hover(text: &str, at: usize, knowledge: &Knowledge) -> Option<Hover> {
    let all = tokens(text, knowledge.names());
    let token = all.into_iter().find(|t| t.range.start <= at && at < t.range.end)?;
    let written = text.get(token.range.clone())?;
    let paragraphs = match token.class {
        Class::Unit => vec![unit(written)?],
        Class::Name | Class::Code => concepts(knowledge, written),
        Class::String => concepts(knowledge, written.trim_matches(['"', '“', '”'])),
        Class::Keyword | Class::Field => keyword(written),
        Class::Number | Class::Operator | Class::Comment => Vec::new(),
    };
    let Token { range, .. } = token;
    (!paragraphs.is_empty()).then_some(Hover { range, paragraphs })
}

fn unit(written: &str) -> Option<Bilingual> {
    let unit = Unit::parse(written).ok()?;
    let (zh, en) = unit.dimension().describe();
    let canonical = unit.canonical();
    Some(Bilingual::new(
        format!("单位 {written}（{canonical}）：{zh}"),
        format!("unit {written} ({canonical}): {en}"),
    ))
}

fn keyword(written: &str) -> Vec<Bilingual> {
    let spelled = |k: &&shenfang_grammar::Keyword| k.zh == written || k.en.split(' ').any(|word| word == written);
    let told = KEYWORDS.iter().filter(spelled).map(|k| {
        Bilingual::new(
            format!("{}：{}（英文 {}）", k.place.zh(), k.zh, k.en),
            format!("{}: {} (Chinese {})", k.place.en(), k.en, k.zh),
        )
    });
    told.collect()
}

fn concepts(knowledge: &Knowledge, written: &str) -> Vec<Bilingual> {
    let ids = knowledge.called(written);
    let told = ids.iter().filter_map(|id| Some((*id, knowledge.concept(*id)?)));
    told.flat_map(|(id, concept)| concept_told(knowledge, id, concept))
        .collect()
}

fn concept_told(knowledge: &Knowledge, id: ConceptId, concept: &Concept) -> Vec<Bilingual> {
    let (kind_zh, kind_en) = kind(concept.kind);
    let en = concept.en.as_deref().unwrap_or(&concept.name);
    let mut told = vec![Bilingual::new(
        format!(
            "{}（{kind_zh}）{}",
            concept.name,
            concept.en.as_deref().unwrap_or_default()
        ),
        format!("{en} ({kind_en}) {}", concept.name),
    )];
    let names = |ids: &mut dyn Iterator<Item = ConceptId>| -> Vec<String> {
        let known = ids.filter_map(|id| knowledge.concept(id).map(|c| c.name.clone()));
        known.take(MOST).collect()
    };
    let mut say = |zh: &str, en: &str, list: Vec<String>| {
        if !list.is_empty() {
            told.push(Bilingual::new(
                format!("{zh}：{}", list.join("、")),
                format!("{en}: {}", list.join(", ")),
            ));
        }
    };
    say("编码", "codes", concept.codes.iter().map(ToString::to_string).collect());
    say(
        "别名",
        "also called",
        concept.aliases.iter().take(MOST).cloned().collect(),
    );
    say(
        "属于",
        "belongs to",
        names(&mut knowledge.uppers(id).iter().map(|(_, up)| *up)),
    );
    say("含", "contains", names(&mut concept.contents.iter().map(|c| c.concept)));
    let below = knowledge.lowers(id);
    let more = below.len().saturating_sub(MOST);
    let mut members = names(&mut below.iter().map(|(_, low)| *low));
    if more > 0 {
        members.push(format!("+{more}"));
    }
    say("其下", "below it", members);
    told
}

fn kind(kind: ConceptKind) -> (&'static str, &'static str) {
    match kind {
        ConceptKind::Herb => ("饮片", "herb"),
        ConceptKind::Substance => ("成分", "substance"),
        ConceptKind::Product => ("制剂", "product"),
        ConceptKind::Class => ("药类", "class"),
        ConceptKind::Condition => ("疾病", "condition"),
        ConceptKind::Formula => ("方剂", "formula"),
        ConceptKind::Code => ("编码层级", "level of a code"),
    }
}
