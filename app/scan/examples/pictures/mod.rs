//! Pictures of codes: opening and writing files, and drawing the project's own set of hard ones.
#![allow(
    dead_code,
    reason = "each program that includes this uses a part of it"
)]

pub(crate) mod camera;
pub(crate) mod files;
pub(crate) mod random;
pub(crate) mod scene;
pub(crate) mod set;
