//! The owner's board.
