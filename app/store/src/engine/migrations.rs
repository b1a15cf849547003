//! The migrations: one text for both databases, and for the few things that each says in words of
//! its own, as triggers, a text each.

use sqlx::migrate::Migrator;
use std::sync::LazyLock;

static COMMON: Migrator = sqlx::migrate!("./migrations");
static OF_SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static OF_POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

static SQLITE: LazyLock<Migrator> = LazyLock::new(|| with(&OF_SQLITE));
static POSTGRES: LazyLock<Migrator> = LazyLock::new(|| with(&OF_POSTGRES));

fn with(own: &Migrator) -> Migrator {
    Migrator::with_migrations(COMMON.iter().chain(own.iter()).cloned().collect())
}

/// Those of PostgreSQL, or of SQLite.
pub(crate) fn of(is_postgres: bool) -> &'static Migrator {
    match is_postgres {
        true => &POSTGRES,
        false => &SQLITE,
    }
}
