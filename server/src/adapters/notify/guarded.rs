//! A provider of messages behind its circuit breaker.

use super::{Notifier, NotifyError, Outbound, Sent};
use crate::adapters::breaker::Breaker;
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// A provider that is not asked while its breaker is open, and not waited for longer than this. A refusal shows that it works; no answer,
/// and one that says nothing, count against it.
pub struct Guarded {
    inner: Arc<dyn Notifier>,
    breaker: Breaker,
    patience: Duration,
}

impl Guarded {
    /// This provider behind this breaker.
    pub fn new(inner: Arc<dyn Notifier>, breaker: Breaker, patience: Duration) -> Self {
        Self { inner, breaker, patience }
    }

    async fn ask(&self, message: &Outbound) -> Result<Sent, NotifyError> {
        let late = |_| NotifyError::Unavailable { reason: "no answer in time".to_owned() };
        tokio::time::timeout(self.patience, self.inner.send(message)).await.map_err(late)?
    }
}

#[async_trait]
impl Notifier for Guarded {
    async fn send(&self, message: &Outbound) -> Result<Sent, NotifyError> {
        let failed =
            |answer: &Result<Sent, NotifyError>| matches!(answer, Err(NotifyError::Unavailable { .. }));
        self.breaker.call(self.ask(message), failed).await.unwrap_or(Err(NotifyError::Open))
    }
}
