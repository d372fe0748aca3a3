//! A pizzeria, what is on its menu, and a cart with one pizza.

use domain::shared::{
    AccountId, Bill, ChoiceId, ChosenOption, GroupId, ItemId, Line, OrderId, OrderNumber, Point, SectionId,
    StoreId, Text, Timestamp, TokenId, Won,
};
use domain::store::{Choice, FeeTier, Item, Menu, Openness, OptionGroup, QuoteRefusal, Section, WantedLine};
use domain::views::{
    AccountPage, AccountView, AddressView, CardView, CartLineView, CartView, ChangeForm, CheckoutDraft,
    CheckoutView, MadeToken, MenuView, OrderLine, OrderView, Role, Shown, StoreCard, StoreList, TokenView,
};
use uuid::Uuid;

/// Monday 2026-11-23, 03:00 in Seoul.
pub(crate) const NOW: Timestamp = Timestamp(1_795_370_400_000);

pub(crate) fn store_id() -> StoreId {
    StoreId(Uuid::from_u128(1))
}

pub(crate) fn item_id() -> ItemId {
    ItemId(Uuid::from_u128(2))
}

pub(crate) fn large() -> ChoiceId {
    ChoiceId(Uuid::from_u128(4))
}

pub(crate) fn won(amount: u64) -> Won {
    Won::new(amount).unwrap()
}

/// A store whose name is [`MARKUP`].
pub(crate) fn markup_id() -> StoreId {
    StoreId(Uuid::from_u128(66))
}

/// A name that wants to be more than a text.
pub(crate) const MARKUP: &str = "R&B</title><script>alert(1)</script>";

/// The menu of a store of this name.
pub(crate) fn named(name: &str) -> MenuView {
    let before = menu();
    MenuView {
        store: StoreCard { id: markup_id(), name: text(name, name), ..before.store.clone() },
        ..before
    }
}

fn text(ko: &str, en: &str) -> Text {
    Text { ko: ko.into(), en: Some(en.into()) }
}

fn store(id: u128, name: Text, openness: Openness) -> StoreCard {
    StoreCard {
        id: StoreId(Uuid::from_u128(id)),
        name,
        kind: "pizza".into(),
        description: text("화덕에서 구워요", "From the oven"),
        picture: "/img/store/mapo-pizza.svg".into(),
        openness,
        min_order: won(15_000),
        cooking_minutes: 20,
        distance_m: Some(640),
        fee: Some(won(2_000)),
        fee_tiers: vec![FeeTier { up_to_m: 1_000, fee: won(2_000) }],
        radius_m: 2_800,
        busy: false,
    }
}

fn open_store() -> StoreCard {
    store(1, text("나루터 화덕피자", "Ferry Landing"), Openness::Open)
}

pub(crate) fn list(search: &str) -> StoreList {
    let closed = Openness::Closed { opens: Some((0, 660)) };
    StoreList {
        now: NOW,
        address: Some(AddressView {
            text: "서울 마포구 양화로 45".into(),
            point: Point::new(37.55, 126.91).unwrap(),
        }),
        search: search.into(),
        stores: match search {
            "" => vec![open_store(), store(9, text("새벽 피자", "Dawn Pizza"), closed)],
            _ => Vec::new(),
        },
    }
}

fn item(id: u128, name: Text, sold_out: bool) -> Item {
    let choice = |id, name, price| Choice { id: ChoiceId(Uuid::from_u128(id)), name, price: won(price) };
    Item {
        id: ItemId(Uuid::from_u128(id)),
        name,
        description: text("토마토와 바질", "Tomato and basil"),
        price: won(19_000),
        picture: "/img/menu/margherita.svg".into(),
        sold_out_until: sold_out.then_some(Timestamp(i64::MAX)),
        groups: vec![OptionGroup {
            id: GroupId(Uuid::from_u128(100)),
            name: text("사이즈", "Size"),
            min: 1,
            max: 1,
            choices: vec![choice(3, text("레귤러", "Regular"), 0), choice(4, text("라지", "Large"), 4_000)],
        }],
    }
}

pub(crate) fn menu() -> MenuView {
    let section = |id, name, item| Section { id: SectionId(Uuid::from_u128(id)), name, items: vec![item] };
    MenuView {
        now: NOW,
        store: open_store(),
        address: "서울 마포구 독막로 8".into(),
        phone: "02-000-0001".into(),
        menu: Menu {
            sections: vec![
                section(
                    200,
                    text("대표 메뉴", "Signatures"),
                    item(2, text("마르게리타", "Margherita"), false),
                ),
                section(201, text("프리미엄", "Premium"), item(5, text("새우 피자", "Shrimp pizza"), true)),
            ],
        },
        cart: cart(),
    }
}

