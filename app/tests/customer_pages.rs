//! The customer's pages as a browser without JavaScript sees them, in both languages.
#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used)]

mod site;

use domain::payment::RefundReason;
use domain::processes::CaseRefusal;
use domain::shared::{ItemId, Locale, Text};
use domain::store::QuoteRefusal;
use domain::views::{
    Actor, ChangeView, Fault, Field, FieldFault, MoneyMove, OrderView, Shown, TimelineEntry, What, actions,
};
use site::{Page, Site, sample};

fn shows(page: &Page, all: &[&str]) {
    for text in all {
        assert!(page.body.contains(text), "`{text}` is missing in {}", page.body);
    }
}

fn wrong_phone() -> Fault {
    Fault::field(FieldFault::Malformed { field: Field::Phone })
}

#[tokio::test]
async fn every_page_speaks_both_languages() {
    let store = format!("/stores/{}", sample::store_id());
    let pages = [
        ("/", "나루터 화덕피자", "Ferry Landing"),
        (store.as_str(), "대표 메뉴", "Signatures"),
        ("/cart", "메뉴 더 담기", "Add more from the menu"),
        ("/checkout", "₩14,000 결제하기", "Pay ₩14,000"),
        ("/cards", "이 카드로 할게요", "Use this card"),
        ("/login", "체험 계정", "Demo accounts"),
        ("/signup", "가입하기", "Sign up"),
        ("/account", "새 토큰 만들기", "Make a new token"),
        ("/account?made=00000000-0000-0000-0000-000000000004", "한 번만 보여요", "this one time only"),
        ("/nowhere", "찾는 페이지가 없어요", "There is no such page"),
    ];
    for (path, ko, en) in pages {
        let page = Site::new(Locale::Ko).get(path).await;
        shows(&page, &["<html lang=\"ko\"", "<title>", ko]);
        let page = Site::new(Locale::En).get(path).await;
        shows(&page, &["<html lang=\"en\"", "<title>", en]);
        assert!(!page.seen().contains(ko), "{path} shows Korean in English");
    }
}

#[tokio::test]
async fn every_script_of_a_page_carries_the_nonce_of_its_policy() {
    let page = Site::new(Locale::Ko).get("/").await;
    let scripts: Vec<_> = page.body.split("<script").skip(1).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        assert!(script.split('>').next().unwrap().contains("nonce=\""), "{script}");
    }
}

#[tokio::test]
async fn a_closed_store_says_when_it_opens() {
    let page = Site::new(Locale::Ko).get("/").await;
    shows(&page, &["새벽 피자", "준비 중", "11:00에 열어요", "배달비 ₩2,000", "640m", "최소 ₩15,000"]);
}

#[tokio::test]
async fn a_search_without_a_result_says_what_was_looked_for() {
    let page = Site::new(Locale::Ko).get("/?q=%ED%83%95%ED%9B%84%EB%A3%A8").await;
    shows(&page, &["‘탕후루’에 맞는 가게가 없어요", "value=\"탕후루\""]);
}

#[tokio::test]
async fn a_sold_out_item_cannot_be_added() {
    let page = Site::new(Locale::Ko).get(&format!("/stores/{}", sample::store_id())).await;
    shows(&page, &["품절", "새우 피자", "라지", "+₩4,000", "₩3,000 더 담으면"]);
    assert_eq!(page.body.matches("data-item-id").count(), 2);
    assert_eq!(page.body.matches("data-action=\"add\"").count(), 1);
}

#[tokio::test]
async fn what_does_not_exist_is_a_404() {
    for path in ["/stores/nonsense", "/stores/00000000-0000-0000-0000-000000000009"] {
        let page = Site::new(Locale::Ko).get(path).await;
        assert_eq!(page.status, 404, "{path}");
        shows(&page, &["찾는 페이지가 없어요"]);
    }
}

