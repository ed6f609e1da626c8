//! A small catalogue, rules in one line each, sheets as JSON, and reviews as short lines.
use crate::Program;
use shenfang_clinical::{Category, Measure, Prescription, Review, Severity};
use shenfang_diagnostics::{FileId, Span};
use shenfang_knowledge::graph::ConceptRelation::{self, IsA, ProcessedFrom, VariantOf};
use shenfang_knowledge::{
    Attribute, Band, Binding, Code, Concept, ConceptDraft, ConceptKind, ConceptSet, Condition, Constant, DoseRule,
    FindingSpec, ItemSet, Knowledge, KnowledgeBuilder, Limit, Operand, Origin, Pack, Reach, Relation, Resolution, Rule,
    StandingPresumption, Template,
};
use shenfang_units::{Comparison, Dimension, Quantity};

const HERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

fn draft(kind: ConceptKind, name: &str, codes: &[&str], above: &[(ConceptRelation, &str)]) -> ConceptDraft {
    let concept = Concept {
        kind,
        name: name.into(),
        en: None,
        aliases: vec![],
        codes: codes.iter().map(|code| Code::parse(code).unwrap()).collect(),
        form: None,
        toxicity: None,
        contents: vec![],
        potency: None,
        near_names: vec![],
        initials: String::new(),
        place: None,
    };
    ConceptDraft {
        concept,
        above: above
            .iter()
            .map(|(relation, name)| (*relation, (*name).to_owned(), HERE))
            .collect(),
        contents: vec![],
        alias_spans: vec![],
        span: HERE,
    }
}

/// Herbs 附子 < 乌头, 制附子 < 附子; 半夏, 川贝母, 浙贝母 (贝母 is ambiguous); substances 华法林, 布洛芬 < 非甾体, 对乙酰氨基酚; the compound 感冒片.
pub fn catalogue() -> Knowledge {
    use ConceptKind::{Class, Condition, Herb, Product, Substance};
    let mut builder = KnowledgeBuilder::default();
    for draft in [
        draft(Class, "非甾体", &[], &[]),
        draft(Class, "溶媒", &[], &[]),
        draft(Herb, "乌头", &[], &[]),
        draft(Herb, "附子", &[], &[(IsA, "乌头")]),
        draft(Herb, "制附子", &[], &[(ProcessedFrom, "附子")]),
        draft(Herb, "半夏", &[], &[]),
        draft(Herb, "川贝母", &[], &[]),
        draft(Herb, "浙贝母", &[], &[]),
        draft(Substance, "华法林", &["ATC:B01AA03"], &[]),
        draft(Substance, "华法林钠", &[], &[(VariantOf, "华法林")]),
        draft(Substance, "布洛芬", &["ATC:M01AE01"], &[(IsA, "非甾体")]),
        draft(Substance, "对乙酰氨基酚", &[], &[]),
        draft(Condition, "慢性肾病", &["ICD10:N18"], &[]),
    ] {
        builder.concept(draft);
    }
    let mut compound = draft(Product, "感冒片", &[], &[]);
    let half = Quantity::parse("500 mg").unwrap().amount();
    compound.contents = vec![
        ("对乙酰氨基酚".into(), half, true, HERE),
        ("布洛芬".into(), None, true, HERE),
    ];
    builder.concept(compound);
    let meanings = ["川贝母", "浙贝母"].map(|name| (name.to_owned(), HERE)).to_vec();
    builder.ambiguous("贝母".into(), meanings, HERE);
    let mut diagnostics = Vec::new();
    let knowledge = builder.catalogue(&mut diagnostics);
    assert_eq!(diagnostics, vec![]);
    knowledge
}

/// The set of one name of the catalogue.
pub fn named(name: &str) -> ConceptSet {
    match catalogue().names().name(name) {
        Resolution::Concept(id) => ConceptSet::Concept(id),
        other => panic!("{name}: {other:?}"),
    }
}

pub fn binding(set: ConceptSet) -> Binding {
    Binding {
        variable: "a".into(),
        set,
        origin: Origin::Either,
        within_days: None,
        relation: None,
        reach: Reach::Ingredients,
        nearest: None,
    }
}

pub fn finding(id: &str, category: Category, severity: Severity) -> FindingSpec {
    FindingSpec {
        id: format!("t.{id}"),
        pack: 0,
        category,
        subject: None,
        kind: None,
        review_code: "2-8".into(),
        severity,
        action: None,
        raise: vec![],
        countersigned: None,
        locked: false,
        enabled: true,
        exempt: vec![],
        presume: vec![],
        effective: None,
        citations: vec![],
        policy: vec![],
        title: (String::new(), String::new()),
        message: Template::default(),
        advice: None,
        row: None,
    }
}

/// A rule of category interaction and severity major over variables `a`, `b`, ….
pub fn rule(id: &str, sets: impl IntoIterator<Item = ConceptSet>, when: Option<Condition>) -> Rule {
    let mut bindings: Vec<Binding> = sets.into_iter().map(binding).collect();
    for (variable, binding) in ["a", "b", "c", "d"].iter().zip(&mut bindings) {
        binding.variable = (*variable).to_owned();
    }
    Rule {
        bindings,
        when,
        finding: finding(id, Category::Interaction, Severity::Major),
    }
}

