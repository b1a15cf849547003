//! Certificates of volunteer hours: made out once by the center that recorded the hours, looked up by
//! anyone who has the number, never changed.

mod issue;
mod read;
mod withdraw;

pub use issue::{Wanted, issue};
pub use read::{CertificateView, Volunteer, find, of_account, of_center, volunteers_of};
pub use withdraw::withdraw;
