//! The storage contract: what every adapter of the storage ports has to keep, as stories that know the ports alone. An adapter comes
//! with a [`Bench`] of its own, and `contract!` runs all stories on it.

mod groups;
mod keys;
mod log;
mod pages;
mod repeats;
mod riders;
mod sqlite;
mod town;
mod views;
mod work;

use domain::shared::OrderId;
use server::adapters::clock::ManualClock;
use server::read_models::Views;
use server::storage::{Committed, EventLog, KeyStore};
use std::sync::Arc;
use uuid::Uuid;

/// The ports of an adapter, open on one database.
#[derive(Clone)]
pub struct Ports {
    pub log: Arc<dyn EventLog>,
    pub views: Arc<dyn Views>,
    pub keys: Arc<dyn KeyStore>,
}

/// A row of the log as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub position: i64,
    pub stream: Uuid,
    pub context: String,
    pub version: i64,
    pub kind: String,
    pub correlation: Uuid,
    pub causation: Uuid,
    pub actor: String,
}

/// A row of the work table as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredWork {
    pub id: Uuid,
    pub owner: Uuid,
    pub until: i64,
    pub is_open: bool,
    pub error: String,
}

/// What a story makes go wrong for one order.
#[derive(Clone, Copy, Debug)]
pub enum Broken {
    /// Its events cannot be inserted.
    Log,
    /// Its read model cannot be written.
    Projection,
}

/// An adapter on a database of its own, with what a story has to see and do behind the ports' back.
#[async_trait::async_trait]
pub trait Bench: Send + Sync + Sized {
    /// On an empty database.
    async fn fresh() -> Self;
    /// The ports.
    fn ports(&self) -> Ports;
    /// Closes the database and opens it again: nothing in memory survives.
    async fn reopen(&mut self);
    /// The clock the adapter goes by.
    fn clock(&self) -> &ManualClock;
    /// Everything the commit listener has heard, in order.
    fn heard(&self) -> Vec<Arc<Committed>>;
    /// Commands and transactions since it was opened.
    fn groups(&self) -> (u64, u64);
    /// The log as it lies there, read by another connection.
    async fn stored(&self) -> Vec<Stored>;
    /// The work rows, by another connection.
    async fn stored_work(&self) -> Vec<StoredWork>;
    /// Keeps the writer from beginning a transaction until what this answers is dropped.
    async fn hold(&self) -> Box<dyn std::any::Any + Send>;
    /// Makes something go wrong for one order from now on, until [`Bench::repair`].
    async fn sabotage(&self, what: Broken, order: OrderId);
    /// Undoes what was made to go wrong.
    async fn repair(&self);
    /// Every byte that lies on the disk.
    async fn bytes(&self) -> Vec<u8>;
    /// Drops the read models and builds them again from the log.
    async fn rebuild(&mut self);
}

/// One test for each story.
macro_rules! contract {
    ($bench:ty: $($chapter:ident { $($story:ident,)* })*) => {
        $(mod $chapter {
            $(#[tokio::test]
            async fn $story() {
                super::super::$chapter::$story::<$bench>().await;
            })*
        })*
    };
}

/// SQLite keeps the contract. Another adapter lists its own bench here.
mod on_sqlite {
    contract! { super::super::sqlite::SqliteBench:
        log {
            positions_have_no_gaps_and_versions_count_from_one_in_each_stream,
            every_event_names_its_order_its_command_and_its_actor,
            the_topic_index_answers_each_event_once_and_in_order,
            a_refused_command_appends_nothing,
            the_log_survives_reopening,
        }
        repeats {
            the_same_key_gives_the_same_answer_also_for_a_refusal,
            a_key_with_another_body_is_refused_and_scopes_do_not_meet,
            of_many_commands_with_one_key_one_is_carried_out,
            a_key_from_before_the_start_costs_its_neighbours_nothing,
            a_repeat_from_before_the_start_is_no_look_at_something_older,
            of_commands_that_race_for_a_state_one_wins,
        }
        groups {
            waiting_commands_share_a_transaction,
            a_failing_insert_rolls_back_that_command_alone,
            a_failing_projection_rolls_back_that_command_alone,
            what_ran_apart_is_what_readers_see,
            a_stream_that_exists_already_fails_that_command_alone,
            listeners_hear_what_was_committed_and_nothing_else,
        }
        work {
            a_step_is_completed_once,
            a_step_that_is_given_up_is_kept_until_it_is_opened_again,
            a_step_stays_open_when_its_command_fails,
            cursor_and_work_survive_reopening,
            a_retry_moves_due_and_attempts,
            what_is_old_is_forgotten_and_nothing_else,
        }
        keys {
            a_customers_key_is_made_once,
            personal_fields_are_never_stored_in_the_clear,
            a_destroyed_key_shuts_every_envelope_also_after_a_rebuild,
            a_destroyed_key_is_nowhere_on_the_disk,
        }
        pages {
            a_page_of_orders_is_exact_wherever_it_lies,
            a_page_of_tickets_is_exact_wherever_it_lies,
            what_was_not_committed_takes_no_place,
        }
        views {
            what_was_just_done_is_read_next,
            orders_are_found_by_their_number,
            a_rebuild_answers_the_same,
            riders_are_remembered,
        }
        riders {
            of_more_offers_than_a_list_holds_the_nearest_are_shown,
            a_riders_earnings_are_what_the_settlement_pays_however_an_order_ends,
            what_was_handed_over_counts_at_once_and_moves_to_the_day_of_its_end,
        }
    }
}
