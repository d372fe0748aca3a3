//! What other programs ask for beside what the pages show: one thing by its id with its version, and lists page by page.

use super::{Desk, failed};
use crate::adapters::cells::middle_of_area;
use crate::commands::{Asked, Commands, Expected, account};
use crate::storage::Once;
use app::backend::Answer;
use domain::delivery::{self, JobAt, Sight};
use domain::order::Placed;
use domain::processes::{Case, CaseRefusal};
use domain::shared::{Bill, Metres, OrderId, Personal, StoreId, Timestamp, Won};
use domain::store::{Store, WantedLine, ticket};
use domain::views::{
    Caller, CheckoutDraft, Fault, JobCard, JobDetail, NamedLine, OrderDoc, PlaceOrder, Role, StoreCard,
    TicketCard, filled_in, find_food, food_of,
};
use std::sync::Arc;

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// How many there are in all.
    pub total: u64,
    /// The page.
    pub items: Vec<T>,
}

/// An order as its customer may read it.
#[derive(Clone, Debug)]
pub struct OrderRecord {
    /// The document.
    pub doc: OrderDoc,
    /// Name, phone, address and notes; empty once the customer's key has been destroyed.
    pub personal: Personal,
    /// Its version; 0 in lists.
    pub version: u32,
}

/// A ticket as its store may read it.
#[derive(Clone, Debug)]
pub struct TicketRecord {
    /// The card.
    pub card: TicketCard,
    /// Its version; 0 in lists.
    pub version: u32,
}

/// The tickets of a kitchen, and how full it is.
#[derive(Clone, Debug)]
pub struct Kitchen<T> {
    /// The tickets.
    pub tickets: T,
    /// Places taken.
    pub open: u32,
    /// How many there are.
    pub capacity: u32,
}

/// A job as a rider may read it.
#[derive(Clone, Debug)]
pub struct JobRecord {
    /// What every rider near by may see.
    pub card: JobCard,
    /// Where it stands.
    pub phase: delivery::Phase,
    /// Whether it is, or was, this rider's.
    pub mine: bool,
    /// The customer, while this rider has the job.
    pub detail: Option<JobDetail>,
    /// Its version; 0 in lists.
    pub version: u32,
}

/// What another program orders: a store's dishes by ids or names.
#[derive(Clone, Debug)]
pub struct Ordering {
    /// The store; any when `None`.
    pub store: Option<StoreId>,
    /// What.
    pub lines: Vec<NamedLine>,
    /// The price it was told, in won; whatever it costs when `None`.
    pub agreed: Option<Won>,
    /// Who, where and how. What is empty is taken from the account, and the card from those that are offered.
    pub typed: CheckoutDraft,
}

/// What is wanted, at the store that has it.
struct Found {
    id: StoreId,
    store: Arc<Store>,
    lines: Vec<WantedLine>,
    distance: Metres,
    now: Timestamp,
}

impl Found {
    /// What it costs.
    fn bill(&self) -> Answer<Bill> {
        Ok(self.store.quote(&self.lines, self.distance, self.now).map_err(CaseRefusal::from)?)
    }
}

impl Desk {
    /// Places an order for another program, and answers with the order as it was placed. A repeat under the same key gets the same, whatever
    /// has become of the order, the menu or the store since.
    pub async fn place_for_program(
        &self,
        caller: &Caller,
        ordering: Ordering,
        Asked { key, body, .. }: Asked,
    ) -> Answer<Arc<Case>> {
        let account = account(caller, Role::Customer)?;
        if let Some(key) = &key
            && let Some(order) = self.commands.placed_before(caller, key, &body).await?
        {
            return self.case_of_placed(order).await;
        }
        self.rates.order(caller)?;
        let known = self.known_of_account(account.id).await?;
        let typed = filled_in(ordering.typed, known, None, &self.gateway.cards().await);
        let found = self.find(&typed.address, ordering.store, &ordering.lines).await?;
        let agreed = match ordering.agreed {
            Some(agreed) => agreed,
            None => found.bill()?.total,
        };
        let key = self.or_fresh(key);
        let order = PlaceOrder { key, store: found.id, lines: found.lines, agreed, typed };
        let order = self.place_by(&self.commands.asked(body), caller, order).await?;
        self.case_of_placed(order).await
    }

