//! What pages and REST share: the running site, who is visiting, and how an answer is made.

mod browser;
mod fault;
mod form;
mod proof;
mod reply;
pub mod secrets;
pub mod sheet;
mod site;
mod visit;

pub use browser::{Mark, is_browser_mark};
pub use fault::{Answer, Fault, RETRY_AFTER};
pub(crate) use fault::{fault_page, telling};
pub use form::{Form, MAX_UPLOAD, Upload};
pub use proof::sign_in_staff;
pub use reply::{is_local, redirect, status, with_cookie};
pub use site::{Clock, Parts, SCAN, Settings, Site, Tickets, scan_address};
pub use visit::{
    CENTER, CENTER_KEPT, Login, SEEN, Visit, cookie, is_for_kiosks, kiosk_cookie, language, locale,
    login_cookie,
};
