//! Limits by a clock that is put forward by hand.

use super::*;
use domain::views::{AccountView, Role};
use governor::clock::FakeRelativeClock;
use std::net::{Ipv4Addr, Ipv6Addr};
use uuid::Uuid;

const ROOM: usize = 2_000;

fn limits() -> (Limits<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Limits::by(Rates::usual(false), clock.clone(), ROOM), clock)
}

fn address(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(0x0a00_0000 + number).into()
}

fn account(number: u128) -> Caller {
    let account = AccountView {
        id: AccountId(Uuid::from_u128(number)),
        login: String::new(),
        name: String::new(),
        role: Role::Customer,
        store: None,
    };
    Caller { account: Some(account), ..Caller::default() }
}

fn wait(answer: Result<(), Fault>) -> u32 {
    match answer {
        Err(Fault::TooMany { retry_after_s }) => retry_after_s,
        other => panic!("not refused for too many: {other:?}"),
    }
}

#[test]
fn an_address_may_log_in_ten_times_a_minute_and_hears_when_it_can_again() {
    let (limits, clock) = limits();
    for number in 0..10 {
        limits.login(address(1), &format!("name{number}"), "").unwrap();
    }
    let seconds = wait(limits.login(address(1), "other", ""));
    assert_eq!(seconds, 6, "ten a minute is one in six seconds");
    limits.login(address(2), "other", "").unwrap();
    clock.advance(Duration::from_secs(u64::from(seconds)));
    limits.login(address(1), "other", "").unwrap();
    wait(limits.login(address(1), "other", ""));
}

#[test]
fn a_name_cannot_be_guessed_from_many_addresses_and_is_free_within_a_minute() {
    let (limits, clock) = limits();
    let passed = (0..1_000).filter(|number| limits.login(address(*number), " Haneul ", "").is_ok()).count();
    assert_eq!(passed, 30);
    assert!(wait(limits.login(address(5_000), "haneul", "")) <= 60);
    // Other names are not concerned.
    limits.login(address(5_001), "eunbi", "").unwrap();
    clock.advance(Duration::from_secs(60));
    limits.login(address(5_002), "haneul", "").unwrap();
}

#[test]
fn whoever_guesses_keeps_nobody_out_who_is_known_by_the_browser() {
    let (limits, clock) = limits();
    limits.login(address(1), "haneul", "her-browser").unwrap();
    limits.logged_in("haneul", "her-browser");
    // Somebody guesses without a pause, from everywhere, for an hour.
    let mut guesses = 0;
    for second in 0..3_600 {
        clock.advance(Duration::from_secs(1));
        for number in 0..3 {
            guesses +=
                u32::from(limits.login(address(10 + second * 3 + number), "haneul", "a-robot").is_ok());
        }
    }
    assert!((1_800..=1_830).contains(&guesses), "{guesses}");
    limits.login(address(1), "HANEUL", "her-browser").unwrap();
    wait(limits.login(address(100_000), "haneul", "another-browser"));
    // The known browser is no way to guess without end either.
    let passed =
        (0..50).filter(|number| limits.login(address(200_000 + number), "haneul", "her-browser").is_ok());
    assert!(passed.count() <= 10);
}

#[test]
fn orders_and_payments_are_counted_for_each_account_by_themselves() {
    let (limits, clock) = limits();
    for _ in 0..10 {
        limits.order(&account(1)).unwrap();
    }
    assert_eq!(wait(limits.order(&account(1))), 6);
    limits.order(&account(2)).unwrap();
    limits.payment(&account(1)).unwrap();
    // Whoever has no account is refused elsewhere.
    (0..100).for_each(|_| limits.order(&Caller::default()).unwrap());
    clock.advance(Duration::from_secs(60));
    limits.order(&account(1)).unwrap();
}

#[test]
fn sign_ups_are_thirty_an_hour_and_ipv6_counts_by_its_network() {
    let (limits, clock) = limits();
    let host = |network: u16, host: u16| -> IpAddr {
        Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, host).into()
    };
    for number in 0..30 {
        limits.signup(host(1, number)).unwrap();
    }
    assert_eq!(wait(limits.signup(host(1, 99))), 120);
    limits.signup(host(2, 99)).unwrap();
    clock.advance(Duration::from_secs(120));
    limits.signup(host(1, 100)).unwrap();
}

#[test]
fn requests_count_for_the_account_wherever_it_is_and_otherwise_for_the_address() {
    let (limits, clock) = limits();
    let id = account(1).account.map(|account| account.id);
    let passed = (0..1_000).filter(|number| limits.request(address(*number), id).is_ok()).count();
    assert_eq!(passed, 120, "four seconds' worth at once");
    limits.request(address(1), None).unwrap();
    assert_eq!(wait(limits.request(address(1), id)), 1);
    clock.advance(Duration::from_secs(1));
    assert_eq!((0..100).filter(|_| limits.request(address(1), id).is_ok()).count(), 30);
}

#[test]
fn streams_are_counted_while_they_are_open() {
    let (limits, _) = limits();
    let mut open: Vec<Permit> = (0..30).filter_map(|_| limits.stream(address(1), None).ok()).collect();
    assert_eq!(open.len(), 30);
    let refused = limits.stream(address(1), None).err();
    assert_eq!(refused, Some(Fault::TooMany { retry_after_s: STREAM_WAIT }));
    let id = account(1).account.map(|account| account.id);
    let _of_an_account = limits.stream(address(1), id).unwrap();
    open.pop();
    open.push(limits.stream(address(1), None).unwrap());
    assert!(limits.stream(address(1), None).is_err());
}

#[test]
fn millions_of_addresses_take_no_more_room_than_there_is() {
    let (limits, clock) = limits();
    let mut most = 0;
    for number in 0..1_000_000_u32 {
        // Those of a crowd share places: most are refused then, but not all.
        let _ = limits.signup(address(number));
        most = most.max(limits.signup.len());
    }
    assert!(most <= ROOM + 256 + 1_024, "{most}");
    // Nobody is let through unlimited meanwhile.
    let passed = (0..100).filter(|_| limits.signup(address(7)).is_ok()).count();
    assert!(passed <= 30, "{passed}");
    // When it is over, all is as before.
    clock.advance(Duration::from_secs(2 * 3_600));
    (0..600).for_each(|_| drop(limits.signup(address(9))));
    assert!(limits.signup.len() < 10, "{}", limits.signup.len());
    limits.signup(address(7)).unwrap();
}
