//! Volunteers: applying, being accepted, leaving, and what is on record of them.

mod accept;
mod apply;
mod read;

pub use accept::accept;
pub use apply::{Application, apply, leave};
pub use read::{VolunteerView, account_of, applicants, of_account};

pub(crate) use accept::make_formal_in;
