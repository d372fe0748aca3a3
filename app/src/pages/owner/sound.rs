//! The bell that rings for new orders.

use domain::shared::OrderId;
use leptos::prelude::*;
use leptos::web_sys::{AudioContext, OscillatorType};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Where the browser remembers the switch.
const REMEMBERED: &str = "baedal.sound";
/// The two tones, in hertz.
const TONES: [f32; 2] = [988.0, 1319.0];

thread_local! {
    // Browsers let a page sound only after somebody has touched it, and only a few contexts exist at once.
    static AUDIO: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Whether the bell is on.
#[derive(Clone, Copy)]
pub struct Bell(RwSignal<bool>);

impl Bell {
    /// Whether it is on.
    pub fn is_on(self) -> Signal<bool> {
        self.0.into()
    }

    /// Turns it on or off; the browser remembers. Must be called from a click.
    pub fn switch(self) {
        let on = !self.0.get_untracked();
        self.0.set(on);
        if let Ok(Some(storage)) = window().local_storage()
            && let Err(error) = storage.set_item(REMEMBERED, if on { "on" } else { "off" })
        {
            leptos::logging::warn!("the switch is not remembered: {error:?}");
        }
        if on {
            ring();
        }
    }
}

/// The bell of a board: it rings when an order turns up among `fresh` that was not there before.
pub fn use_bell(fresh: Memo<Vec<OrderId>>) -> Bell {
    let on = RwSignal::new(false);
    Effect::new(move |_| {
        let storage = window().local_storage();
        let remembered =
            storage.ok().flatten().and_then(|storage| storage.get_item(REMEMBERED).ok().flatten());
        on.set(remembered.as_deref() == Some("on"));
        // The first touch of the page lets a remembered bell sound.
        let touch = window_event_listener(leptos::ev::pointerdown, move |_| {
            if on.get_untracked()
                && let Err(error) = wake()
            {
                leptos::logging::warn!("the bell cannot sound: {error:?}");
            }
        });
        on_cleanup(move || touch.remove());
    });
    Effect::new(move |before: Option<Vec<OrderId>>| {
        let fresh = fresh.get();
        let came = before.is_some_and(|before| fresh.iter().any(|order| !before.contains(order)));
        if came && on.get_untracked() {
            ring();
        }
        fresh
    });
    Bell(on)
}

fn ring() {
    if let Err(error) = wake().and_then(|audio| sound(&audio)) {
        leptos::logging::warn!("the bell cannot sound: {error:?}");
    }
}

fn wake() -> Result<AudioContext, JsValue> {
    AUDIO.with_borrow_mut(|audio| {
        let audio = match audio {
            Some(audio) => audio,
            None => audio.insert(AudioContext::new()?),
        };
        // Answers when the browser allows it; until then the page is silent.
        let _ = audio.resume()?;
        Ok(audio.clone())
    })
}

fn sound(audio: &AudioContext) -> Result<(), JsValue> {
    let mut start = audio.current_time();
    for tone in TONES {
        let (oscillator, gain) = (audio.create_oscillator()?, audio.create_gain()?);
        oscillator.set_type(OscillatorType::Triangle);
        oscillator.frequency().set_value(tone);
        gain.gain().set_value_at_time(0.25, start)?;
        gain.gain().exponential_ramp_to_value_at_time(0.001, start + 0.45)?;
        oscillator.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&audio.destination())?;
        oscillator.start_with_when(start)?;
        oscillator.stop_with_when(start + 0.5)?;
        start += 0.18;
    }
    Ok(())
}
