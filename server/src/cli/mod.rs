//! The command line: `baedal serve`, and what an operator types beside it.

mod account;
mod kakao;
mod pay_sandbox;
mod rebuild;
mod serve;
mod token;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::config::WrongSetting;

/// How long a stop may take before the process ends anyway: within five seconds altogether.
const STOP: Duration = Duration::from_millis(4_500);
/// The exit code of a command line or a setting that cannot be used.
const WRONG_USAGE: u8 = 2;
const ACCOUNT_EXAMPLE: &str = "Example: printf 'a long password' | baedal account add --role rider --login rider4 \\
           --name 김배달 --password-stdin";

const TOKEN_EXAMPLE: &str =
    "Example: TOKEN=$(baedal token --login customer1 --label 'order bot' --data ./data)";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "baedal", version, about = "Baedal (배달): a city's food deliveries in one program")]
#[command(propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the city: pages, orders, live streams.
    Serve(Box<serve::ServeArgs>),
    /// Runs the payment sandbox alone: a provider to try payments with.
    PaySandbox(pay_sandbox::SandboxArgs),
    /// Looks after accounts.
    #[command(subcommand, after_help = ACCOUNT_EXAMPLE)]
    Account(AccountCommand),
    /// Prints a new API token of somebody who can log in, alone on its line; also while the server runs.
    #[command(after_help = TOKEN_EXAMPLE)]
    Token(token::TokenArgs),
    /// Prints the texts of all notices, to be registered as templates of KakaoTalk messages.
    KakaoTemplates,
    /// Drops what the pages read and builds it again from the log.
    RebuildViews(DataArgs),
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Adds somebody who can log in; also while the server runs.
    #[command(after_help = ACCOUNT_EXAMPLE)]
    Add(account::AddArgs),
}

/// Where the data is.
#[derive(Debug, Args)]
struct DataArgs {
    /// The folder that holds everything.
    #[arg(long, env = "BAEDAL_DATA", value_name = "DIR", default_value = "./data")]
    data: String,
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum Failed {
    /// A setting cannot be used.
    #[error(transparent)]
    Setting(#[from] WrongSetting),
    /// What was typed cannot be used.
    #[error("{0}")]
    Usage(String),
    /// Everything else.
    #[error("{0}")]
    Run(String),
}

impl Failed {
    fn run(error: impl std::fmt::Display) -> Self {
        Failed::Run(error.to_string())
    }
}

impl Cli {
    /// What this process was asked to do; otherwise how it should end, after the help or what was wrong was printed.
    pub fn of_process() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            let sentence = first.trim_start_matches("error: ");
            match error.kind() {
                // A setting by flag or environment: one sentence, as for those that are checked later.
                ErrorKind::ValueValidation | ErrorKind::InvalidValue => {
                    ended(Err(Failed::Usage(format!("{sentence}."))))
                }
                _ if error.print().is_err() => ExitCode::FAILURE,
                _ if error.use_stderr() => ExitCode::from(WRONG_USAGE),
                _ => ExitCode::SUCCESS,
            }
        })
    }

    /// Does what was asked, on a runtime of its own; answers how the process should end: 0 when it was done, 1 when it
    /// failed, 2 when it was asked wrongly.
    pub fn run(self) -> ExitCode {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        // A thread that has hashed passwords keeps tens of megabytes until it ends.
        runtime.enable_all().thread_keep_alive(Duration::from_secs(1));
        let runtime = match runtime.build() {
            Ok(runtime) => runtime,
            Err(error) => return ended(Err(Failed::run(format!("the runtime cannot start: {error}")))),
        };
        let result = runtime.block_on(async {
            match self.command {
                Command::Serve(args) => serve::run(*args).await,
                Command::PaySandbox(args) => pay_sandbox::run(args).await,
                Command::Account(AccountCommand::Add(args)) => account::add(args).await,
                Command::Token(args) => token::run(args).await,
                Command::KakaoTemplates => kakao::print(),
                Command::RebuildViews(args) => rebuild::run(args).await,
            }
        });
        // Work that was abandoned by a stop is not waited for.
        runtime.shutdown_timeout(Duration::from_millis(200));
        ended(result)
    }
}

fn ended(result: Result<(), Failed>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("baedal: {error}");
            match error {
                Failed::Setting(_) | Failed::Usage(_) => ExitCode::from(WRONG_USAGE),
                Failed::Run(_) => ExitCode::FAILURE,
            }
        }
    }
}

/// Logs to standard error what `filter` lets through.
fn start_logging(filter: &str) -> Result<(), Failed> {
    let filter = EnvFilter::try_new(filter).map_err(Failed::run)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(Failed::run)
}

/// A token that is cancelled at the first SIGINT or SIGTERM; a second one ends the process at once.
fn stop_on_signals() -> Result<CancellationToken, Failed> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failed::run)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failed::run)?;
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    tokio::spawn(async move {
        for code in [None, Some(130)] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            match code {
                None => {
                    tracing::info!("stopping");
                    stop.cancel();
                }
                Some(code) => std::process::exit(code),
            }
        }
    });
    Ok(shutdown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_setting_of_serve_has_a_flag_and_a_variable_of_the_same_name() {
        let command = Cli::command();
        let serve = command.find_subcommand("serve").unwrap();
        let settings: Vec<_> = serve
            .get_arguments()
            .filter(|arg| !["help", "version"].contains(&arg.get_id().as_str()))
            .collect();
        assert_eq!(settings.len(), 47);
        for arg in settings {
            let flag = arg.get_long().unwrap();
            let variable = format!("BAEDAL_{}", flag.to_uppercase().replace('-', "_"));
            assert_eq!(arg.get_env().unwrap().to_str(), Some(variable.as_str()));
        }
    }
}
