//! From the queue to where webhooks lead.

use super::slow::Slow;
use crate::adapters::clock::{Clock, monotonic, random_bytes};
use crate::adapters::webhooks::{Answer, Courier, Outgoing};
use crate::crash;
use crate::storage::{Handed, LogError, Room, Vault, WaitingLetter, Webhooks};
use domain::shared::{AccountId, OrderId, WebhookId};
use domain::webhook::{Tried, event_id, failed};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long to wait when nothing is known to be due, or the storage has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a stop waits for what is being sent.
const LAST: Duration = Duration::from_secs(2);
/// Calls at a time.
const CALLS: usize = 64;
/// Calls at a time to webhooks whose last message did not get through, and to those of accounts whose receivers take their time: whoever
/// works, and soon, always has the other half.
const SHAKY: usize = CALLS / 2;
/// Calls at a time to one host.
const EACH_HOST: usize = 4;
/// Calls at a time for one account.
const EACH_ACCOUNT: usize = 8;

/// Sends what waits.
pub struct WebhookSender {
    post: Arc<Post>,
    wake: Arc<Notify>,
}

/// What one call needs.
struct Post {
    webhooks: Arc<dyn Webhooks>,
    vault: Vault,
    courier: Courier,
    clock: Arc<dyn Clock>,
}

/// Whose turn it is: the messages about one order to one webhook go one after the other.
type Turn = (WebhookId, Option<OrderId>);

/// A call that is under way.
struct Call {
    host: String,
    account: AccountId,
    is_shaky: bool,
}

/// How a call has ended.
struct Ended {
    turn: Turn,
    /// How long the receiver took; `None` when nobody was asked.
    took: Option<Duration>,
    /// Whether it was noted; otherwise the message waits, and the sender had better wait too.
    noted: bool,
}

/// The calls that are under way, and who takes their time.
#[derive(Default)]
struct Calls {
    busy: HashMap<Turn, Call>,
    slow: Slow,
}

impl Calls {
    /// One has ended; answers whether that was noted.
    fn end(&mut self, ended: Ended) -> bool {
        if let (Some(call), Some(took)) = (self.busy.remove(&ended.turn), ended.took) {
            self.slow.heard(call.account, took, monotonic());
        }
        ended.noted
    }

    fn shaky(&self) -> usize {
        self.busy.values().filter(|call| call.is_shaky).count()
    }
}

impl WebhookSender {
    /// A sender that is woken by `wake`.
    pub fn new(
        webhooks: Arc<dyn Webhooks>,
        vault: Vault,
        courier: Courier,
        clock: Arc<dyn Clock>,
        wake: Arc<Notify>,
    ) -> Self {
        Self { post: Arc::new(Post { webhooks, vault, courier, clock }), wake }
    }

    /// Sends until it is told to stop, and then ends what it has begun.
    pub async fn run(self, stop: CancellationToken) {
        let (ended, mut ends) = mpsc::unbounded_channel::<Ended>();
        let calls = TaskTracker::new();
        // The data folder is this process's alone, so what it sends is leased by being here.
        let mut under_way = Calls::default();
        while !stop.is_cancelled() {
            let mut trouble = false;
            while let Ok(ended) = ends.try_recv() {
                trouble |= !under_way.end(ended);
            }
            let wait = if trouble { PAUSE } else { self.start_due(&mut under_way, &ended, &calls).await };
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.wake.notified(), if !trouble => {}
                () = tokio::time::sleep(wait) => {}
                Some(ended) = ends.recv(), if !trouble => {
                    if !under_way.end(ended) {
                        tokio::select! {
                            () = stop.cancelled() => break,
                            () = tokio::time::sleep(PAUSE) => {}
                        }
                    }
                }
            }
        }
        calls.close();
        // What is cut off here is sent again after the next start.
        if tokio::time::timeout(LAST, calls.wait()).await.is_err() {
            tracing::warn!("stopped with messages to webhooks still being sent");
        }
    }

    /// Begins to send what is due, as far as there is room; answers how long to wait for more.
    async fn start_due(
        &self,
        under_way: &mut Calls,
        ended: &mpsc::UnboundedSender<Ended>,
        calls: &TaskTracker,
    ) -> Duration {
        let busy = &under_way.busy;
        if busy.len() >= CALLS {
            return PAUSE;
        }
        let now = self.post.clock.now();
        let has_shaky_room = under_way.shaky() < SHAKY;
        let mut full_accounts = full(busy.values().map(|call| call.account), EACH_ACCOUNT);
        if !has_shaky_room {
            full_accounts.extend(under_way.slow.accounts(monotonic()));
        }
        let room = Room {
            // Those that are being sent still wait, and are among them.
            limit: (CALLS + busy.len()) as u32,
            each: 2 * EACH_ACCOUNT as u32,
            shaky: has_shaky_room,
            full_hosts: full(busy.values().map(|call| call.host.clone()), EACH_HOST),
            full_accounts,
        };
        let due = match self.post.webhooks.due_letters(now, &room).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "messages to webhooks cannot be read");
                return PAUSE;
            }
        };
        for letter in due {
            let turn = (letter.id.webhook, letter.order);
            let is_shaky = letter.is_shaky || under_way.slow.is_slow(letter.account, monotonic());
            let call = Call { host: letter.host.clone(), account: letter.account, is_shaky };
            if under_way.busy.contains_key(&turn) || !has_room(&under_way.busy, &call) {
                continue;
            }
            under_way.busy.insert(turn, call);
            let (post, ended) = (Arc::clone(&self.post), ended.clone());
            calls.spawn(async move {
                let (took, noted) = post.carry_out(letter).await;
                // The sender has gone only when everything stops.
                ended.send(Ended { turn, took, noted }).ok();
            });
        }
        match self.post.webhooks.next_letter(now).await {
            Ok(Some(due)) => Duration::from_millis(due.since(now).max(0) as u64).min(PAUSE),
            Ok(None) => PAUSE,
            Err(error) => {
                tracing::error!(%error, "when the next message to a webhook is due cannot be read");
                PAUSE
            }
        }
    }
}

