//! Where the rider is: from the browser, from a list, or typed.

use super::Shift;
use crate::api::ApiError;
use crate::api::rider::Position;
use crate::components::fault::of_field;
use crate::components::{CommandForm, Submit, use_closing, use_toast};
use crate::i18n::use_locale;
use crate::shell::Session;
use crate::{say, words};
use domain::shared::{Locale, Metres, Point};
use domain::views::{Field, FormDraft, RiderView};
use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A place is called near within this distance, in metres.
const NEAR_M: Metres = 700;
/// How many stores are offered as places.
const STORES: usize = 5;

/// The places of the demo world.
fn demo_places(locale: Locale) -> [(&'static str, Point); 5] {
    [
        (say!(locale, rider.place.hapjeong), Point { lat: 37.5499, lon: 126.9145 }),
        (say!(locale, rider.place.hongdae), Point { lat: 37.5571, lon: 126.9254 }),
        (say!(locale, rider.place.mangwon), Point { lat: 37.5561, lon: 126.9099 }),
        (say!(locale, rider.place.sangsu), Point { lat: 37.5478, lon: 126.9229 }),
        (say!(locale, rider.place.yeonnam), Point { lat: 37.5627, lon: 126.9213 }),
    ]
}

/// Places to choose from: the stores of jobs near by, and in the demo world its stations.
fn places(locale: Locale, view: &RiderView, demo: bool) -> Vec<(String, Point)> {
    let mut places: Vec<(String, Point)> = Vec::new();
    for job in &view.jobs {
        let name = job.store_name.get(locale);
        if places.len() < STORES && places.iter().all(|(known, _)| known != name) {
            places.push((name.to_owned(), job.store_point));
        }
    }
    if demo {
        places.extend(demo_places(locale).map(|(name, point)| (name.to_owned(), point)));
    }
    places
}

/// Where the rider is, in a word where one is known.
#[component]
pub fn Where(
    /// What the page's parts share.
    shift: Shift,
) -> impl IntoView {
    let locale = use_locale();
    let demo = use_context::<Session>().is_some_and(|session| session.settings.demo);
    let text = move || {
        shift.live.data.with(|view| {
            let Some(here) = view.place else {
                return say!(locale, rider.duty.nowhere).to_owned();
            };
            let known = places(locale, view, demo);
            let nearest = known.iter().min_by_key(|(_, point)| here.distance_to(*point));
            match nearest {
                Some((name, point)) if here.distance_to(*point) <= NEAR_M => {
                    say!(locale, rider.duty.near, place = name)
                }
                _ => {
                    let (lat, lon) = (format!("{:.4}", here.lat), format!("{:.4}", here.lon));
                    say!(locale, rider.duty.at, lat = lat, lon = lon)
                }
            }
        })
    };
    view! {
        <p class="duty__where">
            <span class="icon icon--pin" aria-hidden="true"></span>
            {text}
        </p>
    }
    .into_any()
}

/// Changes the position.
#[component]
pub fn PlaceForm(
    /// What the page's parts share.
    shift: Shift,
    /// Where refusals are put.
    errors: RwSignal<Option<ApiError>>,
    /// What was typed before and refused.
    draft: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let demo = use_context::<Session>().is_some_and(|session| session.settings.demo);
    let draft = draft.filter(|draft| draft.field("action") == Some("position"));
    let (place, known) = shift.live.data.with_untracked(|view| (view.place, places(locale, view, demo)));
    let opened = draft.is_some() || place.is_none();
    let problem = Memo::new(move |_| {
        let fault = errors.with(|error| of_field(error.as_ref(), Field::Position));
        fault.map(|fault| words::field(locale, &fault))
    });
    let is_wrong = move || problem.with(Option::is_some).then_some("true");
    let described = move || problem.with(Option::is_some).then_some("position-error");
    let typed = |name: &str, known: Option<f64>| {
        let typed = draft.as_ref().and_then(|draft| draft.field(name)).map(str::to_owned);
        typed.or_else(|| known.map(|degrees| degrees.to_string())).unwrap_or_default()
    };
    let (lat, lon) = (typed("lat", place.map(|place| place.lat)), typed("lon", place.map(|place| place.lon)));
    // Made inside of the form: a button belongs to the form that it is made in.
    let presets = move || {
        known
            .into_iter()
            .map(|(name, point)| {
                let value = format!("{},{}", point.lat, point.lon);
                view! { <Submit class="btn btn--s" action="place" name="place" value=value>{name}</Submit> }
            })
            .collect_view()
    };
    let (panel, done) = use_closing(shift.refresh());
    view! {
        <details node_ref=panel class="more" open=opened>
            <summary class="more__summary">{say!(locale, rider.place.title)}</summary>
            <div class="more__body">
                <MyPosition shift errors/>
                <CommandForm<Position> quiet=true errors=errors on_done=done>
                    <fieldset class="picks picks--chips">
                        <legend class="picks__legend">{say!(locale, rider.place.presets)}</legend>
                        {presets()}
                    </fieldset>
                </CommandForm<Position>>
                <CommandForm<Position> quiet=true errors=errors on_done=done>
                    <fieldset class="picks">
                        <legend class="picks__legend">{say!(locale, rider.place.typed)}</legend>
                        <div class="field-row">
                            <div class="field">
                                <label class="field__label" for="position">{say!(locale, rider.place.lat)}</label>
                                <input
                                    class="field__input"
                                    id="position"
                                    name="lat"
                                    inputmode="decimal"
                                    value=lat
                                    aria-invalid=is_wrong
                                    aria-describedby=described
                                />
                            </div>
                            <div class="field">
                                <label class="field__label" for="position-lon">{say!(locale, rider.place.lon)}</label>
                                <input
                                    class="field__input"
                                    id="position-lon"
                                    name="lon"
                                    inputmode="decimal"
                                    value=lon
                                    aria-invalid=is_wrong
                                    aria-describedby=described
                                />
                            </div>
                        </div>
                        {move || {
                            problem
                                .get()
                                .map(|problem| view! { <p class="field__error" id="position-error">{problem}</p> })
                        }}
                    </fieldset>
                    <Submit class="btn btn--block" action="position">{say!(locale, rider.place.save)}</Submit>
                </CommandForm<Position>>
            </div>
        </details>
    }
    .into_any()
}

/// Asks the browser; only a script can.
#[component]
fn MyPosition(shift: Shift, errors: RwSignal<Option<ApiError>>) -> impl IntoView {
    let locale = use_locale();
    let toast = use_toast();
    let tell = ServerAction::<Position>::new();
    let seeking = RwSignal::new(false);
    Effect::new(move |_| match tell.value().get() {
        Some(Ok(_)) => shift.live.refresh(),
        Some(Err(error)) => errors.set(Some(error)),
        None => {}
    });
    let ask = move |_| {
        if seeking.get_untracked() {
            return;
        }
        seeking.set(true);
        let found = move |lat: f64, lon: f64| {
            seeking.set(false);
            tell.dispatch(Position { lat: lat.to_string(), lon: lon.to_string(), place: String::new() });
        };
        let lost = move || {
            seeking.set(false);
            toast.show(say!(locale, rider.place.failed));
        };
        if let Err(error) = locate(found, lost) {
            leptos::logging::warn!("the browser does not say where it is: {error:?}");
            lost();
        }
    };
    view! {
        <button
            type="button"
            class="btn btn--block js-only"
            data-action="locate"
            aria-busy=move || seeking.get().then_some("true")
            on:click=ask
        >
            <span class="icon icon--compass" aria-hidden="true"></span>
            {say!(locale, rider.place.mine)}
        </button>
    }
    .into_any()
}

/// Asks the browser where it is, in degrees. Exactly one of the two is called, unless this fails at once.
fn locate(found: impl Fn(f64, f64) + 'static, lost: impl Fn() + 'static) -> Result<(), JsValue> {
    let found = Closure::once_into_js(move |position: web_sys::Position| {
        let coordinates = position.coords();
        found(coordinates.latitude(), coordinates.longitude());
    });
    let lost = Closure::once_into_js(move |_: JsValue| lost());
    window()
        .navigator()
        .geolocation()?
        .get_current_position_with_error_callback(found.unchecked_ref(), Some(lost.unchecked_ref()))
}
