//! The real program as a process of its own, on a port of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a start may take.
const START: Duration = Duration::from_secs(30);
/// Tests look for free ports in a range from which the system hands out none by itself.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port on which nobody listens at present.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let span = PORTS.end - PORTS.start;
    // Test runs beside each other begin at different places.
    let first = (std::process::id() % u32::from(span)) as u16;
    for _ in 0..span {
        let port = PORTS.start + first.wrapping_add(NEXT.fetch_add(7, Ordering::Relaxed)) % span;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

/// `baedal` with these arguments and no setting from the environment.
pub fn baedal<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baedal"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BAEDAL_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command to its end, which has to come within some seconds.
pub fn to_its_end(mut command: Command, within: Duration) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id();
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait_with_output()));
    end.recv_timeout(within)
        .unwrap_or_else(|_| {
            signal("KILL", id);
            panic!("{command:?} did not end within {within:?}")
        })
        .unwrap()
}

/// Sends a signal to a process by its id.
fn signal(name: &str, id: u32) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {id}")).status().unwrap();
    assert!(sent.success(), "{name} could not be sent to {id}");
}

/// A program that runs until it is stopped; dropping it kills it.
pub struct Program {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    arguments: Vec<String>,
    /// What it writes for its operator.
    log: PathBuf,
    /// Where it is to end by itself, as `FAILPOINTS` says it.
    pub crash_at: Option<String>,
    child: Option<Child>,
}

impl Program {
    /// `baedal serve` with the demo world on a folder.
    pub fn serve(data: &Path, more: &[&str]) -> Self {
        Self::start("serve", data, &[&["--demo"], more].concat())
    }

    /// `baedal pay-sandbox` on a folder.
    pub fn pay_sandbox(data: &Path, more: &[&str]) -> Self {
        Self::start("pay-sandbox", data, more)
    }

    fn start(command: &str, data: &Path, more: &[&str]) -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        let data_argument = data.to_str().unwrap();
        let mut arguments = vec![command, "--data", data_argument, "--listen", &listen];
        if !more.contains(&"--log") {
            arguments.extend(["--log", "warn"]);
        }
        arguments.extend(more);
        let arguments = arguments.into_iter().map(str::to_owned).collect();
        let log = data.with_extension("log");
        let mut program =
            Self { base: format!("http://{listen}"), arguments, log, crash_at: None, child: None };
        program.again();
        program
    }

    /// Starts it once more, as before and at the same address; returns when it listens.
    pub fn again(&mut self) {
        let banner = self.begin();
        if banner.recv_timeout(START).is_err() {
            panic!("{:?} did not start:\n{}", self.arguments, self.logged());
        }
    }

    /// Begins to start it; what comes back hears when it listens.
    pub fn begin(&mut self) -> mpsc::Receiver<()> {
        assert!(self.child.is_none(), "it runs already");
        let log = std::fs::File::options().create(true).append(true).open(&self.log).unwrap();
        let mut command = baedal(&self.arguments);
        if let Some(point) = &self.crash_at {
            command.env("FAILPOINTS", point);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (heard, banner) = mpsc::channel();
        // Reads on until the end, so that the program never waits for its reader.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if line.contains("http://") || line.contains("https://") {
                    // Perhaps nobody waits for it.
                    let _ = heard.send(());
                }
            }
        });
        self.child = Some(child);
        banner
    }

    /// Ends it at once, as a power cut would.
    pub fn kill_9(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), None, "it had ended by itself:\n{}", self.logged());
    }

    /// Asks it to stop.
    pub fn ask_to_stop(&self) {
        signal("TERM", self.child.as_ref().unwrap().id());
    }

    /// Waits for its end after [`Program::ask_to_stop`]; how it ended, and after how long.
    pub fn ended(&mut self, within: Duration) -> (ExitStatus, Duration) {
        let mut child = self.child.take().unwrap();
        let since = Instant::now();
        while since.elapsed() < within {
            if let Some(status) = child.try_wait().unwrap() {
                return (status, since.elapsed());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.child = Some(child);
        panic!("it did not end within {within:?}:\n{}", self.logged());
    }

    /// Asks it to stop and waits for that.
    pub fn stop(&mut self) {
        self.ask_to_stop();
        let (status, _) = self.ended(Duration::from_secs(10));
        assert!(status.success(), "{status}:\n{}", self.logged());
    }

    /// How much memory it holds at present, in MB.
    pub fn memory_mb(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.as_ref().unwrap().id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
    }

    /// What it has written for its operator.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
    }
}