/// A pizza for 12,000 won, which is 3,000 won too little.
pub(crate) fn cart() -> CartView {
    CartView {
        store: Some(store_id()),
        store_name: text("나루터 화덕피자", "Ferry Landing"),
        lines: vec![CartLineView {
            wanted: WantedLine { item: item_id(), quantity: 1, choices: vec![large()] },
            name: text("마르게리타", "Margherita"),
            picture: String::new(),
            options: Vec::new(),
            total: Some(won(12_000)),
            problem: None,
        }],
        items: won(12_000),
        delivery_fee: Some(won(2_000)),
        total: won(14_000),
        min_order: won(15_000),
        problem: Some(QuoteRefusal::BelowMinimum { min: won(15_000), missing: won(3_000) }),
    }
}

/// The order that shows this.
pub(crate) fn order_id(shown: Shown) -> OrderId {
    let place = Shown::ALL.iter().position(|other| *other == shown).unwrap();
    OrderId(Uuid::from_u128(400 + place as u128))
}

/// An order of one pizza that shows this.
pub(crate) fn order(shown: Shown) -> OrderView {
    let ChangeForm { line, bill, .. } = change_form();
    OrderView {
        position: 1,
        now: NOW,
        key: "key-1".into(),
        line: OrderLine { order: order_id(shown), shown, ..line },
        taken: bill.total,
        bill,
        change: None,
        address: "서울 마포구 양화로 45".into(),
        address_detail: String::new(),
        note_to_store: String::new(),
        note_to_rider: String::new(),
        ready_at: None,
        code: "4821".into(),
        pay_url: None,
        held_until: None,
        owed: Won::ZERO,
        returned: Won::ZERO,
        undecided: false,
        timeline: Vec::new(),
    }
}

/// The form on which that order is changed: one large pizza, and another dish on the menu.
pub(crate) fn change_form() -> ChangeForm {
    let MenuView { store, mut menu, .. } = menu();
    menu.sections[1].items[0].sold_out_until = None;
    let pizza = menu.sections[0].items[0].clone();
    let choice = pizza.groups[0].choices[1].clone();
    let line = Line {
        item: pizza.id,
        name: pizza.name.clone(),
        price: pizza.price,
        quantity: 1,
        options: vec![ChosenOption { choice: choice.id, name: choice.name, price: choice.price }],
    };
    let bill = Bill::new(vec![line], won(2_000)).unwrap();
    let order = order_id(Shown::Received);
    let line = OrderLine {
        order,
        number: OrderNumber::of(order.0),
        store: store.id,
        store_name: store.name,
        picture: store.picture,
        first: pizza.name,
        more: 0,
        total: bill.total,
        placed_at: NOW,
        shown: Shown::Received,
    };
    ChangeForm { now: NOW, key: "key-1".into(), line, bill, change: None, menu, min_order: store.min_order }
}

pub(crate) fn cards() -> Vec<CardView> {
    let card = |token: &str, ko, en| CardView {
        token: token.into(),
        name: text(ko, en),
        description: text("시험용 카드예요", "A test card"),
    };
    vec![card("tok_ok", "승인 카드", "Approving card"), card("tok_no", "거절 카드", "Declining card")]
}

pub(crate) fn checkout() -> CheckoutView {
    CheckoutView {
        cart: CartView { problem: None, ..cart() },
        draft: CheckoutDraft {
            name: "김하늘".into(),
            phone: "010-0000-0001".into(),
            address: "서울 마포구 양화로 45".into(),
            card: "tok_ok".into(),
            ..CheckoutDraft::default()
        },
        cards: cards(),
        key: "key-1".into(),
    }
}

/// The account of an owner with one token.
pub(crate) fn account(made: Option<TokenId>) -> AccountPage {
    let account = AccountView {
        id: AccountId(Uuid::from_u128(3)),
        login: "owner1".into(),
        name: "박나루".into(),
        role: Role::Owner,
        store: Some(store_id()),
    };
    let token = TokenView {
        id: TokenId(Uuid::from_u128(4)),
        label: "till".into(),
        made_at: NOW,
        used_at: None,
        expires_at: Some(Timestamp(NOW.0 + 90 * 86_400_000)),
    };
    let made = made.map(|id| MadeToken { id, secret: format!("bdl_{}", "s".repeat(43)) });
    AccountPage { now: NOW, account, tokens: vec![token], made }
}