    /// An order that is placed, whether or not it can be shown.
    async fn case_of_placed(&self, order: OrderId) -> Answer<Arc<Case>> {
        self.log.case(order).await.map_err(|error| failed("order")(error).once_done())
    }

    /// What an order would cost now, and at which store. Nothing is placed: a key says no more than that it is the same question.
    pub async fn quote_for_program(
        &self,
        caller: &Caller,
        ordering: &Ordering,
        asked: &Asked,
    ) -> Answer<(Arc<Store>, Bill)> {
        let account = account(caller, Role::Customer)?;
        if let Some(key) = asked.key_of(account, "quote", None)?
            && let Once::Before(ran) = self.log.keep(key, account.id.0).await.map_err(failed("quote"))?
        {
            ran?;
        }
        let known = self.known_of_account(account.id).await?;
        let typed = filled_in(ordering.typed.clone(), known, None, &[]);
        let found = self.find(&typed.address, ordering.store, &ordering.lines).await?;
        let bill = found.bill()?;
        Ok((found.store, bill))
    }

    /// Finds the store that has what is wanted.
    async fn find(&self, address: &str, store: Option<StoreId>, lines: &[NamedLine]) -> Answer<Found> {
        let now = self.clock.now();
        let address = self.locate(address)?;
        let all = self.shelf.all().await.map_err(failed("stores"))?;
        let stores = all.values().map(AsRef::as_ref);
        let (id, lines) = find_food(stores, store, lines, Some(&address), now)?;
        let store = all.get(&id).cloned().ok_or(Fault::NotFound)?;
        let distance = store.profile.as_ref().ok_or(Fault::NotFound)?.point.distance_to(address.point);
        Ok(Found { id, store, lines, distance, now })
    }

    /// Changes what an own order consists of, by names. `agreed` is the new price in won that the caller was told; whatever it is when `None`.
    pub async fn change_for_program(
        &self,
        caller: &Caller,
        order: OrderId,
        (lines, agreed): (&[NamedLine], Option<Won>),
        Asked { key, body, .. }: Asked,
        expected: Option<Expected>,
    ) -> Answer<()> {
        if let Some(key) = &key
            && self.commands.changed_before(caller, order, key, &body).await?
        {
            return Ok(());
        }
        self.rates.order(caller)?;
        let record = self.order_record(caller, order).await?;
        let store = self.store(record.doc.line.store).await?.ok_or(Fault::NotFound)?;
        let lines: Vec<WantedLine> = food_of(&store, lines)?;
        let agreed = match agreed {
            Some(agreed) => agreed,
            None => {
                let bill = store.quote_again(&lines, &record.doc.bill, self.clock.now());
                bill.map_err(CaseRefusal::from)?.total
            }
        };
        let key = self.or_fresh(key);
        let commands = self.commands.expecting(expected).asked(body);
        commands.change(caller, order, lines, agreed, &key).await.map(|_| ())
    }

    /// The key that was sent, or a new one.
    pub fn or_fresh(&self, key: Option<String>) -> String {
        key.unwrap_or_else(|| self.key())
    }

    /// Commands that are carried out only on what has the expected version.
    pub fn commands_on(&self, expected: Option<Expected>) -> Commands {
        self.commands.expecting(expected)
    }

    /// The server's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An own order.
    pub async fn order_record(&self, caller: &Caller, order: OrderId) -> Answer<OrderRecord> {
        let account = account(caller, Role::Customer)?;
        let case = self.log.case(order).await.map_err(failed("order"))?;
        let doc = OrderDoc::of(&case).ok_or(Fault::NotFound)?;
        case.of_customer(account.id)?;
        let personal = self.vault.open(account.id, &doc.sealed).await.map_err(failed("order"))?;
        Ok(OrderRecord { doc, personal: personal.unwrap_or_default(), version: case.versions.of_order() })
    }

