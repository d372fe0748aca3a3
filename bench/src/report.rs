//! The table, and the same numbers as JSON.

use serde_json::{Map, Value};

use crate::Failure;
use crate::load::Seen;

/// Collects what was measured, printing each line at once.
#[derive(Default)]
pub(crate) struct Report {
    rows: Map<String, Value>,
    part: String,
}

impl Report {
    /// Begins a part.
    pub(crate) fn part(&mut self, name: &str, title: &str) {
        println!("\n{title}");
        name.clone_into(&mut self.part);
    }

    /// One number.
    pub(crate) fn number(&mut self, key: &str, label: &str, value: f64, unit: &str) {
        let shown = if value.abs() >= 1_000.0 { format!("{value:.0}") } else { format!("{value:.2}") };
        println!("  {label:<58} {shown:>12} {unit}");
        self.rows.insert(format!("{}.{key}", self.part), Value::from((value * 1_000.0).round() / 1_000.0));
    }

    /// How long answers took.
    pub(crate) fn times(&mut self, key: &str, label: &str, seen: &Seen) {
        self.number(&format!("{key}.p50_ms"), &format!("{label}: p50"), seen.share(0.5), "ms");
        self.number(&format!("{key}.p99_ms"), &format!("{label}: p99"), seen.share(0.99), "ms");
    }

    /// A remark.
    pub(crate) fn note(&mut self, text: &str) {
        println!("  {text}");
    }

    /// Writes everything to a file.
    pub(crate) fn write(self, file: &std::path::Path) -> Result<(), Failure> {
        std::fs::write(file, serde_json::to_string_pretty(&Value::Object(self.rows))?)?;
        println!("\nThe same numbers are in {}.", file.display());
        Ok(())
    }
}
