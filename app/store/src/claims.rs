//! What phones scan off a kiosk's screen or a poster: exchanged at once, before anybody signs in,
//! for a claim of one person that is good for five minutes and once (C-108). The moment of the
//! scan counts.

mod answers;
mod redeem;
mod spend;
mod watch;

pub use answers::answers;
pub use redeem::{Claim, find, redeem};
pub use spend::{Spendable, spend, spendable};
pub use watch::{KioskSigns, signs};
