//! PostgreSQL's plans. Reading from end to end and joining by hash are made so dear that the planner
//! does either only where no index would do.

use super::LARGE;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Row};
use sqlx_postgres::PgConnection;
use std::collections::BTreeSet;
use store::testing::TestDb;

/// A connection that plans, and the indexes that hold a part of their table only.
pub(crate) struct Planner {
    conn: PgConnection,
    partial: BTreeSet<String>,
}

impl Planner {
    pub(crate) async fn start(test: &TestDb) -> Self {
        let mut conn = PgConnection::connect(&test.url).await.unwrap();
        for statement in [
            "ANALYZE",
            "SET enable_seqscan = off",
            "SET enable_hashjoin = off",
            "SET enable_mergejoin = off",
            "SET plan_cache_mode = force_generic_plan",
        ] {
            sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
        }
        let partial = sqlx::raw_sql(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        let partial = partial.iter().map(|row| row.get_unchecked(0)).collect();
        Self { conn, partial }
    }

    /// What of large tables the statement reads from end to end.
    pub(crate) async fn scans(&mut self, statement: &str) -> Vec<String> {
        let parameters = vec!["NULL"; parameters(statement)].join(", ");
        let execute = match parameters.as_str() {
            "" => "EXECUTE plan".to_owned(),
            list => format!("EXECUTE plan({list})"),
        };
        self.run(format!("PREPARE plan AS {statement}")).await;
        let rows = self.run(format!("EXPLAIN (FORMAT JSON) {execute}")).await;
        self.run("DEALLOCATE plan".to_owned()).await;
        let plan: Value = serde_json::from_str(&rows.concat()).unwrap();
        let mut scans = Vec::new();
        self.walk(&plan[0]["Plan"], &mut scans);
        scans
    }

    async fn run(&mut self, statement: String) -> Vec<String> {
        let rows = sqlx::raw_sql(AssertSqlSafe(statement.clone()))
            .fetch_all(&mut self.conn)
            .await
            .unwrap_or_else(|error| panic!("{error}: {statement}"));
        rows.iter().map(|row| row.get_unchecked(0)).collect()
    }

    fn walk(&self, node: &Value, scans: &mut Vec<String>) {
        let text = |key: &str| node[key].as_str().unwrap_or_default();
        let kind = text("Node Type");
        let whole = match kind {
            "Seq Scan" => true,
            "Index Scan" | "Index Only Scan" => {
                node["Index Cond"].is_null() && !self.partial.contains(text("Index Name"))
            }
            _ => false,
        };
        if whole && LARGE.contains(&text("Relation Name")) {
            scans.push(format!(
                "{} by {kind} {}",
                text("Relation Name"),
                text("Index Name")
            ));
        }
        for child in node["Plans"].as_array().into_iter().flatten() {
            self.walk(child, scans);
        }
    }
}

/// The highest placeholder.
fn parameters(statement: &str) -> usize {
    let numbers = statement.split('$').skip(1);
    let digits = |part: &str| {
        part.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    };
    numbers
        .filter_map(|part| digits(part).parse().ok())
        .max()
        .unwrap_or(0)
}
