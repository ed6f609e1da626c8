//! What a user would pick instead, on the same work in the same run: a Rego interpreter and its virtual machine, a compiled decision table, an authorization
//! engine, a plain hash loop; and the hand-written limit.
//!
//! Each peer has the formulation that suits it best: Rego looks its data up by key, the decision table is compiled and indexed, policies name the drug
//! as their resource. None of them knows unknown values, routes, current medications or explanations.
use cedar_policy::{Authorizer, Context, Entities, EntityUid, PolicySet, Request};
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use serde_json::{Value, json};
use shenfang::{Prepared, Prescription, Scratch};
use shenfang_benches::{compile, conditions, limit, pairs::World, read};
use std::{collections::BTreeMap, fmt::Write, hint::black_box, str::FromStr};
use zen_engine::{Decision, Variable, model::GraphContent};

const INTERACTIONS: usize = 100_000;
const RULES: usize = 10_000;
const SHEETS: usize = 200;

/// Interactions of classes and drugs, seven items.
fn pairs(c: &mut Criterion) {
    let world = World::new(INTERACTIONS);
    let sheets = world.sheets(SHEETS);
    let mut group = c.benchmark_group("peers_pairs");
    group.throughput(Throughput::Elements(SHEETS as u64));

    let by_hand = limit::Limit::new(&world);
    let expected: usize = {
        let mut hits = Vec::new();
        sheets.iter().for_each(|drugs| by_hand.review(drugs, &mut hits));
        hits.len()
    };
    group.bench_function("limit", |b| {
        let mut hits = Vec::new();
        b.iter(|| {
            hits.clear();
            sheets.iter().for_each(|drugs| by_hand.review(black_box(drugs), &mut hits));
            assert_eq!(hits.len(), expected);
        });
    });
    let by_hash = limit::HashLoop::new(&world);
    group.bench_function("hash_loop", |b| {
        let mut hits = Vec::new();
        b.iter(|| {
            hits.clear();
            sheets.iter().for_each(|drugs| by_hash.review(black_box(drugs), &mut hits));
            assert_eq!(hits.len(), expected);
        });
    });

    let texts = sheets.iter().enumerate().map(|(number, drugs)| World::json(number, drugs));
    let read_sheets: Vec<Prescription> = texts.map(|text| read(text.as_bytes())).collect();
    shenfang(&mut group, &compile(world.catalogue(), world.rules()), &read_sheets);

    // data.pairs[x][y], and for each drug the concepts above it that some pair names.
    let mut table: BTreeMap<u32, BTreeMap<u32, usize>> = BTreeMap::new();
    for (number, (a, b)) in world.pairs.iter().enumerate() {
        table.entry(*a).or_default().insert(*b, number);
        table.entry(*b).or_default().insert(*a, number);
    }
    let above: BTreeMap<u32, Vec<u32>> = (0..)
        .zip(&world.above)
        .map(|(drug, above)| (drug, above.iter().copied().filter(|c| table.contains_key(c)).collect()))
        .collect();
    let data = json!({"pairs": table, "above": above});
    let policy = "package review
import rego.v1
found contains [n, i, j] if {
    some i, a in input.drugs
    some j, b in input.drugs
    i < j
    some x in data.above[a]
    partners := data.pairs[format_int(x, 10)]
    some y in data.above[b]
    n := partners[format_int(y, 10)]
}
";
    let inputs: Vec<Value> = sheets
        .iter()
        .map(|drugs| json!({"drugs": drugs.iter().map(ToString::to_string).collect::<Vec<_>>()}))
        .collect();
    rego(&mut group, policy, &data, &inputs, expected);
    group.finish();
}

