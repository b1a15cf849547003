//! The islands: what must move on a page, and nothing else. Each gets its words from
//! the page, so that no language reaches the browser as code.
#![allow(missing_docs)] // #[island] makes a public struct of its own that cannot be documented

mod browser;
mod near_me;
mod ticket_view;

pub use near_me::{NearMe, NearWords};
pub use ticket_view::{TicketIsland, TicketWords};
