//! Reading shifts: one, and those of a stretch of time.

use crate::{
    Db, Error, Result, Tx,
    bookings::small,
    centers, packed,
    page::{Cursor, Limit, Page, Part},
};
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::{MAX_DURATION, Status},
    commitment::Event,
    day::LEFT_OPEN,
    id::{CenterId, OccurrenceId, ShiftId},
    notice::Details,
    place::CenterPlace,
    shift::{
        Duty, Half, Halves, Joining, MissingLead, Needs, Position, Risks, ShiftFacts, State,
        without_lead,
    },
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A shift as lists, pages and answers show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftView {
    /// Its id.
    pub id: ShiftId,
    /// At which center.
    pub center_id: CenterId,
    /// That center's name.
    pub center_name: String,
    /// That center's telephone number, as people write it; may be empty.
    pub center_phone: String,
    /// The occurrence that it belongs to, if any.
    pub occurrence_id: Option<OccurrenceId>,
    /// What it is for, if it is the center's own.
    pub duty: Option<Duty>,
    /// What it is called.
    pub title: String,
    /// Where it is; of a visit the meeting point. May be empty.
    pub place: String,
    /// From when to when.
    pub span: Span,
    /// How volunteers get in.
    pub joining: Joining,
    /// What it needs.
    pub needs: Needs,
    /// How many volunteers hold a place in each position.
    pub taken: Vec<u32>,
    /// How far its halves stand.
    pub halves: Halves,
    /// How many places are kept for friends who were invited.
    pub kept: u32,
    /// Whether it may begin without its lead.
    pub missing_lead: MissingLead,
    /// How many are in line.
    pub waiting: u32,
    /// Draft, published or cancelled.
    pub status: Status,
    /// Why it was cancelled; may be empty.
    pub cancel_reason: String,
    /// When its hours were validated.
    pub closed_at: Option<Timestamp>,
    /// Whether it is demo data.
    pub demo: bool,
    /// Rises with every change that a calendar must learn of (C-160).
    pub sequence: i64,
    /// Rises with every edit (C-69).
    pub revision: i64,
}

impl ShiftView {
    /// How far it is.
    pub fn state(&self, now: Timestamp) -> State {
        self.halves.state(self.status, self.span, now)
    }

    /// Which halves do not stand.
    pub fn missing(&self) -> Vec<Half> {
        self.halves.missing()
    }

    /// The shift as far as decisions ask.
    pub fn facts(&self) -> ShiftFacts {
        ShiftFacts {
            id: self.id.clone(),
            span: self.span,
            status: self.status,
            joining: self.joining,
            needs: self.needs.clone(),
            leads: self.halves.leads,
            volunteers: self.halves.volunteers,
            kept: self.kept,
            waiting: self.waiting,
            taken: self.taken.clone(),
        }
    }

    /// The shift as a notice names it.
    pub(crate) fn sitting(&self) -> Details {
        Details {
            event: Event::Shift(self.id.clone()),
            title: self.title.clone(),
            center: self.center_name.clone(),
            room: self.place.clone(),
            starts_at: self.span.start(),
            ends_at: self.span.end(),
        }
    }

    /// What those are told who are there, while the lead is not.
    pub fn without_lead(&self, now: Timestamp) -> Option<MissingLead> {
        let stands = self.status == Status::Published;
        let policy = stands.then_some(self.missing_lead)?;
        without_lead(policy, &self.halves, self.span, now)
    }

    /// How many more volunteers can come.
    pub const fn free(&self) -> u32 {
        let held = self.halves.volunteers.saturating_add(self.kept);
        self.needs.volunteers_max.saturating_sub(held)
    }
}

