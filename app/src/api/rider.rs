//! The rider's page.
