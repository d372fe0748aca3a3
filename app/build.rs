//! Turns `locales/` into the module of translations: a missing or unknown key is a compile error.

use leptos_i18n_build::options::CodegenOptions;
use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};
use std::error::Error;
use std::path::PathBuf;

const NAMESPACES: [&str; 11] = [
    "common",
    "customer",
    "account",
    "application",
    "notices",
    "operator",
    "orders",
    "owner",
    "rider",
    "webhooks",
    "words",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("ko")?
        .add_locale("en")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    let folder = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    let options = CodegenOptions::new().gen_docs(false);
    translations.generate_i18n_module_with_options(folder, options)?;
    Ok(())
}