/// The columns of a shift `s` and its center `c` that [`Row`] reads, in the order of its fields.
const SHIFT: &str = "s.id, s.center_id, c.name AS center_name, c.phone AS center_phone,
    s.occurrence_id, s.duty, s.title, s.place, s.starts_at, s.ends_at, s.joining, s.leads_min,
    s.volunteers_min, s.volunteers_max, s.waitlist_capacity, s.positions, s.skills, s.trainings,
    s.min_age, s.guardian_below, s.risks, s.risks_version, s.status, s.cancel_reason, s.leads,
    s.volunteers, s.kept, s.waiting, s.closed_at, s.demo, s.sequence, s.revision,
    s.leads_in, s.volunteers_in, c.missing_lead
    FROM shift s JOIN center c ON c.id = s.center_id";

/// The names of these columns, for lists, which are read packed.
const NAMES: &str = "id, center_id, center_name, center_phone, occurrence_id, duty, title, place,
    starts_at, ends_at, joining, leads_min, volunteers_min, volunteers_max, waitlist_capacity,
    positions, skills, trainings, min_age, guardian_below, risks, risks_version, status,
    cancel_reason, leads, volunteers, kept, waiting, closed_at, demo, sequence, revision, leads_in,
    volunteers_in, missing_lead";

#[derive(sqlx::FromRow, Deserialize)]
struct Row {
    id: ShiftId,
    center_id: CenterId,
    center_name: String,
    center_phone: String,
    occurrence_id: Option<OccurrenceId>,
    duty: Option<Duty>,
    title: String,
    place: String,
    #[serde(deserialize_with = "packed::instant")]
    starts_at: Timestamp,
    #[serde(deserialize_with = "packed::instant")]
    ends_at: Timestamp,
    joining: Joining,
    leads_min: i64,
    volunteers_min: i64,
    volunteers_max: i64,
    waitlist_capacity: i64,
    positions: String,
    skills: String,
    trainings: String,
    min_age: Option<i64>,
    guardian_below: i64,
    risks: String,
    risks_version: i64,
    status: Status,
    cancel_reason: String,
    leads: i64,
    volunteers: i64,
    kept: i64,
    waiting: i64,
    #[serde(deserialize_with = "packed::maybe_instant")]
    closed_at: Option<Timestamp>,
    #[serde(deserialize_with = "packed::flag")]
    demo: bool,
    sequence: i64,
    revision: i64,
    leads_in: i64,
    volunteers_in: i64,
    missing_lead: MissingLead,
}

/// A list that lies in one column.
pub(crate) fn list_column<T: Serialize>(list: &T) -> Result<String> {
    Ok(serde_json::to_string(list)?)
}

fn read_list<T: DeserializeOwned>(stored: &str) -> Result<T> {
    Ok(serde_json::from_str(stored)?)
}

fn age(stored: i64) -> Result<u8> {
    u8::try_from(stored).map_err(|_| Error::Corrupt("an age"))
}

impl Row {
    fn read(self, taken: Vec<u32>) -> Result<ShiftView> {
        let positions: Vec<Position> = read_list(&self.positions)?;
        Ok(ShiftView {
            span: Span::new(self.starts_at, self.ends_at)?,
            needs: Needs {
                leads_min: small(self.leads_min)?,
                volunteers_min: small(self.volunteers_min)?,
                volunteers_max: small(self.volunteers_max)?,
                waitlist_capacity: small(self.waitlist_capacity)?,
                positions,
                skills: read_list(&self.skills)?,
                trainings: read_list(&self.trainings)?,
                min_age: self.min_age.map(age).transpose()?,
                guardian_below: age(self.guardian_below)?,
                risks: Risks {
                    text: self.risks,
                    version: small(self.risks_version)?,
                },
            },
            taken,
            missing_lead: self.missing_lead,
            halves: Halves {
                leads: small(self.leads)?,
                leads_min: small(self.leads_min)?,
                volunteers: small(self.volunteers)?,
                volunteers_min: small(self.volunteers_min)?,
                leads_in: small(self.leads_in)?,
                volunteers_in: small(self.volunteers_in)?,
            },
            kept: small(self.kept)?,
            waiting: small(self.waiting)?,
            id: self.id,
            center_id: self.center_id,
            center_name: self.center_name,
            center_phone: self.center_phone,
            occurrence_id: self.occurrence_id,
            duty: self.duty,
            title: self.title,
            place: self.place,
            joining: self.joining,
            status: self.status,
            cancel_reason: self.cancel_reason,
            closed_at: self.closed_at,
            demo: self.demo,
            sequence: self.sequence,
            revision: self.revision,
        })
    }
}

