//! What each role may do, what it hears of, and what an account's fields look like.

mod common;

use common::{CUSTOMER, STORE, opened, placed};
use domain::notification::Recipient;
use domain::order;
use domain::processes::{Case, CaseRefusal, DomainEvent};
use domain::shared::{AccountId, StoreId};
use domain::store::ticket;
use domain::views::{
    AccountFields, AccountView, Caller, Fault, Field, FieldFault, Role, Viewer, account, check_account,
    check_person, follower, recipient, role_of,
};
use uuid::Uuid;

const ROLES: [Role; 5] = [Role::Customer, Role::Owner, Role::Rider, Role::Operator, Role::Applicant];
const SOMEBODY: AccountId = AccountId(Uuid::from_u128(0xEE));

fn caller(id: AccountId, role: Role) -> Caller {
    let (login, name) = ("somebody".to_owned(), "아무개".to_owned());
    let store = (role == Role::Owner).then_some(STORE);
    Caller { account: Some(AccountView { id, login, name, role, store }), ..Caller::default() }
}

#[test]
fn an_account_acts_in_its_own_role_and_in_no_other() {
    for role in ROLES {
        assert_eq!(account(&Caller::default(), role), Err(Fault::NotSignedIn));
        for own in ROLES {
            let caller = caller(SOMEBODY, own);
            let expected = if own == role { Ok(SOMEBODY) } else { Err(Fault::WrongRole) };
            assert_eq!(account(&caller, role).map(|account| account.id), expected, "{own:?} as {role:?}");
        }
    }
}

#[test]
fn those_who_order_have_a_cart_and_nobody_else() {
    assert!(Caller::default().has_cart());
    let with: Vec<Role> = ROLES.into_iter().filter(|role| caller(SOMEBODY, *role).has_cart()).collect();
    assert_eq!(with, [Role::Customer]);
}

#[test]
fn whoever_takes_part_in_orders_hears_of_their_own() {
    let of = |role| recipient(&caller(SOMEBODY, role)).map(|(_, to)| to);
    assert_eq!(recipient(&Caller::default()), Err(Fault::NotSignedIn));
    assert_eq!(of(Role::Customer), Ok(Recipient::Customer(SOMEBODY)));
    assert_eq!(of(Role::Owner), Ok(Recipient::Store(STORE)));
    assert_eq!(of(Role::Rider), Ok(Recipient::Rider(SOMEBODY)));
    assert_eq!((of(Role::Operator), of(Role::Applicant)), (Err(Fault::WrongRole), Err(Fault::WrongRole)));
    let mut without_store = caller(SOMEBODY, Role::Owner);
    without_store.account.iter_mut().for_each(|account| account.store = None);
    assert_eq!(recipient(&without_store), Err(Fault::NotFound));
    for role in [Role::Customer, Role::Owner, Role::Rider] {
        assert_eq!(of(role).map(role_of), Ok(role));
    }
}

#[test]
fn an_order_is_followed_live_by_those_whom_it_concerns() {
    let follow = |role, id, case: &Case| follower(&caller(id, role), case);
    let placed = DomainEvent::Order(order::Event::OrderPlaced(placed()));
    let opened = DomainEvent::Ticket(ticket::Event::TicketOpened(opened()));
    let (none, unpaid, paid) = (Case::default(), Case::of([&placed]), Case::of([&placed, &opened]));
    for case in [&unpaid, &paid] {
        assert_eq!(follow(Role::Customer, CUSTOMER, case), Ok(Viewer::Customer(CUSTOMER)));
        assert_eq!(follow(Role::Operator, SOMEBODY, case), Ok(Viewer::Concerned));
    }
    assert_eq!(follow(Role::Owner, SOMEBODY, &paid), Ok(Viewer::Concerned));
    // Another's order does not exist, and says nothing else than one that is nobody's; nor does one that is not paid, for the store.
    assert_eq!(follow(Role::Owner, SOMEBODY, &unpaid), Err(Fault::NotFound));
    assert_eq!(follow(Role::Operator, SOMEBODY, &none), Err(Fault::NotFound));
    for case in [&none, &unpaid, &paid] {
        assert_eq!(follow(Role::Customer, SOMEBODY, case), Err(Fault::NotFound));
        for role in [Role::Rider, Role::Applicant] {
            assert_eq!(follow(role, CUSTOMER, case), Err(Fault::NotFound), "{role:?}");
        }
        assert_eq!(follower(&Caller::default(), case), Err(Fault::NotSignedIn));
    }
}

