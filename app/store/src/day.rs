//! A center's day: who should be here, who leads, who is new, what is missing and what was left open;
//! and who is in the house.

mod phone;
mod roll_call;
mod step_up;
mod today;

pub use phone::phone;
pub use roll_call::{Part, Present, roll_call};
pub use today::{Day, Led, LeftOpen, Missing, Newcomer, today};