/// Those of which there are so many.
fn full<T: Eq + Hash>(all: impl Iterator<Item = T>, most: usize) -> Vec<T> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= most).map(|(one, _)| one).collect()
}

fn has_room(busy: &HashMap<Turn, Call>, next: &Call) -> bool {
    let count = |is_so: &dyn Fn(&Call) -> bool| busy.values().filter(|call| is_so(call)).count();
    busy.len() < CALLS
        && count(&|call| call.host == next.host) < EACH_HOST
        && count(&|call| call.account == next.account) < EACH_ACCOUNT
        && (!next.is_shaky || count(&|call| call.is_shaky) < SHAKY)
}

impl Post {
    /// Sends a message and notes what became of it; answers how long the receiver took, if it was asked, and whether that could be noted.
    async fn carry_out(&self, letter: WaitingLetter) -> (Option<Duration>, bool) {
        let id = letter.id;
        let Some((handed, took)) = self.send(&letter).await else {
            return (None, false);
        };
        match &handed {
            Handed::Dead { error, .. } => {
                tracing::error!(letter = %id, error, "a message to a webhook was given up")
            }
            Handed::Gone { error } => tracing::warn!(letter = %id, error, "a webhook's receiver is gone"),
            Handed::Delivered | Handed::Again { .. } => {}
        }
        crash::at("webhooks", "before_note");
        let noted = self.webhooks.note_letter(id, handed, self.clock.now()).await;
        crash::at("webhooks", "after_note");
        if let Err(error) = &noted {
            // It still waits, and is sent once more.
            tracing::error!(letter = %id, %error, "what became of a message to a webhook could not be noted");
        }
        (took, noted.is_ok())
    }

    /// Sends a message; answers what came of it and how long the receiver took, if it was asked. `None` when the message stays as it is.
    async fn send(&self, letter: &WaitingLetter) -> Option<(Handed, Option<Duration>)> {
        let secrets = match self.secrets(letter).await {
            Ok(secrets) => secrets,
            Err(error) => {
                tracing::error!(letter = %letter.id, %error, "the secret of a webhook cannot be read");
                return None;
            }
        };
        if secrets.is_empty() {
            return Some((self.again(letter, "the secret is gone; replace it".to_owned()), None));
        }
        let id = event_id(letter.id.position);
        let outgoing = Outgoing {
            url: &letter.url,
            id: &id,
            at: self.clock.now(),
            body: &letter.body,
            secrets: &secrets,
        };
        crash::at("webhooks", "before_call");
        let asked = monotonic();
        let answer = self.courier.deliver(outgoing).await;
        let took = asked.elapsed();
        crash::at("webhooks", "after_call");
        let handed = match answer {
            Answer::Taken => Handed::Delivered,
            Answer::Gone => Handed::Gone { error: "HTTP 410".to_owned() },
            Answer::Failed { reason } => self.again(letter, reason),
        };
        Some((handed, Some(took)))
    }

    /// The secrets that sign now: the present one first.
    async fn secrets(&self, letter: &WaitingLetter) -> Result<Vec<[u8; 32]>, LogError> {
        let now = self.clock.now();
        let old = letter.old_secret.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let mut secrets = Vec::with_capacity(2);
        for sealed in std::iter::once(&letter.secret).chain(old) {
            secrets.extend(self.vault.open_secret(letter.account, letter.id.webhook.0, sealed).await?);
        }
        Ok(secrets)
    }

    fn again(&self, letter: &WaitingLetter, error: String) -> Handed {
        match failed(letter.attempts, self.clock.now(), random_bytes::<1>()[0]) {
            Tried::Again { attempts, due } => Handed::Again { due, attempts, error },
            Tried::Dead { attempts } => Handed::Dead { attempts, error },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// A call to a host and for an account that has no other.
    fn call(number: u128, is_shaky: bool) -> (Turn, Call) {
        let id = Uuid::from_u128(number);
        let call = Call { host: format!("host{number}"), account: AccountId(id), is_shaky };
        ((WebhookId(id), None), call)
    }

    #[test]
    fn whoever_fails_or_takes_time_leaves_half_of_all_calls_to_the_others() {
        let mut under_way = Calls::default();
        for number in 0..CALLS as u128 {
            let (turn, call) = call(number, true);
            if has_room(&under_way.busy, &call) {
                under_way.busy.insert(turn, call);
            }
        }
        assert_eq!((under_way.busy.len(), under_way.shaky()), (SHAKY, SHAKY));
        let (_, quick) = call(1_000, false);
        assert!(has_room(&under_way.busy, &quick));
    }

    #[test]
    fn an_account_that_held_a_call_for_long_is_slow_whatever_it_said() {
        let mut under_way = Calls::default();
        let (turn, call) = call(1, false);
        let account = call.account;
        under_way.busy.insert(turn, call);
        assert!(under_way.end(Ended { turn, took: Some(Duration::from_secs(9)), noted: true }));
        assert!(under_way.slow.is_slow(account, monotonic()));
        assert!(under_way.busy.is_empty());
    }
}
