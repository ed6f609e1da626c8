//! 100,000 interactions between classes and drugs: 20,000 drugs, 6,000 classes in a tree of five levels and 400 classes across it, skewed use.
//!
//! Prescribers avoid most interactions they know: a drug that would interact is put back three times of four, which leaves a few findings in a hundred prescriptions.
use crate::{limit::Limit, rng};
use rand::{Rng, RngExt};
use serde_json::json;
use shenfang::Sources;
use std::fmt::Write;

/// Drugs of the catalogue.
pub const DRUGS: usize = 20_000;
/// Classes of the tree, level by level; with [`ACROSS`] 6,000.
const LEVELS: [usize; 4] = [14, 94, 892, 4_600];
/// Classes that lie across the tree (QT prolongation, CYP3A4 inhibitor …).
const ACROSS: usize = 400;
/// Items of a prescription.
pub const ITEMS: usize = 7;

/// A catalogue, its interactions, and how often a drug is used.
pub struct World {
    /// concepts of each drug, itself first, then everything above it; concepts are numbered drugs first, then classes
    pub above: Vec<Vec<u32>>,
    /// parent of each class of the tree
    parents: Vec<Option<usize>>,
    /// classes each drug names
    named: Vec<Vec<usize>>,
    /// unordered pairs of concepts, each once
    pub pairs: Vec<(u32, u32)>,
    /// cumulative use, for drawing
    use_of: Vec<f64>,
}

impl World {
    /// A world with `interactions` pairs.
    pub fn new(interactions: usize) -> World {
        let mut rng = rng(1);
        let mut parents = vec![None; LEVELS[0]];
        let mut start = 0;
        for (above, here) in LEVELS.iter().zip(&LEVELS[1..]) {
            parents.extend((0..*here).map(|_| Some(start + rng.random_range(0..*above))));
            start += above;
        }
        let tree = parents.len();
        let leaves = start..tree;
        let named: Vec<Vec<usize>> = (0..DRUGS)
            .map(|_| {
                let mut classes = vec![rng.random_range(leaves.clone())];
                let across = rng.random_range(0..4);
                classes.extend((0..across).map(|_| tree + rng.random_range(0..ACROSS)));
                classes.sort_unstable();
                classes.dedup();
                classes
            })
            .collect();
        let concept = |class: usize| u32::try_from(DRUGS + class).expect("few classes");
        let above = named.iter().enumerate().map(|(drug, classes)| {
            let mut all = vec![u32::try_from(drug).expect("few drugs")];
            for class in classes {
                let mut at = Some(*class);
                while let Some(class) = at {
                    all.push(concept(class));
                    at = parents.get(class).copied().flatten();
                }
            }
            all
        });
        let above = above.collect();
        // The two upper levels are too wide to stand in an interaction.
        let wide = LEVELS[0] + LEVELS[1];
        let concepts = DRUGS + tree + ACROSS;
        let mut pairs = std::collections::BTreeSet::new();
        while pairs.len() < interactions {
            let mut end = || {
                let at = rng.random_range(0..concepts - wide);
                u32::try_from(if at < DRUGS { at } else { at + wide }).expect("few concepts")
            };
            let (a, b) = (end(), end());
            if a != b {
                pairs.insert((a.min(b), a.max(b)));
            }
        }
        let mut sum = 0.0;
        let use_of = (1..=DRUGS).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        World {
            above,
            parents,
            named,
            pairs: pairs.into_iter().collect(),
            use_of: use_of.collect(),
        }
    }

    /// The name of a concept.
    pub fn name(concept: u32) -> String {
        let concept = usize::try_from(concept).expect("few concepts");
        match concept.checked_sub(DRUGS) {
            None => format!("药{concept:05}"),
            Some(class) => format!("类{class:04}"),
        }
    }

