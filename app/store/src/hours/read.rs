//! Reading the ledger.

use crate::{
    Act, Db, Result, Tx,
    audit::{self, CenterLook},
    merging::whole_person,
    page::{Cursor, Page, Part},
    stars,
};
use domain::{
    Refusal,
    audit::Verb,
    hours::{Approval, Entry, Kind, State, Totals, totals},
    id::{AccountId, AssignmentId, CenterId, HourEntryId, PersonId, ShiftId, StaffId},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

/// An entry with what a list shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryView {
    /// Its id.
    pub id: HourEntryId,
    /// Whose.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// Their account.
    pub account_id: AccountId,
    /// The center that recorded it.
    pub center_id: CenterId,
    /// That center's name.
    pub center_name: String,
    /// Of which shift.
    pub shift_id: ShiftId,
    /// The place in it.
    pub assignment_id: AssignmentId,
    /// Title of the shift.
    pub title: String,
    /// Where it was; may be empty.
    pub place: String,
    /// When the shift was.
    pub span: Span,
    /// Where it comes from.
    pub kind: Kind,
    /// What it adds up with.
    pub sum: Entry,
    /// Why, in the staff's words; may be empty.
    pub reason: String,
    /// Which entry it corrects.
    pub corrects: Option<HourEntryId>,
    /// Who validated or entered it.
    pub author: Option<StaffId>,
    /// Their name.
    pub author_name: Option<String>,
    /// When it was added.
    pub at: Timestamp,
    /// What the volunteer said against it, or what was answered last; may be empty.
    pub said: String,
    /// Whether it is demo data.
    pub demo: bool,
}

impl EntryView {
    /// Where it stands.
    pub fn state(&self) -> State {
        self.sum.state()
    }

    /// Whether its own volunteer can object to it now.
    pub fn may_be_objected(&self) -> bool {
        !matches!(self.state(), State::Objected)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: HourEntryId,
    person_id: PersonId,
    person_name: String,
    account_id: AccountId,
    center_id: CenterId,
    center_name: String,
    shift_id: ShiftId,
    assignment_id: AssignmentId,
    title: String,
    place: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    kind: Kind,
    counts_as: Kind,
    minutes: i64,
    approval: Approval,
    is_approved: bool,
    is_refused: bool,
    last_word: Option<String>,
    last_reason: Option<String>,
    reason: String,
    corrects: Option<HourEntryId>,
    author: Option<StaffId>,
    author_name: Option<String>,
    at: Timestamp,
    demo: bool,
}

impl Row {
    fn read(self) -> Result<EntryView> {
        Ok(EntryView {
            span: Span::new(self.starts_at, self.ends_at)?,
            sum: Entry {
                counts_as: self.counts_as,
                minutes: self.minutes,
                approval: self.approval,
                is_approved: self.is_approved,
                is_refused: self.is_refused,
                is_objected: self.last_word.as_deref() == Some("objected"),
            },
            said: self.last_reason.unwrap_or_default(),
            id: self.id,
            person_id: self.person_id,
            person_name: self.person_name,
            account_id: self.account_id,
            center_id: self.center_id,
            center_name: self.center_name,
            shift_id: self.shift_id,
            assignment_id: self.assignment_id,
            title: self.title,
            place: self.place,
            kind: self.kind,
            reason: self.reason,
            corrects: self.corrects,
            author: self.author,
            author_name: self.author_name,
            at: self.at,
            demo: self.demo,
        })
    }
}

/// Entries `h` with everything that [`Row`] reads.
const ENTRY: &str = "SELECT h.id, h.person_id, p.name AS person_name, p.account_id, h.center_id,
        c.name AS center_name, h.shift_id, h.assignment_id, s.title, s.place, s.starts_at,
        s.ends_at, h.kind, h.counts_as, h.minutes, h.approval,
        EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id AND w.word = 'approved')
            AS is_approved,
        EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id AND w.word = 'refused')
            AS is_refused,
        (SELECT w.word FROM hour_word w WHERE w.entry_id = h.id
            AND w.word IN ('objected', 'answered') ORDER BY w.nth DESC LIMIT 1)
            AS last_word,
        (SELECT w.reason FROM hour_word w WHERE w.entry_id = h.id
            AND w.word IN ('objected', 'answered') ORDER BY w.nth DESC LIMIT 1)
            AS last_reason,
        h.reason, h.corrects, h.author, t.name AS author_name, h.at, h.demo
    FROM hour_entry h
    JOIN person p ON p.id = h.person_id
    JOIN center c ON c.id = h.center_id
    JOIN shift s ON s.id = h.shift_id
    LEFT JOIN staff t ON t.id = h.author";

