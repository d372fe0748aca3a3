//! The stores, in memory: they change seldom and every customer looks at them.

use crate::read_models::Views;
use crate::storage::LogError;
use domain::shared::StoreId;
use domain::store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::RwLock;

type Stores = Arc<BTreeMap<StoreId, Arc<Store>>>;

/// All stores as the read model has them, read again after one has changed.
pub struct Shelf {
    views: Arc<dyn Views>,
    changed: Arc<AtomicBool>,
    stores: RwLock<Stores>,
}

/// A reading under way: when it is given up, as with its request, the next look begins another one.
struct Reading<'a> {
    changed: &'a AtomicBool,
    is_done: bool,
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.changed.store(true, Ordering::Release);
        }
    }
}

impl Shelf {
    /// A shelf that is filled at the first look. `changed` is set after each commit that changed a store.
    pub fn new(views: Arc<dyn Views>, changed: Arc<AtomicBool>) -> Self {
        changed.store(true, Ordering::Release);
        Self { views, changed, stores: RwLock::default() }
    }

    /// All stores, in the order of their ids. Whoever comes while they are read waits for that.
    pub async fn all(&self) -> Result<Stores, LogError> {
        loop {
            let stores = self.stores.read().await;
            if !self.changed.load(Ordering::Acquire) {
                return Ok(Arc::clone(&stores));
            }
            drop(stores);
            self.read_again().await?;
        }
    }

    async fn read_again(&self) -> Result<(), LogError> {
        let mut stores = self.stores.write().await;
        // Cleared before reading: a change meanwhile is read by the next one.
        if self.changed.swap(false, Ordering::AcqRel) {
            let mut reading = Reading { changed: &self.changed, is_done: false };
            let (_, read) = self.views.stores().await?;
            let read =
                read.into_iter().filter_map(|store| Some((store.profile.as_ref()?.id, Arc::new(store))));
            *stores = Arc::new(read.collect());
            reading.is_done = true;
        }
        Ok(())
    }

    /// One store.
    pub async fn get(&self, id: StoreId) -> Result<Option<Arc<Store>>, LogError> {
        Ok(self.all().await?.get(&id).cloned())
    }
}
