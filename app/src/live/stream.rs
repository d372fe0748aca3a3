//! The one hook for server-sent events.

use crate::components::command::leave;
use crate::shell::Session;
use domain::views::LiveMessage;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{EventSource, MessageEvent};
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The longest wait before a closed stream is opened again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How the stream of a page does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// There is none: no script runs, or the server offers none.
    #[default]
    Off,
    /// It is being opened for the first time.
    Connecting,
    /// What happens shows at once.
    Live,
    /// It broke off and is being opened again.
    Lost,
    /// The server closed it for good: nothing more will happen.
    Closed,
}

impl Connection {
    /// Its name, as `data-connection` carries it.
    pub const fn slug(self) -> &'static str {
        match self {
            Connection::Off => "off",
            Connection::Connecting => "connecting",
            Connection::Live => "live",
            Connection::Lost => "lost",
            Connection::Closed => "closed",
        }
    }
}

type Loading = Pin<Box<dyn Future<Output = Option<u64>>>>;

/// Opens the live stream at `path` and keeps it open until the page is left. It goes on after the log's position `after`;
/// `on_message` gets each later message once, in order.
///
/// When the server says that something else has changed or that it cannot go on from there, or the stream cannot be opened again, `on_reset`
/// loads the page's data afresh and answers the position it shows, `None` when that failed. One page opens one stream.
pub fn use_live<F>(
    path: Signal<String>,
    after: u64,
    on_message: impl Fn(LiveMessage) + 'static,
    on_reset: impl Fn() -> F + 'static,
) -> Signal<Connection>
where
    F: Future<Output = Option<u64>> + 'static,
{
    let connection = RwSignal::new(Connection::Off);
    let offered = use_context::<Session>().is_some_and(|session| session.settings.live);
    let on_message: Rc<dyn Fn(LiveMessage)> = Rc::new(on_message);
    let on_reset: Rc<dyn Fn() -> Loading> = Rc::new(move || Box::pin(on_reset()));
    let last = Rc::new(Cell::new(after));
    Effect::new(move |_| {
        let path = path.get();
        if !offered {
            return;
        }
        let stream = Rc::new(Stream {
            path,
            last: last.clone(),
            failures: Cell::new(0),
            left: Cell::new(false),
            connection,
            source: RefCell::new(None),
            on_message: on_message.clone(),
            on_reset: on_reset.clone(),
        });
        connection.set(Connection::Connecting);
        stream.open();
        let stream = StoredValue::new_local(stream);
        on_cleanup(move || {
            stream.try_with_value(|stream| {
                stream.left.set(true);
                stream.close();
            });
        });
    });
    connection.into()
}

/// A stream of one page, with what it needs to be opened again.
struct Stream {
    path: String,
    /// The position of the last message, or of the page's data when that is later.
    last: Rc<Cell<u64>>,
    /// Failures in a row.
    failures: Cell<u32>,
    /// Whether the page has been left.
    left: Cell<bool>,
    connection: RwSignal<Connection>,
    source: RefCell<Option<Source>>,
    on_message: Rc<dyn Fn(LiveMessage)>,
    on_reset: Rc<dyn Fn() -> Loading>,
}

/// The browser's end. The handlers live as long as it does.
struct Source {
    events: EventSource,
    _handlers: [Closure<dyn Fn(MessageEvent)>; 6],
}

impl Drop for Source {
    fn drop(&mut self) {
        self.events.close();
    }
}

