//! The ledger of volunteer hours: only ever added to. What counts is `domain::hours`; here it becomes
//! rows, in the transaction in which somebody says so.

mod close;
mod closing;
mod enter;
mod insert;
mod late;
mod read;
mod sheet;
mod word;

pub use close::{Said, close, validate};
pub use closing::{Closed, Closing, Unclosed, closing};
pub use enter::{correct, enter};
pub use late::{LateView, late, take_over};
pub use read::{EntryView, Mine, entered, of_account, of_shift, waiting};
pub use sheet::{Sheet, SheetRow, sheet};
pub use word::{answer, approve, leave, object, refuse};

pub(crate) use closing::forgotten_in;
pub(crate) use late::count_late_in;
pub(crate) use read::{of_person_in, totals_in, totals_of};
pub(crate) use sheet::rows_in;
