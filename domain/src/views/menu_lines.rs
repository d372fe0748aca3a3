//! A menu as lines of text: `# heading`, `name | price`, `name | price | description`.

use super::{Fault, Field, FieldFault, LineFault};
use crate::shared::{ItemId, SectionId, Text, Won, is_unprintable};
use crate::store::{
    Item, MAX_DESCRIPTION, MAX_DISH_NAME, MAX_DISHES, MAX_SECTION_NAME, MAX_SECTIONS, Menu, PRICES, Section,
};
use uuid::Uuid;

/// The longest text, in characters.
const MAX_TEXT: u32 = 6_000;
/// So many wrong lines are named at once: whoever has more of them has misunderstood the form.
const NAMED: usize = 10;

/// Reads a menu; `ids` makes the ids of its sections and items. Refused with the number of each wrong line.
pub fn menu_of_lines(text: &str, ids: &mut dyn FnMut() -> Uuid) -> Result<Menu, Fault> {
    let field = Field::Menu;
    if text.chars().filter(|sign| *sign != '\r').count() > MAX_TEXT as usize {
        return Err(Fault::field(FieldFault::TooLong { field, max: MAX_TEXT }));
    }
    let mut reading = Reading::default();
    for (index, line) in text.lines().enumerate() {
        reading.line(index as u32 + 1, line.trim(), ids);
    }
    reading.end_section();
    if reading.faults.is_empty() && reading.dishes == 0 {
        return Err(Fault::field(FieldFault::Missing { field }));
    }
    if reading.faults.is_empty() {
        return Ok(Menu { sections: reading.sections });
    }
    reading.faults.sort_by_key(|(line, _)| *line);
    reading.faults.truncate(NAMED);
    let named = reading.faults.into_iter().map(|(line, wrong)| FieldFault::Line { field, line, wrong });
    Err(Fault::Invalid(named.collect()))
}

#[derive(Default)]
struct Reading {
    sections: Vec<Section>,
    faults: Vec<(u32, LineFault)>,
    /// The line of the last heading, until a dish stands below it.
    bare: Option<u32>,
    dishes: u32,
    headings: u32,
}

impl Reading {
    fn line(&mut self, number: u32, line: &str, ids: &mut dyn FnMut() -> Uuid) {
        if line.is_empty() {
            return;
        }
        let read = if line.chars().any(is_unprintable) {
            Err(LineFault::Unprintable)
        } else if let Some(heading) = line.strip_prefix('#') {
            self.end_section();
            self.heading(number, heading.trim_start_matches('#').trim(), ids)
        } else {
            self.bare = None;
            self.dish(line, ids)
        };
        if let Err(problem) = read {
            self.faults.push((number, problem));
        }
    }

    fn heading(&mut self, number: u32, name: &str, ids: &mut dyn FnMut() -> Uuid) -> Result<(), LineFault> {
        self.headings += 1;
        if self.headings > MAX_SECTIONS {
            return Err(LineFault::TooManySections { max: MAX_SECTIONS });
        }
        let name = Text::ko(name_of(name, MAX_SECTION_NAME)?);
        self.bare = Some(number);
        self.sections.push(Section { id: SectionId(ids()), name, items: Vec::new() });
        Ok(())
    }

    fn dish(&mut self, line: &str, ids: &mut dyn FnMut() -> Uuid) -> Result<(), LineFault> {
        self.dishes += 1;
        if self.dishes > MAX_DISHES {
            return Err(LineFault::TooManyDishes { max: MAX_DISHES });
        }
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let (name, price, description) = match parts[..] {
            [name, price] => (name, price, ""),
            [name, price, description] => (name, price, description),
            [_] => return Err(LineFault::NoPrice),
            _ => return Err(LineFault::TooManyParts),
        };
        let name = name_of(name, MAX_DISH_NAME)?;
        let price = price_of(price)?;
        if description.chars().count() > MAX_DESCRIPTION as usize {
            return Err(LineFault::DescriptionTooLong { max: MAX_DESCRIPTION });
        }
        if self.sections.is_empty() {
            let name = Text { ko: "메뉴".to_owned(), en: Some("Menu".to_owned()) };
            self.sections.push(Section { id: SectionId(ids()), name, items: Vec::new() });
        }
        if let Some(section) = self.sections.last_mut() {
            section.items.push(Item {
                id: ItemId(ids()),
                name: Text::ko(name),
                description: Text::ko(description),
                price,
                picture: String::new(),
                sold_out_until: None,
                groups: Vec::new(),
            });
        }
        Ok(())
    }

    /// A heading with nothing below it is wrong where it stands.
    fn end_section(&mut self) {
        if let Some(line) = self.bare.take() {
            self.faults.push((line, LineFault::EmptySection));
        }
    }
}

fn name_of(typed: &str, max: u32) -> Result<String, LineFault> {
    match typed.chars().count() {
        0 => Err(LineFault::NoName),
        letters if letters > max as usize => Err(LineFault::NameTooLong { max }),
        _ => Ok(typed.to_owned()),
    }
}

fn price_of(typed: &str) -> Result<Won, LineFault> {
    let (min, max) = PRICES;
    if typed.is_empty() {
        return Err(LineFault::NoPrice);
    }
    let amount = amount_of(typed).filter(|amount| (min..=max).contains(amount));
    amount.and_then(|amount| Won::new(amount).ok()).ok_or(LineFault::Price { min, max })
}

/// An amount as people write it: `12000`, `12,000`, `12,000원`, `₩12,000`. One that no number holds is the largest there is.
pub(super) fn amount_of(typed: &str) -> Option<u64> {
    let typed = typed.trim();
    let typed = typed.strip_prefix('₩').unwrap_or(typed);
    let digits: String = typed
        .strip_suffix('원')
        .unwrap_or(typed)
        .chars()
        .filter(|sign| *sign != ',' && *sign != ' ')
        .collect();
    let is_number = !digits.is_empty() && digits.chars().all(|sign| sign.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}
