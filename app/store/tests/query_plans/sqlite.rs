//! SQLite's plans, read from the program that a statement is compiled to: it names what is opened
//! by root page. A scan begins at the first or the last entry, and no key ends it.

use super::LARGE;
use std::collections::{BTreeSet, HashMap};
use store::testing::TestDb;

/// A table, or an index by the name of its table; whether it holds every row.
struct Tree {
    table: String,
    name: String,
    is_whole: bool,
}

async fn trees(test: &TestDb) -> HashMap<i64, Tree> {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<(i64, String, String, Option<String>)> = tx
        .sql("SELECT rootpage, tbl_name, name, sql FROM sqlite_master WHERE rootpage > 0")
        .all()
        .await
        .unwrap();
    let tree = |(root, table, name, sql): (i64, String, String, Option<String>)| {
        let is_whole = !sql.is_some_and(|sql| sql.contains(" WHERE "));
        (
            root,
            Tree {
                table,
                name,
                is_whole,
            },
        )
    };
    rows.into_iter().map(tree).collect()
}

/// What of large tables the statement reads from end to end.
pub(crate) async fn scans(test: &TestDb, statement: &str) -> Vec<String> {
    let trees = trees(test).await;
    let mut scans = Vec::new();
    // Several that were run in one go are several plans.
    for part in statement
        .split(";\n")
        .filter(|part| !part.trim().is_empty())
    {
        let mut tx = test.db.read().await.unwrap();
        let program: Vec<(i64, String, i64, i64, i64)> =
            tx.sql_built(format!("EXPLAIN {part}")).all().await.unwrap();
        let ends = |operation: &str| ["IdxGE", "IdxGT", "IdxLE", "IdxLT"].contains(&operation);
        let ended: BTreeSet<i64> = program
            .iter()
            .filter(|step| ends(&step.1))
            .map(|step| step.2)
            .collect();
        let mut open = HashMap::new();
        for (_, operation, p1, p2, _) in program {
            match operation.as_str() {
                "OpenRead" | "OpenWrite" | "ReopenIdx" => {
                    open.insert(p1, p2);
                }
                "OpenEphemeral" | "OpenAutoindex" | "OpenPseudo" | "SorterOpen" => {
                    open.remove(&p1);
                }
                "Rewind" | "Last" if !ended.contains(&p1) => {
                    let tree = open.get(&p1).and_then(|root| trees.get(root));
                    if let Some(tree) = tree
                        && tree.is_whole
                        && LARGE.contains(&tree.table.as_str())
                    {
                        scans.push(format!("{} by {}", tree.table, tree.name));
                    }
                }
                _ => {}
            }
        }
    }
    scans
}
