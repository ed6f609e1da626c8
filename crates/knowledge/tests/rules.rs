//! Rules in the graph: order, digest, explanation, export.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
mod support;
use shenfang_knowledge::explain::{Explanation, Role};
use shenfang_knowledge::export::{View, dot, graphml, json};
use shenfang_knowledge::graph::{Edge, Node};
use shenfang_knowledge::*;
use support::rules::*;
use support::{id, names, sound};

const CATALOGUE: &str = "
    herb 川乌 / common monkshood
    herb 制川乌 < processed 川乌
    herb 草乌
    herb 半夏
    herb 法半夏 < processed 半夏
    condition 慢性肾脏病 # ICD10:N18
    class 非甾体抗炎药
    substance 布洛芬 # ATC:M01AE01 < is 非甾体抗炎药
    substance 伪麻黄碱
    product 复方布洛芬片 + 布洛芬, 伪麻黄碱
    product 小活络丸 + 制川乌
";

/// The parts of a rule set in the order written here.
struct Parts {
    packs: Vec<Pack>,
    sources: Vec<Source>,
    groups: Vec<Group>,
    rules: Vec<Rule>,
    doses: Vec<DoseRule>,
}

fn parts(k: &Knowledge) -> Parts {
    let one = |name: &str| ConceptSet::Concept(id(k, name));
    let mut opposed = rule(
        "t.aconite_with_pinellia",
        &[("a", ConceptSet::Group(GroupId(0))), ("b", one("半夏"))],
    );
    opposed.finding.citations = vec![cite(1)];
    let mut renal = rule("t.nsaid_in_renal_disease", &[("a", one("非甾体抗炎药"))]);
    renal.when = Some(Condition::PatientHas(one("慢性肾脏病")));
    renal.finding.pack = 1;
    let all = ConceptSet::Union(vec![ConceptSet::Group(GroupId(0)), one("法半夏")]);
    let count = ItemSet {
        set: ConceptSet::Group(GroupId(1)),
        origin: Origin::Prescribed,
        within_days: None,
    };
    let mut sheet = rule("t.any", &[("a", ConceptSet::Any)]);
    sheet.when = Some(Condition::Any(count.clone()));
    sheet.finding.message.zh = vec![Part::Count(count)];
    Parts {
        packs: vec![pack("t"), pack("a")],
        sources: vec![source("t.label"), source("t.chp")],
        groups: vec![
            group("t.aconites", ConceptSet::Union(vec![one("川乌"), one("草乌")])),
            group("t.all", all),
        ],
        rules: vec![opposed, renal, sheet],
        doses: vec![dose("t.布洛芬", id(k, "布洛芬"), "1.2 g")],
    }
}

fn with(k: Knowledge, p: Parts) -> Knowledge {
    k.with_rules(p.packs, p.sources, p.groups, p.rules, p.doses, vec![])
}

fn whole() -> Knowledge {
    let k = sound(CATALOGUE);
    let parts = parts(&k);
    with(k, parts)
}

#[test]
fn everything_is_put_in_order_of_id_and_refers_to_the_same() {
    let k = whole();
    let rule = |id: &str| k.rules().iter().find(|r| r.finding.id == id).unwrap();
    assert!(k.rules().iter().map(|r| &r.finding.id).is_sorted());
    let opposed = rule("t.aconite_with_pinellia");
    assert_eq!(names(&k, &k.members(&opposed.bindings[0].set)), "制川乌 川乌 草乌");
    assert_eq!(k.sources()[opposed.finding.citations[0].source].id, "t.chp");
    assert_eq!(k.packs()[opposed.finding.pack].id, "t");
    assert_eq!(k.packs()[rule("t.nsaid_in_renal_disease").finding.pack].id, "a");
    let Some(Condition::Any(items)) = &rule("t.any").when else {
        panic!()
    };
    assert_eq!(names(&k, &k.members(&items.set)), "制川乌 川乌 法半夏 草乌");
    let ConceptSet::Group(shown) = (match &rule("t.any").finding.message.zh[0] {
        Part::Count(items) => &items.set,
        other => panic!("{other:?}"),
    }) else {
        panic!()
    };
    assert_eq!(k.group(*shown).unwrap().id, "t.all");
}

#[test]
fn one_graph_holds_all() {
    let k = whole();
    let node = k.node(Node::Rule(0)).unwrap();
    let targets: Vec<Node> = k.graph().neighbors(node).map(|n| k.graph()[n]).collect();
    assert_eq!(targets.len(), 2);
    let limits = k.graph().edge_weights().filter(|e| **e == Edge::Limits).count();
    assert_eq!(limits, 1);
    assert_eq!(k.node(Node::Rule(99)), None);
}

