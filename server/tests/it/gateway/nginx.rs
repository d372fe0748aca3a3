//! A real nginx in front of a city, with the configuration of `deploy/nginx`.

use super::tls::certificate;
use crate::process::free_port;
use reqwest::{Certificate, Client, redirect};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// One that runs until it is dropped.
pub(super) struct Nginx {
    /// `https://127.0.0.1:PORT`.
    pub(super) base: String,
    folder: TempDir,
    root: Certificate,
    child: Child,
}

impl Nginx {
    /// In front of a city, as `deploy/nginx/baedal.conf` has it but for what has to be another's here (ports, certificate, folder) and for
    /// these changes. Each of them has to concern something.
    pub(super) async fn before(city: SocketAddr, changes: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = certificate(folder.path());
        let (port, plain) = (free_port(), free_port());
        let site = site(folder.path(), city, [port, plain], changes);
        std::fs::write(folder.path().join("site.conf"), site).unwrap();
        std::fs::write(folder.path().join("nginx.conf"), frame(folder.path())).unwrap();
        let mut command = Command::new(program());
        command.arg("-p").arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf"));
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = quiet.spawn().unwrap_or_else(|error| panic!("nginx (scripts/install.sh): {error}"));
        let mut nginx = Self { base: format!("https://127.0.0.1:{port}"), folder, root, child };
        nginx.listens(port).await;
        nginx
    }

    /// Waits until it listens.
    async fn listens(&mut self, port: u16) {
        for _ in 0..400 {
            assert!(self.child.try_wait().unwrap().is_none(), "nginx has ended: {}", self.said());
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nginx does not listen: {}", self.said());
    }

    /// What it has to complain about.
    pub(super) fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    /// A client at this address of this machine, which follows nothing and trusts this nginx.
    pub(super) fn client(&self, from: [u8; 4]) -> Client {
        let builder = at(from).tls_built_in_root_certs(false).add_root_certificate(self.root.clone());
        builder.build().unwrap()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself. It has no other processes.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A client at this address of this machine.
pub(super) fn at(from: [u8; 4]) -> reqwest::ClientBuilder {
    Client::builder().no_proxy().redirect(redirect::Policy::none()).local_address(IpAddr::from(from))
}

/// Debian has it where only root looks.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join("nginx")).find(|file| file.is_file()).unwrap_or_else(|| "nginx".into())
}

fn site(folder: &Path, city: SocketAddr, [port, plain]: [u16; 2], changes: &[(&str, &str)]) -> String {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx/baedal.conf");
    let shipped = std::fs::read_to_string(shipped).unwrap();
    let lines = shipped.lines().filter(|line| !line.trim_start().starts_with("listen [::]"));
    let mut site = lines.fold(String::new(), |site, line| site + line + "\n");
    let letsencrypt = "/etc/letsencrypt/live/food.example";
    let own = [
        ("listen 80;".to_owned(), format!("listen 127.0.0.1:{plain};")),
        ("listen 443 ".to_owned(), format!("listen 127.0.0.1:{port} ")),
        ("server 127.0.0.1:3000;".to_owned(), format!("server {city};")),
        (format!("{letsencrypt}/fullchain.pem"), folder.join("cert.pem").display().to_string()),
        (format!("{letsencrypt}/privkey.pem"), folder.join("key.pem").display().to_string()),
    ];
    let changes = changes.iter().map(|(what, by)| ((*what).to_owned(), (*by).to_owned()));
    for (what, by) in own.into_iter().chain(changes) {
        assert!(site.contains(&what), "deploy/nginx/baedal.conf has no {what}");
        site = site.replace(&what, &by);
    }
    site
}

/// What stands around a site. One process alone: whoever ends it ends all of it.
fn frame(folder: &Path) -> String {
    let file = |name: &str| folder.join(name).display().to_string();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {};", file(name)))
        .join(" ");
    let http = format!("http {{ access_log off; {temporary} include {}; }}", file("site.conf"));
    format!(
        "daemon off; master_process off; pid {}; error_log {} warn; events {{}} {http}\n",
        file("pid"),
        file("error.log")
    )
}
