//! Turns the built site into Rust constants, so that the binary holds every file it serves.
//!
//! A build without a site (the browser's half was never built) succeeds and embeds nothing.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const EMPTY: &str = r#"{
  "js": "",
  "wasm": "",
  "css": "",
  "modules": {},
  "public": {}
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let site = target_dir(&out, &env::var("TARGET")?).ok_or("OUT_DIR is in no target folder")?.join("site");
    let manifest_path = site.join("manifest.json");
    if !manifest_path.exists() {
        fs::create_dir_all(&site)?;
        fs::write(&manifest_path, EMPTY)?;
    }
    println!("cargo:rerun-if-changed={}", manifest_path.display());
    println!("cargo:rerun-if-changed=build.rs");

    let manifest: Value = serde_json::from_str(&fs::read_to_string(&manifest_path)?)?;
    // Path to (hash, never changes); in the order of paths, since the server searches by halves.
    let mut files: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for kind in ["js", "wasm", "css"] {
        let path = manifest[kind].as_str().unwrap_or_default();
        if let Some(hash) = path.rsplit('.').nth(1) {
            files.insert(path.to_owned(), (hash.to_owned(), true));
        }
    }
    for group in ["modules", "public"] {
        for (path, hash) in manifest[group].as_object().into_iter().flatten() {
            let hash = hash.as_str().ok_or("manifest.json: a hash is no text")?;
            files.insert(path.clone(), (hash.to_owned(), false));
        }
    }

    let text = |key: &str| format!("{:?}", manifest[key].as_str().unwrap_or_default());
    let mut code = format!(
        "const JS: &str = {};\nconst WASM: &str = {};\nconst CSS: &str = {};\n",
        text("js"),
        text("wasm"),
        text("css")
    );
    code.push_str("static FILES: &[File] = &[\n");
    for (path, (hash, immutable)) in &files {
        let file = site.join(path.trim_start_matches('/'));
        let packed = PathBuf::from(format!("{}.br", file.display()));
        let brotli = if packed.exists() { format!("Some({})", include(&packed)) } else { "None".to_owned() };
        writeln!(
            code,
            "    File {{ path: {path:?}, hash: {hash:?}, immutable: {immutable}, raw: {}, brotli: {brotli} }},",
            include(&file)
        )?;
    }
    code.push_str("];\n");
    fs::write(out.join("site.rs"), code)?;
    Ok(())
}

fn include(path: &Path) -> String {
    format!("include_bytes!({:?})", path.display().to_string())
}

/// The target folder that `OUT_DIR` (`target/[triple/]profile/build/package-hash/out`) is in, wherever it is.
fn target_dir(out: &Path, triple: &str) -> Option<PathBuf> {
    let folder = out.ancestors().nth(4)?;
    let in_triple = folder.file_name().is_some_and(|name| name == triple);
    if in_triple { folder.parent().map(Path::to_path_buf) } else { Some(folder.to_path_buf()) }
}
