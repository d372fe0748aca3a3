//! Applications to take part: filing them, and what the operator decides.

use super::{Desk, failed};
use crate::accounts::{Accounts, Filed, Kept, NewAccount, check_person};
use crate::adapters::clock::new_uuid;
use crate::commands::{Commands, account};
use crate::crash;
use app::backend::Answer;
use domain::enrolment::{Command, Part, Phase};
use domain::shared::{AccountId, StoreId};
use domain::store;
use domain::views::{
    AccountView, Actor, ApplicationView, Caller, Fault, Role, Typed, Verdict, WaitingApplication,
    check_rider, check_store, fields_of,
};

/// How many the console shows.
const SHOWN: u32 = 100;

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
        let account = self.accounts.apply(new, part, &filed, now).await?;
        self.tell_consoles();
        Ok(account)
    }

    /// An applicant who was refused has corrected the application.
    pub(super) async fn correct(&self, caller: &Caller, number: u32, typed: Typed) -> Answer<()> {
        let id = account(caller, Role::Applicant)?.id;
        let kept = self.kept_application(id).await?;
        let store =
            kept.filed.store.map_or_else(|| StoreId(new_uuid(self.clock.now())), |store| store.profile.id);
        let person = check_person(typed.get("name"), typed.get("phone"));
        let filed = both(person, self.filed(kept.part, typed, store))?.1;
        self.accounts.file_again(id, number, &filed, self.clock.now()).await?;
        self.tell_consoles();
        Ok(())
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

    pub(super) async fn waiting_applications(&self) -> Answer<Vec<WaitingApplication>> {
        Ok(self.accounts.waiting(SHOWN).await?)
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
            Verdict::Refuse { reason } => Command::Refuse { number, reason, at },
        };
        let (commands, accounts) = (self.commands.clone(), self.accounts.clone());
        // Carried through when the browser hangs up meanwhile.
        let deciding = tokio::spawn(async move {
            let kept = accounts.decide(id, command).await?;
            finish_enrolment(&commands, &accounts, operator, id, kept).await
        });
        let decided = deciding.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the task of a decision ended badly");
            Err(Fault::Unavailable)
        });
        self.tell_consoles();
        decided
    }

    /// Goes on with what an earlier process has left of approvals. What fails is on the operator's console, to be approved again.
    pub async fn finish_enrolments(&self) {
        let finished = async {
            for waiting in self.waiting_applications().await?.into_iter().filter(|waiting| waiting.unfinished)
            {
                let kept = self.kept_application(waiting.account).await?;
                let (commands, accounts) = (&self.commands, &self.accounts);
                finish_enrolment(commands, accounts, Actor::System, waiting.account, kept).await?;
            }
            Ok::<_, Fault>(())
        };
        if let Err(fault) = finished.await {
            tracing::error!(%fault, "applicants who were approved could not be let in");
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

    /// Consoles that are open show what waits now.
    fn tell_consoles(&self) {
        // An error only says that no console is open.
        drop(self.applied.send(()));
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
    accounts.let_in(id, kept.part, store).await?;
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