impl Stream {
    fn open(self: &Rc<Self>) {
        let url = format!("{}?after={}", self.path, self.last.get());
        let Ok(events) = EventSource::new(&url) else {
            return self.open_later();
        };
        let handler = |handle: fn(&Rc<Self>, MessageEvent)| {
            let stream = Rc::downgrade(self);
            Closure::<dyn Fn(MessageEvent)>::new(move |event| {
                if let Some(stream) = stream.upgrade()
                    && !stream.left.get()
                {
                    handle(&stream, event);
                }
            })
        };
        let handlers = [
            ("open", handler(|stream, _| stream.opened())),
            ("message", handler(|stream, event| stream.message(&event))),
            ("changed", handler(|stream, _| stream.changed())),
            ("reset", handler(|stream, _| stream.reset())),
            ("bye", handler(|stream, event| stream.bye(&event))),
            ("error", handler(|stream, _| stream.broke())),
        ];
        for (name, handler) in &handlers {
            if let Err(error) =
                events.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref())
            {
                leptos::logging::error!("cannot listen to {name}: {error:?}");
            }
        }
        let handlers = handlers.map(|(_, handler)| handler);
        self.source.replace(Some(Source { events, _handlers: handlers }));
    }

    fn close(&self) {
        if let Some(source) = self.source.take() {
            source.events.close();
            // One of its handlers may be running: they are given up when that is over.
            spawn_local(async move { drop(source) });
        }
    }

    fn set(&self, connection: Connection) {
        // The page may be gone by now, and its signals with it.
        if self.connection.try_get_untracked().is_some_and(|now| now != connection) {
            self.connection.set(connection);
        }
    }

    fn opened(&self) {
        self.failures.set(0);
        self.set(Connection::Live);
    }

    fn message(self: &Rc<Self>, event: &MessageEvent) {
        let Some(text) = event.data().as_string() else {
            return;
        };
        match serde_json::from_str::<LiveMessage>(&text) {
            Ok(message) if message.position <= self.last.get() => {}
            Ok(message) => {
                self.last.set(message.position);
                (self.on_message)(message);
            }
            Err(error) => {
                // A server newer than this page: its data still come in a way that can be told apart.
                leptos::logging::error!("a live message cannot be read: {error}");
                self.reset();
            }
        }
    }

    /// Something has changed of which no message tells: load the page's data again, and go on.
    fn changed(self: &Rc<Self>) {
        let stream = self.clone();
        let loading = (self.on_reset)();
        spawn_local(async move {
            if let Some(position) = loading.await {
                stream.last.set(stream.last.get().max(position));
            }
        });
    }

    /// The stream cannot go on from here: load the page's data afresh and start from those.
    fn reset(self: &Rc<Self>) {
        self.close();
        self.load_and_open();
    }

    fn bye(self: &Rc<Self>, event: &MessageEvent) {
        self.close();
        match event.data().as_string().as_deref() {
            Some("logout") => {
                self.set(Connection::Closed);
                leave("/login");
            }
            Some("shutdown") => self.open_later(),
            _ => self.set(Connection::Closed),
        }
    }

    fn broke(self: &Rc<Self>) {
        self.set(Connection::Lost);
        // While it is not closed, the browser opens it again by itself and says what it has seen last.
        let closed = self
            .source
            .borrow()
            .as_ref()
            .is_none_or(|source| source.events.ready_state() == EventSource::CLOSED);
        if closed {
            self.close();
            self.open_later();
        }
    }

    fn open_later(self: &Rc<Self>) {
        self.set(Connection::Lost);
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        let wait = Duration::from_secs(1 << failures.min(4)).min(LONGEST_WAIT);
        let stream = self.clone();
        set_timeout(
            move || {
                if stream.left.get() {
                } else if failures == 0 {
                    stream.open();
                } else {
                    // A stream does not say why it cannot be opened; the page's data do, such as that nobody is logged in.
                    stream.load_and_open();
                }
            },
            wait,
        );
    }

    fn load_and_open(self: &Rc<Self>) {
        let stream = self.clone();
        let loading = (self.on_reset)();
        spawn_local(async move {
            let position = loading.await;
            if stream.left.get() {
                return;
            }
            match position {
                Some(position) => {
                    stream.last.set(position);
                    stream.open();
                }
                None => stream.open_later(),
            }
        });
    }
}
