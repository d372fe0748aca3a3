//! The one program: see [`server::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    match server::cli::Cli::of_process() {
        Ok(cli) => cli.run(),
        Err(code) => code,
    }
}
