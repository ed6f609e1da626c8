//! Catalogues: classes, substances and their salts, herbs and what is made of them, products, conditions, ambiguous names.
use super::{Random, quantity};
use shenfang_clinical::DoseForm;
use shenfang_diagnostics::{FileId, Span};
use shenfang_knowledge::graph::{ConceptDraft, ConceptRelation};
use shenfang_knowledge::{Code, Concept, ConceptKind, Knowledge, KnowledgeBuilder};
use shenfang_units::Amount;

const SPAN: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

fn draft(kind: ConceptKind, name: &str, aliases: &[&str], codes: &[&str]) -> ConceptDraft {
    let concept = Concept {
        kind,
        name: name.into(),
        en: None,
        aliases: aliases.iter().map(|&a| a.into()).collect(),
        codes: codes.iter().map(|c| Code::parse(c).unwrap()).collect(),
        form: None,
        toxicity: None,
        contents: vec![],
        potency: None,
        near_names: vec![],
        initials: String::new(),
        place: None,
    };
    ConceptDraft {
        alias_spans: vec![SPAN; aliases.len()],
        concept,
        above: vec![],
        contents: vec![],
        span: SPAN,
    }
}

fn below(mut draft: ConceptDraft, relation: ConceptRelation, above: &str) -> ConceptDraft {
    draft.above.push((relation, above.into(), SPAN));
    draft
}

fn holding(mut draft: ConceptDraft, name: &str, amount: Option<&str>, active: bool) -> ConceptDraft {
    draft
        .contents
        .push((name.into(), amount.map(|a| quantity(a).amount().unwrap()), active, SPAN));
    draft
}

/// A catalogue of some twenty concepts; which classes, codes and amounts they have varies.
pub fn catalogue(r: &mut Random) -> Knowledge {
    use ConceptKind::{Class, Condition, Herb, Product, Substance};
    use ConceptRelation::{IsA, ProcessedFrom, VariantOf};
    let mut all = vec![
        draft(Class, "溶媒", &[], &[]),
        draft(Class, "大类", &[], &[]),
        below(
            draft(Class, "甲类", &[], if r.chance(50) { &["ATC:J01C"] } else { &[] }),
            IsA,
            "大类",
        ),
        draft(Class, "乙类", &[], &[]),
        draft(Class, "毒类", &[], &[]),
        draft(Condition, "甲病", &["甲症"], &["ICD10:N18"]),
        draft(Condition, "乙病", &[], &["ICD10:I48"]),
        below(
            draft(
                Condition,
                "丙病",
                &[],
                if r.chance(50) { &["ICD10:N18.5"] } else { &["ICD10:K70"] },
            ),
            IsA,
            "甲病",
        ),
        draft(Condition, "丁病", &[], &["ICD10:I48.9"]),
        below(draft(Substance, "盐水", &[], &["ATC:B05BB01"]), IsA, "溶媒"),
    ];
    let codes = [
        ["ATC:J01CA04"],
        ["ATC:J01CA01"],
        ["ATC:J01DB01"],
        ["ATC:M01AE01"],
        ["ATC:M01AE02"],
    ];
    for (name, code) in ["阿素", "贝素", "西素", "德素", "伊素"].iter().zip(codes) {
        let mut substance = draft(Substance, name, &[], if r.chance(70) { &code } else { &[] });
        if let Some(class) = r.maybe(60, |r| r.pick(&["甲类", "乙类"])) {
            substance = below(substance, IsA, class);
        }
        substance.concept.potency = r.maybe(30, |_| potency());
        substance.concept.form = r.maybe(30, |r| r.pick(&[DoseForm::Tablet, DoseForm::Injection]));
        all.push(substance);
    }
    all.push(below(draft(Substance, "阿素盐", &["阿盐"], &[]), VariantOf, "阿素"));
    all.push(below(
        draft(Substance, "贝素酯", &[], &["ATC:J01CA02"]),
        VariantOf,
        "贝素",
    ));
    for name in ["甲草", "乙草", "丙草"] {
        let herb = draft(Herb, name, &[], &[]);
        all.push(if r.chance(50) { below(herb, IsA, "毒类") } else { herb });
    }
    all.push(below(draft(Herb, "制甲草", &["熟甲草"], &[]), ProcessedFrom, "甲草"));
    let twice = below(draft(Herb, "炭制甲草", &[], &[]), ProcessedFrom, "制甲草");
    all.push(if r.chance(50) {
        below(twice, IsA, "毒类")
    } else {
        twice
    });
    let amount = |r: &mut Random| r.pick(&[Some("100 mg"), Some("50 mg"), None]);
    let mut compound = holding(
        draft(Product, "复方阿贝", &[], &[]),
        r.pick(&["阿素", "阿素盐"]),
        amount(r),
        true,
    );
    compound = holding(compound, r.pick(&["贝素", "贝素酯"]), amount(r), true);
    compound.concept.form = Some(DoseForm::Tablet);
    all.push(if r.chance(50) {
        holding(compound, "伊素", None, false)
    } else {
        compound
    });
    let mut single = holding(draft(Product, "单方西", &[], &["NHSA:XA01"]), "西素", amount(r), true);
    single.concept.form = r.maybe(70, |_| DoseForm::Capsule);
    all.push(if r.chance(50) {
        holding(single, "德素", None, false)
    } else {
        single
    });
    let herbal = holding(
        draft(Product, "复方草", &[], &[]),
        r.pick(&["甲草", "制甲草"]),
        Some("2 g"),
        true,
    );
    all.push(holding(herbal, r.pick(&["乙草", "伊素"]), amount(r), true));
    if r.chance(40) {
        let nested = holding(draft(Product, "合剂西德", &[], &[]), "单方西", Some("1 片"), true);
        all.push(if r.chance(50) {
            holding(nested, "德素", Some("20 mg"), true)
        } else {
            nested
        });
    }
    let mut builder = KnowledgeBuilder::default();
    all.into_iter().for_each(|d| builder.concept(d));
    let pair = |a: &str, b: &str| vec![(a.to_owned(), SPAN), (b.to_owned(), SPAN)];
    builder.ambiguous("双草".into(), pair("甲草", "乙草"), SPAN);
    builder.ambiguous("双素".into(), pair(r.pick(&["阿素", "西素"]), "德素"), SPAN);
    builder.ambiguous("双病".into(), pair("甲病", "乙病"), SPAN);
    let mut faults = vec![];
    let knowledge = builder.catalogue(&mut faults);
    assert!(faults.is_empty(), "{faults:?}");
    knowledge
}

/// A million units to the gram.
fn potency() -> Amount {
    let (mass, units) = (
        quantity("1 g").amount().unwrap(),
        quantity("1000000 U").amount().unwrap(),
    );
    mass.checked_div(units).unwrap()
}
