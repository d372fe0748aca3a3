//! What an API token may be called, how many there may be, and how long one holds.
#![allow(clippy::unwrap_used)]

use domain::shared::{DAY_MS, Timestamp};
use domain::views::{
    Fault, Field, FieldFault, MAX_LABEL, MAX_TOKENS, NewToken, TokenTerm, check_token, is_usable, may_make,
};

const NOW: Timestamp = Timestamp(1_795_370_400_000);

fn made(label: &str, term: TokenTerm) -> NewToken {
    NewToken { label: label.to_owned(), term }
}

#[test]
fn a_token_has_a_name_of_one_to_sixty_characters_or_the_usual_one() {
    let longest = "가".repeat(MAX_LABEL as usize);
    assert_eq!(check_token("  주문 봇 ", "30", "API"), Ok(made("주문 봇", TokenTerm::Month)));
    assert_eq!(check_token(&longest, "never", "API"), Ok(made(&longest, TokenTerm::Unlimited)));
    for nothing in ["", "   ", "\n"] {
        assert_eq!(check_token(nothing, "", "API"), Ok(made("API", TokenTerm::Quarter)));
    }
    let too_long = FieldFault::TooLong { field: Field::Label, max: MAX_LABEL };
    assert_eq!(
        check_token(&format!("{longest}가"), "90", "API"),
        Err(Fault::Invalid(vec![too_long.clone()]))
    );
    for wrong in ["a\nb", "a\u{7}", "a\u{202e}b", "a\tb"] {
        let malformed = FieldFault::Malformed { field: Field::Label };
        assert_eq!(check_token(wrong, "90", "API"), Err(Fault::Invalid(vec![malformed])), "{wrong:?}");
    }
    // Everything that is wrong is named at once.
    let unknown = FieldFault::Unknown { field: Field::Term };
    assert_eq!(check_token("봇", "31", "API"), Err(Fault::Invalid(vec![unknown.clone()])));
    let both = check_token(&"가".repeat(61), "soon", "API");
    assert_eq!(both, Err(Fault::Invalid(vec![too_long, unknown])));
}

#[test]
fn a_token_holds_until_its_term_is_over_or_it_is_revoked() {
    for (term, days) in [(TokenTerm::Month, 30), (TokenTerm::Quarter, 90), (TokenTerm::Year, 365)] {
        let expires_at = term.expires_at(NOW);
        assert_eq!(expires_at, Some(Timestamp(NOW.0 + days * DAY_MS)));
        let last = Timestamp(NOW.0 + days * DAY_MS - 1);
        assert!(is_usable(None, expires_at, NOW) && is_usable(None, expires_at, last));
        assert!(!is_usable(None, expires_at, Timestamp(last.0 + 1)));
        assert!(!is_usable(Some(NOW), expires_at, NOW));
    }
    assert_eq!(TokenTerm::Unlimited.expires_at(NOW), None);
    assert!(is_usable(None, None, Timestamp(i64::MAX)));
    assert!(!is_usable(Some(NOW), None, NOW));
    for term in TokenTerm::ALL {
        assert_eq!(TokenTerm::from_name(term.name()), Some(term));
    }
}

#[test]
fn an_account_has_twenty_tokens_at_the_most() {
    assert_eq!((MAX_TOKENS, may_make(0), may_make(19)), (20, Ok(()), Ok(())));
    for usable in [20, 21] {
        let refused = may_make(usable).unwrap_err();
        assert_eq!((&refused, refused.status()), (&Fault::TooManyTokens { most: 20 }, 409));
    }
}
