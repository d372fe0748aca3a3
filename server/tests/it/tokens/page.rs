//! The account page as a browser without JavaScript meets it.

use crate::applications::{owner_form, person_form};
use crate::city::City;
use crate::people::{Person, field};
use reqwest::StatusCode;

/// The secret that a page shows.
fn secret(page: &str) -> Option<&str> {
    let start = page.find("value=\"bdl_")? + "value=\"".len();
    page[start..].split('"').next()
}

/// What stands in a page of somebody.
async fn account(person: &Person, query: &str) -> String {
    let (status, page) = person.page(&format!("/account{query}")).await;
    assert_eq!(status, 200, "{query}: {page}");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_makes_a_token_whose_secret_is_shown_once() {
    let city = City::open().await;
    let person = Person::log_in(&city.base(), "customer1").await;
    let page = account(&person, "").await;
    assert!(
        page.contains("김하늘") && page.contains("customer1") && page.contains("아직 토큰이 없어요"),
        "{page}"
    );

    let fields = [field("label", "주문 봇 <1>"), field("term", "365")];
    let go = person.submit("/api/account/tokens/make", &fields).await;
    let query = go.strip_prefix("/account").unwrap();
    // Somebody else does not see it, wherever they know the address from; nor is it gone with that.
    let other = Person::log_in(&city.base(), "customer2").await;
    assert_eq!(secret(&account(&other, query).await), None);
    assert!(!account(&other, query).await.contains("주문 봇"));
    // Nor with whoever asks for the head alone.
    assert_eq!(person.head(&go).await, StatusCode::OK);
    let page = account(&person, query).await;
    let shown = secret(&page).expect("the secret").to_owned();
    assert!(page.contains("한 번만 보여요") && page.contains("주문 봇 &lt;1&gt;"), "{page}");
    let script = Person::script(&city.base(), &shown);
    assert_eq!(script.send("/api/orders/list", &[field("page", 0)]).await.unwrap().0, StatusCode::OK);
    // Once.
    for again in [query, ""] {
        let page = account(&person, again).await;
        assert_eq!((secret(&page), page.contains(&shown[4..])), (None, false), "{again}");
        assert!(page.contains("주문 봇"));
        assert_eq!(page.contains("만들 때 한 번만"), again == query);
    }

    // Revoked by a form; the page leads back to itself.
    let id = query.strip_prefix("?made=").unwrap();
    assert_eq!(person.submit("/api/account/tokens/revoke", &[field("token", id)]).await, "/account");
    assert!(account(&person, "").await.contains("아직 토큰이 없어요"));
    assert_eq!(script.get("/live/orders").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let city = City::open().await;
    let person = Person::log_in(&city.base(), "rider1").await;
    let long = "가".repeat(61);
    let fields = [field("label", &long), field("term", "never")];
    let back = person.submit("/api/account/tokens/make", &fields).await;
    let query = back.strip_prefix("/account").unwrap();
    assert!(query.starts_with("?draft="), "{back}");
    let page = account(&person, query).await;
    assert!(page.contains(&format!("value=\"{long}\"")), "{page}");
    assert!(page.contains("토큰 이름은 60자 이내로"), "{page}");
    // The term that was chosen is still chosen.
    let never = page.split("<input").find(|input| input.contains("value=\"never\"")).unwrap();
    assert!(never.split('>').next().unwrap().contains("checked"), "{never}");

    for number in 0..20 {
        person.submit("/api/account/tokens/make", &[field("label", number)]).await;
    }
    let fields = [field("label", "하나 더"), field("term", "30")];
    let back = person.submit("/api/account/tokens/make", &fields).await;
    let page = account(&person, back.strip_prefix("/account").unwrap()).await;
    assert!(page.contains("20개까지") && page.contains("value=\"하나 더\""), "{page}");
    let (status, answer) = person.send("/api/account/tokens/make", &fields).await.unwrap();
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");

    // What is no token of one's own.
    let nobodys = [field("token", "01900000-0000-7000-8000-000000000001")];
    let back = person.submit("/api/account/tokens/revoke", &nobodys).await;
    let page = account(&person, back.strip_prefix("/account").unwrap()).await;
    assert!(page.contains("찾을 수 없어요"), "{page}");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_has_logged_in_has_the_page_and_nobody_else() {
    let city = City::open().await;
    let base = city.base();
    let stranger = Person::stranger(&base);
    let sent = stranger.get("/account?made=x").send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    assert_eq!(sent.headers()["location"], "/login?next=/account%3Fmade%3Dx");
    let (status, _) = stranger.send("/api/account/view", &[]).await.unwrap();
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let mut people = Vec::new();
    for (login, role, hooks) in [
        ("customer1", "고객", true),
        ("owner1", "사장님", true),
        ("rider1", "라이더", true),
        ("operator", "운영자", false),
    ] {
        people.push((Person::log_in(&base, login).await, role, hooks));
    }
    for (path, form) in
        [("/signup/owner", owner_form("newowner")), ("/signup/rider", person_form("newrider"))]
    {
        people.push((Person::sign_up(&base, path, &form).await, "신청자", false));
    }
    for (person, role, hooks) in people {
        let page = account(&person, "").await;
        assert!(page.contains(role), "{role}: {page}");
        assert!(page.contains("href=\"/openapi\""));
        assert_eq!(page.contains("href=\"/webhooks\""), hooks, "{role}");
        // The bar at the top leads here.
        assert!(page.contains("<a href=\"/account\" class=\"menu__link\">"), "{role}: {page}");
    }
    city.close().await;
}
