//! Files of the site: hashed, compressed, and written only when they differ.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::Mode;

/// Endings of files that are already compressed, so that brotli gains nothing.
const COMPRESSED: [&str; 8] = ["png", "jpg", "jpeg", "webp", "avif", "gif", "woff2", "ico"];

/// The first ten hexadecimal digits of the content's blake3 hash.
pub(crate) fn hash10(content: &[u8]) -> String {
    blake3::hash(content).to_hex().as_str()[..10].to_owned()
}

/// Results of slow steps, kept by the hash of what went in.
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// A cache in `folder`, which is made when something is first kept.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The kept result of `step` for `input`, or else a fresh one from `make`.
    pub(crate) fn get(
        &self,
        step: &str,
        input: &[u8],
        make: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let path = self.folder.join(format!("{step}-{}", blake3::hash(input).to_hex()));
        if let Ok(kept) = fs::read(&path) {
            return Ok(kept);
        }
        let made = make()?;
        write_if_changed(&path, &made)?;
        Ok(made)
    }
}

/// Compresses `content` with brotli, unless the ending says that it is compressed already or the result
/// would not be smaller.
pub(crate) fn brotli(cache: &Cache, path: &str, content: &[u8], mode: Mode) -> Result<Option<Vec<u8>>> {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    if COMPRESSED.contains(&ending) {
        return Ok(None);
    }
    let quality = if mode == Mode::Release { 11 } else { 5 };
    let packed = cache.get(&format!("br{quality}"), content, || {
        let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, quality, 24);
        writer.write_all(content).context("brotli failed")?;
        Ok(writer.into_inner())
    })?;
    Ok((packed.len() < content.len()).then_some(packed))
}

/// Writes `content`, unless the file holds exactly this already: cargo looks at the time of change.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    // A half-written file must never be taken for a whole one.
    let partial = path.with_extension("partial");
    fs::write(&partial, content).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}

/// All files below `folder`, as paths relative to it with `/` between the parts, in order.
pub(crate) fn list(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(prefix) = open.pop() {
        let here = folder.join(&prefix);
        for entry in fs::read_dir(&here).with_context(|| format!("cannot read {}", here.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            let name =
                name.to_str().with_context(|| format!("a name that is not UTF-8 in {}", here.display()))?;
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Removes every file below `folder` that is not among `wanted` (relative paths).
pub(crate) fn keep_only(folder: &Path, wanted: &BTreeSet<String>) -> Result<()> {
    for path in list(folder)? {
        if !wanted.contains(&path) {
            fs::remove_file(folder.join(&path)).with_context(|| format!("cannot remove {path}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_ten_digits_and_follows_the_content() {
        assert_eq!(hash10(b"a").len(), 10);
        assert_ne!(hash10(b"a"), hash10(b"b"));
    }

    #[test]
    fn an_unchanged_file_is_not_written_again() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deep/file.css");
        write_if_changed(&path, b"one")?;
        let before = fs::metadata(&path)?.modified()?;
        write_if_changed(&path, b"one")?;
        assert_eq!(fs::metadata(&path)?.modified()?, before);
        write_if_changed(&path, b"two")?;
        assert_eq!(fs::read(&path)?, b"two");
        assert_eq!(list(folder.path())?, ["deep/file.css"]);
        Ok(())
    }

    #[test]
    fn files_of_an_older_build_go_away() -> Result<()> {
        let folder = tempfile::tempdir()?;
        write_if_changed(&folder.path().join("pkg/old.js"), b"old")?;
        write_if_changed(&folder.path().join("pkg/new.js"), b"new")?;
        keep_only(folder.path(), &BTreeSet::from(["pkg/new.js".to_owned()]))?;
        assert_eq!(list(folder.path())?, ["pkg/new.js"]);
        Ok(())
    }

    #[test]
    fn pictures_that_are_compressed_already_are_left_alone() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let cache = Cache::new(folder.path().to_path_buf());
        let text = "가나다라 ".repeat(200);
        assert!(brotli(&cache, "img/a.png", text.as_bytes(), Mode::Dev)?.is_none());
        let packed = brotli(&cache, "img/a.svg", text.as_bytes(), Mode::Dev)?.context("is compressed")?;
        assert!(packed.len() < text.len() / 4);
        assert_eq!(list(folder.path())?.len(), 1, "the result is kept");
        Ok(())
    }
}
