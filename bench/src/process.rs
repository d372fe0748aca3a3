//! Servers as processes of their own, and what the system says about them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

use crate::Failure;

/// How many times a second the system counts a process's time.
const TICKS: f64 = 100.0;

/// What a server logs, line by line. It has to be read for as long as the server runs.
pub(crate) type Log = Lines<BufReader<ChildStderr>>;

/// A server in a process of its own; dropping it kills the process and deletes its folder.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    pid: u32,
    folder: Option<Folder>,
    child: Child,
}

/// A folder that goes when it is dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// A new folder beside this program, so that it is on the disk that the project is on.
    pub(crate) fn new(name: &str) -> Result<Self, Failure> {
        let program = std::env::current_exe()?;
        let beside = program.parent().ok_or("this program is nowhere")?;
        let folder = beside.join(format!("bench-data-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A server that is just ending may still write.
        let mut removed = std::fs::remove_dir_all(&self.0);
        for _ in 0..20 {
            if removed.is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
            removed = std::fs::remove_dir_all(&self.0);
        }
        if let Err(error) = removed {
            eprintln!("{} stays: {error}", self.0.display());
        }
    }
}

impl Server {
    /// The shipped binary on a fresh folder, with the demo city.
    pub(crate) async fn city(binary: &Path, name: &str) -> Result<Self, Failure> {
        Self::city_on(binary, Folder::new(name)?).await
    }

    /// As [`Server::city`], on a folder that is there.
    pub(crate) async fn city_on(binary: &Path, folder: Folder) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"]).arg(&folder.0);
        command.stderr(Stdio::null());
        let mut server = Self::start(command).await?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// As [`Server::city`], with its payment provider elsewhere; its log is handed on line by line.
    pub(crate) async fn city_paid_at(
        binary: &Path,
        name: &str,
        provider: SocketAddr,
    ) -> Result<(Self, Log), Failure> {
        let folder = Folder::new(name)?;
        let mut command = Command::new(binary);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"]).arg(&folder.0);
        command.args(["--payment-url", &format!("http://{provider}")]).stderr(Stdio::piped());
        let mut server = Self::start(command).await?;
        server.folder = Some(folder);
        let log = server.child.stderr.take().ok_or("a server without a log")?;
        Ok((server, BufReader::new(log).lines()))
    }

    /// The payment sandbox of the shipped binary, on a fresh folder.
    pub(crate) async fn provider(binary: &Path, name: &str) -> Result<Self, Failure> {
        let folder = Folder::new(name)?;
        let mut command = Command::new(binary);
        command.args(["pay-sandbox", "--listen", "127.0.0.1:0", "--data"]).arg(&folder.0);
        command.stderr(Stdio::null());
        let mut server = Self::start(command).await?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// Ends it; answers its folder.
    pub(crate) async fn end(mut self) -> Result<Folder, Failure> {
        self.child.kill().await?;
        self.folder.take().ok_or_else(|| "a server without a folder".into())
    }

    /// A file of its folder.
    pub(crate) fn file(&self, name: &str) -> Result<PathBuf, Failure> {
        Ok(self.folder.as_ref().ok_or("a server without a folder")?.0.join(name))
    }

    /// This program again, as a server that only answers, with so many bytes.
    pub(crate) async fn baseline(bytes: usize) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["answer", &bytes.to_string()]).stderr(Stdio::null());
        Self::start(command).await
    }

    async fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let output = child.stdout.take().ok_or("a server without output")?;
        let mut lines = BufReader::new(output).lines();
        let first = tokio::time::timeout(Duration::from_secs(60), lines.next_line()).await??;
        let first = first.ok_or("a server ended before it said where it is")?;
        // What else it prints is taken and dropped.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let addr =
            first.rsplit_once("http://").ok_or("a server that does not say where it is")?.1.trim().parse()?;
        let pid = child.id().ok_or("a server that has ended")?;
        Ok(Self { addr, pid, folder: None, child })
    }

    /// Its memory, in bytes.
    pub(crate) fn memory(&self) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1_024)
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn seconds(&self) -> Result<f64, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        let fields: Vec<&str> = stat.rsplit_once(')').ok_or("no stat")?.1.split_whitespace().collect();
        let ticks: u64 = fields.get(11).ok_or("no utime")?.parse::<u64>()?
            + fields.get(12).ok_or("no stime")?.parse::<u64>()?;
        Ok(ticks as f64 / TICKS)
    }

    /// Waits until it has nothing more to do, at most for `most`; how long that took.
    pub(crate) async fn quiet(&self, most: Duration) -> Result<Duration, Failure> {
        let started = tokio::time::Instant::now();
        let mut calm = 0;
        while started.elapsed() < most {
            let before = self.seconds()?;
            tokio::time::sleep(Duration::from_millis(250)).await;
            calm = if self.seconds()? - before < 0.02 { calm + 1 } else { 0 };
            if calm == 3 {
                break;
            }
        }
        Ok(started.elapsed())
    }
}

/// The server that only answers, on a runtime like the product's.
pub(crate) fn answer(bytes: usize) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let body = "x".repeat(bytes);
        let answering = move || {
            let body = body.clone();
            async move { ([(axum::http::header::CONTENT_TYPE, "application/json")], body) }
        };
        let router = axum::Router::new().route("/api/orders/place", axum::routing::post(answering));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("open on http://{}", listener.local_addr()?);
        axum::serve(listener, router).await?;
        Ok(())
    })
}