    /// What an order said about its customer when it was placed; empty once the customer's key has been destroyed.
    pub async fn personal_of(&self, placed: &Placed) -> Answer<Personal> {
        let personal = self.vault.open(placed.customer, &placed.sealed).await.map_err(failed("order"))?;
        Ok(personal.unwrap_or_default())
    }

    /// A page of the own orders, the newest first; `page` counts from 0.
    pub async fn order_records(&self, caller: &Caller, page: u32, size: u32) -> Answer<Page<OrderRecord>> {
        let account = account(caller, Role::Customer)?;
        let answer = self.views.orders_of(account.id, page, size).await.map_err(failed("orders"))?;
        let mut items = Vec::with_capacity(answer.docs.len());
        for doc in answer.docs {
            let personal = self.vault.open(account.id, &doc.sealed).await.map_err(failed("orders"))?;
            items.push(OrderRecord { doc, personal: personal.unwrap_or_default(), version: 0 });
        }
        Ok(Page { total: answer.total, items })
    }

    /// The same without names and addresses.
    pub async fn order_docs(&self, caller: &Caller, page: u32, size: u32) -> Answer<Page<OrderDoc>> {
        let account = account(caller, Role::Customer)?;
        let answer = self.views.orders_of(account.id, page, size).await.map_err(failed("orders"))?;
        Ok(Page { total: answer.total, items: answer.docs })
    }

    /// A ticket of the own store.
    pub async fn ticket_record(&self, caller: &Caller, order: OrderId) -> Answer<Kitchen<TicketRecord>> {
        let id = account(caller, Role::Owner)?.store.ok_or(Fault::NotFound)?;
        let case = self.log.case(order).await.map_err(failed("ticket"))?;
        let opened = case.ticket_of(id)?;
        let personal = self.vault.open(opened.customer, &opened.sealed).await.map_err(failed("ticket"))?;
        let card = TicketCard::of_case(&case, personal).ok_or(Fault::NotFound)?;
        let open = self.open_tickets(id).await?;
        let record = TicketRecord { card, version: case.versions.of_ticket() };
        Ok(Kitchen { tickets: record, open, capacity: self.capacity(id).await? })
    }

    /// A page of the own store's tickets, those on the board first, each time the newest first; `page` counts from 0.
    pub async fn ticket_records(
        &self,
        caller: &Caller,
        page: u32,
        size: u32,
    ) -> Answer<Kitchen<Page<TicketRecord>>> {
        let id = account(caller, Role::Owner)?.store.ok_or(Fault::NotFound)?;
        let answer = self.views.tickets_of(id, page, size).await.map_err(failed("tickets"))?;
        let mut items = Vec::with_capacity(answer.docs.len());
        for doc in answer.docs {
            items.push(TicketRecord { card: self.card(doc).await?, version: 0 });
        }
        let tickets = Page { total: answer.total, items };
        Ok(Kitchen { tickets, open: answer.open, capacity: self.capacity(id).await? })
    }

    async fn capacity(&self, store: StoreId) -> Answer<u32> {
        let store = self.store(store).await?.ok_or(Fault::NotFound)?;
        Ok(store.profile.as_ref().map_or(0, |profile| profile.capacity))
    }

    /// Jobs near by and those the rider has: the own ones first.
    pub async fn job_records(&self, caller: &Caller) -> Answer<Vec<JobRecord>> {
        let view = self.show_rider(caller).await?;
        let mine = view.mine.into_iter().map(|detail| JobRecord {
            card: detail.card.clone(),
            phase: detail.phase,
            mine: true,
            detail: Some(detail),
            version: 0,
        });
        let offered = view.jobs.into_iter().map(|card| JobRecord {
            card,
            phase: delivery::Phase::Offered,
            mine: false,
            detail: None,
            version: 0,
        });
        Ok(mine.chain(offered).collect())
    }

