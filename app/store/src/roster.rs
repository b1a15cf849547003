//! A week of a center's shifts with everybody in them: who could take what, and who should, as far as
//! the domain proposes. Nothing here changes anything: places are given by [`crate::assignments`].

mod fill;
mod suits;
mod team;
mod week;
mod whether;

pub use fill::{Filling, fillable};
pub(crate) use suits::{Suits, who_suits};
pub use team::Who;
pub use week::{Seat, WeekRow, WeekView, week};
pub use whether::{Candidate, Hole, Picked, candidates, monday_of, targets};
