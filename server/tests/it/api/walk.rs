//! `docs/API.md` is run as it stands, so that it cannot go stale.

use crate::city::City;
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn the_documents_walk_through_an_order_works_as_it_is_written() {
    let city = City::open().await;
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/API.md")).unwrap();
    let blocks: Vec<&str> =
        text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 8, "{}", blocks.len());
    let script = format!("set -euo pipefail\n{}", blocks.join("\n"));
    let folder = tempfile::tempdir().unwrap();
    let (base, data) = (city.base(), city.folder.path().to_owned());
    let walk = tokio::task::spawn_blocking(move || {
        Command::new("bash")
            .args(["-c", &script])
            .current_dir(folder.path())
            .env("BASE", base)
            .env("BAEDAL", env!("CARGO_BIN_EXE_baedal"))
            .env("DATA", data)
            .output()
            .unwrap()
    });
    let walk = walk.await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&walk.stdout), String::from_utf8_lossy(&walk.stderr));
    assert!(walk.status.success(), "{out}\n{err}");
    assert!(out.contains("거래완료") && out.contains("correlationId"), "{out}");
    city.close().await;
}
