//! What nodes are members of, and the ways from them, against the same worked out node by node.
use super::support::*;
use crate::Program;
use crate::csr::{narrow, wide};
use crate::sets::Sight;
use shenfang_knowledge::ConceptSet::{Alone, Any, Except, Union};

/// Sets of every kind: a concept, several, all but one, one without another, what is alone in its product, and everything.
fn program_of_all_kinds() -> Program {
    let except = |all, one| Except(Box::new(all), Box::new(named(one)));
    program([
        rule("one", [named("乌头")], None),
        rule("open", [except(Any, "华法林")], None),
        rule("pair", [named("乌头"), named("半夏")], None),
        rule("without", [except(named("乌头"), "制附子"), named("非甾体")], None),
        rule("alone", [Alone(Box::new(named("布洛芬"))), named("华法林")], None),
        rule("several", [Union(vec![named("附子"), named("半夏")]), Any], None),
        rule("twice", [named("非甾体"), named("非甾体")], None),
        same_substance(),
    ])
}

/// Whether a node is a member of a target, asked of the set itself.
fn is_member(program: &Program, node: u32, target: u32) -> bool {
    let tables = &program.tables;
    let node = &tables.catalogue.nodes.values()[wide(node)];
    let target = tables.targets[wide(target)];
    let set = &tables.sets[wide(target.set)];
    let sight = Sight {
        rows: tables.families[wide(target.family)].reached.row(node.concept),
        closure: tables.families[0].reached.row(node.concept),
        sole: node.is_sole(),
        codes: &[],
    };
    !set.any && node.via.within(target.reach) && set.holds(sight)
}

#[test]
fn a_node_is_a_member_of_what_its_sets_say() {
    let program = program_of_all_kinds();
    let targets = narrow(program.tables.targets.len());
    let mut counts = vec![0; wide(targets)];
    for node in 0..narrow(program.tables.catalogue.nodes.values().len()) {
        let expected: Vec<u32> = (0..targets)
            .filter(|target| is_member(&program, node, *target))
            .collect();
        expected.iter().for_each(|target| counts[wide(*target)] += 1);
        assert_eq!(program.index.targets_of(node), expected, "node {node}");
    }
    assert_eq!(program.index.members.count(wide(targets)), counts);
    assert!(counts.iter().any(|count| *count > 1));
}

#[test]
fn a_rule_is_found_from_its_rarest_target_and_named_by_all() {
    let program = program_of_all_kinds();
    let (tables, index) = (&program.tables, &program.index);
    let nodes = || 0..narrow(tables.catalogue.nodes.values().len());
    let members = |target: u32| nodes().filter(move |node| index.targets_of(*node).contains(&target));
    for (number, rule) in (0..)
        .zip(&tables.rules.rules)
        .filter(|(_, rule)| rule.bindings.len() > 1)
    {
        let bound = rule.bindings.iter().filter(|b| !b.any).map(|b| b.target);
        let from: Vec<u32> = nodes()
            .filter(|node| index.ways_of(*node).iter().any(|way| way.rule == number))
            .collect();
        let rarest = bound.clone().min_by_key(|target| members(*target).count());
        let expected: Vec<u32> = rarest.into_iter().flat_map(&members).collect();
        assert_eq!(from, expected, "rule {number}");
        // Those that ask the same of a pair are grouped, and found from their targets.
        for node in bound.flat_map(&members) {
            assert!(index.opens_beside(node), "rule {number}, node {node}");
            assert_eq!(index.mentions_of(node).contains(&number), rule.shape.is_none());
        }
    }
}
