//! What is wrong with the shape of a request, before any rule has looked at it: in sentences of our own, in the caller's language. A reader of JSON
//! or of a query has English ones alone, which say more of its types than of the request.

use domain::shared::Locale;

/// What is wrong with a member of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It is not there.
    Missing,
    /// There is no such member.
    Unknown {
        /// Those that there are.
        known: Vec<String>,
    },
    /// It is there more than once.
    Twice,
    /// It is of another kind than it should be: of this one, where that is known.
    Kind(Option<Wanted>),
    /// It is none of the values that it can have.
    Choice {
        /// These.
        allowed: Vec<String>,
    },
    /// A number that is too small or too large.
    OutOfRange,
    /// A number that is not between these.
    Between {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// A text that is too long.
    TooLong {
        /// At most so many characters.
        max: usize,
    },
    /// A state that no new order is in.
    NotNew {
        /// The one that it may say.
        state: &'static str,
    },
    /// Something else.
    Other,
}

/// What a member should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A text.
    Text,
    /// A whole number. None that is asked for can be below zero.
    WholeNumber,
    /// A number.
    Number,
    /// Yes or no.
    Truth,
    /// A list.
    List,
    /// An object.
    Object,
    /// An id.
    Id,
}

impl Shape {
    /// What a reader's sentence says, and the member that it names where it is about one that should, or should not, be there.
    pub(super) fn of_sentence(sentence: &str) -> (Self, Option<&str>) {
        let begins = |with: &str| sentence.starts_with(with);
        let named = sentence.split('`').nth(1);
        let expected = expected(sentence);
        if begins("missing field") {
            return (Self::Missing, named);
        }
        if begins("unknown field") {
            return (Self::Unknown { known: names(expected) }, named);
        }
        if begins("duplicate field") {
            return (Self::Twice, named);
        }
        let shape = if begins("invalid type") || begins("invalid length") {
            Self::Kind(wanted(expected))
        } else if begins("unknown variant") {
            Self::Choice { allowed: names(expected) }
        } else if begins("invalid value") {
            match wanted(expected) {
                Some(Wanted::WholeNumber | Wanted::Number) => Self::OutOfRange,
                other => Self::Kind(other),
            }
        } else if begins("UUID parsing failed") {
            Self::Kind(Some(Wanted::Id))
        } else if begins("number out of range") {
            Self::OutOfRange
        } else if begins("expected value") {
            // So it says where a name should be and something else is.
            Self::Kind(None)
        } else {
            of_text(sentence)
        };
        (shape, None)
    }

    /// The sentence.
    pub(super) fn say(&self, locale: Locale) -> String {
        let [ko, en] = match self {
            Self::Missing => {
                ["꼭 필요한 값인데 빠졌어요.", "It is needed, and it is missing."].map(str::to_owned)
            }
            Self::Unknown { known } if known.is_empty() => {
                ["여기에는 없는 이름이에요.", "There is no such member here."].map(str::to_owned)
            }
            Self::Unknown { known } => {
                let known = known.join(", ");
                [
                    format!("여기에는 없는 이름이에요. 쓸 수 있는 이름: {known}"),
                    format!("There is no such member here. There are: {known}"),
                ]
            }
            Self::Twice => ["두 번 들어 있어요. 한 번만 보내 주세요.", "It is there twice. Send it once."]
                .map(str::to_owned),
            Self::Kind(wanted) => wanted
                .map_or(
                    ["여기에 맞는 종류의 값이 아니에요.", "A value of this kind does not belong here."],
                    Wanted::say,
                )
                .map(str::to_owned),
            Self::Choice { allowed } => {
                let allowed = allowed.join(", ");
                [format!("이 가운데 하나로 보내 주세요: {allowed}"), format!("Send one of these: {allowed}")]
            }
            Self::OutOfRange => {
                ["쓸 수 있는 범위를 벗어난 수예요.", "This number is out of range."].map(str::to_owned)
            }
            Self::Between { min, max } => [
                format!("{min}부터 {max}까지의 수로 보내 주세요."),
                format!("Send a number from {min} to {max}."),
            ],
            Self::TooLong { max } => [
                format!("{max}자까지 쓸 수 있어요. 더 짧게 보내 주세요."),
                format!("It takes at most {max} characters. Send fewer."),
            ],
            Self::NotNew { state } => [
                format!("새 주문은 {state} 상태로만 보낼 수 있어요. 이 값은 빼도 돼요."),
                "A new order has one state alone. Leave this out, or send it as the description has it."
                    .to_owned(),
            ],
            Self::Other => ["이 값은 쓸 수 없어요.", "This value cannot be used."].map(str::to_owned),
        };
        match locale {
            Locale::Ko => ko,
            Locale::En => en,
        }
    }
}

