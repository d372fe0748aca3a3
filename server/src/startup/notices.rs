//! Starting what tells people: the reader of the log, and the sender where notices go to phones.

use super::StartError;
use crate::accounts::Accounts;
use crate::adapters::breaker::Breaker;
use crate::adapters::clock::Clock;
use crate::adapters::notify::{Guarded, Notifier, Solapi};
use crate::backend::Provider;
use crate::config::{Config, NotifyConfig};
use crate::live::Tail;
use crate::processes::notices::{NoticeReader, NoticeSender, SenderSettings};
use crate::storage::{EventLog, Outbox};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The provider of messages, as the operator knows it.
const MESSAGES: &str = "messages";
/// The longest a connection to it may take to come about.
const CONNECT: Duration = Duration::from_secs(3);
/// The longest a whole call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What reader and sender work with.
pub(super) struct Tools {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) outbox: Arc<dyn Outbox>,
    pub(super) tail: Arc<Tail>,
    pub(super) accounts: Accounts,
    pub(super) clock: Arc<dyn Clock>,
    /// Wakes the sender.
    pub(super) wake: Arc<Notify>,
}

/// Starts them; answers what runs, and the provider where there is one.
pub(super) fn start(
    tools: Tools,
    config: &Config,
    stop: &CancellationToken,
) -> Result<(Vec<JoinHandle<()>>, Option<Provider>), StartError> {
    let Tools { log, outbox, tail, accounts, clock, wake } = tools;
    let reader = NoticeReader::new(log, Arc::clone(&outbox), tail);
    let NotifyConfig::Solapi(account) = &config.notify else {
        return Ok((vec![tokio::spawn(reader.run(stop.clone()))], None));
    };
    let solapi: Arc<dyn Notifier> = Arc::new(Solapi::new((**account).clone(), CONNECT, Arc::clone(&clock))?);
    // Providers differ in what they sell, not in how long one lets them be.
    let breaker = Breaker::new(MESSAGES, config.payment_breaker);
    let notifier = Arc::new(Guarded::new(solapi, breaker.clone(), PATIENCE));
    let reader = reader.sending(accounts.clone(), Arc::clone(&wake));
    let sender =
        NoticeSender::new(outbox, accounts, notifier, breaker.clone(), clock, wake, SenderSettings::USUAL);
    let running = vec![tokio::spawn(reader.run(stop.clone())), tokio::spawn(sender.run(stop.clone()))];
    Ok((running, Some(Provider { name: MESSAGES, breaker })))
}
