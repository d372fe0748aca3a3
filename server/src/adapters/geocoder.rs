//! From the text of an address to a place on the map.

mod normal;
mod road;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use domain::shared::Point;
use domain::views::AddressView;
use serde::Deserialize;

use normal::{key_of, words_of};
use road::Road;

/// How far a house number may be from the nearest known one of its road. Numbers along Korean roads grow by about one every
/// ten metres, so this is about a kilometre.
const NUMBERS_APART: u32 = 100;

/// Finds addresses.
pub trait Geocoder: Send + Sync {
    /// The address that `text` means; `None` when it is unknown.
    fn find(&self, text: &str) -> Option<AddressView>;
    /// Known addresses that `text` may be about to become, at most `limit`; those that begin with it come first.
    fn suggest(&self, text: &str, limit: usize) -> Vec<AddressView>;
}

/// Why a list of addresses cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerError {
    /// It is not the JSON it should be.
    #[error("the gazetteer cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A place is not on the earth.
    #[error("the gazetteer's place of {0} is not on the earth")]
    Place(String),
    /// Two entries claim a name.
    #[error("the gazetteer has two entries for {0}")]
    Twice(String),
}

/// The gazetteer that the binary carries: the demo's neighbourhood and a few places far from it.
#[derive(Debug)]
pub struct EmbeddedGazetteer {
    entries: Vec<AddressView>,
    /// Names and aliases, normalised, in the order of the entries.
    keys: Vec<(String, usize)>,
    by_key: HashMap<String, usize>,
    roads: Vec<KnownHouse>,
}

/// A house on a road, under its name or one of its aliases.
#[derive(Debug)]
struct KnownHouse {
    road: Road,
    entry: usize,
    /// The name of its entry is of this form too, so that another number can be put into it.
    named: Option<Road>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    lat: f64,
    lon: f64,
}

impl EmbeddedGazetteer {
    /// The list inside the binary, which is read once in a process.
    ///
    /// # Errors
    ///
    /// If the list is damaged, which a test of this module excludes.
    pub fn load() -> Result<Arc<Self>, GazetteerError> {
        static READ: OnceLock<Arc<EmbeddedGazetteer>> = OnceLock::new();
        match READ.get() {
            Some(list) => Ok(Arc::clone(list)),
            None => {
                let list = Self::parse(include_str!("../../demo/gazetteer.json"))?;
                Ok(Arc::clone(READ.get_or_init(|| Arc::new(list))))
            }
        }
    }

    fn parse(json: &str) -> Result<Self, GazetteerError> {
        let rows: Vec<Row> = serde_json::from_str(json)?;
        let mut gazetteer = Self {
            entries: Vec::with_capacity(rows.len()),
            keys: Vec::new(),
            by_key: HashMap::new(),
            roads: Vec::new(),
        };
        for row in rows {
            let point =
                Point::new(row.lat, row.lon).ok_or_else(|| GazetteerError::Place(row.name.clone()))?;
            let entry = gazetteer.entries.len();
            let named = Road::parse(&words_of(&row.name));
            for text in std::iter::once(&row.name).chain(&row.aliases) {
                let key = key_of(text);
                match gazetteer.by_key.insert(key.clone(), entry) {
                    // An alias that only spells the name another way.
                    Some(same) if same == entry => continue,
                    Some(_) => return Err(GazetteerError::Twice(text.clone())),
                    None => {}
                }
                gazetteer.keys.push((key, entry));
                if let Some(road) = Road::parse(&words_of(text)) {
                    gazetteer.roads.push(KnownHouse { road, entry, named: named.clone() });
                }
            }
            gazetteer.entries.push(AddressView { text: row.name, point });
        }
        Ok(gazetteer)
    }

    /// The nearest known house on the road that is asked for. Its place is the answer's place; the number in the answer's
    /// text is the one asked for, since that is where the food has to go.
    fn on_the_road(&self, wanted: &Road) -> Option<AddressView> {
        let nearest = self
            .roads
            .iter()
            .filter(|known| wanted.is_on_the_road_of(&known.road))
            .min_by_key(|known| known.road.apart(wanted))
            .filter(|known| known.road.number.abs_diff(wanted.number) <= NUMBERS_APART)?;
        let entry = &self.entries[nearest.entry];
        let text = match &nearest.named {
            _ if nearest.road.apart(wanted) == (0, 0) => entry.text.clone(),
            Some(named) => named.with_number_of(wanted),
            None => return None,
        };
        Some(AddressView { text, point: entry.point })
    }
}

impl Geocoder for EmbeddedGazetteer {
    fn find(&self, text: &str) -> Option<AddressView> {
        let key = key_of(text);
        match self.by_key.get(&key) {
            Some(entry) => Some(self.entries[*entry].clone()),
            None => self.on_the_road(&Road::parse(&words_of(text))?),
        }
    }

    fn suggest(&self, text: &str, limit: usize) -> Vec<AddressView> {
        let typed = key_of(text);
        if typed.is_empty() {
            return Vec::new();
        }
        let begins = self.keys.iter().filter(|(key, _)| key.starts_with(&typed));
        let contains = self.keys.iter().filter(|(key, _)| !key.starts_with(&typed) && key.contains(&typed));
        let mut found: Vec<usize> = Vec::with_capacity(limit.min(self.entries.len()));
        for (_, entry) in begins.chain(contains) {
            if found.len() == limit {
                break;
            }
            if !found.contains(entry) {
                found.push(*entry);
            }
        }
        found.into_iter().map(|entry| self.entries[entry].clone()).collect()
    }
}
