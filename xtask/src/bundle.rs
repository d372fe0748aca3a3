//! The browser's program: compiled, bound to JavaScript, optimised.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::files::Cache;
use crate::{Mode, shell};

const TARGET: &str = "wasm32-unknown-unknown";

/// What Rust's compiler may emit for wasm32 and every browser of the last years understands; wasm-opt refuses
/// a module that uses more than it was told of.
const WASM_FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
];

/// The two files that the page starts, and modules they import by relative path.
pub(crate) struct Program {
    /// The JavaScript glue.
    pub(crate) js: Vec<u8>,
    /// The program itself.
    pub(crate) wasm: Vec<u8>,
    /// Content by path relative to the glue.
    pub(crate) modules: BTreeMap<String, Vec<u8>>,
}

/// Compiles `app` for the browser.
pub(crate) fn build(mode: Mode, target_dir: &Path, cache: &Cache) -> Result<Program> {
    let profile = if mode == Mode::Release { "wasm-release" } else { "dev" };
    shell::cargo(&[
        "build",
        "--package",
        "browser",
        "--lib",
        "--target",
        TARGET,
        "--no-default-features",
        "--features",
        "hydrate",
        "--profile",
        profile,
    ])?;
    let folder = if mode == Mode::Release { "wasm-release" } else { "debug" };
    let compiled = target_dir.join(TARGET).join(folder).join("browser.wasm");

    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&compiled)
        .out_name("baedal")
        .web(true)?
        .typescript(false)
        .keep_debug(false)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(true);
    let mut output =
        bindgen.generate_output().with_context(|| format!("cannot bind {}", compiled.display()))?;
    if !output.npm_dependencies().is_empty() {
        bail!("a crate wants JavaScript packages from npm; the site has none");
    }

    let js = output.js().as_bytes().to_vec();
    let mut modules = BTreeMap::new();
    for (identifier, list) in output.snippets() {
        for (number, text) in list.iter().enumerate() {
            modules.insert(format!("snippets/{identifier}/inline{number}.js"), text.as_bytes().to_vec());
        }
    }
    for (path, text) in output.local_modules() {
        modules.insert(format!("snippets/{path}"), text.as_bytes().to_vec());
    }
    let wasm = output.wasm_mut().emit_wasm();
    let wasm = if mode == Mode::Release { optimise(wasm, target_dir, cache)? } else { wasm };
    Ok(Program { js, wasm, modules })
}

/// Runs binaryen's optimiser where it is installed, and says so where it is not.
fn optimise(wasm: Vec<u8>, target_dir: &Path, cache: &Cache) -> Result<Vec<u8>> {
    let Some((program, first)) = wasm_opt()? else {
        println!("wasm-opt is not installed (Node with `npm ci` in end2end): the program stays larger.");
        return Ok(wasm);
    };
    cache.get("wasm-opt", &wasm, || {
        let input = target_dir.join("site-cache/input.wasm");
        let output = target_dir.join("site-cache/output.wasm");
        crate::files::write_if_changed(&input, &wasm)?;
        let status = Command::new(&program)
            .args(first.iter())
            .arg("-Oz")
            .args(WASM_FEATURES)
            .arg(&input)
            .arg("--output")
            .arg(&output)
            .status()
            .with_context(|| format!("{} could not be started", program.display()))?;
        if !status.success() {
            bail!("wasm-opt failed");
        }
        let made = fs::read(&output).with_context(|| format!("cannot read {}", output.display()))?;
        for path in [&input, &output] {
            fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        Ok(made)
    })
}

/// How to start the wasm-opt of the pinned npm package: Node and the script. The one a distribution ships may
/// be too old for what the compiler emits, and another version would make another file.
fn wasm_opt() -> Result<Option<(PathBuf, Vec<PathBuf>)>> {
    let script = shell::root()?.join("end2end/node_modules/binaryen/bin/wasm-opt");
    Ok((script.exists() && shell::runs("node")).then(|| (PathBuf::from("node"), vec![script])))
}
