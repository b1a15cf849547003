//! The audit log, read: who did what, where, when (rule 6). And the entry of a look at personal
//! data by the staff.

mod names;

pub use names::{Named, subject_names};

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    columns::Cell,
    page::{Cursor, Limit, Page, Part},
};
use domain::{
    Refusal,
    access::{Action, Caller, Identity, Scope},
    audit::Verb,
    id::CenterId,
    time::Timestamp,
};
use serde::Serialize;
use std::collections::HashMap;

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trace {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who, e.g. `staff:0190…`, `account:…`, `token:…`, `system`.
    pub actor: String,
    /// What was done, as stored: a [`Verb`], or the text of one that this program does not know.
    pub action: String,
    /// What kind of thing it was done to.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
    /// The center that it belongs to, if any.
    pub center_id: Option<CenterId>,
    /// Facts, without names and phone numbers.
    pub detail: serde_json::Value,
}

#[derive(sqlx::FromRow)]
struct TraceRow {
    id: String,
    at: Timestamp,
    actor: String,
    action: String,
    subject_kind: String,
    subject_id: String,
    center_id: Option<CenterId>,
    detail: String,
}

/// Which entries are asked for; what is none does not narrow them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this center.
    pub center: Option<CenterId>,
    /// Only about this thing: its kind and id, e.g. `("booking", …)`.
    pub subject: Option<(String, String)>,
    /// Only about things of this kind, e.g. `booking`.
    pub kind: Option<String>,
    /// Only what they did, e.g. `staff:0190…`.
    pub actor: Option<String>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Which part of them.
    pub part: Part,
}

/// The entries that the caller may read: those of the centers where a grant of theirs includes
/// [`Action::ReadAudit`]; with the whole city also those that belong to no center.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever may read none, and for a center beyond their own.
pub async fn entries(db: &Db, caller: &Caller, filter: &Filter) -> Result<Page<Trace>> {
    let mut tx = db.read().await?;
    if let Some(center) = &filter.center {
        let place = centers::place(&mut tx, center).await?;
        caller.may(Action::ReadAudit, &place)?;
    }
    let conditions = Conditions::of(&readable(caller)?, filter);
    let limit = filter.part.limit.and_one();
    let mut query = tx.sql_built(format!(
        "SELECT id, at, actor, action, subject_kind, subject_id, center_id, detail
         FROM audit WHERE {} ORDER BY at DESC, id DESC LIMIT {limit}",
        conditions.text
    ));
    for value in &conditions.values {
        query = value.bind(query);
    }
    let rows: Vec<TraceRow> = query.all().await?;
    let page = filter
        .part
        .of_rows(rows, |row| Cursor::after(row.at, &row.id));
    Ok(Page {
        items: page.items.into_iter().map(read).collect::<Result<_>>()?,
        next: page.next,
    })
}

/// A condition with its values, from `$1` on.
struct Conditions {
    text: String,
    values: Vec<Cell>,
}

impl Conditions {
    fn of(scopes: &[Scope], filter: &Filter) -> Self {
        let (reach, values) = reach(scopes);
        let mut all = Self {
            text: format!("({reach})"),
            values: values.into_iter().map(Cell::from).collect(),
        };
        let text = |text: &String| Cell::from(text.as_str());
        all.and(
            "center_id = ?",
            filter.center.as_ref().map(|id| id.as_str().into()),
        );
        let (kind, id) = filter.subject.as_ref().map(|(kind, id)| (kind, id)).unzip();
        all.and("subject_kind = ?", kind.map(text));
        all.and("subject_id = ?", id.map(text));
        all.and("subject_kind = ?", filter.kind.as_ref().map(text));
        all.and("actor = ?", filter.actor.as_ref().map(text));
        all.and("at >= ?", filter.from.map(|at| at.0.into()));
        all.and("at < ?", filter.until.map(|at| at.0.into()));
        if let Some(after) = &filter.part.after {
            let at = all.value(after.at.0.into());
            let id = all.value(after.id.as_str().into());
            all.text += &format!(" AND (at < ${at} OR (at = ${at} AND id < ${id}))");
        }
        all
    }

    /// The number of a value.
    fn value(&mut self, value: Cell) -> usize {
        self.values.push(value);
        self.values.len()
    }

    /// And this, where there is a value for its `?`.
    fn and(&mut self, condition: &str, value: Option<Cell>) {
        if let Some(value) = value {
            let number = self.value(value);
            self.text += " AND ";
            self.text += &condition.replace('?', &format!("${number}"));
        }
    }
}