#[test]
fn anothers_order_and_anothers_ticket_do_not_exist() {
    let other_store = StoreId(Uuid::from_u128(0x51));
    let placed = DomainEvent::Order(order::Event::OrderPlaced(placed()));
    let opened = DomainEvent::Ticket(ticket::Event::TicketOpened(opened()));
    let none = Err(CaseRefusal::NoSuchOrder);
    let customer = |case: &Case, id| case.of_customer(id).map(|placed| placed.customer);
    let store = |case: &Case, id| case.ticket_of(id).map(|opened| opened.store);
    let case = Case::default();
    assert_eq!(
        (customer(&case, CUSTOMER), store(&case, STORE)),
        (none.clone(), Err(CaseRefusal::NoSuchOrder))
    );
    let case = Case::of([&placed]);
    assert_eq!((customer(&case, CUSTOMER), customer(&case, SOMEBODY)), (Ok(CUSTOMER), none));
    assert_eq!(store(&case, STORE), Err(CaseRefusal::NoSuchOrder), "it has not come there");
    let case = Case::of([&placed, &opened]);
    assert_eq!(store(&case, STORE), Ok(STORE));
    assert_eq!(store(&case, other_store), Err(CaseRefusal::NoSuchOrder));
}

fn fields(login: &str, name: &str, phone: &str) -> AccountFields {
    AccountFields { login: login.into(), name: name.into(), phone: phone.into(), ..AccountFields::default() }
}

#[test]
fn an_accounts_fields_are_tidied_or_everything_wrong_with_them_is_named() {
    let tidied =
        check_account(Role::Customer, fields(" Haneul.Kim ", " 김하늘 ", " 010-1234-5678 "), "12345678");
    assert_eq!(tidied, Ok(fields("haneul.kim", "김하늘", "010-1234-5678")));
    let wrong = check_account(Role::Customer, fields("a b", "", "12"), "short");
    let all = [
        FieldFault::Malformed { field: Field::Login },
        FieldFault::TooShort { field: Field::Password, min: 8 },
        FieldFault::Missing { field: Field::Name },
        FieldFault::Malformed { field: Field::Phone },
    ];
    assert_eq!(wrong, Err(Fault::Invalid(all.to_vec())));
    let long =
        AccountFields {
            address: "가".repeat(201), address_detail: "a\nb".into(), ..fields("abc", "김", "")
        };
    let all = [
        FieldFault::TooLong { field: Field::Address, max: 200 },
        FieldFault::Malformed { field: Field::AddressDetail },
    ];
    assert_eq!(check_account(Role::Rider, long, "12345678"), Err(Fault::Invalid(all.to_vec())));
    // Those whom a customer or the operator has to reach say how.
    for role in ROLES {
        let without = check_account(role, fields("abc", "김", ""), "12345678");
        let needs_phone = matches!(role, Role::Customer | Role::Applicant);
        assert_eq!(without.is_err(), needs_phone, "{role:?}");
    }
    assert_eq!(check_person(" 김 ", " 010-1234-5678 "), Ok(("김".to_owned(), "010-1234-5678".to_owned())));
    let all = vec![FieldFault::Missing { field: Field::Name }, FieldFault::Missing { field: Field::Phone }];
    assert_eq!(check_person(" ", ""), Err(Fault::Invalid(all)));
}