#[tokio::test]
async fn a_stores_name_is_text_in_the_title_too() {
    for locale in [Locale::Ko, Locale::En] {
        let page = Site::new(locale).get(&format!("/stores/{}", sample::markup_id())).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains(sample::MARKUP), "{}", page.body);
        assert_eq!(page.body.matches("</title>").count(), 1);
        shows(&page, &["<title>R&amp;B&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; · "]);
        assert!(!page.body.contains("<script>alert"));
    }
}

fn order(phone: &str) -> String {
    format!(
        "key=key-1&store={}&agreed=14000&lines%5B0%5D%5Bitem%5D={}&lines%5B0%5D%5Bquantity%5D=1\
         &lines%5B0%5D%5Bchoices%5D%5B0%5D={}&name=A&phone={phone}&address=B&address_detail=C\
         &note_to_store=mild&note_to_rider=&card=tok_no",
        sample::store_id(),
        sample::item_id(),
        sample::large(),
    )
}

#[tokio::test]
async fn an_order_leads_to_its_page_with_and_without_javascript() {
    let site = Site::new(Locale::Ko);
    let page = site.submit("/api/orders/place", &order("010")).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/orders/00000000-0000-0000-0000-00000000004d"));
    let page = site.enhanced("/api/orders/place", &order("010")).await;
    assert_eq!((page.status, page.location.as_str()), (200, ""));
    shows(&page, &["/orders/00000000-0000-0000-0000-00000000004d"]);
}

#[tokio::test]
async fn a_refused_checkout_comes_back_with_the_fault_at_its_field_and_everything_typed() {
    let site = Site::refusing(Locale::Ko, wrong_phone());
    let page = site.submit("/api/orders/place", &order("12")).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/checkout?draft=d1"));
    assert_eq!(site.kept().unwrap().field("note_to_store"), Some("mild"));

    let page = site.get("/checkout?draft=d1").await;
    shows(
        &page,
        &["href=\"#phone\"", "id=\"phone-error\"", "aria-invalid=\"true\"", "value=\"12\"", "value=\"mild\""],
    );
    let chosen = page.body.split("<input").find(|input| input.contains("tok_no")).unwrap();
    assert!(chosen.split('>').next().unwrap().contains("checked"), "{chosen}");

    let page = site.get("/checkout?draft=another").await;
    assert!(!page.body.contains("phone-error"));
}

#[tokio::test]
async fn a_refusal_has_its_status_where_no_redirect_is_expected() {
    let site = Site::refusing(Locale::Ko, wrong_phone());
    let page = site.enhanced("/api/orders/place", &order("12")).await;
    assert_eq!((page.status, page.location.as_str()), (422, ""));
    assert!(site.kept().is_none(), "the page still has what was typed");
    let site = Site::refusing(Locale::Ko, Fault::OtherStore { cart: Text::ko("다른 집") });
    let add = format!("store={}&item={}&quantity=1", sample::store_id(), sample::item_id());
    assert_eq!(site.enhanced("/api/cart/add", &add).await.status, 409);
}

#[tokio::test]
async fn a_session_that_is_over_leads_to_the_login_and_back_to_what_was_typed() {
    let site = Site::refusing(Locale::Ko, Fault::NotSignedIn);
    let page = site.submit("/api/orders/place", &order("010-1111-2222")).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/login?next=/checkout%3Fdraft%3Dd1"));
    let back = site.get("/checkout?draft=d1").await;
    shows(&back, &["value=\"010-1111-2222\"", "value=\"mild\""]);
    assert!(!back.body.contains("role=\"alert\""), "the login has been done");
    shows(&site.get("/login?next=/checkout%3Fdraft%3Dd1").await, &["value=\"/checkout?draft=d1\""]);
}

#[tokio::test]
async fn a_new_price_is_shown_and_can_be_agreed_to() {
    let fault = Fault::Refused(CaseRefusal::PriceChanged { now: sample::won(16_500) });
    let site = Site::refusing(Locale::Ko, fault);
    site.submit("/api/orders/place", &order("010")).await;
    let page = site.get("/checkout?draft=d1").await;
    shows(
        &page,
        &["₩16,500으로 바뀌었어요", "₩16,500 결제하기", "name=\"agreed\" value=\"16500\"", "<dd>₩4,500"],
    );
}

