//! What the driver says it ran.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// The driver's log target.
const TARGET: &str = "sqlx::query";

static STATEMENTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
/// One database at a time: what two of them ran could not be told apart.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
static INSTALLED: OnceLock<()> = OnceLock::new();

/// Listens while it lives.
pub(crate) struct Recorder {
    _turn: tokio::sync::MutexGuard<'static, ()>,
}

impl Recorder {
    pub(crate) async fn start() -> Self {
        let turn = TURN.lock().await;
        INSTALLED.get_or_init(|| tracing::subscriber::set_global_default(Listener).unwrap());
        Self { _turn: turn }
    }

    /// The statements since the last time, each once. SQLite's thread may answer a moment before it
    /// logs what it ran.
    pub(crate) async fn take(&self) -> Vec<String> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut statements = STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *statements).into_iter().collect()
    }
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut found = Statement::default();
        event.record(&mut found);
        // A statement that its own summary says in full is not said twice.
        let text = if found.text.trim().is_empty() {
            found.summary
        } else {
            found.text
        };
        let mut statements = STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner);
        statements.insert(text.trim().to_owned());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Statement {
    summary: String,
    text: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.text),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
