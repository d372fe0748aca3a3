//! The site's folder: program, style sheet and public files, with their hashes in a manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::files::{self, Cache};
use crate::{Mode, bundle, shell, style};

/// `target/site/manifest.json`: what the server embeds and what pages refer to. Paths are those of URLs.
#[derive(Debug, Serialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
    /// Modules that the program imports under fixed names, with their hashes.
    modules: BTreeMap<String, String>,
    /// Files of `public/`, with their hashes.
    public: BTreeMap<String, String>,
}

/// One line of the printed table.
struct Size {
    path: String,
    raw: usize,
    packed: Option<usize>,
}

struct Site {
    folder: PathBuf,
    cache: Cache,
    mode: Mode,
    written: BTreeSet<String>,
    sizes: Vec<Size>,
}

/// Builds the whole site.
pub(crate) fn build(mode: Mode) -> Result<()> {
    let root = shell::root()?;
    let target_dir = shell::target_dir()?;
    let cache = Cache::new(target_dir.join("site-cache"));
    let program = bundle::build(mode, &target_dir, &cache)?;
    let mut site =
        Site { folder: target_dir.join("site"), cache, mode, written: BTreeSet::new(), sizes: Vec::new() };

    let js = site.add_hashed("js", &program.js)?;
    let wasm = site.add_hashed("wasm", &program.wasm)?;
    let css = site.add_hashed("css", style::bundle(&root.join("style"))?.as_bytes())?;
    let mut modules = BTreeMap::new();
    for (path, content) in &program.modules {
        let path = format!("pkg/{path}");
        modules.insert(format!("/{path}"), files::hash10(content));
        site.add(&path, content)?;
    }
    let public = site.add_public(&root.join("public"))?;

    let manifest = Manifest { js, wasm, css, modules, public };
    let text = serde_json::to_string_pretty(&manifest).context("the manifest cannot be written as JSON")?;
    // Last, because the server's build looks at this file to see whether the site has changed.
    files::write_if_changed(&site.folder.join("manifest.json"), text.as_bytes())?;
    site.written.insert("manifest.json".to_owned());
    files::keep_only(&site.folder, &site.written)?;
    print_sizes(&site.sizes);
    Ok(())
}

impl Site {
    /// Adds a file of the program under a name that changes with its content; answers its URL path.
    fn add_hashed(&mut self, ending: &str, content: &[u8]) -> Result<String> {
        let path = format!("pkg/baedal.{}.{ending}", files::hash10(content));
        self.add(&path, content)?;
        Ok(format!("/{path}"))
    }

    /// Adds a file, and beside it its brotli form where that is smaller.
    fn add(&mut self, path: &str, content: &[u8]) -> Result<()> {
        files::write_if_changed(&self.folder.join(path), content)?;
        self.written.insert(path.to_owned());
        let packed = files::brotli(&self.cache, path, content, self.mode)?;
        if let Some(packed) = &packed {
            let path = format!("{path}.br");
            files::write_if_changed(&self.folder.join(&path), packed)?;
            self.written.insert(path);
        }
        self.sizes.push(Size { path: path.to_owned(), raw: content.len(), packed: packed.map(|p| p.len()) });
        Ok(())
    }

    /// Copies `public/`; answers each file's URL path and hash.
    fn add_public(&mut self, folder: &Path) -> Result<BTreeMap<String, String>> {
        let mut public = BTreeMap::new();
        if !folder.is_dir() {
            return Ok(public);
        }
        for path in files::list(folder)? {
            check_name(&path)?;
            let file = folder.join(&path);
            let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            self.add(&path, &content)?;
            public.insert(format!("/{path}"), files::hash10(&content));
        }
        Ok(public)
    }
}

/// Names go into URLs as they are, and must not hide the site's own files.
fn check_name(path: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if !path.chars().all(plain) {
        bail!("public/{path}: only letters, digits and - _ . / may be in a name");
    }
    let packed = Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("br"));
    if path.starts_with("pkg/") || path == "manifest.json" || packed {
        bail!("public/{path}: this name is taken by the site's own files");
    }
    Ok(())
}

/// The program's files one by one, the public ones by folder.
fn print_sizes(sizes: &[Size]) {
    let mut rows: Vec<(String, usize, usize)> = Vec::new();
    for size in sizes {
        let served = size.packed.unwrap_or(size.raw);
        let folder = size.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = if folder.starts_with("img") { format!("{folder}/*") } else { size.path.clone() };
        match rows.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, raw, packed)) => {
                *raw += size.raw;
                *packed += served;
            }
            None => rows.push((name, size.raw, served)),
        }
    }
    println!("{:<44} {:>12} {:>12}", "file", "raw", "brotli");
    for (name, raw, packed) in rows {
        println!("{name:<44} {raw:>12} {packed:>12}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_break_a_url_are_refused() {
        assert!(check_name("img/menu/margherita-1.svg").is_ok());
        assert!(check_name("img/피자.svg").is_err());
        assert!(check_name("img/a b.svg").is_err());
        assert!(check_name("pkg/x.js").is_err());
        assert!(check_name("manifest.json").is_err());
    }
}
