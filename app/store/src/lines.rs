//! The lines of all kinds, looked at again when what was in somebody's own way is gone: they were
//! passed because of it, and nothing else would make anybody look (C-180).

use crate::{Act, Result, Tx, assignments, bookings};
use domain::id::PersonId;

/// Looks at the lines in which these people wait.
pub(crate) async fn look_again(tx: &mut Tx, act: &Act, people: &[PersonId]) -> Result<()> {
    bookings::look_again(tx, act, people).await?;
    assignments::look_again(tx, act, people).await
}