/// Rows with how many hold a place in each of their positions; only those that have positions are
/// asked for.
async fn with_positions(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<ShiftView>> {
    let with = rows.iter().filter(|row| row.positions != "[]");
    let with: Vec<&str> = with.map(|row| row.id.as_str()).collect();
    let mut counts: Vec<(ShiftId, Option<String>, i64)> = Vec::new();
    if !with.is_empty() {
        let text = format!(
            "SELECT shift_id, position, COUNT(*) FROM assignment
             WHERE shift_id {} AND role = 'volunteer'
             AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')
             GROUP BY shift_id, position",
            tx.one_of("$1")
        );
        counts = tx.sql_built(text).bind_list(with).all().await?;
    }
    let views = rows.into_iter().map(|row| {
        let positions: Vec<Position> = read_list(&row.positions)?;
        let taken = |position: &Position| {
            let mut those = counts.iter().filter(|(shift, of, _)| {
                *shift == row.id && of.as_deref() == Some(position.name.as_str())
            });
            those.next().map_or(Ok(0), |(_, _, count)| small(*count))
        };
        let taken: Result<Vec<u32>> = positions.iter().map(taken).collect();
        row.read(taken?)
    });
    views.collect()
}

pub(crate) async fn view_in(tx: &mut Tx, id: &ShiftId) -> Result<Option<ShiftView>> {
    let row: Option<Row> = tx
        .sql_built(format!("SELECT {SHIFT} WHERE s.id = $1"))
        .bind(id)
        .optional()
        .await?;
    let rows = row.into_iter().collect();
    Ok(with_positions(tx, rows).await?.pop())
}

#[derive(sqlx::FromRow)]
struct PlacedRow {
    #[sqlx(flatten)]
    row: Row,
    district_code: String,
    subdistrict_code: String,
    community: String,
}

/// The same with where its center lies, in one statement.
pub(crate) async fn placed_in(
    tx: &mut Tx,
    id: &ShiftId,
) -> Result<Option<(ShiftView, CenterPlace)>> {
    let text =
        format!("SELECT c.district_code, c.subdistrict_code, c.community, {SHIFT} WHERE s.id = $1");
    let found: Option<PlacedRow> = tx.sql_built(text).bind(id).optional().await?;
    let Some(found) = found else { return Ok(None) };
    let place = CenterPlace::new(
        found.row.center_id.clone(),
        found.district_code,
        found.subdistrict_code,
        &found.community,
    );
    let view = with_positions(tx, vec![found.row]).await?.pop();
    Ok(view.map(|view| (view, place)))
}

/// One shift as everybody sees it: published, or cancelled after it had been.
///
/// # Errors
/// [`Refusal::NotFound`]; database errors.
pub async fn find(db: &Db, id: &ShiftId) -> Result<ShiftView> {
    let view = view_in(&mut db.read().await?, id).await?;
    let seen = view.filter(|view| view.status != Status::Draft);
    Ok(seen.ok_or(Refusal::NotFound)?)
}

/// One shift as those see it who see the center's plans: drafts too.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn find_for_staff(db: &Db, caller: &Caller, id: &ShiftId) -> Result<ShiftView> {
    let mut tx = db.read().await?;
    let view = view_in(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let place = centers::place(&mut tx, &view.center_id).await?;
    caller.may(Action::ViewPlans, &place)?;
    Ok(view)
}

/// The published shifts of an occurrence that are to come, by start.
///
/// # Errors
/// Database errors.
pub async fn of_occurrence(
    db: &Db,
    occurrence: &OccurrenceId,
    now: Timestamp,
) -> Result<Vec<ShiftView>> {
    let mut tx = db.read().await?;
    let which = "s.status = 'published' AND s.starts_at > $2";
    of_occurrence_in(&mut tx, occurrence, now, which).await
}

/// The shifts of an occurrence that are not over, for whoever sees its center's plans: drafts too.
///
/// # Errors
/// Database errors.
pub async fn of_occurrence_for_staff(
    db: &Db,
    occurrence: &OccurrenceId,
    now: Timestamp,
) -> Result<Vec<ShiftView>> {
    let mut tx = db.read().await?;
    let which = "s.status <> 'cancelled' AND s.ends_at > $2";
    of_occurrence_in(&mut tx, occurrence, now, which).await
}

async fn of_occurrence_in(
    tx: &mut Tx,
    occurrence: &OccurrenceId,
    now: Timestamp,
    which: &'static str,
) -> Result<Vec<ShiftView>> {
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "SELECT {SHIFT} WHERE s.occurrence_id = $1 AND {which}
             ORDER BY s.starts_at, s.id LIMIT 20"
        ))
        .bind(occurrence)
        .bind(now)
        .all()
        .await?;
    with_positions(tx, rows).await
}

