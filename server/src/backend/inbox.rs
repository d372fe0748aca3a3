//! What people were told, and what the operator does about notices that could not be sent.

use super::operator::SHOWN;
use super::{Desk, failed};
use crate::commands::account;
use crate::storage::{DeadLetterNotice, NoticeId};
use app::backend::Answer;
use domain::views::{Caller, DeadNotice, Fault, InboxEntry, InboxView, Role, cut, page_of_order, role_of};

pub(super) use domain::views::recipient;

/// Notices on a page of an inbox.
const PAGE: u32 = 50;

impl Desk {
    /// A page of the caller's inbox: the latest one, or what came before a position.
    pub(super) async fn show_inbox(&self, caller: &Caller, before: Option<u64>) -> Answer<InboxView> {
        let (who, to) = recipient(caller)?;
        let (kept, more) = cut(self.outbox.inbox(to, before, PAGE + 1).await.map_err(failed("inbox"))?, PAGE);
        let earlier = kept.last().filter(|_| more).map(|last| last.position);
        let entries = kept.into_iter().rev().map(|notice| InboxEntry {
            position: notice.position,
            at: notice.at,
            order: notice.order,
            template: notice.doc.template,
            variables: notice.doc.variables,
            page: page_of_order(who.role, notice.order, notice.doc.template),
        });
        let now = self.clock.now();
        Ok(InboxView { now, entries: entries.collect(), earlier, latest: before.is_none() })
    }

    /// Notices that were given up, for the operator, and whether there are more.
    pub(super) async fn dead_notices(&self) -> Answer<(Vec<DeadNotice>, bool)> {
        let dead = self.outbox.dead(SHOWN + 1).await.map_err(failed("dead notices"))?;
        Ok(cut(dead.into_iter().map(shown).collect(), SHOWN))
    }

    /// Has a notice sent again that was given up.
    pub(super) async fn send_again(&self, caller: &Caller, id: &str) -> Answer<()> {
        account(caller, Role::Operator)?;
        let id: NoticeId = id.parse().map_err(|_| Fault::NotFound)?;
        // Two who press at once, or a page that is old: it is being sent already.
        if self.outbox.revive_notice(id, self.clock.now()).await.map_err(failed("dead notice"))? {
            tracing::info!(notice = %id, "the operator has a notice sent again");
            self.letters.notify_one();
        }
        Ok(())
    }
}

fn shown(dead: DeadLetterNotice) -> DeadNotice {
    DeadNotice {
        id: dead.id.to_string(),
        order: dead.order,
        number: dead.doc.variables.number,
        role: role_of(dead.id.to),
        template: dead.doc.template,
        attempts: dead.attempts,
        error: dead.error,
        at: dead.at,
    }
}
