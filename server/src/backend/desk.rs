//! What owners and riders ask for.

use super::{Desk, failed, version_of_rider};
use crate::adapters::cells::cells_near;
use crate::commands::{Asked, Commands, account};
use crate::read_models::{Around, TicketDoc};
use crate::storage::Once;
use app::backend::Answer;
use domain::delivery::{Phase, RiderChange};
use domain::shared::{OrderId, Personal};
use domain::views::{
    BoardView, Caller, Fault, JobCard, JobDetail, KitchenLoad, RiderAction, RiderView, Role, TicketCard,
};

/// Tickets shown after they have left.
const LEFT: u32 = 12;

impl Desk {
    pub(super) async fn show_board(&self, caller: &Caller) -> Answer<BoardView> {
        let id = account(caller, Role::Owner)?.store.ok_or(Fault::NotFound)?;
        let now = self.clock.now();
        let board = self.views.board(id, LEFT).await.map_err(failed("board"))?;
        let store = board.store.ok_or(Fault::NotFound)?;
        let profile = store.profile.as_ref().ok_or(Fault::NotFound)?;
        let mut tickets = Vec::with_capacity(board.tickets.len() + board.left.len());
        for doc in board.left.into_iter().chain(board.tickets) {
            tickets.push(self.card(doc).await?);
        }
        Ok(BoardView {
            position: board.position,
            now,
            key: self.key(),
            store: id,
            name: profile.name.clone(),
            load: KitchenLoad { open: board.open, capacity: profile.capacity },
            openness: store.openness(now),
            answer_limit_minutes: profile.answer_limit_minutes,
            cooking_minutes: profile.cooking_minutes,
            busy_minutes: store.busy_minutes,
            tickets,
        })
    }

    pub(super) async fn card(&self, doc: TicketDoc) -> Answer<TicketCard> {
        let personal =
            self.vault.open(doc.customer, &doc.sealed).await.map_err(failed("board"))?.unwrap_or_default();
        Ok(TicketCard { address: personal.address, note: personal.note_to_store, ..doc.card })
    }

    pub(super) async fn show_rider(&self, caller: &Caller) -> Answer<RiderView> {
        let id = account(caller, Role::Rider)?.id;
        let now = self.clock.now();
        let state = self.views.rider(id).await.map_err(failed("rider"))?;
        let cells = state.looks_from().map(|place| cells_near(place, self.radius_m)).unwrap_or_default();
        let around = Around { state, radius_m: self.radius_m, cells };
        let answer = self.views.jobs(id, &around, &now.in_seoul().day()).await.map_err(failed("rider"))?;
        let mut mine = Vec::with_capacity(answer.mine.len());
        for doc in answer.mine {
            let personal = self
                .vault
                .open(doc.customer, &doc.sealed)
                .await
                .map_err(failed("rider"))?
                .unwrap_or_default();
            mine.push(detail(doc.card, doc.phase, personal));
        }
        Ok(RiderView {
            position: answer.position,
            now,
            key: self.key(),
            on_duty: state.on_duty,
            place: state.place,
            radius_m: self.radius_m,
            jobs: answer.offered.into_iter().map(|doc| doc.card).collect(),
            more_jobs: answer.more,
            mine,
            done_today: answer.done,
            earned_today: answer.earned,
        })
    }

    pub(super) async fn job_action(
        &self,
        caller: &Caller,
        order: OrderId,
        action: RiderAction,
        key: &str,
    ) -> Answer<()> {
        self.job_action_by(&self.commands, caller, order, action, key).await
    }

    /// Acts on a job by these commands.
    pub(crate) async fn job_action_by(
        &self,
        commands: &Commands,
        caller: &Caller,
        order: OrderId,
        action: RiderAction,
        key: &str,
    ) -> Answer<()> {
        let id = account(caller, Role::Rider)?.id;
        let state = self.views.rider(id).await.map_err(failed("job"))?;
        commands.act_on_job(caller, order, action, state, key).await.map(|_| ())
    }

    /// Changes a rider's duty or position; once under a key.
    pub(crate) async fn change_rider(
        &self,
        caller: &Caller,
        change: RiderChange,
        asked: &Asked,
    ) -> Answer<()> {
        let rider = account(caller, Role::Rider)?;
        let id = rider.id;
        let command = match change {
            RiderChange::Duty(_) => "duty",
            RiderChange::Place(_) => "position",
        };
        let key = asked.key_of(rider, command, Some(&id))?;
        let _turn = self.turns.of(id).await;
        let before = self.views.rider(id).await.map_err(failed("rider"))?;
        self.is_as_seen(asked, key.as_ref(), version_of_rider(before)).await?;
        let is_change = before.after(change) != before;
        let once = match (is_change, key) {
            (true, key) => self.views.change_rider(id, change, self.clock.now(), key).await,
            (false, Some(key)) => self.log.keep(key, id.0).await,
            (false, None) => Ok(Once::Done),
        };
        match once.map_err(failed("rider"))? {
            Once::Before(ran) => ran.map(drop),
            Once::Done => {
                if is_change {
                    // An error only says that no rider has a stream open.
                    drop(self.moved.send(id));
                }
                Ok(())
            }
        }
    }
}

/// A job as the rider who has it sees it.
pub(super) fn detail(card: JobCard, phase: Phase, personal: Personal) -> JobDetail {
    JobDetail {
        card,
        phase,
        name: personal.name,
        phone: personal.phone,
        address: personal.address,
        address_detail: personal.address_detail,
        point: personal.point,
        note: personal.note_to_rider,
    }
}
