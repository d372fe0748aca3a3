//! The live stream of a page.
