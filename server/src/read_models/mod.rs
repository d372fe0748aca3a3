//! The read models: pure projections of a case or a store, and what the pages ask of them.

mod project;
mod queries;

pub use project::{
    JobDoc, JobRow, OrderDoc, OrderRow, StoreRow, TicketDoc, TicketRow, Touched, project_case, project_store,
};
pub use queries::{BoardAnswer, JobsAnswer, OrderAnswer, OrdersAnswer, RiderChange, RiderState, Views};
