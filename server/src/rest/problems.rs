//! `/problems/{name}`: what the `type` of a refusal means, and what to do about it.

use domain::shared::Locale;
use domain::views::Fault;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{Ask, Id};
use super::errors::OpenErrors;
use super::hal::{Hal, Link, Links};
use super::problem::Refused;

/// A kind of problem. Its name and statuses stay as they are.
pub(super) struct Kind {
    /// The end of its `type`.
    pub(super) name: &'static str,
    /// The statuses with which it comes.
    pub(super) statuses: &'static [u16],
    /// Its title in Korean.
    pub(super) title_ko: &'static str,
    /// Its title in English.
    pub(super) title_en: &'static str,
    /// What to do about it, in Korean and English.
    help: [&'static str; 2],
}

impl Kind {
    const fn new(
        name: &'static str,
        statuses: &'static [u16],
        [title_ko, title_en]: [&'static str; 2],
        help: [&'static str; 2],
    ) -> Self {
        Self { name, statuses, title_ko, title_en, help }
    }

    /// The title in a language.
    pub(super) const fn title(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ko => self.title_ko,
            Locale::En => self.title_en,
        }
    }

    const fn help(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ko => self.help[0],
            Locale::En => self.help[1],
        }
    }
}

/// Every kind of problem. The last is whatever is none of the others.
pub(super) static KINDS: [Kind; 19] = [
    Kind::new(
        "unreadable",
        &[400],
        ["요청을 읽을 수 없어요", "The request cannot be read"],
        [
            "본문이 올바른 JSON인지, 주소의 값이 맞는지 확인해 주세요.",
            "Check that the body is well-formed JSON, and the values of the query.",
        ],
    ),
    Kind::new(
        "not-signed-in",
        &[401],
        ["토큰이 필요해요", "A token is needed"],
        [
            "Authorization: Bearer 헤더로 유효한 토큰을 보내 주세요. 토큰은 계정 화면에서 만들어요.",
            "Show a token that holds, as Authorization: Bearer. Tokens are made on the account page.",
        ],
    ),
    Kind::new(
        "wrong-role",
        &[403],
        ["이 계정으로는 할 수 없어요", "This account cannot do that"],
        [
            "이 일을 할 수 있는 역할의 토큰으로 보내 주세요.",
            "Send it with the token of a role that may do this.",
        ],
    ),
    Kind::new(
        "not-found",
        &[404],
        ["찾을 수 없어요", "There is no such thing"],
        [
            "주소와 번호를 확인해 주세요. 다른 사람의 것도 없는 것으로 답해요.",
            "Check the path and its id. What is another's is answered the same.",
        ],
    ),
    Kind::new(
        "method-not-allowed",
        &[405],
        ["여기서는 쓸 수 없는 요청이에요", "This cannot be asked of it"],
        ["Allow 헤더에 쓸 수 있는 메서드가 있어요.", "The header Allow names the methods that can be used."],
    ),
    Kind::new(
        "timeout",
        &[408, 504],
        ["응답이 너무 오래 걸렸어요", "The answer took too long"],
        [
            "처리되었을 수도 있어요. 같은 Idempotency-Key로 다시 보내면 두 번 처리되지 않아요.",
            "It may have been done. Sent again under the same Idempotency-Key it is not done twice.",
        ],
    ),
    Kind::new(
        "not-now",
        &[409],
        ["지금은 할 수 없어요", "Not in its present state"],
        [
            "state와 command에 지금 상태와 맞지 않는 일이 있어요. 다시 읽고 정해 주세요.",
            "state and command name what does not fit. Read it again and decide anew.",
        ],
    ),
    Kind::new(
        "price-changed",
        &[409],
        ["가격이 바뀌었어요", "The price has changed"],
        ["메뉴를 다시 읽고 새 가격으로 보내 주세요.", "Read the menu again and send the new price."],
    ),
    Kind::new(
        "conflict",
        &[409],
        ["다른 일과 부딪쳤어요", "Something else is in the way"],
        [
            "detail에 이유가 있어요. state는 막고 있는 규칙의 이름이에요.",
            "detail says what; state is the name of the rule in the way.",
        ],
    ),
    Kind::new(
        "stale",
        &[412],
        ["그사이에 바뀌었어요", "It has changed meanwhile"],
        ["다시 읽고 새 ETag를 If-Match로 보내 주세요.", "Read it again and send the new ETag as If-Match."],
    ),
    Kind::new(
        "too-large",
        &[413],
        ["보낸 내용이 너무 커요", "Too much was sent"],
        ["본문을 64 KiB보다 작게 보내 주세요.", "Send a body of at most 64 KiB."],
    ),
    Kind::new(
        "unsupported-media-type",
        &[415],
        ["JSON으로 보내 주세요", "Send JSON"],
        [
            "본문을 Content-Type: application/json으로 보내 주세요.",
            "Send the body as Content-Type: application/json.",
        ],
    ),
    Kind::new(
        "invalid",
        &[422],
        ["값을 확인해 주세요", "Fields are wrong"],
        ["errors에 잘못된 값과 이유가 하나씩 있어요.", "errors names each value that is wrong, and why."],
    ),
    Kind::new(
        "key-reused",
        &[422],
        ["다른 요청에 쓴 키예요", "The key was used for something else"],
        [
            "새로운 일에는 새 Idempotency-Key를 써 주세요.",
            "Use a new Idempotency-Key for what is to happen anew.",
        ],
    ),
    Kind::new(
        "too-many-requests",
        &[429],
        ["요청이 너무 많아요", "Too many requests"],
        ["Retry-After에 있는 초만큼 기다렸다가 보내 주세요.", "Wait for the seconds in Retry-After."],
    ),
    Kind::new(
        "unavailable",
        &[503],
        ["지금은 이용할 수 없어요", "Not available right now"],
        [
            "처리된 것은 없어요. Retry-After에 있는 초만큼 기다렸다가 다시 보내 주세요.",
            "Nothing was done. Send it again after the seconds in Retry-After.",
        ],
    ),
    Kind::new(
        "outcome-unknown",
        &[500, 502],
        ["처리되었는지 알 수 없어요", "It is not known whether it was done"],
        [
            "처리되었을 수도 있어요. 지금 상태를 먼저 읽어 보거나, 같은 Idempotency-Key로 다시 보내 주세요. 두 번 처리되지 않아요.",
            "It may have been done. Look before you ask for it again, or send it again under the same Idempotency-Key: it is not done twice.",
        ],
    ),
    Kind::new(
        "foreign",
        &[403],
        ["다른 사이트에서 보낸 요청이에요", "The request came from another site"],
        [
            "쿠키로 로그인한 요청은 이 사이트에서만 보낼 수 있어요. 프로그램은 토큰을 써 주세요.",
            "With a cookie, requests come from this site alone. Programs show a token.",
        ],
    ),
    Kind::new(
        "failed",
        &[500],
        ["처리하지 못했어요", "Something failed"],
        ["서버의 잘못이에요. 운영자에게 알려 주세요.", "It is the server's fault. Tell its operator."],
    ),
];

/// The kind with a name.
pub(super) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// All kinds of problems.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemKinds {
    /// `self`, and a link to each by its name.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
}