/// Rules drug ∧ age ∧ eGFR, three items, five rules a drug.
fn rules(c: &mut Criterion) {
    let rows = conditions::five_a_drug(RULES);
    let sheets = conditions::sheets(SHEETS, RULES / 5);
    let mut group = c.benchmark_group("peers_rules");
    group.throughput(Throughput::Elements(SHEETS as u64));
    let fires = |row: &conditions::Row, sheet: &conditions::Sheet| {
        sheet.drugs.contains(&row.drug) && sheet.age >= row.age && sheet.egfr < row.egfr
    };
    let expected: usize = sheets.iter().map(|sheet| rows.iter().filter(|row| fires(row, sheet)).count()).sum();
    eprintln!("{expected} rules fire in {SHEETS} prescriptions");

    let texts = sheets.iter().enumerate().map(|(number, sheet)| conditions::json(number, sheet));
    let read_sheets: Vec<Prescription> = texts.map(|text| read(text.as_bytes())).collect();
    shenfang(&mut group, &compile(conditions::catalogue(&rows), conditions::rules(&rows)), &read_sheets);

    decision_table(&mut group, &rows, &sheets, expected);
    policies(&mut group, &rows, &sheets, expected);

    let mut table: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        let entry = json!({"n": number, "age": row.age, "egfr": row.egfr});
        table.entry(conditions::name(row.drug)).or_default().push(entry);
    }
    let policy = "package review
import rego.v1
found contains rule.n if {
    some drug in input.drugs
    some rule in data.rules[drug]
    input.age >= rule.age
    input.egfr < rule.egfr
}
";
    let named = |sheet: &conditions::Sheet| sheet.drugs.iter().map(|d| conditions::name(*d)).collect::<Vec<_>>();
    let inputs: Vec<Value> =
        sheets.iter().map(|s| json!({"drugs": named(s), "age": s.age, "egfr": s.egfr})).collect();
    rego(&mut group, policy, &json!({"rules": table}), &inputs, expected);
    group.finish();
}

fn shenfang(group: &mut BenchmarkGroup<'_, WallTime>, rules: &shenfang::RuleSet, sheets: &[Prescription]) {
    let reviewer = rules.reviewer();
    let prepared: Vec<Prepared> = sheets.iter().map(|sheet| reviewer.prepare(sheet)).collect();
    let mut scratch = Scratch::default();
    group.bench_function("shenfang_names_resolved", |b| {
        b.iter(|| {
            for (sheet, prepared) in sheets.iter().zip(&prepared) {
                black_box(reviewer.review_prepared(&mut scratch, prepared, black_box(sheet)));
            }
        });
    });
    let mut scratch = Scratch::default();
    group.bench_function("shenfang", |b| {
        b.iter(|| {
            for sheet in sheets {
                black_box(reviewer.review_with(&mut scratch, black_box(sheet)));
            }
        });
    });
}

fn rego(group: &mut BenchmarkGroup<'_, WallTime>, policy: &str, data: &Value, inputs: &[Value], expected: usize) {
    let value = |json: &Value| regorus::Value::from_json_str(&json.to_string()).expect("JSON");
    let inputs: Vec<regorus::Value> = inputs.iter().map(value).collect();
    let size = |found: &regorus::Value| found.as_set().expect("a set").len();
    let mut engine = regorus::Engine::new();
    engine.add_policy("review.rego".into(), policy.into()).expect("a sound policy");
    engine.add_data(value(data)).expect("sound data");
    let mut compiled = engine.clone();
    group.sample_size(10);
    group.bench_function("regorus", |b| {
        b.iter(|| {
            let mut total = 0;
            for input in &inputs {
                engine.set_input(input.clone());
                total += size(&engine.eval_rule("data.review.found".into()).expect("evaluates"));
            }
            assert_eq!(total, expected);
        });
    });
    let entry = "data.review.found";
    let compiled = compiled.compile_with_entrypoint(&entry.into()).expect("compiles");
    let program = Compiler::compile_from_policy(&compiled, &[entry]).expect("compiles");
    let mut machine = RegoVM::new();
    machine.load_program(program);
    machine.set_data(value(data)).expect("sound data");
    group.bench_function("regorus_vm", |b| {
        b.iter(|| {
            let mut total = 0;
            for input in &inputs {
                machine.set_input(input.clone());
                total += size(&machine.execute().expect("evaluates"));
            }
            assert_eq!(total, expected);
        });
    });
}