/// A shift that has too few volunteers, as an invitation names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// Which.
    pub id: ShiftId,
    /// What it is called.
    pub title: String,
    /// From when to when.
    pub span: Span,
    /// How many volunteers are missing.
    pub missing: u32,
}

/// The first shifts of a center until then that have too few volunteers and can be signed up for, or
/// asked for, by start.
///
/// # Errors
/// Database errors.
pub async fn short(
    db: &Db,
    center: &CenterId,
    now: Timestamp,
    until: Timestamp,
    most: u32,
) -> Result<Vec<Short>> {
    let mut tx = db.read().await?;
    let rows: Vec<(ShiftId, String, Timestamp, Timestamp, i64)> = tx
        .sql(
            "SELECT id, title, starts_at, ends_at, volunteers_min - volunteers FROM shift
             WHERE center_id = $1 AND starts_at > $2 AND starts_at < $3 AND status = 'published'
             AND volunteers < volunteers_min AND volunteers + kept < volunteers_max
             AND joining <> $4
             ORDER BY starts_at, id LIMIT $5",
        )
        .bind(center)
        .bind(now)
        .bind(until)
        .bind(Joining::Invite)
        .bind(i64::from(most))
        .all()
        .await?;
    let read = rows
        .into_iter()
        .map(|(id, title, starts_at, ends_at, missing)| {
            Ok(Short {
                id,
                title,
                span: Span::new(starts_at, ends_at)?,
                missing: small(missing)?,
            })
        });
    read.collect()
}

/// Which shifts.
#[derive(Clone, Debug)]
pub struct Search {
    /// Of which center; of all without one.
    pub center: Option<CenterId>,
    /// What ends after that.
    pub from: Timestamp,
    /// What starts before that.
    pub to: Timestamp,
    /// Which part.
    pub part: Part,
}

/// Published shifts, and those cancelled after they had been, by start.
///
/// # Errors
/// Database errors.
pub async fn list(db: &Db, search: &Search) -> Result<Page<ShiftView>> {
    list_in(&mut db.read().await?, search).await
}

/// What everybody sees.
const NO_DRAFT: &str = "s.status <> 'draft'";

pub(crate) async fn list_in(tx: &mut Tx, search: &Search) -> Result<Page<ShiftView>> {
    list_of(tx, search, NO_DRAFT).await
}

