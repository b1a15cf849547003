//! Certificates of volunteer hours: made out once by the center that recorded the hours, looked up by
//! anyone who has the number, never changed.

mod answer;
mod ask;
mod issue;
mod read;
mod requests;
mod withdraw;

pub use answer::{decline, give};
pub use ask::{Asking, ask};
pub use issue::{Wanted, issue};
pub use read::{CertificateView, Volunteer, find, of_account, of_center, volunteers_of};
pub use requests::{Offer, RequestView, asked, offers};
pub use withdraw::withdraw;
