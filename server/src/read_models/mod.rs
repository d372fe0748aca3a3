//! The read models: pure projections of a case or a store, and what the pages ask of them.

mod project;
mod queries;

pub use project::{
    CaseRows, JobDoc, JobRow, OrderRow, Standing, StoreRow, TicketDoc, TicketRow, Touched, project_case,
    project_store,
};
pub use queries::{
    Around, BoardAnswer, JobsAnswer, OperatorAnswer, OrderAnswer, OrdersAnswer, Owed, SettlementAnswer,
    StuckAnswer, TicketsAnswer, Views, WaitingRefund,
};
