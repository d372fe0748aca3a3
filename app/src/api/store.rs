//! Stores and menus.