    /// A job that is or was the rider's, or that is offered near by.
    pub async fn job_record(&self, caller: &Caller, order: OrderId) -> Answer<JobRecord> {
        let id = account(caller, Role::Rider)?.id;
        let case = self.log.case(order).await.map_err(failed("job"))?;
        let offered = case.delivery.offered.as_ref().ok_or(Fault::NotFound)?;
        let (phase, holder) = (case.delivery.phase, case.delivery.rider);
        let state = self.views.rider(id).await.map_err(failed("job"))?;
        let at = JobAt { phase, holder, store: offered.store_point, area: middle_of_area(&offered.cells) };
        let sight = at.sight(id, state, self.radius_m);
        let (card, mine) = (JobCard::of(offered), matches!(sight, Sight::Own | Sight::Past));
        let detail = match sight {
            Sight::Nothing => return Err(Fault::NotFound),
            Sight::Offer | Sight::Past => None,
            Sight::Own => {
                let personal =
                    self.vault.open(offered.customer, &offered.sealed).await.map_err(failed("job"))?;
                Some(super::desk::detail(card.clone(), phase, personal.unwrap_or_default()))
            }
        };
        Ok(JobRecord { card, phase, mine, detail, version: case.versions.of_job() })
    }

    /// A job that has left a rider, for that rider, who had it in sight: that it was given back is the last they hear of it.
    pub async fn job_left(&self, caller: &Caller, order: OrderId) -> Answer<JobRecord> {
        account(caller, Role::Rider)?;
        let case = self.log.case(order).await.map_err(failed("job"))?;
        let offered = case.delivery.offered.as_ref().ok_or(Fault::NotFound)?;
        let (card, version) = (JobCard::of(offered), case.versions.of_job());
        Ok(JobRecord { card, phase: delivery::Phase::Offered, mine: false, detail: None, version })
    }

    /// Stores that deliver to an address: to the customer's usual one when `address` is `None`, all when that is not known either.
    pub async fn stores_for_program(
        &self,
        caller: &Caller,
        address: Option<&str>,
        search: &str,
    ) -> Answer<Vec<(StoreCard, Arc<Store>)>> {
        let address = self.address_for(caller, address).await?;
        self.found_stores(address.as_ref(), search, self.clock.now()).await
    }

    /// One store, as seen from an address.
    pub async fn store_for_program(
        &self,
        caller: &Caller,
        id: StoreId,
        address: Option<&str>,
    ) -> Answer<(StoreCard, Arc<Store>)> {
        let address = self.address_for(caller, address).await?;
        let store = self.store(id).await?.ok_or(Fault::NotFound)?;
        let card = StoreCard::of(&store, address.as_ref(), self.clock.now()).ok_or(Fault::NotFound)?;
        Ok((card, store))
    }

    async fn address_for(
        &self,
        caller: &Caller,
        typed: Option<&str>,
    ) -> Answer<Option<domain::views::AddressView>> {
        match (typed, &caller.account) {
            (Some(typed), _) => self.locate(typed).map(Some),
            (None, Some(account)) if account.role == Role::Customer => {
                let profile = self.accounts.profile(account.id).await?;
                Ok(self.geocoder.find(&profile.address))
            }
            (None, _) => Ok(None),
        }
    }

    /// The own store, when it is the one with this id.
    pub async fn own_store(&self, caller: &Caller, id: StoreId) -> Answer<Arc<Store>> {
        let own = account(caller, Role::Owner)?.store;
        if own != Some(id) {
            return Err(Fault::NotFound);
        }
        self.store(id).await?.ok_or(Fault::NotFound)
    }

    /// How long cooking usually takes in the own store now, in minutes: what an owner is offered who takes an order.
    pub async fn usual_minutes(&self, caller: &Caller) -> Answer<u32> {
        let id = account(caller, Role::Owner)?.store.ok_or(Fault::NotFound)?;
        let store = self.store(id).await?.ok_or(Fault::NotFound)?;
        let usual = store.profile.as_ref().map_or(0, |profile| profile.cooking_minutes);
        Ok(ticket::offered_minutes(usual, store.busy_minutes))
    }

    /// Places taken in the kitchen of the own store.
    pub async fn open_tickets(&self, id: StoreId) -> Answer<u32> {
        self.views.open_tickets(id).await.map_err(failed("tickets"))
    }
}
