//! What a text message does not say: the title of an appointment of casework. The telephone on which it
//! arrives may lie on a table.

use crate::{Result, Tx};
use domain::{activity::Kind, casework, id::OccurrenceId, notice::Notice};
use std::collections::BTreeMap;

/// Takes the titles out of a message that it does not say.
pub(super) async fn hush(tx: &mut Tx, notice: &mut Notice) -> Result<()> {
    let mut kinds: BTreeMap<OccurrenceId, Kind> = BTreeMap::new();
    for id in casework::named(notice) {
        let found: Option<(Kind,)> = tx
            .sql(
                "SELECT a.kind FROM occurrence o JOIN activity a ON a.id = o.activity_id
                 WHERE o.id = $1",
            )
            .bind(&id)
            .optional()
            .await?;
        if let Some((kind,)) = found {
            kinds.insert(id, kind);
        }
    }
    casework::hush(notice, |id| kinds.get(id).copied());
    Ok(())
}
