//! The open connections, and what each of them is about.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Patience;

/// What share of all connections is let go at once when there is no room: those that have been silent for longest.
const SHARE: usize = 64;

/// What a connection is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It has asked for nothing yet; perhaps a part of its first request has come.
    Fresh,
    /// It has been answered, and asks for nothing at present.
    Idle,
    /// A part of another request has come.
    Head,
    /// So many requests are being answered.
    Answering(u32),
    /// It is let go: nothing that still comes is carried out.
    Closed,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Since when.
    since: Instant,
    /// When a byte was last read or written.
    moved: Instant,
    /// The answers of which a piece was handed out and the next has not been asked for since, with when. Bytes that move say nothing of them:
    /// over HTTP/2 a client may ask for signs of life for ever, and read one answer while it leaves others alone.
    handed: Vec<(u64, Instant)>,
    /// The number of the next answer.
    next: u64,
}

impl State {
    fn began(phase: Phase, now: Instant) -> Self {
        Self { phase, since: now, moved: now, handed: Vec::new(), next: 0 }
    }

    /// Whether a piece of an answer has been waiting for so long.
    fn is_left_alone(&self, still: Duration) -> bool {
        self.handed.iter().any(|(_, at)| at.elapsed() >= still)
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    state: Mutex<State>,
    end: CancellationToken,
}

type Table = Arc<Mutex<HashMap<u64, Arc<Connection>>>>;

/// All that are open, and no more than there may be.
#[derive(Debug)]
pub(super) struct Connections {
    open: Table,
    next: AtomicU64,
    most: usize,
}

/// A connection's place among all. Dropping it gives the place back.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) connection: Arc<Connection>,
    id: u64,
    table: Table,
}

/// A request is being answered; until this is dropped.
#[derive(Debug)]
pub(super) struct Answering {
    connection: Arc<Connection>,
    /// Its number among those of the connection.
    number: u64,
}

impl Connections {
    pub(super) fn new(most: usize) -> Self {
        Self { open: Table::default(), next: AtomicU64::new(0), most }
    }

    /// A place for one more. Without room those that have been silent for longest are let go; `None` when all are being answered.
    pub(super) fn open(&self) -> Option<Place> {
        let mut open = lock(&self.open);
        if open.len() >= self.most && !make_room(&mut open, (self.most / SHARE).max(1)) {
            return None;
        }
        let now = Instant::now();
        let connection = Arc::new(Connection {
            state: Mutex::new(State::began(Phase::Fresh, now)),
            end: CancellationToken::new(),
        });
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        open.insert(id, Arc::clone(&connection));
        Some(Place { connection, id, table: Arc::clone(&self.open) })
    }

    /// Lets those go that have been silent for too long.
    pub(super) fn sweep(&self, patience: Patience) {
        let open: Vec<Arc<Connection>> = lock(&self.open).values().cloned().collect();
        for connection in open {
            let mut state = connection.state();
            let is_over = match state.phase {
                Phase::Fresh | Phase::Head => state.since.elapsed() >= patience.head,
                Phase::Idle => state.since.elapsed() >= patience.idle,
                Phase::Answering(_) => {
                    state.moved.elapsed() >= patience.still || state.is_left_alone(patience.still)
                }
                Phase::Closed => false,
            };
            if is_over {
                state.phase = Phase::Closed;
                connection.end.cancel();
            }
        }
    }
}

/// Lets some go that are not being answered. They count no more from here on, though their tasks end a moment later.
fn make_room(open: &mut HashMap<u64, Arc<Connection>>, some: usize) -> bool {
    let mut silent: Vec<(Instant, u64)> = open
        .iter()
        .filter_map(|(id, connection)| {
            let state = connection.state();
            matches!(state.phase, Phase::Fresh | Phase::Idle | Phase::Head).then_some((state.since, *id))
        })
        .collect();
    silent.sort_unstable();
    for (_, id) in silent.iter().take(some) {
        if let Some(connection) = open.get(id)
            && connection.close_unless_answering()
        {
            open.remove(id);
        }
    }
    !silent.is_empty()
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.table).remove(&self.id);
    }
}

impl Connection {
    /// Returns once it is let go.
    pub(super) async fn ended(&self) {
        self.end.cancelled().await;
    }

    /// Lets it go if no request has come whole since it was opened, or since the last one was answered and a part of the next has come.
    /// What is cut off then was not carried out.
    pub(super) fn close_before_request(&self) -> bool {
        let mut state = self.state();
        let is_before = matches!(state.phase, Phase::Fresh | Phase::Head | Phase::Closed);
        if is_before {
            state.phase = Phase::Closed;
        }
        is_before
    }

    fn close_unless_answering(&self) -> bool {
        let mut state = self.state();
        if matches!(state.phase, Phase::Answering(_)) {
            return false;
        }
        state.phase = Phase::Closed;
        self.end.cancel();
        true
    }