/// `a: any, b: any sharing substance`.
pub fn same_substance() -> Rule {
    let mut rule = rule("twice", [ConceptSet::Any, ConceptSet::Any], None);
    rule.finding.category = Category::DuplicateTherapy;
    if let Some(binding) = rule.bindings.get_mut(1) {
        binding.relation = Some(Relation::Substance);
    }
    rule
}

pub fn constant(text: &str) -> Operand {
    Operand::Constant(Constant {
        quantity: Quantity::parse(text).unwrap(),
    })
}

pub fn compare(left: Attribute, op: Comparison, right: &str) -> Condition {
    Condition::Compare {
        left: Operand::Attribute(left),
        op,
        right: constant(right),
    }
}

/// Whether more than so much of a drug is prescribed for a day, on all lines together.
pub fn more_a_day(name: &str, limit: &str) -> Condition {
    let of = ItemSet {
        set: named(name),
        origin: Origin::Prescribed,
        within_days: None,
    };
    Condition::Compare {
        left: Operand::Total(of, Measure::Daily),
        op: Comparison::Greater,
        right: constant(limit),
    }
}

/// A dose of one band that always holds: `(measure, "2 g")`; grades over 1 moderate, over 2 major.
pub fn dose(name: &str, limits: &[(Measure, &str)]) -> DoseRule {
    let ConceptSet::Concept(concept) = named(name) else {
        panic!()
    };
    let limits = limits.iter().map(|(measure, text)| {
        let quantity = Quantity::parse(text).unwrap();
        let amount = quantity.amount().unwrap();
        let per_weight = amount
            .dimension
            .checked_mul(Dimension::BODY_MASS)
            .filter(|d| *d == Dimension::MASS);
        let mut amount = amount;
        amount.dimension = per_weight.unwrap_or(amount.dimension);
        let per = per_weight.map(|_| shenfang_knowledge::Per::Weight);
        Limit {
            measure: *measure,
            op: Comparison::AtMost,
            quantity,
            amount,
            per,
            low: None,
        }
    });
    DoseRule {
        concept,
        routes: vec![],
        forms: vec![],
        when: None,
        bands: vec![Band {
            when: Condition::Always,
            limits: limits.collect(),
        }],
        gap: None,
        over: vec![
            (shenfang_units::Ratio::integer(1), Severity::Moderate),
            (shenfang_units::Ratio::integer(2), Severity::Major),
        ],
        reach: Reach::Ingredients,
        finding: finding(name, Category::Dose, Severity::Moderate),
    }
}

pub fn pack() -> Pack {
    Pack {
        id: "t".into(),
        version: "1".into(),
        title: Default::default(),
        owner: String::new(),
    }
}

pub fn program_with(rules: Vec<Rule>, doses: Vec<DoseRule>, standing: Vec<StandingPresumption>) -> Program {
    Program::compile(&catalogue().with_rules(vec![pack()], vec![], vec![], rules, doses, standing))
}

pub fn program(rules: impl IntoIterator<Item = Rule>) -> Program {
    program_with(rules.into_iter().collect(), vec![], vec![])
}

/// A sheet of these items (and more fields); no current medications unless the fields say so.
pub fn sheet(items: &str, fields: &str) -> Prescription {
    let current = if fields.contains("current_medications") {
        ""
    } else {
        r#","current_medications": []"#
    };
    let fields = if fields.is_empty() {
        String::new()
    } else {
        format!(",{fields}")
    };
    serde_json::from_str(&format!(r#"{{"id":"rx","items":[{items}]{current}{fields}}}"#)).unwrap()
}

/// Items of these drugs, numbered from 1.
pub fn drugs(names: &[&str]) -> String {
    let item = |(n, name): (usize, &&str)| format!(r#"{{"id":"{}","drug":"{name}"}}"#, n + 1);
    names.iter().enumerate().map(item).collect::<Vec<_>>().join(",")
}

/// `fires twice 1 2 major`, `open … needs …`, `rests … on …`; what is unrecognized is left out.
pub fn said(review: &Review<'_>) -> Vec<String> {
    let short = |id: &str| id.trim_start_matches("t.").to_owned();
    let rules = |rule: &shenfang_clinical::OneOrMany| rule.iter().map(short).collect::<Vec<_>>().join("+");
    let mut lines = Vec::new();
    for f in &review.findings {
        lines.push(format!(
            "fires {} [{}] {}",
            short(&f.rule),
            f.items.join(" "),
            f.severity.code()
        ));
    }
    for u in &review.undetermined {
        let gap = if u.gap { " gap" } else { "" };
        lines.push(format!(
            "open {} [{}] needs [{}]{gap}",
            rules(&u.rule),
            u.items.join(" "),
            u.needs.join(" ")
        ));
    }
    for p in &review.presumed {
        let policy = p.policy.as_ref().map(|p| format!(" by {p}")).unwrap_or_default();
        lines.push(format!(
            "rests {} [{}] on [{}]{policy}",
            rules(&p.rule),
            p.items.join(" "),
            p.fields.join(" ")
        ));
    }
    lines
}

/// What a program says of a sheet.
pub fn says(program: &Program, rx: &Prescription) -> Vec<String> {
    said(&program.review(rx, None))
}
