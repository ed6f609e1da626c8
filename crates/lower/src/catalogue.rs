//! Catalogue rows to concepts: names and codes stay text until the knowledge graph fixes them.
use crate::suggest;
use shenfang_clinical::DoseForm;
use shenfang_diagnostics::{Diagnostic, FileId, SourceMap, Span};
use shenfang_knowledge::graph::{ConceptDraft, ConceptRelation};
use shenfang_knowledge::{Code, Concept, ConceptKind, Knowledge, KnowledgeBuilder, Toxicity};
use shenfang_syntax::tree::{ConceptDecl, ConceptSection, Declaration, Name, SyntaxTree};
use shenfang_units::{Amount, Dimension, Quantity, QuantityError, UnitError};
use std::borrow::Cow;

/// A loaded catalogue that several rule sets can be lowered over. Its spans are places of [`Catalogue::sources`], whose files come first in the
/// source map of every rule set over it.
pub struct Catalogue {
    sources: SourceMap,
    concepts: Vec<ConceptDraft>,
    ambiguous: Vec<Ambiguous>,
    pub(crate) knowledge: Knowledge,
}

/// A name with several reviewed meanings.
#[derive(Clone)]
struct Ambiguous {
    name: String,
    meanings: Vec<(String, Span)>,
    span: Span,
}

