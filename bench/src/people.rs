//! Who orders, cooks and rides, and what they order.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::shared::{ItemId, Metres, Point, StoreId};
use domain::views::Role;
use serde_json::{Value, json};
use server::adapters::geocoder::{EmbeddedGazetteer, Geocoder};
use server::demo::World;

use crate::Failure;
use crate::http::{Answer, Connection, form, get, post, program};

/// The address that everybody lives at.
const ADDRESS: &str = "서울 마포구 양화로 45";
/// Everybody's name, phone, door and wishes.
const NAME: &str = "김하늘";
const PHONE: &str = "010-0000-0001";
const DETAIL: &str = "301호";
const TO_STORE: &str = "단무지 많이 주세요";
const TO_RIDER: &str = "문 앞에 놓아 주세요";
/// The card that is always approved.
const CARD: &str = "tok_approve";
/// The password of the demo's accounts is in its data; this one is of those who sign up here.
const PASSWORD: &str = "a-long-password";

/// A basket of one store whose price is known.
#[derive(Clone, Debug)]
pub(crate) struct Basket {
    /// The login of the store's owner.
    pub(crate) owner: String,
    /// The store.
    pub(crate) store: StoreId,
    /// What is ordered there.
    pub(crate) item: ItemId,
    /// How many of it.
    pub(crate) quantity: u32,
    /// The price of all, in won.
    pub(crate) agreed: u64,
    /// From the store to the address, in metres.
    pub(crate) distance_m: Metres,
    /// Whether the demo has the store open around the clock.
    pub(crate) always_open: bool,
    /// Everything of the order's form but its key.
    fields: String,
}

impl Basket {
    /// The form of an order, with a key that was never used.
    pub(crate) fn form(&self) -> String {
        format!("key={}&{}", key(), self.fields)
    }

    /// The same as the API has it.
    pub(crate) fn json(&self) -> String {
        let items = json!([{"foodId": self.item.to_string(), "quantity": self.quantity}]);
        json!({
            "store": self.store.to_string(), "items": items, "agreed": self.agreed,
            "name": NAME, "phone": PHONE, "address": ADDRESS, "addressDetail": DETAIL,
            "noteToStore": TO_STORE, "noteToRider": TO_RIDER, "card": CARD,
        })
        .to_string()
    }
}