#[test]
fn the_digest_knows_limits_and_not_texts_or_order() {
    let base = whole().digest();
    assert_eq!(base.len(), 64);
    let changed = |change: fn(&mut Parts)| {
        let k = sound(CATALOGUE);
        let mut parts = parts(&k);
        change(&mut parts);
        with(k, parts).digest()
    };
    let texts = changed(|p| {
        p.packs[0].title.0 = "另一题".into();
        p.sources[0].citation = "另一书".into();
        p.rules[0].finding.title.0 = "另一题".into();
        p.rules[0].finding.row = Some("a.yaml:3".into());
        p.rules[0].finding.message.zh = vec![Part::Literal("说法".into())];
        p.rules[0].finding.citations[0].locator = None;
        p.doses[0] = dose("t.布洛芬", p.doses[0].concept, "1200 mg");
    });
    assert_eq!(texts, base);
    let order = changed(|p| {
        p.rules.reverse();
        p.packs.swap(0, 1);
        p.rules.iter_mut().for_each(|r| r.finding.pack = 1 - r.finding.pack);
        p.doses.iter_mut().for_each(|d| d.finding.pack = 1 - d.finding.pack);
    });
    assert_eq!(order, base);
    let others: [fn(&mut Parts); 4] = [
        |p| p.doses[0] = dose("t.布洛芬", p.doses[0].concept, "1.3 g"),
        |p| p.rules[0].finding.locked = true,
        |p| p.packs[0].version = "2".into(),
        |p| p.groups[0].set = ConceptSet::Any,
    ];
    for other in others {
        assert_ne!(changed(other), base);
    }
    let k = sound(&format!("{CATALOGUE}\nherb 附子"));
    let parts = parts(&k);
    assert_ne!(with(k, parts).digest(), base);
}

#[test]
fn a_concept_explained() {
    let k = whole();
    let Explanation::Concepts(all) = k.explain("小活络丸", 3) else {
        panic!()
    };
    let reached: Vec<String> = all[0]
        .reached_by
        .iter()
        .map(|r| {
            let path: Vec<&str> = r.path.iter().map(|s| s.name.as_str()).collect();
            let role = match &r.role {
                Role::Variable(v) => v.as_str(),
                Role::Dose => "dose",
                Role::Condition => "condition",
            };
            format!("{} {role} {} via {}", r.rule.id, path.join(" → "), r.groups.join(", "))
        })
        .collect();
    assert_eq!(
        reached,
        [
            "t.aconite_with_pinellia a 小活络丸 → 制川乌 → 川乌 via t.aconites",
            "t.any condition 小活络丸 → 制川乌 → 川乌 via t.all, t.aconites",
        ]
    );
    assert_eq!(all[0].reached_by[0].rule.citations[0].citation, "《t.chp》");
    let Explanation::Concepts(all) = k.explain("川乌", 3) else {
        panic!()
    };
    assert_eq!(all[0].contained_in, ["小活络丸"]);
    assert_eq!(all[0].below[0].name, "制川乌");
    let Explanation::Concepts(all) = k.explain("慢性肾脏病", 3) else {
        panic!()
    };
    assert_eq!(all[0].reached_by[0].role, Role::Condition);
}

#[test]
fn a_dose_of_one_substance_does_not_reach_a_compound() {
    let k = whole();
    let Explanation::Concepts(all) = k.explain("复方布洛芬片", 3) else {
        panic!()
    };
    let ids: Vec<&str> = all[0].reached_by.iter().map(|r| r.rule.id.as_str()).collect();
    assert_eq!(ids, ["t.nsaid_in_renal_disease"]);
    let Explanation::Concepts(all) = k.explain("ATC:M01AE01", 3) else {
        panic!()
    };
    let ids: Vec<&str> = all[0].reached_by.iter().map(|r| r.rule.id.as_str()).collect();
    assert_eq!(ids, ["t.nsaid_in_renal_disease", "t.布洛芬"]);
}

#[test]
fn rules_groups_and_nothing_explained() {
    let k = whole();
    let Explanation::Rules(all) = k.explain("nsaid_in_renal_disease", 3) else {
        panic!()
    };
    assert_eq!(
        all[0].variables,
        [("a".to_owned(), vec!["布洛芬".to_owned(), "非甾体抗炎药".to_owned()])]
    );
    assert_eq!(all[0].asks, ["慢性肾脏病"]);
    let Explanation::Groups(all) = k.explain("t.aconites", 3) else {
        panic!()
    };
    assert_eq!(all[0].members, ["制川乌", "川乌", "草乌"]);
    assert_eq!(all[0].named_by, ["t.aconite_with_pinellia"]);
    assert_eq!(k.explain("治川乌", 1), Explanation::Unknown(vec!["制川乌".into()]));
}

#[test]
fn export_around_a_concept() {
    let k = whole();
    let view = View::around(&k, &[Node::Concept(id(&k, "布洛芬"))], 1);
    insta::assert_snapshot!("around.dot", dot(&view));
    insta::assert_snapshot!("around.json", json(&view));
    insta::assert_snapshot!("around.graphml", graphml(&view));
}

#[test]
fn labels_are_escaped() {
    let mut concept = support::concept(ConceptKind::Herb, "a\"b\\<&>");
    concept.en = Some("two \"words\" & <more>\u{1}".into());
    let mut builder = KnowledgeBuilder::default();
    builder.concept(ConceptDraft {
        concept,
        above: vec![],
        contents: vec![],
        alias_spans: vec![],
        span: support::at(0),
    });
    let k = builder.catalogue(&mut vec![]);
    let view = View::whole(&k);
    assert!(
        dot(&view).contains(r#"label="a\"b\\<&>\ntwo \"words\" & <more> ""#),
        "{}",
        dot(&view)
    );
    assert!(graphml(&view).contains("a\"b\\&lt;&amp;&gt;</data>"));
    let parsed: serde_json::Value = serde_json::from_str(&json(&view)).unwrap();
    assert_eq!(parsed["nodes"][0]["zh"], "a\"b\\<&>");
}
