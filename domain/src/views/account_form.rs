//! What the fields of an account have to look like.

use super::{Fault, Field, FieldFault, Role, is_phone};
use crate::shared::{is_blank, is_one_line};

/// What an account says of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFields {
    /// The login name: 3 to 32 of a-z, 0-9, dot, dash and underscore; large letters are made small.
    pub login: String,
    /// The person's name: 1 to 40 characters.
    pub name: String,
    /// The phone number: 9 to 15 digits and dashes; a customer and an applicant need one, others may leave it empty.
    pub phone: String,
    /// A customer's usual address; may be empty.
    pub address: String,
    /// Floor and door; may be empty.
    pub address_detail: String,
}

/// The fields of an account with this role tidied, or all that is wrong with them and with the password: 8 to 128 characters.
///
/// # Errors
///
/// [`Fault::Invalid`] with every field that is wrong.
pub fn check_account(role: Role, fields: AccountFields, password: &str) -> Result<AccountFields, Fault> {
    let fields = AccountFields {
        login: fields.login.trim().to_lowercase(),
        name: fields.name.trim().to_owned(),
        phone: fields.phone.trim().to_owned(),
        address: fields.address.trim().to_owned(),
        address_detail: fields.address_detail.trim().to_owned(),
    };
    let phone_may_be_empty = !matches!(role, Role::Customer | Role::Applicant);
    let wrong: Vec<FieldFault> = [
        login(&fields.login),
        length(Field::Password, password, 8, 128),
        name(&fields.name),
        if phone_may_be_empty && fields.phone.is_empty() { None } else { phone(&fields.phone) },
        at_most(Field::Address, &fields.address, 200).or_else(|| one_line(Field::Address, &fields.address)),
        at_most(Field::AddressDetail, &fields.address_detail, 100)
            .or_else(|| one_line(Field::AddressDetail, &fields.address_detail)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if wrong.is_empty() { Ok(fields) } else { Err(Fault::Invalid(wrong)) }
}

/// An applicant's name and phone number without the spaces around them, or all that is wrong with them.
///
/// # Errors
///
/// [`Fault::Invalid`] with every field that is wrong.
pub fn check_person(typed_name: &str, typed_phone: &str) -> Result<(String, String), Fault> {
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