fn views(rows: Vec<Row>) -> Result<Vec<EntryView>> {
    rows.into_iter().map(Row::read).collect()
}

pub(super) async fn find_in(tx: &mut Tx, id: &HourEntryId) -> Result<Option<EntryView>> {
    let row: Option<Row> = tx
        .sql_built(format!("{ENTRY} WHERE h.id = $1"))
        .bind(id)
        .optional()
        .await?;
    row.map(Row::read).transpose()
}

pub(super) async fn of_shift_in(tx: &mut Tx, shift: &ShiftId) -> Result<Vec<EntryView>> {
    let rows = tx
        .sql_built(format!(
            "{ENTRY} WHERE h.shift_id = $1 ORDER BY h.at, h.assignment_id, h.id"
        ))
        .bind(shift)
        .all()
        .await?;
    views(rows)
}

/// What a center has recorded of somebody, of shifts that began in a stretch of time, in order.
pub(crate) async fn of_person_in(
    tx: &mut Tx,
    person: &PersonId,
    center: &CenterId,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<EntryView>> {
    let rows = tx
        .sql_built(format!(
            "{ENTRY} WHERE h.person_id {} AND h.served_at >= $2 AND h.served_at < $3
             AND h.center_id = $4 ORDER BY h.served_at, h.at, h.id",
            whole_person!("$1")
        ))
        .bind(person)
        .bind(from)
        .bind(to)
        .bind(center)
        .all()
        .await?;
    views(rows)
}

/// The entries of a shift, for whoever has looked at who was in it.
///
/// # Errors
/// Database errors.
pub async fn of_shift(db: &Db, shift: &ShiftId) -> Result<Vec<EntryView>> {
    of_shift_in(&mut db.read().await?, shift).await
}

/// What the ledger says of one of an account's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    /// Their entries, the newest first.
    pub entries: Page<EntryView>,
    /// What all of their entries amount to.
    pub totals: Totals,
    /// When the first shift began of which verified hours count.
    pub first: Option<Timestamp>,
    /// The star that they were granted.
    pub star: Option<u8>,
}

/// The ledger of one of an account's people; of the holder unless told.
///
/// # Errors
/// [`Refusal::NotFound`] for a person of another account; database errors.
pub async fn of_account(
    db: &Db,
    account: &AccountId,
    person: Option<&PersonId>,
    part: &Part,
) -> Result<Mine> {
    let mut tx = db.read().await?;
    let found: Option<(PersonId,)> = match person {
        Some(person) => {
            tx.sql("SELECT id FROM person WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(person)
                .optional()
                .await?
        }
        None => {
            tx.sql("SELECT id FROM person WHERE account_id = $1 AND relation = 'self'")
                .bind(account)
                .optional()
                .await?
        }
    };
    let person = match (found, person) {
        (Some((person,)), _) => person,
        (None, Some(_)) => return Err(Refusal::NotFound.into()),
        // Nobody has said yet who holds the account: nothing was done.
        (None, None) => {
            return Ok(Mine {
                entries: Page {
                    items: Vec::new(),
                    next: None,
                },
                totals: Totals::default(),
                first: None,
                star: None,
            });
        }
    };
    let (at, id) = part.before();
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{ENTRY} WHERE h.person_id {} AND (h.at < $2 OR (h.at = $2 AND h.id < $3))
             ORDER BY h.at DESC, h.id DESC LIMIT $4",
            whole_person!("$1")
        ))
        .bind(&person)
        .bind(at)
        .bind(id)
        .bind(part.limit.and_one())
        .all()
        .await?;
    let found = views(rows)?;
    let own = sums_of(&mut tx, [&person]).await?.remove(&person);
    let own = own.unwrap_or_default();
    Ok(Mine {
        entries: part.of_rows(found, |entry| Cursor::after(entry.at, &entry.id)),
        totals: totals(own.iter().map(|(_, entry)| entry)),
        first: first(&own),
        star: stars::of_person_in(&mut tx, &person).await?,
    })
}

#[derive(sqlx::FromRow)]
struct SumRow {
    person_id: PersonId,
    served_at: Timestamp,
    counts_as: Kind,
    minutes: i64,
    approval: Approval,
    is_approved: bool,
    is_refused: bool,
}

