//! Codes that phones scan off a kiosk's screen or a poster. They are exchanged at once, before
//! anybody signs in, for one person's claim, valid once and for five minutes (C-108). What counts is
//! the moment of the scan.

mod answers;
mod redeem;
mod spend;
mod watch;

pub use answers::answers;
pub use redeem::{Claim, find, redeem};
pub use spend::{Spendable, spend, spendable};
pub use watch::{KioskSigns, signs};
