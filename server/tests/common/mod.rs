//! What the server's test binaries share: the settings of a city, and its people.
#![allow(dead_code, reason = "each test binary uses its own part")]

use domain::processes::Limits;
use domain::shared::Won;
use domain::views::{AccountView, Caller, CheckoutDraft};
use server::adapters::breaker::BreakerSettings;
use server::config::{Config, GatewayConfig, NotifyConfig, ProviderConfig};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The settings that tests start from.
pub fn config(data: PathBuf) -> Config {
    Config {
        data,
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        demo: true,
        public_url: None,
        provider: ProviderConfig::Sandbox,
        payment_url: None,
        payment_timeout: Duration::from_secs(2),
        payment_breaker: BreakerSettings { failures: 5, open: Duration::from_millis(500) },
        notify: NotifyConfig::Inbox,
        webhook_allow_private: false,
        hold_minutes: 10,
        limits: Limits::USUAL,
        rider_radius_m: 3_000,
        rider_fee: domain::delivery::RiderFee { base: won(2_500), per_100m: won(80) },
        workers: 32,
        gateway: GatewayConfig::usual(true),
        log: "warn".to_owned(),
    }
}

pub fn won(amount: u64) -> Won {
    Won::new(amount).unwrap()
}

/// A demo account as a caller.
pub fn caller(login: &str) -> Caller {
    let world = server::demo::world().unwrap();
    let account = world.accounts.iter().find(|account| account.login == login).unwrap().clone();
    let account = AccountView {
        id: account.id,
        login: account.login,
        name: account.name,
        role: account.role,
        store: account.store,
    };
    Caller {
        account: Some(account),
        visitor: format!("visitor-of-{login}-00000")[..22].to_owned(),
        ..Caller::default()
    }
}

/// What is typed at a checkout, with this card.
pub fn typed(card: &str) -> CheckoutDraft {
    CheckoutDraft {
        name: "김하늘".to_owned(),
        phone: "010-0000-0001".to_owned(),
        address: "서울 마포구 양화로 45".to_owned(),
        address_detail: "301호".to_owned(),
        note_to_store: "단무지 많이 주세요".to_owned(),
        note_to_rider: "문 앞에 놓아 주세요".to_owned(),
        card: card.to_owned(),
    }
}