#[tokio::test]
async fn a_refusal_stands_at_the_line_or_the_address_it_is_about() {
    let sold_out = QuoteRefusal::SoldOut { line: 0, name: Text::ko("마르게리타") };
    let far = QuoteRefusal::OutsideArea { distance_m: 9_000, radius_m: 2_800 };
    for (refusal, place) in [(sold_out, "<ul class=\"lines\">"), (far, "id=\"address-error\"")] {
        let site = Site::refusing(Locale::Ko, Fault::Refused(CaseRefusal::Quote(refusal)));
        site.submit("/api/orders/place", &order("010")).await;
        let page = site.get("/checkout?draft=d1").await;
        let after = page.body.split(place).nth(1).expect(place);
        assert!(page.body.matches("field__error").count() == 1, "{}", page.body);
        assert!(after.contains("field__error") || place.contains("error"), "{after}");
    }
}

#[tokio::test]
async fn another_stores_cart_is_replaced_only_when_asked() {
    let site = Site::refusing(Locale::Ko, Fault::OtherStore { cart: Text::ko("다른 집") });
    let (store, item) = (sample::store_id(), sample::item_id());
    let add = format!("store={store}&item={item}&quantity=3&choices%5B0%5D={}", sample::large());
    let page = site.submit("/api/cart/add", &add).await;
    assert_eq!((page.status, page.location), (303, format!("/stores/{store}?draft=d1#item-{item}")));
    let page = site.get(&format!("/stores/{store}?draft=d1")).await;
    shows(&page, &["다른 집", "name=\"replace\"", "비우고 이 메뉴 담기", "value=\"3\""]);
    let item = page.body.split("<details").find(|part| part.contains("data-item-id")).unwrap();
    assert!(item.split('>').next().unwrap().contains("open"), "{item}");
    let large = page.body.split("<input").find(|input| input.contains(&sample::large().to_string())).unwrap();
    assert!(large.split('>').next().unwrap().contains("checked"), "{large}");
}

#[tokio::test]
async fn a_wrong_quantity_and_a_wrong_address_keep_what_was_typed() {
    let quantity = QuoteRefusal::Quantity { line: 0, max: 99 };
    let site = Site::refusing(Locale::En, Fault::Refused(CaseRefusal::Quote(quantity)));
    let (store, item) = (sample::store_id(), sample::item_id());
    site.submit("/api/cart/add", &format!("store={store}&item={item}&quantity=10000")).await;
    shows(&site.get(&format!("/stores/{store}?draft=d1")).await, &["value=\"10000\"", "role=\"alert\""]);

    let site = Site::refusing(Locale::En, Fault::field(FieldFault::Unknown { field: Field::Address }));
    let page = site.submit("/api/store/address", "address=Nowhere+9").await;
    assert_eq!(page.location, "/?draft=d1#address");
    shows(&site.get("/?draft=d1").await, &["value=\"Nowhere 9\"", "id=\"address-error\""]);
}

#[tokio::test]
async fn the_bar_says_how_many_pieces_are_in_the_cart() {
    for (locale, label) in
        [(Locale::Ko, "aria-label=\"장바구니, 담은 개수 1\""), (Locale::En, "aria-label=\"Cart, 1 pieces\"")]
    {
        for path in ["/", "/cards", "/nowhere"] {
            let page = Site::new(locale).get(path).await;
            let bar =
                page.body.split("<header class=\"top\"").nth(1).unwrap().split("</header>").next().unwrap();
            let link = bar.split("href=\"/cart\"").nth(1).unwrap().split("</a>").next().unwrap();
            assert!(link.contains(label) && link.contains("tool__count"), "{path}: {link}");
        }
    }
}

