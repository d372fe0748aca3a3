//! `baedal pay-sandbox`.

use clap::Args;
use clap::builder::BoolishValueParser;
use tokio::net::TcpListener;

use super::{DataArgs, Failed, start_logging, stop_on_signals};
use crate::config::{address, folder, number};
use crate::pay_sandbox::{self, SandboxConfig};

#[derive(Debug, Args)]
pub(super) struct SandboxArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "BAEDAL_SANDBOX_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:3001")]
    listen: String,
    /// How long the slow test card takes, in milliseconds.
    #[arg(long, env = "BAEDAL_SANDBOX_SLOW_MS", value_name = "MS", default_value = "3000")]
    slow_ms: String,
    /// Lets anybody who reaches it stop all payments by POST /control. For tests.
    #[arg(long, env = "BAEDAL_SANDBOX_CONTROL", value_parser = BoolishValueParser::new())]
    control: bool,
    /// What to log.
    #[arg(long, env = "BAEDAL_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

/// Minutes a customer has for deciding on the provider's page.
const CUSTOMER_MINUTES: u64 = 10;
/// The provider's file in the data folder.
const FILE: &str = "pay-sandbox.db";

/// Runs the provider until SIGINT or SIGTERM.
pub(super) async fn run(args: SandboxArgs) -> Result<(), Failed> {
    let data = folder("data", &args.data.data)?;
    let listen = address("listen", &args.listen)?;
    let slow_ms = number("slow-ms", &args.slow_ms, "milliseconds", 0, 600_000)?;
    start_logging(&args.log)?;
    let shutdown = stop_on_signals()?;
    let config = SandboxConfig {
        path: data.join(FILE),
        slow_ms,
        customer_minutes: CUSTOMER_MINUTES,
        control: args.control,
    };
    let sandbox = pay_sandbox::open(config).await.map_err(Failed::run)?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| Failed::Run(format!("--listen: {listen} cannot be listened on: {error}")))?;
    let address = listener.local_addr().map_err(Failed::run)?;
    println!("The payment sandbox listens on http://{address}");
    pay_sandbox::serve(sandbox, listener, shutdown).await.map_err(Failed::run)
}
