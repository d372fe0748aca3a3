//! The project's own build commands, so that one `cargo` builds both halves from one lock file.
//!
//! `cargo xtask site` makes the browser's half, `cargo xtask build` both, `cargo xtask deny` checks the
//! dependencies against `deny.toml`.

mod bundle;
mod deny;
mod files;
mod shell;
mod site;
mod style;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
Usage: cargo xtask <command> [--dev | --release]

  site    builds the browser's half into target/site
  build   builds the site, then the server with the site inside it
  deny    checks licences, sources and banned crates against deny.toml

--release is the default; --dev builds faster and larger.";

/// How much time to spend on a small and fast result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Dev,
    Release,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut mode = Mode::Release;
    let mut command = None;
    for argument in &arguments {
        match argument.as_str() {
            "--dev" => mode = Mode::Dev,
            "--release" => mode = Mode::Release,
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(());
            }
            word if command.is_none() && !word.starts_with('-') => command = Some(word),
            word => bail!("unknown argument `{word}`\n\n{USAGE}"),
        }
    }
    match command {
        Some("site") => site::build(mode),
        Some("build") => {
            site::build(mode)?;
            let mut cargo = vec!["build", "--package", "server", "--bin", "baedal"];
            if mode == Mode::Release {
                cargo.push("--release");
            }
            shell::cargo(&cargo)
        }
        Some("deny") => deny::check(),
        Some(word) => bail!("unknown command `{word}`\n\n{USAGE}"),
        None => bail!("which command?\n\n{USAGE}"),
    }
}
