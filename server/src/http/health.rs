//! Whether this process answers, and whether it can do its work.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use domain::processes::place_order;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::processes::{notices, webhooks};
use crate::router::AppState;
use crate::storage::EventLog;

/// How long the database may take for an answer.
const DATABASE: Duration = Duration::from_secs(2);

/// `GET /healthz`: 200 and `ok` for as long as the process serves.
// A handler of axum is asynchronous.
#[allow(clippy::unused_async)]
pub async fn healthz() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "ok\n")
}

/// `GET /readyz`: 200 when the city can do its work, otherwise 503; what it looked at as JSON.
pub async fn readyz(State(state): State<AppState>) -> Response {
    let report = state.readiness.look().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CACHE_CONTROL, "no-store")], Json(report)).into_response()
}

/// What has to be so for the city to be ready.
pub struct Readiness {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// Cancelled when the writer of the log has ended.
    pub writer_ended: CancellationToken,
    /// Cancelled when a stop was asked for.
    pub stopping: CancellationToken,
    /// The data folder.
    pub data: PathBuf,
    /// The least room on its disk, in bytes.
    pub min_free: u64,
    /// How many events the processes may be behind the log.
    pub most_behind: u64,
}

/// What was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) ready: bool,
    checks: Checks,
}

#[derive(Debug, Serialize)]
struct Checks {
    /// It has not been asked to stop.
    serving: Check,
    /// The database can be read.
    database: Check,
    /// The log's writer lives.
    writer: Check,
    /// Steps of orders keep up with the log.
    processes: Check,
    /// Notices keep up with the log.
    notices: Check,
    /// Messages to webhooks keep up with the log.
    webhooks: Check,
    /// There is room on the disk.
    disk: Check,
}

/// One look, with what it was about.
#[derive(Debug, Default, Serialize)]
struct Check {
    ok: bool,
    /// Events behind the end of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    behind: Option<u64>,
    /// Room on the disk, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    free_mb: Option<u64>,
}

impl From<bool> for Check {
    fn from(ok: bool) -> Self {
        Self { ok, ..Self::default() }
    }
}

impl Readiness {
    pub(super) async fn look(&self) -> Report {
        let positions = async {
            let head = self.log.head().await?;
            let steps = self.log.cursor(place_order::NAME).await?;
            let notices = self.log.cursor(notices::NAME).await?;
            let webhooks = self.log.cursor(webhooks::NAME).await?;
            Ok::<_, crate::storage::LogError>((head, [steps, notices, webhooks]))
        };
        let read = match tokio::time::timeout(DATABASE, positions).await {
            Ok(Ok(read)) => Some(read),
            Ok(Err(error)) => {
                tracing::error!(%error, "the database cannot be read");
                None
            }
            Err(_) => None,
        };
        // What cannot be read is no lag.
        let [processes, notices, webhooks] = read.map_or_else(Default::default, |(head, cursors)| {
            cursors.map(|cursor| {
                let behind = head.saturating_sub(cursor);
                Check { ok: behind <= self.most_behind, behind: Some(behind), ..Check::default() }
            })
        });
        let checks = Checks {
            serving: (!self.stopping.is_cancelled()).into(),
            database: read.is_some().into(),
            writer: (!self.writer_ended.is_cancelled()).into(),
            processes,
            notices,
            webhooks,
            disk: self.disk().await,
        };
        let all = [
            &checks.serving,
            &checks.database,
            &checks.writer,
            &checks.processes,
            &checks.notices,
            &checks.webhooks,
            &checks.disk,
        ];
        Report { ready: all.iter().all(|check| check.ok), checks }
    }

    /// A disk may hang: it is asked beside the requests.
    async fn disk(&self) -> Check {
        let folder = self.data.clone();
        let asked = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&folder));
        match tokio::time::timeout(DATABASE, asked).await {
            Ok(Ok(Ok(disk))) => {
                let free = disk.f_bavail.saturating_mul(disk.f_frsize);
                Check { ok: free >= self.min_free, free_mb: Some(free >> 20), ..Check::default() }
            }
            Ok(Ok(Err(error))) => {
                tracing::error!(%error, "the disk of the data folder cannot be asked");
                Check::default()
            }
            Ok(Err(_)) | Err(_) => Check::default(),
        }
    }
}
