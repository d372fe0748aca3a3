//! Applications to take part: filing them, and what the operator decides.

use super::operator::SHOWN;
use super::{Desk, failed};
use crate::accounts::{Accounts, Filed, Kept, NewAccount};
use crate::adapters::clock::new_uuid;
use crate::commands::{Commands, account};
use crate::crash;
use app::backend::Answer;
use domain::enrolment::{Command, Part, Phase};
use domain::shared::{AccountId, StoreId};
use domain::store;
use domain::views::{
    AccountView, Actor, ApplicationView, Caller, Fault, Role, Typed, Verdict, WaitingApplication,
    check_person, check_rider, check_signs, check_store, cut, fields_of,
};

impl Desk {
    /// A new applicant, with the application.
    pub(super) async fn file_first(&self, part: Part, typed: Typed, password: &str) -> Answer<AccountView> {
        let now = self.clock.now();
        let new = NewAccount {
            id: AccountId(new_uuid(now)),
            login: typed.get("login").to_owned(),
            password: password.to_owned(),
            name: typed.get("name").to_owned(),
            phone: typed.get("phone").to_owned(),
            role: Role::Applicant,
            store: None,
            address: String::new(),
            address_detail: String::new(),
        };
        let person = match self.accounts.check(new.clone()).await.map_err(Fault::from) {
            Err(fault @ Fault::Invalid(_)) => Err(fault),
            other => Ok(other?),
        };
        let filed = both(person, self.filed(part, typed, StoreId(new_uuid(now))))?.1;
        let accounts = self.accounts.clone();
        self.carried_through(async move { accounts.apply(new, part, &filed, now).await.map_err(Fault::from) })
            .await
    }

    /// An applicant who was refused has corrected the application.
    pub(super) async fn correct(&self, caller: &Caller, number: u32, typed: Typed) -> Answer<()> {
        let id = account(caller, Role::Applicant)?.id;
        let kept = self.kept_application(id).await?;
        let store =
            kept.filed.store.map_or_else(|| StoreId(new_uuid(self.clock.now())), |store| store.profile.id);
        let person = check_person(typed.get("name"), typed.get("phone"));
        let filed = both(person, self.filed(kept.part, typed, store))?.1;
        let (accounts, now) = (self.accounts.clone(), self.clock.now());
        self.carried_through(async move {
            accounts.file_again(id, number, &filed, now).await.map_err(Fault::from)
        })
        .await
    }

    pub(super) async fn show_application(&self, caller: &Caller) -> Answer<ApplicationView> {
        let id = account(caller, Role::Applicant)?.id;
        let Kept { part, state, filed } = self.kept_application(id).await?;
        Ok(ApplicationView {
            now: self.clock.now(),
            part,
            phase: state.phase,
            number: state.number,
            filed_at: state.filed_at,
            decided_at: state.decided_at,
            reason: state.reason,
            typed: filed.typed,
        })
    }

    /// Those that the console shows, and whether more wait than these.
    pub(super) async fn waiting_applications(&self) -> Answer<(Vec<WaitingApplication>, bool)> {
        Ok(cut(self.accounts.waiting(SHOWN + 1).await?, SHOWN))
    }

    /// The operator decides about an application. Approved, its store is put on the map and its account becomes what it was about.
    pub(super) async fn decide_on_application(
        &self,
        caller: &Caller,
        id: AccountId,
        number: u32,
        verdict: Verdict,
    ) -> Answer<()> {
        let operator = Actor::from(account(caller, Role::Operator)?);
        let at = self.clock.now();
        let command = match verdict {
            Verdict::Approve => Command::Approve { number, at },
            Verdict::Refuse { reason } => {
                check_signs(&reason)?;
                Command::Refuse { number, reason, at }
            }
        };
        let (commands, accounts) = (self.commands.clone(), self.accounts.clone());
        self.carried_through(async move {
            crash::at("enrolment", "before_decision");
            let kept = accounts.decide(id, command).await?;
            crash::at("enrolment", "after_decision");
            finish_enrolment(&commands, &accounts, operator, id, kept).await
        })
        .await
    }

    /// Goes on with what an earlier process has left of approvals. What fails is on the operator's console, to be approved again.
    pub async fn finish_enrolments(&self) {
        let waiting = match self.waiting_applications().await {
            Ok((waiting, _)) => waiting,
            Err(fault) => {
                tracing::error!(%fault, "applicants who were approved could not be looked for");
                return;
            }
        };
        // What one of them fails at keeps none of the others waiting.
        for id in waiting.into_iter().filter(|one| one.unfinished).map(|one| one.account) {
            let finished = async {
                let kept = self.kept_application(id).await?;
                finish_enrolment(&self.commands, &self.accounts, Actor::System, id, kept).await
            };
            if let Err(fault) = finished.await {
                tracing::error!(account = %id, %fault, "an applicant who was approved could not be let in");
            }
        }
    }

    async fn kept_application(&self, id: AccountId) -> Answer<Kept> {
        self.accounts.application(id).await?.ok_or(Fault::NotFound)
    }

    /// What was typed, checked, and the store made of it.
    fn filed(&self, part: Part, typed: Typed, store: StoreId) -> Answer<Filed> {
        let now = self.clock.now();
        let store = match part {
            Part::Owner => {
                let find = |text: &str| self.geocoder.find(text);
                Some(Box::new(check_store(&typed, find, store, &mut || new_uuid(now))?))
            }
            Part::Rider => {
                check_rider(&typed)?;
                None
            }
        };
        Ok(Filed { typed: typed.only(fields_of(part)), store })
    }

    /// Carries a change through, also when the browser hangs up meanwhile; then the consoles that are open show what waits now.
    async fn carried_through<T: Send + 'static>(
        &self,
        change: impl Future<Output = Answer<T>> + Send + 'static,
    ) -> Answer<T> {
        let console = self.console.clone();
        let carried = tokio::spawn(async move {
            let answer = change.await;
            // What has failed may have been done in part. An error only says that no console is open.
            drop(console.send(()));
            answer
        });
        carried.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the task of an application ended badly");
            Err(Fault::Unsure)
        })
    }
}

/// Does what follows from an approval, as far as it has not been done. A process that ends in between leaves an application that is approved
/// and an account that is an applicant's: approving it again, or the next start, goes on from there.
async fn finish_enrolment(
    commands: &Commands,
    accounts: &Accounts,
    actor: Actor,
    id: AccountId,
    kept: Kept,
) -> Answer<()> {
    if kept.state.phase != Phase::Approved {
        return Ok(());
    }
    let store = kept.filed.store.as_ref().map(|store| store.profile.id);
    if let Some(new) = kept.filed.store {
        crash::at("enrolment", "before_append");
        match commands.register_store(actor, *new).await.map_err(failed("store"))? {
            // It is there, and its owner has changed something since: two operators have approved it.
            Ok(_) | Err(Fault::Store(store::Refusal::NotNow { command: store::Verb::Register, .. })) => {}
            Err(fault) => return Err(fault),
        }
        crash::at("enrolment", "after_append");
    }
    crash::at("enrolment", "before_let_in");
    accounts.let_in(id, kept.part, store).await?;
    crash::at("enrolment", "after_let_in");
    tracing::info!(account = %id, part = ?kept.part, "an applicant takes part");
    Ok(())
}

/// Both, or everything that is wrong with either.
fn both<A, B>(one: Answer<A>, other: Answer<B>) -> Answer<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(fault), Err(more)) => Err(fault.and(more)),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
    }
}
