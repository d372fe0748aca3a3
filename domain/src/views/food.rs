//! Dishes as other programs name them: by an id or by a name.

use super::{AddressView, Fault, Field, FieldFault, StoreCard, listed};
use crate::processes::CaseRefusal;
use crate::shared::{ChoiceId, StoreId, Text, Timestamp};
use crate::store::{Item, QuoteRefusal, Store, WantedLine};

/// A line of an order as another program asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLine {
    /// A dish: the id it has on the menu, or its exact name in either language.
    pub food: String,
    /// How many.
    pub quantity: u32,
    /// Choices: their ids, or their exact names in either language.
    pub options: Vec<String>,
}

/// The store that has everything asked for, and what is wanted of it. An id belongs to one store. A name is looked for in the store that
/// is given, or in all of them in the order of the first page for this address: that store is taken which is first to have every line.
///
/// # Errors
///
/// [`QuoteRefusal`] names the line whose dish or choice nobody has; [`Fault::TwoStores`] when no store has all that some have.
pub fn find_food<'a>(
    stores: impl IntoIterator<Item = &'a Store>,
    only: Option<StoreId>,
    lines: &[NamedLine],
    address: Option<&AddressView>,
    now: Timestamp,
) -> Result<(StoreId, Vec<WantedLine>), Fault> {
    let stores: Vec<(StoreId, &Store)> = stores
        .into_iter()
        .filter_map(|store| Some((store.profile.as_ref()?.id, store)))
        .filter(|(id, _)| only.is_none_or(|only| only == *id))
        .collect();
    if let (Some(_), true) = (only, stores.is_empty()) {
        return Err(Fault::field(FieldFault::Unknown { field: Field::StoreName }));
    }
    let mut stores = in_their_order(stores, address, now);
    let sold_here = |store: &Store, line: &NamedLine| dish(store, &line.food).is_some();
    let nowhere = lines.iter().position(|line| !stores.iter().any(|(_, store)| sold_here(store, line)));
    if let Some(line) = nowhere {
        return Err(CaseRefusal::Quote(QuoteRefusal::UnknownItem { line }).into());
    }
    stores.retain(|(_, store)| lines.iter().all(|line| sold_here(store, line)));
    let (id, store) = stores.first().ok_or(Fault::TwoStores)?;
    Ok((*id, food_of(store, lines)?))
}

/// What is wanted of this store.
///
/// # Errors
///
/// [`QuoteRefusal`] names the line whose dish or choice it does not have.
pub fn food_of(store: &Store, lines: &[NamedLine]) -> Result<Vec<WantedLine>, Fault> {
    lines.iter().enumerate().map(|(index, line)| wanted_of(store, index, line)).collect()
}

fn wanted_of(store: &Store, index: usize, line: &NamedLine) -> Result<WantedLine, Fault> {
    let unknown = |refusal| Fault::from(CaseRefusal::Quote(refusal));
    let item = dish(store, &line.food).ok_or_else(|| unknown(QuoteRefusal::UnknownItem { line: index }))?;
    let choices = line
        .options
        .iter()
        .map(|option| {
            choice(item, option).ok_or_else(|| unknown(QuoteRefusal::UnknownChoice { line: index }))
        })
        .collect::<Result<_, _>>()?;
    Ok(WantedLine { item: item.id, quantity: line.quantity, choices })
}

/// Those that the first page lists for this address, as it lists them; then the others.
fn in_their_order<'a>(
    stores: Vec<(StoreId, &'a Store)>,
    address: Option<&AddressView>,
    now: Timestamp,
) -> Vec<(StoreId, &'a Store)> {
    let cards = stores.iter().filter_map(|(_, store)| StoreCard::of(store, address, now));
    let first: Vec<StoreId> = listed(cards).into_iter().map(|card| card.id).collect();
    let place = |id: StoreId| first.iter().position(|listed| *listed == id).unwrap_or(first.len());
    let mut stores = stores;
    stores.sort_by_key(|(id, _)| (place(*id), *id));
    stores
}

fn dish<'a>(store: &'a Store, named: &str) -> Option<&'a Item> {
    store.menu.items().find(|item| is_named(item.id, &item.name, named))
}

/// An option's choice by its id or name: in the first group that has one of this name.
fn choice(item: &Item, named: &str) -> Option<ChoiceId> {
    let mut choices = item.groups.iter().flat_map(|group| &group.choices);
    choices.find(|choice| is_named(choice.id, &choice.name, named)).map(|choice| choice.id)
}

fn is_named<Id: std::str::FromStr + PartialEq>(id: Id, name: &Text, named: &str) -> bool {
    let named = named.trim();
    name.ko == named
        || name.en.as_deref() == Some(named)
        || named.parse::<Id>().is_ok_and(|named| named == id)
}
