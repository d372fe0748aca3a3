//! The one program: see [`server::cli`].

use std::process::ExitCode;

/// The system's allocator keeps what password hashing has used, and takes a quarter of the time of placing an order (ADR 11).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _points = server::crash::read();
    match server::cli::Cli::of_process() {
        Ok(cli) => cli.run(),
        Err(code) => code,
    }
}