fn read(row: TraceRow) -> Result<Trace> {
    Ok(Trace {
        detail: serde_json::from_str(&row.detail)?,
        id: row.id,
        at: row.at,
        actor: row.actor,
        action: row.action,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        center_id: row.center_id,
    })
}

/// The entries about one thing that come before an instant and id, the newest first: one more than the
/// limit. Whether the caller may read them is asked before.
pub(crate) async fn of_subject(
    tx: &mut Tx,
    (kind, id): (&str, &str),
    (at, before): (Timestamp, &str),
    limit: Limit,
) -> Result<Vec<Trace>> {
    let rows: Vec<TraceRow> = tx
        .sql(
            "SELECT id, at, actor, action, subject_kind, subject_id, center_id, detail FROM audit
             WHERE subject_kind = $1 AND subject_id = $2 AND (at < $3 OR (at = $3 AND id < $4))
             ORDER BY at DESC, id DESC LIMIT $5",
        )
        .bind(kind)
        .bind(id)
        .bind(at)
        .bind(before)
        .bind(limit.and_one())
        .all()
        .await?;
    rows.into_iter().map(read).collect()
}

fn readable(caller: &Caller) -> Result<Vec<Scope>> {
    match &caller.identity {
        Identity::System => return Ok(vec![Scope::City]),
        Identity::Anonymous => return Err(Refusal::Unauthenticated.into()),
        _ => {}
    }
    let scopes: Vec<Scope> = caller
        .grants
        .iter()
        .filter(|g| g.role.includes(Action::ReadAudit))
        .map(|g| g.scope.clone())
        .collect();
    if scopes.is_empty() {
        return Err(Refusal::Forbidden.into());
    }
    Ok(scopes)
}

/// The condition that keeps to these scopes, and its values from `$1` on.
fn reach(scopes: &[Scope]) -> (String, Vec<String>) {
    let (mut clauses, mut values) = (Vec::new(), Vec::new());
    for scope in scopes {
        let (clause, code) = match scope {
            Scope::City => return ("1 = 1".to_owned(), Vec::new()),
            Scope::District(code) => (
                "center_id IN (SELECT id FROM center WHERE district_code = $)",
                code.clone(),
            ),
            Scope::Subdistrict(code) => (
                "center_id IN (SELECT id FROM center WHERE subdistrict_code = $)",
                code.clone(),
            ),
            Scope::Center(id) => ("center_id = $", id.as_str().to_owned()),
        };
        values.push(code);
        clauses.push(clause.replace('$', &format!("${}", values.len())));
    }
    (clauses.join(" OR "), values)
}

/// Names of the staff among the actors of these entries, by actor, for who may read the log.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Unauthenticated`].
pub async fn actor_names(
    db: &Db,
    caller: &Caller,
    entries: &[Trace],
) -> Result<HashMap<String, String>> {
    readable(caller)?;
    let mut tx = db.read().await?;
    let mut names = HashMap::new();
    for entry in entries {
        let Some(id) = entry.actor.strip_prefix("staff:") else {
            continue;
        };
        if names.contains_key(&entry.actor) {
            continue;
        }
        let found: Option<(String,)> = tx
            .sql("SELECT name FROM staff WHERE id = $1")
            .bind(id)
            .optional()
            .await?;
        if let Some((name,)) = found {
            names.insert(entry.actor.clone(), name);
        }
    }
    Ok(names)
}

/// A look at personal data, or another act that changes nothing but must be on record.
#[derive(Clone, Debug)]
pub struct View {
    /// What was looked at, or done.
    pub action: Verb,
    /// Table and id of what was looked at.
    pub subject: (&'static str, String),
    /// The center that it belongs to.
    pub center: Option<CenterId>,
    /// Facts as JSON, e.g. the purpose or how many rows; no names, no phone numbers.
    pub detail: serde_json::Value,
}

/// Records that the act's caller looked at personal data. Call it before the data are shown.
///
/// # Errors
/// Database errors: what cannot be recorded must not be shown.
pub async fn record_view(db: &Db, act: &Act, view: View) -> Result<()> {
    let op = Record { view };
    db.write(act, Locks::none(), op).await
}

struct Record {
    view: View,
}

#[async_trait::async_trait]
impl Op for Record {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let entry = Entry {
            action: self.view.action,
            subject: (self.view.subject.0, &self.view.subject.1),
            center: self.view.center.as_ref(),
            detail: self.view.detail.clone(),
        };
        audit::record(tx, act, entry).await
    }
}