impl Wanted {
    /// What to send, in Korean and English.
    const fn say(self) -> [&'static str; 2] {
        match self {
            Self::Text => ["문자열로 보내 주세요.", "Send a text."],
            Self::WholeNumber => ["0 이상의 정수로 보내 주세요.", "Send a whole number, 0 or more."],
            Self::Number => ["숫자로 보내 주세요.", "Send a number."],
            Self::Truth => ["true나 false로 보내 주세요.", "Send true or false."],
            Self::List => ["목록(JSON 배열)으로 보내 주세요.", "Send a list, which is a JSON array."],
            Self::Object => ["JSON 객체로 보내 주세요.", "Send a JSON object."],
            Self::Id => ["UUID 형식의 번호로 보내 주세요.", "Send an id, which is a UUID."],
        }
    }
}

/// What a sentence expects: its end, without the line and column, which say nothing about one line of JSON. What was sent may stand before it.
fn expected(sentence: &str) -> &str {
    let expected = sentence.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    expected.split(" at line ").next().unwrap_or(expected)
}

/// The names in a sentence's backquotes.
fn names(expected: &str) -> Vec<String> {
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The kind that is expected, by the name that its reader has for it.
fn wanted(expected: &str) -> Option<Wanted> {
    Some(match expected {
        "a string" | "a borrowed string" => Wanted::Text,
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
            Wanted::WholeNumber
        }
        "f32" | "f64" => Wanted::Number,
        "a boolean" => Wanted::Truth,
        "a sequence" => Wanted::List,
        "a map" => Wanted::Object,
        "a formatted UUID string" => Wanted::Id,
        name if name.starts_with("struct ") => Wanted::Object,
        _ => return None,
    })
}

