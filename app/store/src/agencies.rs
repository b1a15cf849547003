//! Contracted agencies: what is written down of them, their contracts for centers, and the roles of
//! their people, which end with those.

mod bind;
mod contracts;
mod look;
mod read;
mod write;

pub(crate) use bind::{agency_of, given, join_in};
pub use contracts::{NewContract, Planned, add, carry_out, move_end, take_back};
pub use look::{Hit, Look, look};
pub(crate) use read::lasting;
pub use read::{AgencyView, ContractView, Operator, agencies, contract, contracts, find, operator};
pub(crate) use write::create_demo;
pub use write::{change, create};

use crate::{Error, Result};
use domain::agency::Term;

/// The days of a row.
fn term(from: &str, to: &str) -> Result<Term> {
    let day = |text: &str| text.parse().map_err(|_| Error::Corrupt("a day"));
    Ok(Term::new(day(from)?, day(to)?)?)
}