#[tokio::test]
async fn what_can_be_done_with_an_order_comes_right_after_its_state() {
    for shown in Shown::ALL {
        for locale in [Locale::Ko, Locale::En] {
            let page = Site::new(locale).get(&format!("/orders/{}", sample::order_id(shown))).await;
            let body = page.seen();
            let at = |text: &str| body.find(text);
            let (state, timeline) = (at("data-shown=").unwrap(), at("class=\"split\"").unwrap());
            let can = actions(shown, false);
            for (is_there, action) in
                [(can.change, "data-action=\"change\""), (can.cancel, "data-action=\"cancel\"")]
            {
                let place = at(action);
                assert_eq!(place.is_some(), is_there, "{shown:?}: {action}");
                assert!(place.is_none_or(|place| state < place && place < timeline), "{shown:?}: {action}");
            }
            // A region without anything in it is none.
            let (before, after) = body.split_once("actions--first").unwrap();
            let start = before.rsplit('<').next().unwrap();
            let is_region =
                !start.contains(" hidden") && !after.split('>').next().unwrap().contains(" hidden");
            assert_eq!(is_region, can.cancel || is_late(shown) || shown == Shown::Completed, "{shown:?}");
        }
    }
}

/// It is said why the order cannot be cancelled any more.
fn is_late(shown: Shown) -> bool {
    matches!(shown, Shown::Cooking | Shown::Ready | Shown::Assigned | Shown::OnTheWay)
}

#[tokio::test]
async fn the_options_of_a_dish_show_once_there_is_one_of_it() {
    for (locale, options) in [(Locale::Ko, "옵션"), (Locale::En, "Options")] {
        let path = format!("/orders/{}/change", sample::order_id(Shown::Received));
        let page = Site::new(locale).get(&path).await;
        shows(&page, &[options]);
        // The pizza as it was ordered, and two dishes of which there is none yet.
        let rows: Vec<_> = page.body.split("data-ordered=").skip(1).collect();
        assert_eq!(rows.len(), 3);
        for (row, quantity) in rows.iter().zip(["1", "0", "0"]) {
            assert!(row.contains(&format!("value=\"{quantity}\"")), "{row}");
            let details = row.split("<details").nth(1).unwrap().split('>').next().unwrap();
            assert_eq!(details.contains(" open"), quantity != "0", "{details}");
            // They are sent all the same.
            assert!(row.contains("type=\"radio\""), "{row}");
        }
    }
}

#[tokio::test]
async fn what_was_typed_opens_its_options_again() {
    let refusal = QuoteRefusal::Choices { line: 1, group: Text::ko("사이즈"), min: 1, max: 1 };
    let site = Site::refusing(Locale::Ko, Fault::Refused(CaseRefusal::Quote(refusal)));
    let order = sample::order_id(Shown::Received);
    let (first, other) = (sample::item_id(), ItemId(uuid::Uuid::from_u128(5)));
    let form = format!(
        "order={order}&key=key-1&agreed=25000&lines%5B0%5D%5Bitem%5D={first}&lines%5B0%5D%5Bquantity%5D=0\
         &lines%5B1%5D%5Bitem%5D={other}&lines%5B1%5D%5Bquantity%5D=2"
    );
    let page = site.submit("/api/orders/change", &form).await;
    assert_eq!(page.status, 303);
    let page = site.get(&format!("/orders/{order}/change?draft=d1")).await;
    let rows: Vec<_> = page.body.split("data-ordered=").skip(1).collect();
    let is_open =
        |row: &str| row.split("<details").nth(1).unwrap().split('>').next().unwrap().contains(" open");
    let open: Vec<bool> = rows.iter().map(|row| is_open(row)).collect();
    assert_eq!(open, [false, false, true], "none of the pizza any more, and two of the other dish");
}

