//! What a browser has to load, and what an idle server takes.

use std::path::Path;

use crate::Failure;
use crate::http::{Connection, get};
use crate::process::Server;
use crate::report::Report;

/// Sizes and idle memory.
pub(crate) async fn sizes(report: &mut Report, binary: &Path) -> Result<(), Failure> {
    report.part("sizes", "Sizes as they are served, and the memory of an idle city");
    let city = Server::city(binary, "sizes").await?;
    city.quiet(std::time::Duration::from_secs(20)).await?;
    // The threads that hashed the demo's passwords end after a second without work.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    report.number(
        "idle_mb",
        "memory, idle, after the first start with the demo city (at most 60)",
        city.memory()? as f64 / 1e6,
        "MB",
    );
    let mut connection = Connection::open(city.addr).await?;
    let page = connection.ask(&get(city.addr, "/", "", "")).await?;
    report.number("page_kb", "the first page, as HTML", page.body.len() as f64 / 1e3, "kB");
    let html = page.text();
    for ending in [".wasm", ".js", ".css"] {
        let Some(path) = path_in(&html, ending) else {
            report.note(&format!("the page names no file that ends in {ending}"));
            continue;
        };
        let name = &ending[1..];
        let raw = connection.ask(&get(city.addr, path, "", "")).await?.body.len();
        let small = connection.ask(&get(city.addr, path, "", "accept-encoding: br\r\n")).await?.body.len();
        report.number(&format!("{name}_kb"), &format!("{name}: raw"), raw as f64 / 1e3, "kB");
        report.number(&format!("{name}_br_kb"), &format!("{name}: brotli"), small as f64 / 1e3, "kB");
    }
    report.number("after_page_mb", "memory after these pages", city.memory()? as f64 / 1e6, "MB");
    Ok(())
}

/// The first path below `/pkg/` in a page that ends like this.
fn path_in<'p>(html: &'p str, ending: &str) -> Option<&'p str> {
    html.split(['"', '\'', '>', '<', ' ']).find(|word| word.starts_with("/pkg/") && word.ends_with(ending))
}
