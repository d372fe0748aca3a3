//! HTTPS without a proxy.

use crate::process::{Program, baedal, to_its_end};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client, Version, redirect};
use std::path::Path;
use std::time::Duration;
use tempfile::tempdir;

/// A fresh certificate in two files; clients that believe it alone: one that speaks HTTP/2 too, and one that does not.
fn certify(folder: &Path) -> [Client; 2] {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    let root = Certificate::from_pem(cert.pem().as_bytes()).unwrap();
    let builder = || {
        let builder = Client::builder().no_proxy().redirect(redirect::Policy::none());
        builder.tls_built_in_root_certs(false).add_root_certificate(root.clone())
    };
    [builder().build().unwrap(), builder().http1_only().build().unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_speaks_https_and_takes_a_new_certificate_but_no_broken_one() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let [first, old] = certify(folder.path());
    let [cert, key] = ["cert.pem", "key.pem"].map(|file| folder.path().join(file));
    let files = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let mut server = Program::serve(&data, &files);
    let base = server.base.replace("http://", "https://");
    let page = first.get(format!("{base}/login")).send().await.unwrap();
    assert_eq!(page.version(), Version::HTTP_2, "what both speak best");
    let same = old.get(format!("{base}/login")).send().await.unwrap();
    assert_eq!((same.version(), same.status()), (Version::HTTP_11, page.status()));
    assert_eq!(page.headers()["strict-transport-security"], "max-age=31536000");
    let cookies: Vec<_> = page.headers().get_all("set-cookie").iter().collect();
    assert!(!cookies.is_empty() && cookies.iter().all(|cookie| cookie.to_str().unwrap().contains("Secure")));
    // A form whose origin is the site's own.
    let form = [("login", "customer1"), ("password", "baedal-demo")];
    let login = first.post(format!("{base}/login")).header("origin", &base).form(&form).send().await.unwrap();
    assert_eq!(login.headers()["location"], "/");

    std::fs::write(&cert, "broken").unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(server.logged().contains("cannot be used, the old one stays"), "{}", server.logged());
    first.get(format!("{base}/healthz")).send().await.unwrap();
    let [second, _] = certify(folder.path());
    let mut taken = false;
    for _ in 0..50 {
        taken = second.get(format!("{base}/healthz")).send().await.is_ok();
        if taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(taken, "{}", server.logged());
    server.stop();
}

#[test]
fn a_broken_certificate_is_refused_at_the_start() {
    let folder = tempdir().unwrap();
    drop(certify(folder.path()));
    let [cert, key] = ["cert.pem", "key.pem"].map(|file| folder.path().join(file));
    std::fs::write(&key, "broken").unwrap();
    let [cert, key] = [cert, key].map(|file| file.to_str().unwrap().to_owned());
    for (arguments, flag) in [
        (&["--tls-cert", &cert, "--tls-key", &key][..], "--tls-key"),
        (&["--tls-cert", &key, "--tls-key", &key], "--tls-cert"),
        (&["--tls-cert", &cert], "--tls-cert"),
    ] {
        let data = folder.path().join("never");
        let start = ["serve", "--data", data.to_str().unwrap()];
        let output = to_its_end(baedal([&start, arguments].concat()), Duration::from_secs(10));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with(&format!("baedal: {flag} (or BAEDAL_")), "{said}");
    }
}
