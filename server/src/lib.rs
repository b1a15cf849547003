//! The server: pages and REST, the command line, and the jobs.
//!
//! A request's way: [`router`] puts the layers around the routes; a page of `app` or a handler of
//! [`rest`] extracts who asks and what, calls one operation of `store`, and maps the answer.
//! `domain` decides, `store` makes it true; there is no rule and no SQL here.

pub mod assets;
pub mod cli;
pub mod clock;
mod export;
pub mod health;
pub mod jobs;
pub mod layers;
pub mod listen;
pub mod metrics;
pub mod rest;
pub mod router;
pub mod secrets;
pub mod shared_pages;
pub mod sms;