/// A fresh idempotency key, always of the same length.
pub(crate) fn key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("bench-{:012}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Baskets of the demo's stores that are open around the clock and deliver here, in the demo's order.
pub(crate) fn baskets(world: &World) -> Result<Vec<Basket>, Failure> {
    let mut baskets = all_baskets(world)?;
    baskets.retain(|basket| basket.always_open);
    Ok(baskets)
}

/// Baskets of all of the demo's stores that deliver here: first those that are open around the clock, each kind in the demo's order.
pub(crate) fn all_baskets(world: &World) -> Result<Vec<Basket>, Failure> {
    let address = EmbeddedGazetteer::load()?.find(ADDRESS).ok_or("the address is unknown")?;
    let mut baskets: Vec<Basket> =
        world.stores.iter().filter_map(|store| basket(world, store, address.point)).collect();
    baskets.sort_by_key(|basket| !basket.always_open);
    Ok(baskets)
}

fn basket(
    world: &World,
    (profile, menu, hours): &(domain::store::Profile, domain::store::Menu, domain::store::Hours),
    address: Point,
) -> Option<Basket> {
    let always_open = hours.0.len() == 7 && hours.0.iter().all(|span| span.open == 0 && span.close == 1_440);
    let distance_m = profile.point.distance_to(address);
    let fee = profile.fee_tiers.iter().find(|tier| distance_m <= tier.up_to_m)?.fee.get();
    let plain = |item: &&domain::store::Item| {
        item.sold_out_until.is_none() && item.groups.iter().all(|group| group.min == 0)
    };
    let item = menu.items().find(plain)?;
    let quantity = profile.min_order.get().div_ceil(item.price.get()).max(1);
    let agreed = item.price.get() * quantity + fee;
    let owner = world
        .accounts
        .iter()
        .find(|account| account.role == Role::Owner && account.store == Some(profile.id))?;
    let fields = form(&[
        ("store", &profile.id.to_string()),
        ("agreed", &agreed.to_string()),
        ("lines[0][item]", &item.id.to_string()),
        ("lines[0][quantity]", &quantity.to_string()),
        ("name", NAME),
        ("phone", PHONE),
        ("address", ADDRESS),
        ("address_detail", DETAIL),
        ("note_to_store", TO_STORE),
        ("note_to_rider", TO_RIDER),
        ("card", CARD),
    ]);
    Some(Basket {
        owner: owner.login.clone(),
        store: profile.id,
        item: item.id,
        quantity: u32::try_from(quantity).ok()?,
        agreed,
        distance_m,
        always_open,
        fields,
    })
}

/// Logs in with an account of the demo; answers the cookies.
pub(crate) async fn login(to: SocketAddr, world: &World, login: &str) -> Result<String, Failure> {
    let account = world.accounts.iter().find(|account| account.login == login).ok_or("no such account")?;
    let typed = form(&[("login", login), ("password", &account.password)]);
    let answer = Connection::open(to).await?.ask(&post(to, "/login", "", &typed)).await?;
    welcome(&answer)
}

/// Signs so many customers up; answers their cookies.
pub(crate) async fn customers(to: SocketAddr, many: usize) -> Result<Vec<String>, Failure> {
    let mut connection = Connection::open(to).await?;
    let mut cookies = Vec::with_capacity(many);
    for number in 0..many {
        let login = format!("bench{number}");
        let typed = form(&[("login", &login), ("password", PASSWORD), ("name", NAME), ("phone", PHONE)]);
        cookies.push(welcome(&connection.ask(&post(to, "/signup", "", &typed)).await?)?);
    }
    Ok(cookies)
}

fn welcome(answer: &Answer) -> Result<String, Failure> {
    let cookies = answer.cookies();
    if answer.status == 303 && cookies.contains("baedal_session=") {
        Ok(cookies)
    } else {
        Err(format!("nobody was let in: {} {}", answer.status, answer.head).into())
    }
}

/// An API token of somebody who has logged in.
pub(crate) async fn token(to: SocketAddr, cookie: &str) -> Result<String, Failure> {
    let mut connection = Connection::open(to).await?;
    let asked = form(&[("label", "bench"), ("term", "")]);
    let made = expect(&connection.ask(&post(to, "/api/account/tokens/make", cookie, &asked)).await?)?;
    let made: Value = serde_json::from_str(&made)?;
    let id =
        made["go"].as_str().and_then(|go| go.strip_prefix("/account?made=")).ok_or("no token was made")?;
    let shown = post(to, "/api/account/view", cookie, &form(&[("made", id)]));
    let page: Value = serde_json::from_str(&expect(&connection.ask(&shown).await?)?)?;
    Ok(page["made"]["secret"].as_str().ok_or("the new token is not shown")?.to_owned())
}

/// Raises a store's capacity to the most that there is.
pub(crate) async fn raise_capacity(to: SocketAddr, owner: &str, capacity: u32) -> Result<(), Failure> {
    let typed = form(&[("key", &key()), ("capacity", &capacity.to_string())]);
    let answer = Connection::open(to).await?.ask(&post(to, "/api/owner/capacity", owner, &typed)).await?;
    expect(&answer).map(|_| ())
}

/// Gives an owner so many minutes to answer.
pub(crate) async fn give_time(to: SocketAddr, owner: &str, minutes: u32) -> Result<(), Failure> {
    let typed = form(&[("key", &key()), ("minutes", &minutes.to_string())]);
    let answer = Connection::open(to).await?.ask(&post(to, "/api/owner/answer-limit", owner, &typed)).await?;
    expect(&answer).map(|_| ())
}

/// Opens a store around the clock, as its owner does with the API.
pub(crate) async fn open_all_day(to: SocketAddr, owner: &str, store: StoreId) -> Result<(), Failure> {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let hours = days.map(|day| json!({"day": day, "opens": "00:00", "closes": "24:00"}));
    let week = json!({"hours": hours}).to_string();
    let token = token(to, owner).await?;
    let request = program(to, &format!("PUT /stores/{store}/hours"), &token, Some((&key(), &week)));
    expect(&Connection::open(to).await?.ask(&request).await?).map(|_| ())
}

/// The body of an answer with 200.
pub(crate) fn expect(answer: &Answer) -> Result<String, Failure> {
    if answer.status == 200 {
        Ok(answer.text())
    } else {
        Err(format!("{}: {}", answer.status, answer.text()).into())
    }
}

/// Where a stream is asked for.
pub(crate) fn stream(to: SocketAddr, path: &str, cookie: &str) -> Vec<u8> {
    get(to, path, cookie, "accept: text/event-stream\r\n")
}
