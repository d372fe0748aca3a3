//! What the fields of an account have to look like.

use domain::views::{Fault, Field, FieldFault, Role, is_blank, is_one_line, is_phone};

use super::NewAccount;

/// The account with its fields tidied, or all that is wrong with them.
pub(super) fn checked(new: NewAccount) -> Result<NewAccount, Fault> {
    let new = NewAccount {
        login: new.login.trim().to_lowercase(),
        name: new.name.trim().to_owned(),
        phone: new.phone.trim().to_owned(),
        address: new.address.trim().to_owned(),
        address_detail: new.address_detail.trim().to_owned(),
        ..new
    };
    let phone_may_be_empty = !matches!(new.role, Role::Customer | Role::Applicant);
    let wrong: Vec<FieldFault> = [
        login(&new.login),
        length(Field::Password, &new.password, 8, 128),
        name(&new.name),
        if phone_may_be_empty && new.phone.is_empty() { None } else { phone(&new.phone) },
        at_most(Field::Address, &new.address, 200).or_else(|| one_line(Field::Address, &new.address)),
        at_most(Field::AddressDetail, &new.address_detail, 100)
            .or_else(|| one_line(Field::AddressDetail, &new.address_detail)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if wrong.is_empty() { Ok(new) } else { Err(Fault::Invalid(wrong)) }
}

/// An applicant's name and phone number without the spaces around them, or all that is wrong with them.
pub fn person(typed_name: &str, typed_phone: &str) -> Result<(String, String), Fault> {
    let (typed_name, typed_phone) = (typed_name.trim(), typed_phone.trim());
    let wrong: Vec<FieldFault> = name(typed_name).into_iter().chain(phone(typed_phone)).collect();
    if wrong.is_empty() {
        Ok((typed_name.to_owned(), typed_phone.to_owned()))
    } else {
        Err(Fault::Invalid(wrong))
    }
}

fn name(typed: &str) -> Option<FieldFault> {
    if is_blank(typed) {
        return Some(FieldFault::Missing { field: Field::Name });
    }
    length(Field::Name, typed, 1, 40).or_else(|| one_line(Field::Name, typed))
}

fn login(typed: &str) -> Option<FieldFault> {
    let allowed =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-".contains(letter);
    length(Field::Login, typed, 3, 32)
        .or_else(|| (!typed.chars().all(allowed)).then_some(FieldFault::Malformed { field: Field::Login }))
}

fn phone(typed: &str) -> Option<FieldFault> {
    let field = Field::Phone;
    if typed.is_empty() {
        return Some(FieldFault::Missing { field });
    }
    let right = is_phone(typed);
    (!right).then_some(FieldFault::Malformed { field })
}

fn length(field: Field, typed: &str, min: u32, max: u32) -> Option<FieldFault> {
    let letters = typed.chars().count();
    if letters == 0 {
        Some(FieldFault::Missing { field })
    } else if letters < min as usize {
        Some(FieldFault::TooShort { field, min })
    } else {
        at_most(field, typed, max)
    }
}

fn at_most(field: Field, typed: &str, max: u32) -> Option<FieldFault> {
    (typed.chars().count() > max as usize).then_some(FieldFault::TooLong { field, max })
}

fn one_line(field: Field, typed: &str) -> Option<FieldFault> {
    (!is_one_line(typed)).then_some(FieldFault::Malformed { field })
}
