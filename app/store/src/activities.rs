//! Activities: what a center runs. Created, published, edited, called off and removed by the
//! staff of the center; their dates are [`crate::occurrences`].

mod change;
pub(crate) mod columns;
mod create;
mod dates;
mod read;

pub use change::{Published, cancel, delete, edit, publish, unpublish};
pub use create::{Added, Created, NewActivity, add_occurrences, create};
pub(crate) use create::{add_in, create_in};
pub use dates::{Dates, NewOccurrence, Planned};
pub use domain::texts::{Texts, TextsEdit};
pub use read::{ActivityDetail, ActivityRow, find, of_center, titles};
