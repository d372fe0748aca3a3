//! A site with one store and a server behind it that remembers one draft.

mod backend;
pub(crate) mod sample;

use app::App;
use app::backend::Backend;
use app::shell::{Assets, DemoLogin, InCart, Settings, shell};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use axum::response::IntoResponse;
use backend::Kitchen;
use domain::shared::Locale;
use domain::views::{Caller, Fault, FormDraft, OrderView};
use leptos::prelude::provide_context;
use leptos_axum::{generate_route_list, handle_server_fns_with_context, render_app_async_with_context};
use std::sync::{Arc, Mutex, Once};

/// An answer of the site.
pub(crate) struct Page {
    pub(crate) status: u16,
    /// Where it sends the browser; empty when nowhere.
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Page {
    /// What people see of it: the page without its scripts and the data they start from.
    pub(crate) fn seen(&self) -> String {
        let parts = self.body.split("<script");
        parts.map(|part| part.split_once("</script>").map_or(part, |(_, rest)| rest)).collect()
    }
}

/// The site as one visitor sees it.
#[derive(Clone)]
pub(crate) struct Site {
    locale: Locale,
    refuse: Option<Fault>,
    order: Option<OrderView>,
    draft: Arc<Mutex<Option<FormDraft>>>,
}

impl Site {
    pub(crate) fn new(locale: Locale) -> Self {
        // As at the server's start: this also starts the pages' executor.
        static ROUTES: Once = Once::new();
        ROUTES.call_once(|| assert!(!generate_route_list(App).is_empty()));
        Self { locale, refuse: None, order: None, draft: Arc::default() }
    }

    /// A site whose server refuses every command.
    pub(crate) fn refusing(locale: Locale, fault: Fault) -> Self {
        Self { refuse: Some(fault), ..Self::new(locale) }
    }

    /// A site on which this order is as told.
    pub(crate) fn telling(locale: Locale, order: OrderView) -> Self {
        Self { order: Some(order), ..Self::new(locale) }
    }

    /// What the server remembers of a refused form.
    pub(crate) fn kept(&self) -> Option<FormDraft> {
        self.draft.lock().unwrap().clone()
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        let request = self.request(Request::get(path).header(header::ACCEPT, "text/html"), Body::empty());
        page(render_app_async_with_context(self.context(), shell)(request).await).await
    }

    /// Sends a form as a browser without JavaScript does.
    pub(crate) async fn submit(&self, path: &str, form: &str) -> Page {
        self.post(path, form, "text/html,*/*").await
    }

    /// Sends a form as the pages' script does.
    pub(crate) async fn enhanced(&self, path: &str, form: &str) -> Page {
        self.post(path, form, "application/json").await
    }

    async fn post(&self, path: &str, form: &str, accept: &str) -> Page {
        let request = Request::post(path)
            .header(header::ACCEPT, accept)
            .header(header::REFERER, "http://localhost/somewhere")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = self.request(request, Body::from(form.to_owned()));
        page(handle_server_fns_with_context(self.context(), request).await.into_response()).await
    }

    fn request(&self, request: axum::http::request::Builder, body: Body) -> Request<Body> {
        let caller = Caller { visitor: "v".into(), locale: self.locale, ..Caller::default() };
        request.extension(caller).extension(InCart(sample::cart().pieces())).body(body).unwrap()
    }

    fn context(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let backend: Arc<dyn Backend> = Arc::new(Kitchen {
            refuse: self.refuse.clone(),
            order: self.order.clone(),
            draft: self.draft.clone(),
        });
        move || {
            provide_context(backend.clone());
            provide_context(Assets {
                js: "/pkg/a.js".into(),
                wasm: "/pkg/a.wasm".into(),
                css: "/pkg/a.css".into(),
            });
            provide_context(Settings {
                demo: true,
                demo_logins: vec![demo_login()],
                live: true,
                pictures: String::new(),
            });
        }
    }
}

fn demo_login() -> DemoLogin {
    DemoLogin {
        login: "owner1".into(),
        password: "baedal-demo".into(),
        role: "owner".into(),
        name: domain::shared::Text::ko("박나루"),
    }
}

async fn page(response: axum::response::Response) -> Page {
    let header = |name| {
        let value = response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        value.unwrap_or_default()
    };
    let location = header(header::LOCATION);
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Page { status, location, body: String::from_utf8(body.to_vec()).unwrap() }
}