/// What all entries of a person amount to (C-90).
pub(crate) async fn totals_in(tx: &mut Tx, person: &PersonId) -> Result<Totals> {
    let mut found = totals_of(tx, [person]).await?;
    Ok(found.remove(person).unwrap_or_default())
}

/// When the first shift began of which verified hours count.
fn first(entries: &[(Timestamp, Entry)]) -> Option<Timestamp> {
    let counts = |of: &Entry| of.counts() && of.counts_as == Kind::Verified && of.minutes > 0;
    let counted = entries.iter().filter(|(_, entry)| counts(entry));
    counted.map(|(served_at, _)| *served_at).min()
}

/// The same of several people at once; who has no entries is not in it.
pub(crate) async fn totals_of(
    tx: &mut Tx,
    people: impl IntoIterator<Item = &PersonId>,
) -> Result<HashMap<PersonId, Totals>> {
    let sums = sums_of(tx, people).await?.into_iter();
    let total = |all: &[(Timestamp, Entry)]| totals(all.iter().map(|(_, entry)| entry));
    Ok(sums.map(|(of, all)| (of, total(&all))).collect())
}

/// What their entries add up from, each with the beginning of its shift.
async fn sums_of(
    tx: &mut Tx,
    people: impl IntoIterator<Item = &PersonId>,
) -> Result<HashMap<PersonId, Vec<(Timestamp, Entry)>>> {
    let text = format!(
        "SELECT COALESCE(q.merged_into, q.id) AS person_id, h.served_at, h.counts_as, h.minutes,
            h.approval,
            EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id AND w.word = 'approved')
                AS is_approved,
            EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id AND w.word = 'refused')
                AS is_refused
         FROM person q JOIN hour_entry h ON h.person_id = q.id
         WHERE q.id {list} OR q.merged_into {list}",
        list = tx.one_of("$1")
    );
    let rows: Vec<SumRow> = tx
        .sql_built(text)
        .bind_list(people.into_iter().map(|person| person.as_str()))
        .all()
        .await?;
    let mut sums: HashMap<PersonId, Vec<(Timestamp, Entry)>> = HashMap::new();
    for row in rows {
        let entry = Entry {
            counts_as: row.counts_as,
            minutes: row.minutes,
            approval: row.approval,
            is_approved: row.is_approved,
            is_refused: row.is_refused,
            is_objected: false,
        };
        let of = sums.entry(row.person_id).or_default();
        of.push((row.served_at, entry));
    }
    Ok(sums)
}

/// What waits for somebody's word at a center: entries to be approved, and objections, the oldest
/// first. The look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn waiting(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<EntryView>> {
    look(db, act, center, "waiting").await?;
    let mut tx = db.read().await?;
    let rows = tx
        .sql_built(format!(
            "{ENTRY} WHERE h.center_id = $1 AND ((h.approval <> 'none'
                 AND NOT EXISTS (SELECT 1 FROM hour_word d WHERE d.entry_id = h.id
                     AND d.word IN ('approved', 'refused')))
             OR (SELECT d.word FROM hour_word d WHERE d.entry_id = h.id
                 AND d.word IN ('objected', 'answered') ORDER BY d.nth DESC LIMIT 1) = 'objected')
             ORDER BY h.at, h.id LIMIT 200"
        ))
        .bind(center)
        .all()
        .await?;
    views(rows)
}

/// What was entered by hand at a center, corrections that add included, of shifts that began in a
/// stretch of time: the list of exceptions that somebody looks through each month (C-89). The look is
/// put on record.
///
/// # Errors
/// As [`waiting`].
pub async fn entered(
    db: &Db,
    act: &Act,
    center: &CenterId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<EntryView>> {
    look(db, act, center, "entered").await?;
    let mut tx = db.read().await?;
    let rows = tx
        .sql_built(format!(
            "{ENTRY} WHERE h.center_id = $1 AND h.served_at >= $2 AND h.served_at < $3
             AND (h.kind = 'entered' OR (h.kind = 'correction' AND h.minutes > 0))
             ORDER BY h.served_at, h.id LIMIT 500"
        ))
        .bind(center)
        .bind(from)
        .bind(to)
        .all()
        .await?;
    views(rows)
}

pub(super) async fn look(db: &Db, act: &Act, center: &CenterId, page: &'static str) -> Result<()> {
    let look = CenterLook {
        center,
        action: Verb::HoursView,
        page,
        detail: json!({ "page": page }),
    };
    audit::look_at(db, act, look).await.map(drop)
}