fn decision_table(
    group: &mut BenchmarkGroup<'_, WallTime>,
    rows: &[conditions::Row],
    sheets: &[conditions::Sheet],
    expected: usize,
) {
    let rules: Vec<Value> = rows
        .iter()
        .enumerate()
        .map(|(number, row)| {
            json!({"_id": format!("r{number}"), "drug": format!("\"{}\"", conditions::name(row.drug)),
                "age": format!(">= {}", row.age), "egfr": format!("< {}", row.egfr), "n": number.to_string()})
        })
        .collect();
    let field = |name: &str| json!({"id": name, "name": name, "field": name});
    let content: GraphContent = serde_json::from_value(json!({
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "collect", "inputs": [field("drug"), field("age"), field("egfr")], "outputs": [field("n")], "rules": rules}},
            {"id": "out", "name": "out", "type": "outputNode", "content": {}}
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"}
        ]
    }))
    .expect("a sound decision");
    let mut decision = Decision::from(content);
    decision.compile();
    let one = |sheet: &conditions::Sheet, drug: &usize| {
        Variable::from(json!({"drug": conditions::name(*drug), "age": sheet.age, "egfr": sheet.egfr}))
    };
    let inputs: Vec<Vec<Variable>> = sheets.iter().map(|s| s.drugs.iter().map(|d| one(s, d)).collect()).collect();
    group.bench_function("zen_engine", |b| {
        b.iter(|| {
            let mut total = 0;
            for input in inputs.iter().flatten() {
                let found = futures::executor::block_on(decision.evaluate(input.clone())).expect("evaluates");
                total += found.result.as_array().map_or(0, |found| found.borrow().len());
            }
            assert_eq!(total, expected);
        });
    });
}

fn policies(
    group: &mut BenchmarkGroup<'_, WallTime>,
    rows: &[conditions::Row],
    sheets: &[conditions::Sheet],
    expected: usize,
) {
    let mut text = String::from("permit(principal, action, resource);\n");
    for row in rows {
        writeln!(
            text,
            "forbid(principal, action, resource == Drug::\"{}\") when {{ context.age >= {} && context.egfr < {} }};",
            conditions::name(row.drug),
            row.age,
            row.egfr
        )
        .expect("text");
    }
    let policies = PolicySet::from_str(&text).expect("sound policies");
    let uid = |text: &str| EntityUid::from_str(text).expect("a uid");
    let request = |sheet: &conditions::Sheet, drug: &usize| {
        let context = Context::from_json_value(json!({"age": sheet.age, "egfr": sheet.egfr}), None).expect("a context");
        let drug = uid(&format!("Drug::\"{}\"", conditions::name(*drug)));
        Request::new(uid("Patient::\"p\""), uid("Action::\"prescribe\""), drug, context, None).expect("a request")
    };
    let of_sheet = |s: &conditions::Sheet| s.drugs.iter().map(|d| request(s, d)).collect();
    let requests: Vec<Vec<Request>> = sheets.iter().map(of_sheet).collect();
    let (authorizer, entities) = (Authorizer::new(), Entities::empty());
    let ask = |requests: &[Request]| -> usize {
        let answers = requests.iter().map(|request| authorizer.is_authorized(request, &policies, &entities));
        let forbidding = |answer: cedar_policy::Response| match answer.decision() {
            cedar_policy::Decision::Deny => answer.diagnostics().reason().count(),
            cedar_policy::Decision::Allow => 0,
        };
        answers.map(forbidding).sum()
    };
    // It asks every policy, each time: a pass over all sheets takes too long to be repeated, so that what is timed is a sheet, one after the other.
    assert_eq!(requests.iter().map(|requests| ask(requests)).sum::<usize>(), expected);
    group.throughput(Throughput::Elements(1));
    group.sample_size(10);
    group.bench_function("cedar_one_sheet", |b| {
        let mut sheets = requests.iter().cycle();
        b.iter(|| sheets.next().map(|requests| ask(black_box(requests))));
    });
    group.throughput(Throughput::Elements(SHEETS as u64));
}

criterion_group!(benches, pairs, rules);
criterion_main!(benches);
