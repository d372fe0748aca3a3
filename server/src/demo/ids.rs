//! Ids that are the same on every machine.
//!
//! An id has the form of a `UUIDv7`, as every other id: its time is the first moment of 2026 plus one millisecond for each id
//! made before it, so that what stands first in the data sorts first; the rest is a hash of the thing's name, so that ids of
//! different kinds never meet.

use uuid::{Builder, Uuid};

/// 2026-01-01T00:00Z, in milliseconds: before everything that can happen in the demo.
const FIRST_MS: u64 = 1_767_225_600_000;
/// The namespace of the names: any fixed id does.
const NAMESPACE: Uuid = Uuid::from_u128(0x6261_6564_616c_4000_8000_6465_6d6f_0001);

/// Hands out ids of one kind of thing, one after the other.
#[derive(Debug)]
pub(super) struct Ids {
    kind: &'static str,
    made: u64,
}

impl Ids {
    pub(super) const fn of(kind: &'static str) -> Self {
        Self { kind, made: 0 }
    }

    /// The id of the next thing, by its name, which has to be unique within its kind.
    pub(super) fn next(&mut self, name: &str) -> Uuid {
        let hash = Uuid::new_v5(&NAMESPACE, format!("{}/{name}", self.kind).as_bytes());
        let [_, _, _, _, _, _, rest @ ..] = hash.into_bytes();
        let id = Builder::from_unix_timestamp_millis(FIRST_MS + self.made, &rest).into_uuid();
        self.made += 1;
        id
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn ids_repeat_sort_in_order_and_differ_by_kind_and_name() {
        let ids = |kind, names: [&str; 3]| {
            let mut ids = Ids::of(kind);
            names.map(|name| ids.next(name))
        };
        let made = ids("store", ["c", "b", "a"]);
        assert_eq!(made, ids("store", ["c", "b", "a"]));
        assert!(made.is_sorted());
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        let others = [ids("item", ["c", "b", "a"]), ids("store", ["x", "y", "z"])].concat();
        assert!(!others.iter().any(|other| made.contains(other)));
    }
}
