//! `shenfang map`: what an institution's own drug codes and names stand for, and which are still without a standard name.
use crate::{
    arguments::{Map, MapFormat},
    load,
    text::words::Words,
};
use serde::Serialize;
use shenfang::{Catalogue, Diagnostics, Knowledge, Language, MappingDecl, Name, Standing, knowledge::ConceptId};
use std::{io::Write, process::ExitCode};

/// One local drug. The columns of the CSV, in this order.
#[derive(Serialize)]
struct Row {
    /// without `LOCAL:`, as the institution has it
    code: String,
    name: String,
    /// as given; the local name where that is one itself; empty where it is still to be filled in
    standard: String,
    strength: String,
    pack: String,
    status: &'static str,
    /// what it stands for
    drug: String,
    /// near names, or the several meanings
    candidates: Vec<String>,
}

/// How many rows stand how.
#[derive(Default, Serialize)]
struct Summary {
    rows: usize,
    by_standard: usize,
    by_name: usize,
    ambiguous: usize,
    unmapped: usize,
}

/// Exit 1 where a row is not mapped or a file has errors.
pub fn run(arguments: &Map) -> ExitCode {
    let language = Language::from(arguments.lang);
    let (mut texts, mut faulty) = load::read(&arguments.paths);
    let (catalogue, broken) = load::catalogue(arguments.no_catalog, &mut texts, language);
    faulty |= broken;
    let lists: Vec<String> = arguments.paths.iter().map(|path| shenfang_host::name(path)).collect();
    let (found, diagnostics) = catalogue.local_drugs(texts.into_iter().collect(), &lists);
    let diagnostics = about_mappings(diagnostics);
    faulty |= diagnostics.has_errors();
    load::show(&diagnostics, language);
    let rows: Vec<Row> = found
        .iter()
        .map(|(row, standing)| read(&catalogue, row, standing))
        .collect();
    let summary = count(&rows);
    let written = match arguments.format {
        MapFormat::Text => text(&rows, &summary, Words(language)),
        MapFormat::Csv => csv(&rows),
        MapFormat::Json => serde_json::json!({ "summary": &summary, "rows": &rows }).to_string() + "\n",
    };
    let _ = anstream::stdout().write_all(written.as_bytes());
    let open = summary.ambiguous.saturating_add(summary.unmapped);
    ExitCode::from(u8::from(faulty || open > 0 || rows.is_empty()))
}

/// CSV files that stand beside a table are not its business.
fn about_mappings(diagnostics: Diagnostics) -> Diagnostics {
    let list = diagnostics.list.into_iter().filter(|d| d.code != "table.unused");
    Diagnostics {
        list: list.collect(),
        map: diagnostics.map,
    }
}

fn read(catalogue: &Catalogue, row: &MappingDecl, standing: &Standing) -> Row {
    let knowledge: &Knowledge = catalogue.knowledge();
    let title = |id: &ConceptId| knowledge.concept(*id).map(|c| c.name.clone()).unwrap_or_default();
    let text = |name: &Option<Name>| name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    let (status, drug, candidates) = match standing {
        Standing::ByStandard(id) => ("standard", title(id), vec![]),
        Standing::ByName(id) => ("name", title(id), vec![]),
        Standing::Ambiguous(ids) => ("ambiguous", String::new(), ids.iter().map(title).collect()),
        Standing::Unmapped(near) => ("unmapped", String::new(), near.iter().map(title).collect()),
    };
    let (code, name) = (text(&row.code), text(&row.name));
    let standard = match standing {
        Standing::ByName(_) => name.clone(),
        _ => text(&row.drug),
    };
    Row {
        code: code.strip_prefix("LOCAL:").unwrap_or(&code).to_owned(),
        name,
        standard,
        strength: text(&row.strength),
        pack: text(&row.pack),
        status,
        drug,
        candidates,
    }
}

fn count(rows: &[Row]) -> Summary {
    let of = |status| rows.iter().filter(|row| row.status == status).count();
    Summary {
        rows: rows.len(),
        by_standard: of("standard"),
        by_name: of("name"),
        ambiguous: of("ambiguous"),
        unmapped: of("unmapped"),
    }
}

/// The rows that a person has to look at, then the numbers.
fn text(rows: &[Row], summary: &Summary, words: Words) -> String {
    let mut out = String::new();
    for row in rows.iter().filter(|row| row.drug.is_empty()) {
        let what = match row.status {
            "ambiguous" => words.pick("有歧义", "ambiguous"),
            _ => words.pick("未对照", "unmapped"),
        };
        let shown = [&row.code, &row.name, &row.standard].map(String::as_str);
        let shown: Vec<&str> = shown.into_iter().filter(|text| !text.is_empty()).collect();
        let near = row.candidates.join(words.pick("、", ", "));
        let near = match (row.status, near.is_empty()) {
            (_, true) => String::new(),
            ("ambiguous", false) => format!("  {} {near}", words.pick("可能是：", "may be:")),
            (_, false) => format!("  {} {near}", words.pick("是不是：", "did you mean:")),
        };
        out.push_str(&format!("{what}  {}{near}\n", shown.join("  ")));
    }
    let parts = [
        (summary.rows, "行", "row", "rows"),
        (
            summary.by_standard,
            "行按标准名",
            "by standard name",
            "by standard name",
        ),
        (summary.by_name, "行按本院名", "by its own name", "by their own names"),
        (summary.ambiguous, "行有歧义", "ambiguous", "ambiguous"),
        (summary.unmapped, "行未对照", "unmapped", "unmapped"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .map(|(n, zh, one, many)| words.count(*n, zh, one, many))
        .collect();
    out.push_str(&parts.join(" · "));
    out.push('\n');
    out
}

/// Every row, as the next mapping file to fill in.
fn csv(rows: &[Row]) -> String {
    let mut out = String::from("code,name,standard,strength,pack,status,candidates\n");
    for row in rows {
        let near = row.candidates.join(" / ");
        let cells = [&row.code, &row.name, &row.standard, &row.strength, &row.pack];
        let cells = cells.into_iter().map(String::as_str).chain([row.status, near.as_str()]);
        let cells: Vec<String> = cells.map(cell).collect();
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
