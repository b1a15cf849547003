//! Passwords, second factors and random secrets; the pages need them too, so they live there.

pub use app::web::secrets::*;