    /// The catalogue as tables.
    pub fn catalogue(&self) -> Sources {
        let class = |class: usize| World::name(u32::try_from(DRUGS + class).expect("few classes"));
        let mut classes = String::from("classes:\n");
        let across = std::iter::repeat_n(None, ACROSS);
        for (number, parent) in self.parents.iter().copied().chain(across).enumerate() {
            let parent = parent.map_or(String::new(), |p| format!("is_a: [{}]", class(p)));
            writeln!(classes, "  {}: {{{parent}}}", class(number)).expect("text");
        }
        let mut drugs = String::from("name,is_a\n");
        for (number, named) in self.named.iter().enumerate() {
            let named: Vec<String> = named.iter().map(|c| class(*c)).collect();
            let name = World::name(u32::try_from(number).expect("few drugs"));
            writeln!(drugs, "{name},{}", named.join(";")).expect("text");
        }
        let template = "table: substance\nname: \"<name>\"\nfields:\n  is_a: \"<is_a>\"\nrows: drugs.csv\n";
        let files = [
            ("world/classes.yaml", classes),
            ("world/drugs.yaml", template.into()),
            ("world/drugs.csv", drugs),
        ];
        files.into_iter().collect()
    }

    /// The interactions as a table.
    pub fn rules(&self) -> Sources {
        let mut rows = String::from("id,a,b\n");
        for (number, (a, b)) in self.pairs.iter().enumerate() {
            writeln!(rows, "r{number},{},{}", World::name(*a), World::name(*b)).expect("text");
        }
        let files = [
            ("pairs/pairs.rx", "规则包 pairs { 标题 \"相互作用\"; 版本 \"1\"; 归属 \"bench\" }\n来源 s { 题名 \"样本\" }\n".to_owned()),
            ("pairs/pairs.yaml", "table: rule\nname: \"<id>\"\nfields:\n  category: 相互作用\n  match: \"a: <a>, b: <b>\"\n  severity: 中等\n  message: {zh: \"{a}与{b}\", en: \"{a} with {b}\"}\n  cite: s\nrows: pairs.csv\n".to_owned()),
            ("pairs/pairs.csv", rows),
        ];
        files.into_iter().collect()
    }

    /// A drug by its use: the r-th most used is prescribed 1/r as often as the first.
    pub fn drug(&self, rng: &mut impl Rng) -> u32 {
        let at = rng.random_range(0.0..self.use_of[DRUGS - 1]);
        u32::try_from(self.use_of.partition_point(|sum| *sum < at)).expect("few drugs")
    }

    /// `count` prescriptions, each [`ITEMS`] different drugs.
    pub fn sheets(&self, count: usize) -> Vec<Vec<u32>> {
        let mut rng = rng(2);
        let limit = Limit::new(self);
        let mut found = Vec::new();
        let mut sheet = || {
            let mut drugs: Vec<u32> = Vec::with_capacity(ITEMS);
            while drugs.len() < ITEMS {
                let next = self.drug(&mut rng);
                if drugs.contains(&next) {
                    continue;
                }
                drugs.push(next);
                found.clear();
                limit.review(&drugs, &mut found);
                let with_it = found.iter().any(|(_, a, b)| drugs[*a] == next || drugs[*b] == next);
                if with_it && rng.random_bool(0.75) {
                    drugs.pop();
                }
            }
            drugs
        };
        (0..count).map(|_| sheet()).collect()
    }

    /// A prescription as JSON, every list given.
    pub fn json(number: usize, drugs: &[u32]) -> String {
        let items: Vec<_> = (1..)
            .zip(drugs)
            .map(|(at, drug)| json!({"id": at.to_string(), "drug": World::name(*drug), "dose": "10 mg", "frequency": "bid", "route": "口服", "duration": "7 d"}))
            .collect();
        json!({
            "id": format!("rx-{number}"), "kind": "western", "setting": "outpatient", "authored_on": "2026-11-22",
            "patient": {"sex": "female", "age": "52 岁", "weight": "60 kg", "allergies": [], "conditions": [], "observations": []},
            "diagnoses": [{"code": "ICD10:I10"}], "items": items, "current_medications": []
        })
        .to_string()
    }
}
