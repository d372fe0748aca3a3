//! Shown on several pages.
