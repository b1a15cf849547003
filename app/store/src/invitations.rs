//! Bringing a friend: a place of a shift that is kept for a telephone number for a while
//! ([`domain::shift::KEPT_FOR`]). It is taken by the road of every place ([`crate::assignments::place`]):
//! only that there is no room does not stand against the friend.
//!
//! The place is for the holder of the number's account, whom the inviter knows; others of their family
//! sign up as everybody does. Whether somebody has an account by the number, the inviter is never told:
//! the same is answered, and a message goes to an account that is there. Once an invitation has ended
//! its row knows the number no more.
//!
//! `shift.kept` counts the rows that have not ended. What has run out is ended before anything is decided
//! about the shift ([`expire`]), and every few seconds ([`settle`]).

mod end;
mod invite;
mod read;
mod settle;

pub use end::{decline, take_back};
pub use invite::{Invitation, invite, may_invite};
pub use read::{Bringing, Invited, of_inviter, to_account};
pub use settle::settle;

pub(crate) use end::{end, of_assignment};
pub(crate) use read::{for_person, not_in_the_way};
pub(crate) use settle::expire;