    /// Some bytes have come.
    pub(super) fn read(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.moved = now;
        if state.phase == Phase::Idle {
            (state.phase, state.since) = (Phase::Head, now);
        }
    }

    /// Some bytes have gone.
    pub(super) fn wrote(&self) {
        self.state().moved = Instant::now();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Answering {
    /// A request has come whole; `None` when its connection is let go already: then it is not to be carried out.
    pub(super) fn begin(connection: &Arc<Connection>) -> Option<Self> {
        let now = Instant::now();
        let mut state = connection.state();
        let count = match state.phase {
            Phase::Closed => return None,
            Phase::Answering(count) => count + 1,
            Phase::Fresh | Phase::Idle | Phase::Head => 1,
        };
        (state.phase, state.since, state.moved) = (Phase::Answering(count), now, now);
        state.next += 1;
        Some(Self { connection: Arc::clone(connection), number: state.next })
    }

    /// A piece of the answer is handed out, its head included.
    pub(super) fn handed(&self) {
        let now = Instant::now();
        self.connection.state().handed.push((self.number, now));
    }

    /// The next piece is asked for: the one before is on its way.
    pub(super) fn asked(&self) {
        self.connection.state().handed.retain(|(number, _)| *number != self.number);
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.asked();
        let mut state = self.connection.state();
        match state.phase {
            Phase::Answering(count) if count > 1 => state.phase = Phase::Answering(count - 1),
            Phase::Answering(_) => (state.phase, state.since) = (Phase::Idle, Instant::now()),
            Phase::Fresh | Phase::Idle | Phase::Head | Phase::Closed => {}
        }
    }
}

/// Each change under these locks is whole, also where somebody panicked after it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience() -> Patience {
        let seconds = Duration::from_secs;
        Patience { head: seconds(15), idle: seconds(75), still: seconds(60), ..Patience::default() }
    }

    async fn after(connections: &Connections, seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        connections.sweep(patience());
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_has_to_come_soon_however_it_trickles() {
        let connections = Connections::new(10);
        let place = connections.open().unwrap();
        for _ in 0..14 {
            after(&connections, 1).await;
            place.connection.read();
        }
        assert!(!place.connection.end.is_cancelled());
        after(&connections, 1).await;
        assert!(place.connection.end.is_cancelled());
        // What comes whole now is not carried out.
        assert!(Answering::begin(&place.connection).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn between_two_requests_there_is_more_time_until_the_next_one_begins() {
        let connections = Connections::new(10);
        let place = connections.open().unwrap();
        drop(Answering::begin(&place.connection));
        after(&connections, 70).await;
        assert!(!place.connection.end.is_cancelled());
        place.connection.read();
        after(&connections, 14).await;
        assert!(!place.connection.end.is_cancelled());
        after(&connections, 1).await;
        assert!(place.connection.end.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_last_for_as_long_as_somebody_reads_it() {
        let connections = Connections::new(10);
        let place = connections.open().unwrap();
        let _first = Answering::begin(&place.connection).unwrap();
        drop(Answering::begin(&place.connection));
        for _ in 0..20 {
            after(&connections, 59).await;
            assert!(!place.connection.end.is_cancelled());
            place.connection.wrote();
        }
        after(&connections, 60).await;
        assert!(place.connection.end.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn a_piece_of_an_answer_that_is_left_alone_ends_the_connection_whatever_else_moves() {
        let connections = Connections::new(10);
        let place = connections.open().unwrap();
        let read = Answering::begin(&place.connection).unwrap();
        let left = Answering::begin(&place.connection).unwrap();
        left.asked();
        for _ in 0..10 {
            // One that has nothing to say at present is not left alone.
            read.asked();
            after(&connections, 30).await;
            assert!(!place.connection.end.is_cancelled());
            read.handed();
            place.connection.read();
        }
        read.asked();
        left.handed();
        for _ in 0..59 {
            after(&connections, 1).await;
            place.connection.read();
            place.connection.wrote();
        }
        assert!(!place.connection.end.is_cancelled());
        after(&connections, 1).await;
        assert!(place.connection.end.is_cancelled());
        drop(left);
        assert!(place.connection.state().handed.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn without_room_the_longest_silent_one_goes_and_nobody_who_is_answered() {
        let connections = Connections::new(3);
        let busy = connections.open().unwrap();
        let _answer = Answering::begin(&busy.connection).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let old = connections.open().unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let young = connections.open().unwrap();
        let next = connections.open().unwrap();
        let is_over = |place: &Place| place.connection.end.is_cancelled();
        assert_eq!([&busy, &old, &young, &next].map(is_over), [false, true, false, false]);
        let _more = [&young, &next].map(|place| Answering::begin(&place.connection).unwrap());
        assert!(connections.open().is_none());
        drop(young);
        assert!(connections.open().is_some());
    }
}
