//! Volunteers: applying, being accepted, leaving, and what is on record of them.

mod accept;
mod apply;
mod availability;
mod preferences;
mod read;

pub use accept::{accept, make_formal};
pub use apply::{Application, apply, leave};
pub use availability::set_availability;
pub use preferences::set_preferences;
pub use read::{OnProbation, VolunteerView, account_of, applicants, of_account, on_probation};

pub(crate) use accept::make_formal_in;
