//! Where the workspace lies, and the `shenfang` binary of this build: what tests of the command need.
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the workspace")
        .to_path_buf()
}

/// The binary of this build: cargo makes it when it is missing or stale.
pub fn binary() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = std::env::current_exe().expect("a running test");
        let profile = this
            .parent()
            .and_then(Path::parent)
            .expect("target/PROFILE/deps")
            .to_path_buf();
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "--locked", "--quiet", "-p", "shenfang-cli", "--target-dir"])
            .arg(profile.parent().expect("target"))
            .current_dir(root());
        if profile.file_name().is_some_and(|name| name == "release") {
            cargo.arg("--release");
        }
        assert!(
            cargo.status().expect("cargo runs").success(),
            "shenfang-cli does not build"
        );
        profile.join(format!("shenfang{}", std::env::consts::EXE_SUFFIX))
    })
}
