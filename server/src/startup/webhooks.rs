//! Starting what tells other programs: the reader of the log, what gives webhooks what they missed, and the sender.

use super::StartError;
use crate::adapters::clock::Clock;
use crate::adapters::webhooks::{Courier, Door, Lookup, Patience};
use crate::backend::WebhookDesk;
use crate::config::Config;
use crate::live::Tail;
use crate::processes::webhooks::{CatchingUp, Listening, WebhookReader, WebhookSender};
use crate::storage::sqlite::SqliteLog;
use crate::storage::{EventLog, Vault, Webhooks};
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Starts them; answers what runs, and what the pages' port needs.
pub(super) async fn start(
    log: &SqliteLog,
    tail: &Arc<Tail>,
    vault: &Vault,
    clock: &Arc<dyn Clock>,
    config: &Config,
    names: Arc<dyn Lookup>,
    stop: &CancellationToken,
) -> Result<(Vec<JoinHandle<()>>, WebhookDesk), StartError> {
    let store: Arc<dyn Webhooks> = Arc::new(log.clone());
    let log: Arc<dyn EventLog> = Arc::new(log.clone());
    let door = Door::new(config.webhook_allow_private, names);
    let courier = Courier::new(door.clone(), Patience::USUAL)?;
    let listening = Arc::new(Listening::new(store.listening().await?));
    let (sender, catching_up) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let reader = WebhookReader::new(
        Arc::clone(&log),
        Arc::clone(&store),
        Arc::clone(tail),
        Arc::clone(&listening),
        Arc::clone(&sender),
    );
    let behind = CatchingUp::new(
        log,
        Arc::clone(&store),
        Arc::clone(clock),
        Arc::clone(&catching_up),
        Arc::clone(&sender),
    );
    let sending = WebhookSender::new(
        Arc::clone(&store),
        vault.clone(),
        courier,
        Arc::clone(clock),
        Arc::clone(&sender),
    );
    let running = vec![
        tokio::spawn(reader.run(stop.clone())),
        tokio::spawn(behind.run(stop.clone())),
        tokio::spawn(sending.run(stop.clone())),
    ];
    Ok((running, WebhookDesk { store, listening, door, sender, catching_up }))
}
