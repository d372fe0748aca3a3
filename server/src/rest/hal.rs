//! HAL: resources with links, and lists of them page by page.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::problem::Refused;
use domain::views::{Fault, Field, FieldFault};

/// The media type of every resource.
pub(super) const HAL: &str = "application/hal+json";

/// The most of a list that a page holds.
const MAX_SIZE: u32 = 100;
/// What a page holds when nothing is said.
const SIZE: u32 = 20;
/// The last page that can be asked for: of the largest pages it ends where no list does.
const MAX_PAGE: u32 = 1_000_000;

/// Where something is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Link {
    /// An absolute address.
    #[schema(example = "http://localhost:3000/orderLists/01937b3e-6f00-7000-8000-000000000001")]
    pub(super) href: String,
}

/// What belongs to a resource and what can be done with it, by the names of the relations.
pub(super) type Links = BTreeMap<&'static str, Link>;

/// Makes links below one address.
#[derive(Clone, Debug)]
pub(super) struct Base(pub(super) String);

impl Base {
    /// A link to a path of this site.
    pub(super) fn link(&self, path: &str) -> Link {
        Link { href: format!("{}{path}", self.0) }
    }

    /// An address as the provider gave it, or that of a page of this site.
    pub(super) fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { self.link(url).href } else { url.to_owned() }
    }

    /// Links to paths of this site.
    pub(super) fn links<const N: usize>(&self, to: [(&'static str, &str); N]) -> Links {
        to.into_iter().map(|(name, path)| (name, self.link(path))).collect()
    }
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Paging {
    /// The page, counted from 0.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    pub(super) page: u32,
    /// How many to a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(super) size: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Self { page: 0, size: SIZE }
    }
}

impl Paging {
    /// Refused when there can be no such page.
    pub(super) fn check(self) -> Result<Self, Refused> {
        let out = |field, min, max| Refused::from(Fault::field(FieldFault::OutOfRange { field, min, max }));
        if self.page > MAX_PAGE {
            return Err(out(Field::Page, 0, u64::from(MAX_PAGE)));
        }
        if !(1..=MAX_SIZE).contains(&self.size) {
            return Err(out(Field::PageSize, 1, u64::from(MAX_SIZE)));
        }
        Ok(self)
    }

    /// The part of a list that is this page.
    pub(super) fn of<T>(self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.page as usize * self.size as usize).take(self.size as usize).collect()
    }
}

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    /// How many to a page.
    #[schema(example = 20)]
    pub(super) size: u32,
    /// How many there are in all.
    #[schema(example = 2)]
    pub(super) total_elements: u64,
    /// How many pages that makes.
    #[schema(example = 1)]
    pub(super) total_pages: u64,
    /// This page, counted from 0.
    #[schema(example = 0)]
    pub(super) number: u32,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Paged<E> {
    /// The resources, under the name of their kind.
    #[serde(rename = "_embedded")]
    pub(super) embedded: E,
    /// `self` and `profile`; `first`, `prev`, `next` and `last` where there are several pages.
    #[serde(rename = "_links")]
    #[schema(value_type = BTreeMap<String, Link>)]
    pub(super) links: Links,
    /// Where this page stands.
    pub(super) page: PageInfo,
}

impl<E> Paged<E> {
    /// The page of the list at `/{name}`.
    pub(super) fn new(base: &Base, name: &str, embedded: E, paging: Paging, total: u64) -> Self {
        Self::below(base, (&format!("/{name}"), name), embedded, paging, total)
    }

    /// The page of the list at a path, whose profile has this name.
    pub(super) fn below(
        base: &Base,
        (path, name): (&str, &str),
        embedded: E,
        paging: Paging,
        total: u64,
    ) -> Self {
        let Paging { page, size } = paging;
        let pages = total.div_ceil(u64::from(size));
        let at = |page: u64| base.link(&format!("{path}?page={page}&size={size}"));
        let is_whole = page == 0 && size == SIZE;
        let here = if is_whole { base.link(path) } else { at(u64::from(page)) };
        let mut links: Links = [("self", here), ("profile", base.link(&format!("/profile/{name}")))].into();
        if pages > 1 {
            links.insert("first", at(0));
            links.insert("last", at(pages - 1));
            if page > 0 {
                links.insert("prev", at(u64::from(page - 1).min(pages - 1)));
            }
            if u64::from(page) + 1 < pages {
                links.insert("next", at(u64::from(page) + 1));
            }
        }
        let info = PageInfo { size, total_elements: total, total_pages: pages, number: page };
        Self { embedded, links, page: info }
    }
}

/// A resource as an answer.
#[derive(Debug)]
pub(super) struct Hal<T> {
    status: StatusCode,
    body: T,
    version: Option<u64>,
    location: Option<String>,
}

impl<T: Serialize> Hal<T> {
    /// A resource. Its `ETag` is made of what it says.
    pub(super) fn new(body: T) -> Self {
        Self { status: StatusCode::OK, body, version: None, location: None }
    }

    /// A resource with a version: its `ETag` begins with it. `If-Match` is about that alone. What the resource says may change without it, as
    /// with the language or a kitchen's other tickets, and `If-None-Match` is about all of it.
    pub(super) fn versioned(body: T, version: impl Into<u64>) -> Self {
        Self { version: Some(version.into()), ..Self::new(body) }
    }

    /// With another status, and where the resource is.
    #[must_use]
    pub(super) fn made(self, status: StatusCode, location: String) -> Self {
        Self { status, location: Some(location), ..self }
    }
}

impl<T: Serialize> IntoResponse for Hal<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.body) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "a resource cannot be written");
                // What was asked for may have been done.
                return Refused::from(Fault::Unsure).into_response();
            }
        };
        let said = blake3::hash(&body).to_hex();
        let tag = match self.version {
            Some(version) => format!("{version}-{}", &said[..16]),
            None => said[..16].to_owned(),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(HAL));
        for (name, value) in [(ETAG, Some(format!("\"{tag}\""))), (LOCATION, self.location)] {
            if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&value)) {
                headers.insert(name, value);
            }
        }
        response
    }
}