impl Catalogue {
    /// Loads the concept rows among `trees`.
    pub(crate) fn load(
        map: &SourceMap,
        trees: &[(FileId, SyntaxTree)],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Catalogue {
        let (concepts, ambiguous) = drafts(map, trees, diagnostics);
        let knowledge = build(&concepts, &ambiguous, diagnostics);
        Catalogue {
            sources: map.clone(),
            concepts,
            ambiguous,
            knowledge,
        }
    }

    /// The texts it was loaded from. The source map of a rule set over it begins with these files.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// What is known of names, codes and relations, without rules.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The catalogue with the concept rows among `trees` added. What the catalogue itself reported is not said again.
    pub(crate) fn extended(
        &self,
        map: &SourceMap,
        trees: &[(FileId, SyntaxTree)],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Cow<'_, Knowledge> {
        let (mut concepts, mut ambiguous) = drafts(map, trees, diagnostics);
        if concepts.is_empty() && ambiguous.is_empty() {
            return Cow::Borrowed(&self.knowledge);
        }
        concepts.splice(0..0, self.concepts.iter().cloned());
        ambiguous.splice(0..0, self.ambiguous.iter().cloned());
        let (mut found, mut known) = (Vec::new(), Vec::new());
        let knowledge = build(&concepts, &ambiguous, &mut found);
        build(&self.concepts, &self.ambiguous, &mut known);
        diagnostics.extend(found.into_iter().filter(|d| !known.contains(d)));
        Cow::Owned(knowledge)
    }
}

fn build(concepts: &[ConceptDraft], ambiguous: &[Ambiguous], diagnostics: &mut Vec<Diagnostic>) -> Knowledge {
    let mut builder = KnowledgeBuilder::default();
    for draft in concepts {
        builder.concept(draft.clone());
    }
    for name in ambiguous {
        builder.ambiguous(name.name.clone(), name.meanings.clone(), name.span);
    }
    builder.catalogue(diagnostics)
}

fn drafts(
    map: &SourceMap,
    trees: &[(FileId, SyntaxTree)],
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<ConceptDraft>, Vec<Ambiguous>) {
    let (mut concepts, mut ambiguous) = (Vec::new(), Vec::new());
    for row in trees.iter().flat_map(|(_, tree)| &tree.declarations) {
        let Declaration::Concept(row) = row else { continue };
        let kind = match row.section {
            ConceptSection::Herb => ConceptKind::Herb,
            ConceptSection::Substance => ConceptKind::Substance,
            ConceptSection::Product => ConceptKind::Product,
            ConceptSection::Class => ConceptKind::Class,
            ConceptSection::Condition => ConceptKind::Condition,
            ConceptSection::Formula => ConceptKind::Formula,
            ConceptSection::Ambiguous => {
                let meanings = row
                    .contains
                    .iter()
                    .map(|m| (m.name.value.clone(), m.name.span))
                    .collect();
                ambiguous.push(Ambiguous {
                    name: row.name.value.clone(),
                    meanings,
                    span: row.name.span,
                });
                continue;
            }
        };
        concepts.push(draft(map, kind, row, diagnostics));
    }
    (concepts, ambiguous)
}

/// One row. Only tables have them: kept a function of its own, which the browser's engine loads with what reads tables.
#[inline(never)]
fn draft(map: &SourceMap, kind: ConceptKind, row: &ConceptDecl, diagnostics: &mut Vec<Diagnostic>) -> ConceptDraft {
    let relation = |relation: ConceptRelation, names: &[Name]| {
        names
            .iter()
            .map(|n| (relation, n.value.clone(), n.span))
            .collect::<Vec<_>>()
    };
    let mut above = relation(ConceptRelation::IsA, &row.is_a);
    above.extend(relation(ConceptRelation::ProcessedFrom, &row.processed_from));
    above.extend(relation(ConceptRelation::VariantOf, row.variant_of.as_slice()));
    let mut contents = Vec::new();
    for ingredient in &row.contains {
        let amount = ingredient.amount.as_ref().and_then(|text| content(text, diagnostics));
        contents.push((ingredient.name.value.clone(), amount, true, ingredient.name.span));
    }
    contents.extend(row.excipients.iter().map(|e| (e.value.clone(), None, false, e.span)));
    let (path, line, _) = map.position(row.span);
    let concept = Concept {
        kind,
        name: row.name.value.clone(),
        en: row.en.as_ref().map(|n| n.value.clone()),
        aliases: row.aliases.iter().map(|n| n.value.clone()).collect(),
        codes: row.codes.iter().filter_map(|c| code(c, diagnostics)).collect(),
        form: row.form.as_ref().and_then(|f| form(f, diagnostics)),
        toxicity: row.toxicity.as_ref().and_then(|t| toxicity(t, diagnostics)),
        contents: vec![],
        potency: row.potency.as_ref().and_then(|p| potency(p, diagnostics)),
        near_names: row.near_names.iter().map(|n| n.value.clone()).collect(),
        initials: String::new(),
        place: Some(format!("{path}:{line}")),
    };
    ConceptDraft {
        concept,
        above,
        contents,
        alias_spans: row.aliases.iter().map(|n| n.span).collect(),
        span: row.name.span,
    }
}

fn code(written: &Name, diagnostics: &mut Vec<Diagnostic>) -> Option<Code> {
    let text = &written.value;
    let code = Code::parse(text).filter(Code::is_well_formed);
    if code.is_none() {
        let fault = Diagnostic::error(
            "code.format",
            written.span,
            format!("`{text}` 不是能认的编码"),
            format!("`{text}` is not a code of a known system"),
        );
        diagnostics.push(fault.expected([
            "ATC:B01AA03",
            "ICD10:N18.9",
            "NHSA:…",
            "NDC-CN:…",
            "RXNORM:…",
            "LOINC:…",
            "LOCAL:…",
        ]));
    }
    code
}

fn form(written: &Name, diagnostics: &mut Vec<Diagnostic>) -> Option<DoseForm> {
    let text = &written.value;
    let form = DoseForm::from_word(text);
    if form.is_none() {
        let near = suggest::nearest(text, DoseForm::ALL.iter().flat_map(|f| [f.zh(), f.code()]));
        let fault = Diagnostic::error(
            "catalogue.form",
            written.span,
            format!("没有剂型 `{text}`"),
            format!("unknown dose form `{text}`"),
        );
        diagnostics.push(if near.is_empty() {
            fault.expected(DoseForm::ALL.iter().map(|f| f.zh()))
        } else {
            fault.candidates(near)
        });
    }
    form
}

fn toxicity(written: &Name, diagnostics: &mut Vec<Diagnostic>) -> Option<Toxicity> {
    match written.value.as_str() {
        "slightly_toxic" | "小毒" | "有小毒" => Some(Toxicity::SlightlyToxic),
        "toxic" | "有毒" => Some(Toxicity::Toxic),
        "highly_toxic" | "大毒" | "有大毒" => Some(Toxicity::HighlyToxic),
        text => {
            let fault = Diagnostic::error(
                "catalogue.toxicity",
                written.span,
                format!("毒性没有 `{text}` 这一级"),
                format!("unknown grade of toxicity `{text}`"),
            );
            diagnostics.push(fault.expected(["slightly_toxic", "toxic", "highly_toxic", "小毒", "有毒", "大毒"]));
            None
        }
    }
}

fn quantity(written: &Name, diagnostics: &mut Vec<Diagnostic>) -> Option<Amount> {
    let text = &written.value;
    let fault = |zh: String, en: String| Diagnostic::error("catalogue.amount", written.span, zh, en);
    let diagnostic = match Quantity::parse(text) {
        Ok(quantity) => match quantity.amount() {
            Some(amount) => return Some(amount),
            None => fault(
                format!("`{text}` 超出可精确计算的范围"),
                format!("`{text}` is outside what can be computed exactly"),
            ),
        },
        Err(QuantityError::Unit(UnitError::Unknown { text, candidates })) => {
            fault(format!("没有单位 `{text}`"), format!("unknown unit `{text}`")).candidates(candidates)
        }
        Err(QuantityError::NoUnit) => {
            fault(format!("`{text}` 没有单位"), format!("`{text}` has no unit")).expected(["mg", "g", "mL", "U"])
        }
        Err(_) => fault(format!("`{text}` 不是一个量"), format!("`{text}` is not a quantity")).expected(["112.5 mg"]),
    };
    diagnostics.push(diagnostic);
    None
}

/// The amount of an ingredient in one unit of use.
fn content(written: &Name, diagnostics: &mut Vec<Diagnostic>) -> Option<Amount> {
    let amount = quantity(written, diagnostics)?;
    let concentration = [Dimension::MASS, Dimension::BIOLOGICAL, Dimension::AMOUNT]
        .iter()
        .any(|d| d.checked_div(Dimension::VOLUME) == Some(amount.dimension));
    let plain = [
        Dimension::MASS,
        Dimension::VOLUME,
        Dimension::BIOLOGICAL,
        Dimension::AMOUNT,
    ]
    .contains(&amount.dimension);
    if plain || concentration {
        return Some(amount);
    }
    let (zh, en) = amount.dimension.describe();
    let text = &written.value;
    diagnostics.push(
        Diagnostic::error(
            "catalogue.amount",
            written.span,
            format!("`{text}` 是{zh}，含量写质量、体积或生物单位"),
            format!("`{text}` is {en}: a content is mass, volume or biological units"),
        )
        .expected(["mg", "g", "mL", "U"]),
    );
    None
}

/// Mass of one biological unit: `0.6 ug` (of 1 U), `0.6 ug/U`, or the other way round, `1000 U/mg`.
fn potency(written: &Name, diagnostics: &mut Vec<Diagnostic>) -> Option<Amount> {
    let amount = quantity(written, diagnostics)?;
    let per_unit = Dimension::MASS.checked_div(Dimension::BIOLOGICAL)?;
    if amount.dimension == Dimension::MASS {
        return Some(Amount {
            dimension: per_unit,
            ..amount
        });
    }
    if amount.dimension == per_unit {
        return Some(amount);
    }
    if Some(amount.dimension) == Dimension::BIOLOGICAL.checked_div(Dimension::MASS) {
        let one = Amount {
            value: shenfang_units::Ratio::ONE,
            dimension: Dimension::NONE,
        };
        return one.checked_div(amount);
    }
    let text = &written.value;
    diagnostics.push(
        Diagnostic::error(
            "catalogue.amount",
            written.span,
            format!("`{text}` 不是效价：写 1 个单位的质量"),
            format!("`{text}` is no potency: give the mass of one unit"),
        )
        .expected(["0.6 ug"]),
    );
    None
}
