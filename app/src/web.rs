//! What pages and REST share: the running site, who is visiting, and how an answer is made.

mod form;
mod reply;
pub mod secrets;
mod site;
mod visit;

pub use form::Form;
pub use reply::{Fault, redirect, status, with_cookie};
pub use site::{Clock, Finder, Parts, Settings, Site, Tickets};
pub use visit::{Login, Visit, language, locale, login_cookie};
