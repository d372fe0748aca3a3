//! Faults and states in the words of the pages.