/// What is wrong with a value that stands in a query, where everything is a text at first.
fn of_text(sentence: &str) -> Shape {
    match sentence {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            Shape::Kind(Some(Wanted::WholeNumber))
        }
        "number too large to fit in target type" | "number too small to fit in target type" => {
            Shape::OutOfRange
        }
        "provided string was not `true` or `false`" => Shape::Kind(Some(Wanted::Truth)),
        _ => Shape::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Locale, Shape, Wanted};
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use uuid::Uuid;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read, and looked at no more")]
    struct Dish {
        name: String,
        price: u64,
        ready: Option<bool>,
        options: Option<Vec<String>>,
        id: Option<Uuid>,
        size: Option<Size>,
        heat: Option<f64>,
        of: Option<Box<Dish>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Size {
        Small,
        Large,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "read, and looked at no more")]
    struct One {
        only: Option<u8>,
    }

    /// What the reader of JSON says.
    fn sentence<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        serde_json::from_str::<T>(json).unwrap_err().to_string()
    }

    /// What is made of that, for a dish that has this member too.
    fn of_member(member: &str) -> Shape {
        let said = sentence::<Dish>(&format!("{{\"name\": \"피자\", \"price\": 1, {member}}}"));
        let (shape, named) = Shape::of_sentence(&said);
        assert_eq!(named, None, "{said}");
        shape
    }

    #[test]
    fn what_the_reader_of_json_says_is_understood() {
        let kind = |wanted| Shape::Kind(Some(wanted));
        for (member, shape) in [
            ("\"ready\": 1", kind(Wanted::Truth)),
            ("\"options\": {}", kind(Wanted::List)),
            ("\"options\": [1]", kind(Wanted::Text)),
            ("\"id\": 7", kind(Wanted::Id)),
            ("\"id\": \"7\"", kind(Wanted::Id)),
            ("\"heat\": \"hot\"", kind(Wanted::Number)),
            ("\"of\": \"a dish, expected `u64`\"", kind(Wanted::Object)),
            ("\"of\": []", kind(Wanted::Object)),
            ("\"of\": {\"name\": \"김\", \"price\": 1.5}", kind(Wanted::WholeNumber)),
            ("\"of\": {\"name\": \"김\", \"price\": -1}", Shape::OutOfRange),
            ("\"heat\": 1e999", Shape::OutOfRange),
            ("\"size\": 7", Shape::Kind(None)),
            ("\"size\": \"huge\"", Shape::Choice { allowed: vec!["small".to_owned(), "large".to_owned()] }),
        ] {
            assert_eq!(of_member(member), shape, "{member}");
        }
        assert_eq!(Shape::of_sentence(&sentence::<Dish>("[]")).0, kind(Wanted::Object));
        assert_eq!(Shape::of_sentence(&sentence::<One>("{\"only\": 256}")).0, Shape::OutOfRange);
    }

    #[test]
    fn members_that_should_or_should_not_be_there_are_named() {
        let missing = sentence::<Dish>("{\"name\": \"피자\"}");
        assert_eq!(Shape::of_sentence(&missing), (Shape::Missing, Some("price")));
        let twice = sentence::<Dish>("{\"name\": \"피자\", \"name\": \"피자\"}");
        assert_eq!(Shape::of_sentence(&twice), (Shape::Twice, Some("name")));
        let known = ["name", "price", "ready", "options", "id", "size", "heat", "of"].map(str::to_owned);
        for odd in ["colour", "a, expected b", "at line 1"] {
            let unknown = sentence::<Dish>(&format!("{{\"{odd}\": 1}}"));
            let shape = Shape::Unknown { known: known.to_vec() };
            assert_eq!(Shape::of_sentence(&unknown), (shape, Some(odd)), "{unknown}");
        }
    }

    #[test]
    fn what_the_reader_of_a_query_says_is_understood() {
        for (typed, shape) in [
            ("x", Shape::Kind(Some(Wanted::WholeNumber))),
            ("", Shape::Kind(Some(Wanted::WholeNumber))),
            ("4294967296", Shape::OutOfRange),
        ] {
            let said = typed.parse::<u32>().unwrap_err().to_string();
            assert_eq!(Shape::of_sentence(&said), (shape, None), "{typed}");
        }
        let said = "maybe".parse::<bool>().unwrap_err().to_string();
        assert_eq!(Shape::of_sentence(&said), (Shape::Kind(Some(Wanted::Truth)), None));
        for strange in ["", "something else is wrong", "recursion limit exceeded"] {
            assert_eq!(Shape::of_sentence(strange), (Shape::Other, None), "{strange}");
        }
    }

    #[test]
    fn every_sentence_is_in_its_language() {
        let names = || vec!["small".to_owned(), "large".to_owned()];
        let wanted = [
            Wanted::Text,
            Wanted::WholeNumber,
            Wanted::Number,
            Wanted::Truth,
            Wanted::List,
            Wanted::Object,
            Wanted::Id,
        ];
        let kinds = wanted.map(|wanted| Shape::Kind(Some(wanted)));
        let others = [
            Shape::Missing,
            Shape::Unknown { known: Vec::new() },
            Shape::Unknown { known: names() },
            Shape::Twice,
            Shape::Kind(None),
            Shape::Choice { allowed: names() },
            Shape::OutOfRange,
            Shape::Between { min: 1, max: 99 },
            Shape::TooLong { max: 100 },
            Shape::NotNew { state: "주문접수중" },
            Shape::Other,
        ];
        for shape in kinds.into_iter().chain(others) {
            let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
            let (korean, english) = (shape.say(Locale::Ko), shape.say(Locale::En));
            assert!(korean.contains(is_hangul), "{korean}");
            assert!(!english.contains(is_hangul) && !english.is_empty(), "{english}");
        }
    }
}
