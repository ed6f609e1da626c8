//! `shenfang review` on files of columns: the answers are those to the same sheets as JSON, whatever the file is called.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test reads files and stops where it meets the impossible"
)]
use arrow::{
    array::RecordBatch,
    ipc::writer::{FileWriter, StreamWriter},
    json::{ReaderBuilder, reader::infer_json_schema},
};
use parquet::arrow::ArrowWriter;
use shenfang_tests::host::{binary, root};
use std::{
    fs::{self, File},
    io::Cursor,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

fn review(arguments: &[&str], file: &Path) -> Output {
    Command::new(binary())
        .arg("review")
        .args(arguments)
        .arg(file)
        .output()
        .expect("the command runs")
}

fn batch(lines: &str) -> RecordBatch {
    let schema = Arc::new(infer_json_schema(Cursor::new(lines), None).unwrap().0);
    let mut reader = ReaderBuilder::new(schema).build(Cursor::new(lines)).unwrap();
    reader.next().unwrap().unwrap()
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("shenfang-columns-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn files_of_columns_are_reviewed_as_lines_are() {
    let folder = folder("alike");
    let lines = fs::read_to_string(root().join("tests/data/insomnia_outpatient.ndjson")).unwrap();
    let faulty = r#"{"id": "faulty", "setting": "outpatien", "items": [{"id": "1", "drug": "甘草"}]}"#;
    let lines = format!("{lines}{faulty}\n");
    let json = folder.join("sheets.ndjson");
    fs::write(&json, &lines).unwrap();
    let batch = batch(&lines);
    let (parquet, file, stream) = (
        folder.join("sheets"),
        folder.join("sheets.arrow"),
        folder.join("sheets.json"),
    );
    let mut writer = ArrowWriter::try_new(File::create(&parquet).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let mut writer = FileWriter::try_new(File::create(&file).unwrap(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    let mut writer = StreamWriter::try_new(File::create(&stream).unwrap(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    for format in ["json", "text"] {
        let expected = review(&["--format", format], &json);
        assert_eq!(expected.status.code(), Some(2), "one record cannot be read");
        for path in [&parquet, &file, &stream] {
            let found = review(&["--format", format], path);
            assert!(
                found == expected,
                "{} differs from its lines, as {format}",
                path.display()
            );
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_column_that_does_not_fit_is_said_and_nothing_is_reviewed() {
    let folder = folder("unfit");
    let path = folder.join("sheets.arrow");
    let batch = batch(r#"{"id": "a", "items": [{"id": "1", "drug": "甘草", "dosage": "9 g"}]}"#);
    let mut writer = FileWriter::try_new(File::create(&path).unwrap(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    let output = review(&["--lang", "en"], &path);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(
        said.contains("column `items.dosage`: unknown field `dosage`, did you mean `dose`"),
        "{said}"
    );
    fs::write(&path, b"PAR1 and nothing else").unwrap();
    let damaged = review(&[], &path);
    assert_eq!(damaged.status.code(), Some(2));
    assert!(String::from_utf8(damaged.stderr).unwrap().contains("sheets.arrow: "));
    fs::remove_dir_all(folder).unwrap();
}