#[tokio::test]
async fn an_end_without_a_meal_says_what_becomes_of_the_money_as_far_as_it_is_known() {
    let ends =
        [Shown::PaymentFailed, Shown::Cancelled, Shown::Rejected, Shown::OverCapacity, Shown::TimedOut];
    // Taken or not, and whether that is known; then what has to be said.
    let told = [
        (true, false, "결제하신 금액은 모두 돌려드려요", "All you paid comes back"),
        (false, true, "결제사에 확인하고 있어요", "We are still asking whether anything was paid"),
        (false, false, "결제된 금액은 없어요", "Nothing was paid"),
    ];
    for shown in ends {
        for (is_taken, undecided, ko, en) in told {
            for (locale, text) in [(Locale::Ko, ko), (Locale::En, en)] {
                let order = sample::order(shown);
                let taken = if is_taken { order.taken } else { sample::won(0) };
                let site = Site::telling(locale, OrderView { taken, undecided, ..order });
                let page = site.get(&format!("/orders/{}", sample::order_id(shown))).await.seen();
                for (_, _, other_ko, other_en) in told {
                    let other = if locale == Locale::Ko { other_ko } else { other_en };
                    assert_eq!(page.contains(other), other == text, "{shown:?}: {other} in {page}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_refund_that_has_failed_is_said_to_take_longer_and_to_be_looked_after() {
    let order = sample::order(Shown::Cancelled);
    let entry =
        |position, what, money| TimelineEntry { position, at: sample::NOW, by: Actor::System, what, money };
    let asked = What::RefundRequested { reason: RefundReason::Cancelled };
    let owed = entry(2, asked, Some(MoneyMove::Owed(order.taken)));
    let failed = entry(3, What::RefundFailed, None);
    for (timeline, takes_longer) in [(vec![owed.clone()], false), (vec![owed, failed], true)] {
        for (locale, usual, longer) in [
            (Locale::Ko, "결제한 카드로 돌려드려요", "끝날 때까지 저희가 챙길게요"),
            (Locale::En, "It goes back to your card", "We look after it until it is done"),
        ] {
            let order = OrderView { owed: order.taken, timeline: timeline.clone(), ..order.clone() };
            let path = format!("/orders/{}", order.line.order);
            let page = Site::telling(locale, order).get(&path).await.seen();
            assert_eq!(
                (page.contains(usual), page.contains(longer)),
                (!takes_longer, takes_longer),
                "{page}"
            );
        }
    }
}

#[tokio::test]
async fn a_held_order_says_until_when_it_waits_for_its_payment() {
    let held =
        OrderView { held_until: Some(sample::NOW.plus_minutes(10)), ..sample::order(Shown::AwaitingPayment) };
    let path = format!("/orders/{}", held.line.order);
    for (locale, text) in [
        (Locale::Ko, "03:10까지 결제되지 않으면 결제 없이 끝나요"),
        (Locale::En, "We wait until 03:10; then the order ends and nothing is charged"),
    ] {
        assert!(Site::telling(locale, held.clone()).get(&path).await.seen().contains(text));
        assert!(
            !Site::new(locale).get(&path).await.seen().contains("data-held"),
            "it is not known until when"
        );
    }
}

#[tokio::test]
async fn a_change_whose_difference_waits_for_the_customer_asks_to_go_on_with_it() {
    let order = sample::order(Shown::Received);
    let change = ChangeView {
        revision: 1,
        bill: order.bill.clone(),
        extra: sample::won(4_000),
        until: sample::NOW.plus_minutes(10),
    };
    let path = format!("/orders/{}", order.line.order);
    for (pay_url, ko, en) in [
        (
            Some("/pay".to_owned()),
            "차액 ₩4,000을 이어서 결제해 주세요",
            "go on to pay the difference of ₩4,000",
        ),
        (None, "₩4,000을 더 승인받고 있어요", "₩4,000 more is being approved"),
    ] {
        for (locale, text) in [(Locale::Ko, ko), (Locale::En, en)] {
            let order = OrderView { change: Some(change.clone()), pay_url: pay_url.clone(), ..order.clone() };
            let page = Site::telling(locale, order).get(&path).await.seen();
            assert!(page.contains(text), "{text} is missing in {page}");
            assert_eq!(page.contains("data-action=\"pay\""), pay_url.is_some());
        }
    }
}
