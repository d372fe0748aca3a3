//! The embedded list, and what people type.

use std::sync::Arc;

use super::{EmbeddedGazetteer, GazetteerError, Geocoder};

fn gazetteer() -> Arc<EmbeddedGazetteer> {
    EmbeddedGazetteer::load().expect("a sound list")
}

#[test]
fn every_entry_is_found_by_its_name_and_by_each_of_its_aliases() {
    let gazetteer = gazetteer();
    assert!(gazetteer.entries.len() >= 50);
    for (key, entry) in &gazetteer.keys {
        assert_eq!(gazetteer.find(key).as_ref(), Some(&gazetteer.entries[*entry]), "{key}");
    }
}

#[test]
fn the_customers_address_is_found_however_it_is_typed() {
    let gazetteer = gazetteer();
    for typed in [
        "서울 마포구 양화로 45",
        "서울특별시 마포구 양화로 45",
        "양화로45",
        " 마포구  양화로 45 ",
        "서울 마포구 양화로 45 (서교동)",
        "서울 마포구 양화로 45 301호",
        "45 yanghwa-ro, mapo-gu, seoul",
        "45 Yanghwa-ro, Mapo-gu, Seoul, Republic of Korea",
    ] {
        let found = gazetteer.find(typed).unwrap_or_else(|| panic!("{typed} is unknown"));
        assert_eq!(found.text, "서울 마포구 양화로 45", "{typed}");
        assert!(found.point.distance_to(domain::shared::Point { lat: 37.5499, lon: 126.9139 }) < 1_000);
    }
}

#[test]
fn the_place_called_111_is_known() {
    assert_eq!(gazetteer().find("111").map(|found| found.text), Some("111".to_owned()));
}

#[test]
fn an_unknown_number_of_a_known_road_is_near_the_next_known_one_and_keeps_its_number() {
    let gazetteer = gazetteer();
    let known = gazetteer.find("서울 마포구 양화로 45").expect("known");
    let found = gazetteer.find("서울특별시 마포구 양화로 46-2").expect("near");
    assert_eq!(found.text, "서울 마포구 양화로 46-2");
    assert!(found.point.distance_to(known.point) < 200);
    let english = gazetteer.find("46 Yanghwa-ro, Seoul").expect("near");
    assert_eq!(english.text, "서울 마포구 양화로 46");
    let two_words = gazetteer.find("25 World Cup-ro, Mapo-gu, Seoul").expect("near");
    assert_eq!(two_words.text, "서울 마포구 월드컵로 25");
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let gazetteer = gazetteer();
    for typed in [
        "",
        "   ",
        "(서교동)",
        "부산 해운대구 양화로 45",
        "서울 마포구 양화로 9999",
        "서울 마포구 없는길 1",
        "Atlantis",
        "1111",
        "\u{0}",
        "🍕",
    ] {
        assert_eq!(gazetteer.find(typed), None, "{typed:?}");
    }
}

#[test]
fn suggestions_begin_with_what_is_typed_and_are_distinct_and_few() {
    let gazetteer = gazetteer();
    let found = gazetteer.suggest("서울특별시 마포구 양화로", 5);
    assert!(!found.is_empty() && found.len() <= 5);
    assert!(found.iter().all(|address| address.text.starts_with("서울 마포구 양화로")));
    let texts: std::collections::HashSet<_> = found.iter().map(|address| &address.text).collect();
    assert_eq!(texts.len(), found.len());
    assert!(gazetteer.suggest("양화로 4", 10).iter().any(|address| address.text == "서울 마포구 양화로 45"));
    assert_eq!(gazetteer.suggest("", 5), []);
    assert_eq!(gazetteer.suggest("Atlantis", 5), []);
    assert_eq!(gazetteer.suggest("서울", 0), []);
}

#[test]
fn a_damaged_list_is_refused_by_name() {
    let off = r#"[{"name": "달", "lat": 91, "lon": 0}]"#;
    assert!(matches!(EmbeddedGazetteer::parse(off), Err(GazetteerError::Place(name)) if name == "달"));
    let twice = r#"[{"name": "가", "lat": 37, "lon": 127}, {"name": "나", "aliases": [" 가 "], "lat": 37, "lon": 127}]"#;
    assert!(matches!(EmbeddedGazetteer::parse(twice), Err(GazetteerError::Twice(name)) if name == " 가 "));
    assert!(matches!(EmbeddedGazetteer::parse("[{}]"), Err(GazetteerError::Json(_))));
}
