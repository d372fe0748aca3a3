//! The server as a whole, in one test binary: it is linked once.
#![allow(missing_docs, unreachable_pub)]

mod city;
mod house;
mod whole_way;
