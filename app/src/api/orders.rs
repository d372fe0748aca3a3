//! The customer's orders.
