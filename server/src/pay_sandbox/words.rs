//! What the customer's page says, in both languages.

use app::shell::cookie;
use axum::http::{HeaderMap, header};

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lang {
    Ko,
    En,
}

/// The page's sentences.
pub(super) struct Words {
    pub(super) code: &'static str,
    pub(super) brand: &'static str,
    pub(super) note: &'static str,
    pub(super) shop: &'static str,
    pub(super) shop_name: &'static str,
    pub(super) order: &'static str,
    pub(super) until: &'static str,
    pub(super) approve: &'static str,
    pub(super) decline: &'static str,
    pub(super) back: &'static str,
    pub(super) later: &'static str,
    pub(super) again: &'static str,
    pub(super) ask_title: &'static str,
    pub(super) ask_lead: &'static str,
    pub(super) approved_title: &'static str,
    pub(super) approved_lead: &'static str,
    pub(super) declined_title: &'static str,
    pub(super) declined_lead: &'static str,
    pub(super) abandoned_title: &'static str,
    pub(super) abandoned_lead: &'static str,
    pub(super) cancelled_title: &'static str,
    pub(super) cancelled_lead: &'static str,
    pub(super) missing_title: &'static str,
    pub(super) missing_lead: &'static str,
    pub(super) stale_title: &'static str,
    pub(super) stale_lead: &'static str,
    pub(super) broken_title: &'static str,
    pub(super) broken_lead: &'static str,
}

static KO: Words = Words {
    code: "ko",
    brand: "샌드박스 결제",
    note: "시험용 결제라서 실제로 돈이 나가지 않아요.",
    shop: "가맹점",
    shop_name: "배달",
    order: "주문 번호",
    until: "승인 기한",
    approve: "승인",
    decline: "거절",
    back: "주문으로 돌아가기",
    later: "나중에 정하고 주문으로 돌아가기",
    again: "결제 화면 다시 열기",
    ask_title: "결제를 승인할까요?",
    ask_lead: "금액과 가맹점을 확인해 주세요.",
    approved_title: "결제를 승인했어요",
    approved_lead: "고맙습니다. 이 화면은 닫아도 돼요.",
    declined_title: "결제를 거절했어요",
    declined_lead: "결제되지 않았어요. 이 화면은 닫아도 돼요.",
    abandoned_title: "승인 시간이 지났어요",
    abandoned_lead: "결제되지 않았어요. 주문을 다시 시도해 주세요.",
    cancelled_title: "취소된 결제예요",
    cancelled_lead: "이 결제는 전부 또는 일부가 취소되었어요.",
    missing_title: "결제를 찾을 수 없어요",
    missing_lead: "주소를 다시 확인해 주세요.",
    stale_title: "결제 화면을 다시 열어 주세요",
    stale_lead: "요청을 확인할 수 없어 아무것도 처리하지 않았어요.",
    broken_title: "잠시 문제가 생겼어요",
    broken_lead: "결제 상태를 확인하지 못했어요. 잠시 후 다시 시도해 주세요.",
};

static EN: Words = Words {
    code: "en",
    brand: "Sandbox Pay",
    note: "This is a test payment. No real money moves.",
    shop: "Shop",
    shop_name: "Baedal",
    order: "Order",
    until: "Approve by",
    approve: "Approve",
    decline: "Decline",
    back: "Back to your order",
    later: "Decide later, back to your order",
    again: "Open the payment page again",
    ask_title: "Approve this payment?",
    ask_lead: "Please check the amount and the shop.",
    approved_title: "Payment approved",
    approved_lead: "Thank you. You can close this page.",
    declined_title: "Payment declined",
    declined_lead: "Nothing was charged. You can close this page.",
    abandoned_title: "The time to approve is over",
    abandoned_lead: "Nothing was charged. Please try your order again.",
    cancelled_title: "This payment was cancelled",
    cancelled_lead: "All or part of it was cancelled.",
    missing_title: "Payment not found",
    missing_lead: "Please check the address.",
    stale_title: "Please open the payment page again",
    stale_lead: "The request could not be verified, so nothing was done.",
    broken_title: "Something went wrong",
    broken_lead: "We could not check the payment. Please try again in a moment.",
};

impl Lang {
    /// The one that was chosen at the shop, whose cookie comes along; else the one that `Accept-Language` likes better, and Korean if it
    /// does not say.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match cookie(headers, "lang") {
            Some("ko") => return Self::Ko,
            Some("en") => return Self::En,
            _ => {}
        }
        let accepted =
            headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let liking = |wanted: &str| {
            accepted
                .split(',')
                .filter_map(|part| {
                    let mut fields = part.split(';').map(str::trim);
                    let tag = fields.next()?;
                    let primary = tag.split('-').next()?;
                    let weight = fields
                        .find_map(|field| field.strip_prefix("q="))
                        .map_or(Some(1.0), |q| q.parse::<f32>().ok())?;
                    // A weight has three decimals; as thousandths two of them compare exactly.
                    primary.eq_ignore_ascii_case(wanted).then_some((weight * 1_000.0) as u32)
                })
                .max()
                .unwrap_or(0)
        };
        let (ko, en) = (liking("ko"), liking("en"));
        // Two liked the same are a list without weights, where the first place counts.
        if en > ko || (en > 0 && en == ko && english_first(accepted)) { Self::En } else { Self::Ko }
    }

    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::Ko => &KO,
            Self::En => &EN,
        }
    }
}

fn english_first(accepted: &str) -> bool {
    accepted
        .split(',')
        .map(|part| part.trim().to_ascii_lowercase())
        .find(|tag| tag.starts_with("ko") || tag.starts_with("en"))
        .is_some_and(|tag| tag.starts_with("en"))
}

/// Won as the shop writes it.
pub(super) fn won(amount: i64) -> String {
    let digits = amount.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("₩{grouped}")
}

/// `HH:MM` in Seoul, which is nine hours ahead of UTC the whole year.
pub(super) fn clock(at_ms: i64) -> String {
    let minute = at_ms.saturating_add(9 * 3_600_000).div_euclid(60_000).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(accepted: &'static str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().expect("a header"));
        Lang::of(&headers)
    }

    #[test]
    fn the_language_is_the_one_liked_better() {
        assert_eq!(lang("ko-KR,ko;q=0.9,en-US;q=0.8"), Lang::Ko);
        assert_eq!(lang("en-US,en;q=0.9,ko;q=0.8"), Lang::En);
        assert_eq!(lang("en;q=0.2, ko;q=0.7"), Lang::Ko);
        assert_eq!(lang("en, ko"), Lang::En);
        assert_eq!(lang("ko, en"), Lang::Ko);
        assert_eq!(lang("fr"), Lang::Ko);
        assert_eq!(lang("en;q=x"), Lang::Ko);
        assert_eq!(Lang::of(&HeaderMap::new()), Lang::Ko);
    }

    #[test]
    fn the_language_chosen_at_the_shop_comes_first() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "ko-KR".parse().expect("a header"));
        headers.insert(header::COOKIE, "theme=dark; lang=en".parse().expect("a header"));
        assert_eq!(Lang::of(&headers), Lang::En);
        headers.insert(header::COOKIE, "lang=xx".parse().expect("a header"));
        assert_eq!(Lang::of(&headers), Lang::Ko);
    }

    #[test]
    fn won_and_clock_read_as_people_write_them() {
        assert_eq!(won(100_000_000), "₩100,000,000");
        assert_eq!(won(900), "₩900");
        assert_eq!(clock(0), "09:00");
        assert_eq!(clock(15 * 3_600_000 + 5 * 60_000), "00:05");
    }
}
