//! Every notice has its words in both languages.

use app::words::{notice, notice_heading, notice_template, notice_text};
use domain::notification::{Template, Variable, Variables};
use domain::shared::{Locale, OrderNumber, Text, Won};
use std::collections::HashSet;
use uuid::Uuid;

fn filled() -> Variables {
    Variables {
        number: OrderNumber::of(Uuid::from_u128(1)),
        store: Text { ko: "합정 화덕피자".to_owned(), en: Some("Hapjeong Pizza".to_owned()) },
        amount: Won::new(12_500).ok(),
        minutes: Some(25),
        reason: Some("재료가 떨어졌어요.".to_owned()),
    }
}

#[test]
fn every_notice_is_a_sentence_of_its_own_in_both_languages() {
    let with = filled();
    for (locale, store) in [(Locale::Ko, "합정 화덕피자"), (Locale::En, "Hapjeong Pizza")] {
        assert!(notice_heading(locale, &with).contains(store));
        let mut texts = HashSet::new();
        for template in Template::ALL {
            let sentence = notice(locale, *template, &with);
            assert!(
                !sentence.trim().is_empty() && !sentence.contains(['{', '}']),
                "{template:?}: {sentence}"
            );
            assert_ne!(notice(Locale::Ko, *template, &with), notice(Locale::En, *template, &with));
            let text = notice_text(locale, *template, &with);
            assert!(text.contains(&sentence) && text.contains(store) && text.contains(with.number.as_str()));
            // What is filled in is said, and a text message takes it.
            for variable in template.variables() {
                assert!(text.contains(&with.get(variable, locale)), "{template:?} leaves out {variable:?}");
            }
            assert!(text.chars().count() <= 200, "{template:?} is long: {text}");
            texts.insert((template.slug().starts_with("store_"), sentence));
        }
        assert_eq!(texts.len(), Template::ALL.len(), "two say the same to the same reader");
    }
}

#[test]
fn a_registered_template_says_what_the_program_says_once_it_is_filled_in() {
    let with = filled();
    for locale in [Locale::Ko, Locale::En] {
        for template in Template::ALL {
            let registered = notice_template(locale, *template);
            let mut text = registered.clone();
            for variable in template.variables() {
                let name = format!("#{{{}}}", variable.name());
                assert!(registered.contains(&name), "{template:?} lacks {name}");
                text = text.replace(&name, &with.get(variable, locale));
            }
            assert_eq!(text, notice_text(locale, *template, &with));
            for variable in [Variable::Amount, Variable::Minutes, Variable::Reason] {
                let said = registered.contains(&format!("#{{{}}}", variable.name()));
                assert_eq!(
                    said,
                    template.variables().any(|own| own == variable),
                    "{template:?}, {variable:?}"
                );
            }
        }
    }
}
