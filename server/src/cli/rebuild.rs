//! `baedal rebuild-views`.

use super::{DataArgs, Failed};
use crate::config::folder;
use crate::startup::lock_soon;
use crate::storage::sqlite;

/// The main database in the data folder.
const FILE: &str = "baedal.db";

/// Drops the read models and builds them again from the log, in one transaction, while no server runs on it.
pub(super) async fn run(args: DataArgs) -> Result<(), Failed> {
    let file = existing(&args)?;
    let _lock = lock_soon(&folder("data", &args.data)?).await.map_err(Failed::run)?;
    let (mut writer, _readers) = sqlite::open(&file).await.map_err(Failed::run)?;
    let events = sqlite::rebuild_views(&mut writer).await.map_err(Failed::run)?;
    println!("Built again from {events} events.");
    Ok(())
}

/// The main database of a data folder that was in use before; a mistyped folder is not filled with a new city.
pub(super) fn existing(args: &DataArgs) -> Result<std::path::PathBuf, Failed> {
    let file = folder("data", &args.data)?.join(FILE);
    if file.is_file() {
        Ok(file)
    } else {
        Err(Failed::Usage(format!(
            "--data (or BAEDAL_DATA) must be a folder that `baedal serve` has used, not \"{}\".",
            args.data
        )))
    }
}
