//! Large tables without what costs at every row: indexes are made afterwards, all rows at once, and
//! what triggers would count is counted in one go.

use crate::{Result, Tx, check, known};

/// The tables that are filled.
const TABLES: &str =
    "('account', 'person', 'room', 'activity', 'occurrence', 'booking', 'check_in')";

/// What SQLite keeps in memory meanwhile, 256 MiB, so that a page is written once.
const CACHE: &str = "PRAGMA cache_size = -262144";

/// What was taken off, as statements that put it on again.
pub(super) struct Bare(Vec<String>);

impl Bare {
    /// Takes the indexes and the triggers off.
    pub(super) async fn made(tx: &mut Tx) -> Result<Self> {
        let text = match tx.is_sqlite() {
            true => format!(
                "SELECT type || ' ' || name, sql FROM sqlite_master
                 WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN {TABLES}"
            ),
            // Those that no constraint stands on.
            false => format!(
                "SELECT 'index ' || i.indexname, i.indexdef FROM pg_indexes i
                 WHERE i.schemaname = CURRENT_SCHEMA AND i.tablename IN {TABLES}
                 AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
            ),
        };
        let all: Vec<(String, String)> = tx.sql_built(text).all().await?;
        let mut again: Vec<String> = Vec::new();
        for (what, made) in all {
            tx.sql_built(format!("DROP {what}")).run().await?;
            again.push(made);
        }
        if tx.is_sqlite() {
            let (usual,): (i64,) = tx.sql("PRAGMA cache_size").one().await?;
            again.push(format!("PRAGMA cache_size = {usual}"));
            tx.sql(CACHE).run().await?;
        } else {
            for table in ["activity", "occurrence", "booking"] {
                let turned = |way: &str| format!("ALTER TABLE {table} {way} TRIGGER USER");
                tx.sql_built(turned("DISABLE")).run().await?;
                again.push(turned("ENABLE"));
            }
        }
        Ok(Self(again))
    }

    /// Counts, and puts everything on again.
    pub(super) async fn dressed(self, tx: &mut Tx) -> Result<()> {
        check::count_all_in(tx).await?;
        known::note_all_in(tx).await?;
        for statement in self.0 {
            tx.sql_built(statement).run().await?;
        }
        if !tx.is_sqlite() {
            // It would plan for empty tables until it looks by itself.
            tx.sql("ANALYZE").run().await?;
        }
        Ok(())
    }
}