/// A kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemKind {
    /// `self`, `problems`, and `describedby`: the page to read about the API.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The `type` of such a problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/stale")]
    kind: String,
    /// Its title.
    #[schema(example = "그사이에 바뀌었어요")]
    title: &'static str,
    /// The HTTP statuses with which it comes.
    #[schema(example = json!([412]))]
    statuses: &'static [u16],
    /// What to do about it.
    #[schema(example = "다시 읽고 새 ETag를 If-Match로 보내 주세요.")]
    help: &'static str,
}

/// All kinds of problems.
#[utoipa::path(get, operation_id = "listProblems", path = "/problems", tag = "everybody", security(()), responses(
    (status = 200, description = "Links to them.", body = ProblemKinds, content_type = "application/hal+json"),
    OpenErrors
))]
pub(super) async fn list(ask: Ask) -> Hal<ProblemKinds> {
    let all = KINDS.iter().map(|kind| (kind.name, ask.base.link(&format!("/problems/{}", kind.name))));
    let links = std::iter::once(("self", ask.base.link("/problems"))).chain(all).collect();
    Hal::new(ProblemKinds { links })
}

/// What a problem's `type` means, and what to do about it.
#[utoipa::path(get, operation_id = "showProblem", path = "/problems/{name}", tag = "everybody", security(()),
    params(("name" = String, Path, description = "The end of the type", example = "stale")), responses(
    (status = 200, description = "The kind of problem.", body = ProblemKind, content_type = "application/hal+json"),
    OpenErrors
))]
pub(super) async fn show(ask: Ask, Id(name): Id<String>) -> Result<Hal<ProblemKind>, Refused> {
    let kind = kind(&name).ok_or(Fault::NotFound)?;
    let path = format!("/problems/{name}");
    let links =
        ask.base.links([("self", path.as_str()), ("problems", "/problems"), ("describedby", "/openapi/")]);
    let (title, help) = (kind.title(ask.locale()), kind.help(ask.locale()));
    Ok(Hal::new(ProblemKind { links, kind: path, title, statuses: kind.statuses, help }))
}
