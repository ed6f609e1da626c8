//! What only the host does: files, folders, their encoding.
use encoding_rs::GB18030;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A rule file may be this large (16 MiB).
const FILE_BOUND: u64 = 16 << 20;

/// A file or folder that could not be read.
#[derive(Debug)]
pub struct HostError {
    /// which
    pub path: PathBuf,
    /// why
    pub error: io::Error,
}

impl std::fmt::Display for HostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.error)
    }
}

/// Reads every rule text and table named by `paths` (folders: all below them, in order of name).
pub fn read_rules(paths: &[PathBuf]) -> Result<Vec<(String, String)>, HostError> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, true, &mut files)?;
    }
    // A table names its rows in a CSV beside it: bring those along when the table was named by itself.
    let siblings: Vec<PathBuf> = files
        .iter()
        .filter(|f| is(f, &["yaml", "yml"]))
        .filter_map(|f| f.parent().map(Path::to_path_buf))
        .collect();
    for folder in siblings {
        for entry in sorted(&folder)? {
            if is(&entry, &["csv"]) && !files.contains(&entry) {
                files.push(entry);
            }
        }
    }
    files.dedup();
    files.iter().map(|f| Ok((name(f), read_text(f)?))).collect()
}

/// What a file is called in diagnostics.
pub fn name(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn is(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| extensions.contains(&e))
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, HostError> {
    let fail = |error| HostError {
        path: folder.to_path_buf(),
        error,
    };
    // `Path::parent` of a bare file name is the empty path.
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let mut entries = fs::read_dir(folder)
        .map_err(fail)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(fail)?;
    entries.sort();
    Ok(entries)
}

fn collect(path: &Path, named: bool, files: &mut Vec<PathBuf>) -> Result<(), HostError> {
    if path.is_dir() {
        for entry in sorted(path)? {
            if entry.is_dir() || is(&entry, &["rx", "yaml", "yml", "csv"]) {
                collect(&entry, false, files)?;
            }
        }
    } else if named || !files.iter().any(|f| f == path) {
        files.push(path.to_path_buf());
    }
    Ok(())
}

/// UTF-8, or what Chinese Excel saves (GB18030).
pub fn read_text(path: &Path) -> Result<String, HostError> {
    let fail = |error| HostError {
        path: path.to_path_buf(),
        error,
    };
    let size = fs::metadata(path).map_err(fail)?.len();
    if size > FILE_BOUND {
        return Err(fail(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("{size} bytes; a rule file may have at most {FILE_BOUND} (16 MiB)"),
        )));
    }
    let bytes = fs::read(path).map_err(fail)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let bytes = error.into_bytes();
            let (text, _, malformed) = GB18030.decode(&bytes);
            if malformed {
                return Err(fail(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "neither UTF-8 nor GB18030 text",
                )));
            }
            Ok(text.into_owned())
        }
    }
}
