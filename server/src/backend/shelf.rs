//! The stores, in memory: they change seldom and every customer looks at them.

use crate::read_models::Views;
use crate::storage::LogError;
use domain::shared::StoreId;
use domain::store::Store;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

type Stores = Arc<BTreeMap<StoreId, Arc<Store>>>;

/// All stores as the read model has them, read again after one has changed.
pub struct Shelf {
    views: Arc<dyn Views>,
    changed: Arc<AtomicBool>,
    stores: RwLock<Stores>,
}

impl Shelf {
    /// A shelf that is filled at the first look. `changed` is set after each commit that changed a store.
    pub fn new(views: Arc<dyn Views>, changed: Arc<AtomicBool>) -> Self {
        changed.store(true, Ordering::Release);
        Self { views, changed, stores: RwLock::default() }
    }

    /// All stores, in the order of their ids.
    pub async fn all(&self) -> Result<Stores, LogError> {
        // Cleared before reading: a change meanwhile is read by the next one.
        if self.changed.swap(false, Ordering::AcqRel) {
            match self.views.stores().await {
                Ok((_, stores)) => {
                    let stores = stores
                        .into_iter()
                        .filter_map(|store| Some((store.profile.as_ref()?.id, Arc::new(store))))
                        .collect();
                    *self.stores.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(stores);
                }
                Err(error) => {
                    self.changed.store(true, Ordering::Release);
                    return Err(error);
                }
            }
        }
        Ok(Arc::clone(&self.stores.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// One store.
    pub async fn get(&self, id: StoreId) -> Result<Option<Arc<Store>>, LogError> {
        Ok(self.all().await?.get(&id).cloned())
    }
}
