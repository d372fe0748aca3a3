//! Where a webhook may lead. Somebody else has typed the URL, and this server asks it: so it is asked for nothing that only this server, or
//! its network, can reach.
//!
//! A URL is looked at when it is typed and each time before it is asked. A name is resolved by [`Door`] itself, which hands out public
//! addresses alone: the connection goes to one of those, so that a name which leads elsewhere a moment later does not help anybody.

use domain::views::{Fault, Field, FieldFault};
use domain::webhook::{MAX_URL, UrlFault, is_public, is_usual_port};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How long a name may take to be resolved while somebody waits.
const LOOKUP: Duration = Duration::from_secs(5);

/// Resolves names.
#[async_trait::async_trait]
pub trait Lookup: Send + Sync {
    /// The addresses of a name.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// As this machine resolves them.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait::async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A URL that may be asked, as far as one can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The URL.
    pub url: Url,
    /// Its host and port.
    pub host: String,
}

/// Decides where webhooks may lead.
#[derive(Clone)]
pub struct Door {
    /// Whether private addresses, plain http and any port are allowed: for tests, and for a network that trusts its accounts.
    allow_private: bool,
    lookup: Arc<dyn Lookup>,
}

impl Door {
    /// A door that resolves names with `lookup`.
    pub fn new(allow_private: bool, lookup: Arc<dyn Lookup>) -> Self {
        Self { allow_private, lookup }
    }

    /// Whether plain http, any port and any address is allowed.
    pub const fn allows_private(&self) -> bool {
        self.allow_private
    }

    /// The URL that was typed, as far as one can see without asking anybody.
    ///
    /// # Errors
    ///
    /// What is wrong with it, at its field.
    pub fn look_at(&self, typed: &str) -> Result<Target, FieldFault> {
        let field = Field::Url;
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(FieldFault::Missing { field });
        }
        if typed.chars().count() > MAX_URL as usize {
            return Err(FieldFault::TooLong { field, max: MAX_URL });
        }
        let wrong = |wrong| FieldFault::Url { field, wrong };
        // Addresses in every spelling (decimal, octal, hexadecimal, abbreviated) come out in the usual one.
        let mut url = Url::parse(typed).map_err(|_| FieldFault::Malformed { field })?;
        url.set_fragment(None);
        match url.scheme() {
            "https" => {}
            "http" if self.allow_private => {}
            _ => return Err(wrong(UrlFault::NotHttps)),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(UrlFault::Credentials));
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(FieldFault::Malformed { field });
        };
        if !self.allow_private {
            if !is_usual_port(port) {
                return Err(wrong(UrlFault::Port));
            }
            if literal(host).is_some_and(|address| !is_public(address)) {
                return Err(wrong(UrlFault::NotPublic));
            }
        }
        let host = format!("{host}:{port}");
        Ok(Target { url, host })
    }

    /// The URL that was typed, after its name was resolved.
    ///
    /// # Errors
    ///
    /// [`Fault::Invalid`] with what is wrong with it.
    pub async fn admit(&self, typed: &str) -> Result<Target, Fault> {
        let target = self.look_at(typed).map_err(Fault::field)?;
        let host = target.url.host_str().unwrap_or_default();
        if self.allow_private || literal(host).is_some() {
            return Ok(target);
        }
        let public = tokio::time::timeout(LOOKUP, self.public_addresses(host)).await;
        match public {
            Ok(Ok(_)) => Ok(target),
            Ok(Err(_)) | Err(_) => {
                Err(Fault::field(FieldFault::Url { field: Field::Url, wrong: UrlFault::NotPublic }))
            }
        }
    }

    /// The addresses of a name to which a connection may go; there is at least one. Whether the name is unknown or only not public, nobody
    /// is told: the difference would be a way to ask for the names of this network.
    async fn public_addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let all = self.lookup.addresses(host).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "a webhook's host is not known");
            Vec::new()
        });
        let public: Vec<_> =
            all.into_iter().filter(|address| self.allow_private || is_public(*address)).collect();
        if public.is_empty() {
            return Err(io::Error::other("the host leads to no public address"));
        }
        Ok(public)
    }
}

/// The address that a URL's host is; `None` for a name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Every connection asks here where its name leads.
impl Resolve for Door {
    fn resolve(&self, name: Name) -> Resolving {
        let door = self.clone();
        Box::pin(async move {
            let addresses = door.public_addresses(name.as_str()).await?;
            // Port 0 stands for the URL's own.
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}
