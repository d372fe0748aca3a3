//! TLS by a certificate that may be exchanged while the city runs.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::config::TlsFiles;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate's file cannot be read, or holds none.
    #[error("{0}")]
    Certificate(pem::Error),
    /// The key's file cannot be read, or holds none.
    #[error("{0}")]
    Key(pem::Error),
    /// The file of certificates is empty of them.
    #[error("there is no certificate in it")]
    Empty,
    /// The two do not belong together, or are of a kind that is not known.
    #[error("{0}")]
    Pair(rustls::Error),
}

impl TlsError {
    /// Whether it is the key that is wrong.
    pub fn is_about_key(&self) -> bool {
        matches!(self, TlsError::Key(_) | TlsError::Pair(_))
    }
}

/// The certificate that is served with at present.
#[derive(Debug)]
pub struct Certificates {
    files: TlsFiles,
    current: RwLock<Arc<ServerConfig>>,
}

impl Certificates {
    /// Reads a certificate and its key.
    pub fn load(files: &TlsFiles) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(read(files)?));
        Ok(Self { files: files.clone(), current })
    }

    /// Speaks TLS with somebody who has connected.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
        within: Duration,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let config = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        tokio::time::timeout(within, TlsAcceptor::from(config).accept(stream)).await?
    }

    /// Looks at the files until `stop`, and takes what they hold when it has changed. What cannot be used leaves things as they are.
    pub async fn keep_fresh(self: Arc<Self>, stop: CancellationToken) {
        let mut seen = self.contents();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let contents = self.contents();
            if contents == seen {
                continue;
            }
            seen = contents;
            match read(&self.files) {
                Ok(config) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
                    tracing::info!(cert = %self.files.cert.display(), "a new certificate is served with");
                }
                Err(error) => {
                    tracing::error!(%error, cert = %self.files.cert.display(), "a new certificate cannot be used, the old one stays");
                }
            }
        }
    }

    /// What the files hold, shortly; `None` for one that cannot be read.
    fn contents(&self) -> [Option<blake3::Hash>; 2] {
        [&self.files.cert, &self.files.key]
            .map(|file| std::fs::read(file).ok().map(|content| blake3::hash(&content)))
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(TlsError::Certificate)?;
    if chain.is_empty() {
        return Err(TlsError::Empty);
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(TlsError::Key)?;
    let provider = Arc::new(ring::default_provider());
    // Looked at by itself, because a builder takes a key that does not belong to the certificate where it cannot tell.
    let pair = CertifiedKey::from_der(chain.clone(), key.clone_key(), &provider).map_err(TlsError::Pair)?;
    pair.keys_match().map_err(TlsError::Pair)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
