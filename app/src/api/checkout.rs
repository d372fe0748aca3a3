//! The checkout and the cards.
