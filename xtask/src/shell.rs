//! Running other programs, and asking cargo where things are.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The root of the workspace that cargo runs this program for.
pub(crate) fn root() -> Result<PathBuf> {
    // Asked when running, not when compiling: a target folder may be shared by two checkouts.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").context("please start this as `cargo xtask`")?;
    Path::new(&manifest).parent().map(Path::to_path_buf).context("xtask has no parent folder")
}

/// Runs cargo in the workspace's root and waits for it.
pub(crate) fn cargo(arguments: &[&str]) -> Result<()> {
    let status = cargo_command()?.args(arguments).status().context("cargo could not be started")?;
    if !status.success() {
        bail!("`cargo {}` failed", arguments.join(" "));
    }
    Ok(())
}

/// What `cargo metadata` says about the workspace, with or without its dependencies.
pub(crate) fn metadata(with_dependencies: bool) -> Result<Value> {
    let mut command = cargo_command()?;
    command.args(["metadata", "--format-version", "1"]);
    if !with_dependencies {
        command.arg("--no-deps");
    }
    let output = command.stderr(Stdio::inherit()).output().context("cargo could not be started")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed");
    }
    serde_json::from_slice(&output.stdout).context("`cargo metadata` answered something that is not JSON")
}

/// The folder cargo builds into, also when the environment or a configuration moves it.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let metadata = metadata(false)?;
    let dir = metadata["target_directory"].as_str().context("`cargo metadata` names no target directory")?;
    Ok(PathBuf::from(dir))
}

/// Whether a program can be started at all.
pub(crate) fn runs(program: impl AsRef<OsStr>) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn cargo_command() -> Result<Command> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()?);
    Ok(command)
}
