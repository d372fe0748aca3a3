//! Measures a city: real HTTP over the loopback, the shipped binary in a process of its own, the clients in this one.
//!
//! `bench [--quick] [--only PART]...` measures; `bench answer BYTES` is the server that only answers, which the first one starts.

mod api;
mod bare;
mod http;
mod load;
mod people;
mod placing;
mod process;
mod raw;
mod report;
mod saga;
mod sizes;
mod streams;
mod trouble;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use report::Report;

/// That of the measured program: the baseline has no worse one, and the server inside of this process the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Why something could not be measured.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long things are measured.
pub(crate) struct Lengths {
    /// Rounds of both kinds.
    pub(crate) rounds: u32,
    /// A round of the baseline.
    pub(crate) baseline: Duration,
    /// A round of placing.
    pub(crate) placing: Duration,
    /// How long a round waits until the last one's work is done.
    pub(crate) patience: Duration,
    /// Whole orders.
    pub(crate) saga: Duration,
    /// Live streams.
    pub(crate) streams: usize,
    /// Events to all of them.
    pub(crate) events: u32,
    /// Orders of the customer who has few, and of the one who has many.
    pub(crate) orders: [u32; 2],
    /// Pages asked of each, one after the other.
    pub(crate) pages: u32,
    /// How long the payment provider answers before it hangs.
    pub(crate) undisturbed: Duration,
    /// How long it hangs.
    pub(crate) hang: Duration,
}

impl Lengths {
    fn of(quick: bool) -> Self {
        let seconds = Duration::from_secs;
        if quick {
            Self {
                rounds: 1,
                baseline: seconds(1),
                placing: seconds(2),
                patience: seconds(10),
                saga: seconds(3),
                streams: 200,
                events: 5,
                orders: [100, 2_000],
                pages: 200,
                undisturbed: seconds(5),
                hang: seconds(20),
            }
        } else {
            Self {
                rounds: 3,
                baseline: seconds(2),
                placing: seconds(4),
                patience: seconds(60),
                saga: seconds(10),
                streams: 5_000,
                events: 20,
                orders: [1_000, 100_000],
                pages: 1_000,
                undisturbed: seconds(20),
                hang: seconds(60),
            }
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("answer") => arguments
            .get(1)
            .and_then(|bytes| bytes.parse().ok())
            .ok_or("how many bytes?".into())
            .and_then(process::answer),
        _ => measure(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &[String]) -> Result<(), Failure> {
    let lengths = Lengths::of(arguments.iter().any(|argument| argument == "--quick"));
    let only: Vec<&str> =
        arguments.windows(2).filter(|pair| pair[0] == "--only").map(|pair| pair[1].as_str()).collect();
    let wanted = |part: &str| only.is_empty() || only.contains(&part);
    let beside = std::env::current_exe()?.parent().map(PathBuf::from).ok_or("this program is nowhere")?;
    let binary = beside.join("baedal");
    let world = server::demo::world()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut report = Report::default();
    runtime.block_on(async {
        if wanted("sizes") {
            sizes::sizes(&mut report, &binary).await?;
        }
        if wanted("placing") {
            placing::rates(&mut report, &binary, world, &lengths).await?;
        }
        if wanted("stages") {
            placing::stages(&mut report, world, &lengths).await?;
        }
        if wanted("saga") {
            saga::saga(&mut report, &binary, world, &lengths).await?;
        }
        if wanted("streams") {
            streams::streams(&mut report, &binary, world, &lengths).await?;
        }
        if wanted("api") {
            api::api(&mut report, &binary, world, &lengths).await?;
        }
        if wanted("trouble") {
            trouble::trouble(&mut report, &binary, world, &lengths).await?;
        }
        Ok::<_, Failure>(())
    })?;
    report.write(&beside.parent().unwrap_or(&beside).join("bench.json"))
}