/// Every published shift of a center that ends after one instant and starts before another, by start:
/// what decides or proposes must not miss the last ones of a busy week.
pub(crate) async fn all_in(
    tx: &mut Tx,
    center: &CenterId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<ShiftView>> {
    whole(tx, center, (from, to), "s.status = 'published'").await
}

/// Every shift of a center that ends after one instant and starts before another as those see them who
/// see its plans: drafts too.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn all_for_staff(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<ShiftView>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    whole(&mut tx, center, (from, to), "TRUE").await
}

/// The whole of a list, part by part.
async fn whole(
    tx: &mut Tx,
    center: &CenterId,
    (from, to): (Timestamp, Timestamp),
    shown: &'static str,
) -> Result<Vec<ShiftView>> {
    let mut search = Search {
        center: Some(center.clone()),
        from,
        to,
        part: Part::first(Limit::MOST),
    };
    let mut all = Vec::new();
    loop {
        let found = list_of(tx, &search, shown).await?;
        all.extend(found.items);
        match found.next {
            Some(next) => search.part.after = Some(next),
            None => return Ok(all),
        }
    }
}

/// Where the first part of a list begins: whatever began earlier is over, but for what lasts longer than
/// a day. Without it a list would read all the years that are over.
const SINCE: &str = "CAST($3 AS BIGINT) < $1 AND CAST($4 AS TEXT) = ''
    AND s.starts_at >= (SELECT COALESCE(MIN(l.starts_at), $1 - 86400000) FROM shift l
        WHERE l.ends_at - l.starts_at > 86400000 AND l.ends_at > $1
        AND l.starts_at > $1 - CAST($7 AS BIGINT) AND l.starts_at < $1 - 86400000)";

/// Where the next part goes on.
const AFTER: &str = "CAST($7 AS BIGINT) > 0
    AND (s.starts_at > $3 OR (s.starts_at = $3 AND s.id > $4))";

async fn list_of(tx: &mut Tx, search: &Search, shown: &'static str) -> Result<Page<ShiftView>> {
    let part = match search.part.after {
        Some(_) => AFTER,
        None => SINCE,
    };
    let at = match search.center {
        Some(_) => "s.center_id = $5 AND",
        None => "CAST($5 AS TEXT) IS NULL AND",
    };
    let (after, id) = search.part.after_start();
    let all = tx.pack(NAMES);
    let mut rows: Vec<Row> = tx
        .sql_built(format!(
            "SELECT {all} FROM (SELECT {SHIFT} WHERE {at} {shown} AND s.ends_at > $1
             AND s.starts_at < $2 AND {part} ORDER BY s.starts_at, s.id LIMIT $6) AS found"
        ))
        .bind(search.from)
        .bind(search.to)
        .bind(after)
        .bind(id)
        .bind(search.center.as_ref().map(CenterId::as_str))
        .bind(search.part.limit.and_one())
        .bind(MAX_DURATION)
        .packed()
        .await?;
    rows.sort_by(|one, other| (one.starts_at, &one.id).cmp(&(other.starts_at, &other.id)));
    let found = with_positions(tx, rows).await?;
    Ok(search
        .part
        .of_rows(found, |shift| Cursor::after(shift.span.start(), &shift.id)))
}

/// A center's shifts that are over and that nobody has closed, of the days that are still asked after
/// ([`LEFT_OPEN`]), by start. Where nobody holds a place there is nothing to close.
pub(crate) async fn unclosed_in(
    tx: &mut Tx,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<ShiftView>> {
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "SELECT {SHIFT} WHERE s.center_id = $1 AND s.starts_at > $2 AND s.starts_at < $3
             AND s.ends_at <= $3 AND s.status = 'published' AND s.closed_at IS NULL
             AND s.volunteers > 0 ORDER BY s.starts_at, s.id"
        ))
        .bind(center)
        .bind(now.plus(-LEFT_OPEN))
        .bind(now)
        .all()
        .await?;
    with_positions(tx, rows).await
}
