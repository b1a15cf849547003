//! Contracts: added, ended on another day, taken back before they begin. The center is locked, so that
//! of two that want the same days one wins.

use super::{bind::settle_in, term};
use crate::{
    Act, Change, Db, Lock, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    centers,
};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    access::Caller,
    agency::{self, Taken, Term},
    audit::Verb,
    id::{AgencyId, CenterId, ContractId},
    time::Timestamp,
};
use serde_json::json;

/// A contract as somebody writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContract {
    /// Whose it is.
    pub agency: AgencyId,
    /// For which center.
    pub center: CenterId,
    /// Its days.
    pub term: Term,
    /// Its number, see [`agency::number`]; may be empty.
    pub number: String,
}

/// What somebody wants to do with a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// Write one down.
    Add(NewContract),
    /// Let it end on that day.
    MoveEnd(ContractId, NaiveDate),
    /// Take it off the list before it begins.
    TakeBack(ContractId),
}

/// Writes down a contract.
///
/// # Errors
/// [`Refusal::ContractOverlaps`], [`Refusal::Invalid`] on `to` for one that is over already,
/// [`Refusal::NotFound`] for a center or an agency that is not there, [`Refusal::Forbidden`] unless
/// the caller opens centers there.
pub async fn add(db: &Db, act: &Act, new: NewContract) -> Result<ContractId> {
    carry_out(db, act, Planned::Add(new)).await
}

/// Lets a contract end on another day than it did. The roles of the agency's people at the center that
/// would outlive it end with it; those that it has ended earlier than they were given for go on as far
/// as it lets them.
///
/// # Errors
/// [`Refusal::ContractOver`]; else as [`add`].
pub async fn move_end(db: &Db, act: &Act, id: ContractId, to: NaiveDate) -> Result<ContractId> {
    carry_out(db, act, Planned::MoveEnd(id, to)).await
}

/// Takes back a contract that has not begun.
///
/// # Errors
/// [`Refusal::ContractBegun`]; [`Refusal::NotFound`], [`Refusal::Forbidden`] as [`add`].
pub async fn take_back(db: &Db, act: &Act, id: ContractId) -> Result<ContractId> {
    carry_out(db, act, Planned::TakeBack(id)).await
}

/// Any of them.
///
/// # Errors
/// Theirs.
pub async fn carry_out(db: &Db, act: &Act, planned: Planned) -> Result<ContractId> {
    let locks = match &planned {
        Planned::Add(new) => Locks::of([&new.center]),
        Planned::MoveEnd(..) | Planned::TakeBack(_) => Locks::none(),
    };
    db.write(act, locks, Write(planned)).await
}

/// A contract as its row has it.
#[derive(sqlx::FromRow)]
struct Row {
    id: ContractId,
    agency_id: AgencyId,
    center_id: CenterId,
    from_day: String,
    to_day: String,
    agency: String,
}

const ROW: &str = "SELECT c.id, c.agency_id, c.center_id, c.from_day, c.to_day,
    a.short_name AS agency FROM contract c JOIN agency a ON a.id = c.agency_id";

impl Row {
    fn term(&self) -> Result<Term> {
        term(&self.from_day, &self.to_day)
    }
}

/// What was decided: whose contract, for which center, its days before and after.
pub(super) struct Decided {
    pub(super) agency: AgencyId,
    pub(super) center: CenterId,
    pub(super) before: Option<Term>,
    pub(super) after: Option<Term>,
}

/// Whether the caller may do it, and what comes of it. The same for whoever looks before they do it.
pub(super) async fn decide(
    tx: &mut Tx,
    caller: &Caller,
    planned: &Planned,
    now: Timestamp,
) -> Result<Decided> {
    // Who may nothing learns nothing.
    agency::may_change(caller, &[])?;
    let (agency, center, own) = match planned {
        Planned::Add(new) => (new.agency.clone(), new.center.clone(), None),
        Planned::MoveEnd(id, _) | Planned::TakeBack(id) => {
            let row = one(tx, id).await?;
            // Between reading the row and locking its center somebody may have changed it.
            tx.need([Lock::from(&row.center_id)])?;
            (row.agency_id.clone(), row.center_id.clone(), Some(row))
        }
    };
    let place = centers::place(tx, &center).await?;
    agency::may_change(caller, &[place])?;
    let there: Vec<Row> = tx
        .sql_built(format!("{ROW} WHERE c.center_id = $1 ORDER BY c.from_day"))
        .bind(&center)
        .all()
        .await?;
    let mut others = Vec::new();
    for row in &there {
        if own.as_ref().is_none_or(|own| own.id != row.id) {
            others.push(Taken {
                agency: row.agency.clone(),
                term: row.term()?,
            });
        }
    }
    let (today, before) = (now.day(), own.as_ref().map(Row::term).transpose()?);
    let after = match (planned, before) {
        (Planned::Add(new), _) => {
            agency::add(new.term, &others, today)?;
            is_there(tx, &agency).await?;
            Some(new.term)
        }
        (Planned::MoveEnd(_, to), Some(term)) => Some(agency::move_end(term, *to, &others, today)?),
        (Planned::TakeBack(_), Some(term)) => {
            agency::take_back(term, today)?;
            None
        }
        (_, None) => return Err(Refusal::NotFound.into()),
    };
    Ok(Decided {
        agency,
        center,
        before,
        after,
    })
}

async fn one(tx: &mut Tx, id: &ContractId) -> Result<Row> {
    let found: Option<Row> = tx
        .sql_built(format!("{ROW} WHERE c.id = $1"))
        .bind(id)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

async fn is_there(tx: &mut Tx, agency: &AgencyId) -> Result<()> {
    let there = tx
        .sql("SELECT COUNT(*) FROM agency WHERE id = $1")
        .bind(agency)
        .count()
        .await?;
    match there {
        0 => Err(Refusal::invalid("agency", Reason::UnknownValue).into()),
        _ => Ok(()),
    }
}

struct Write(Planned);

#[async_trait::async_trait]
impl Op for Write {
    type Out = ContractId;
    fn replay() -> Replay<ContractId> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<ContractId> {
        let decided = decide(tx, &act.caller, &self.0, act.now).await?;
        if decided.before == decided.after {
            // The same end again.
            return Ok(self.0.id().unwrap_or_else(|| act.ids.make(act.now)));
        }
        let (id, verb) = self.save(tx, act).await?;
        settle_in(tx, act, &decided.agency, &decided.center, &id).await?;
        tx.changed(Change::Center(decided.center.clone()));
        let entry = Entry {
            action: verb,
            subject: ("contract", id.as_str()),
            center: Some(&decided.center),
            detail: json!({
                "agency": decided.agency, "before": decided.before, "after": decided.after,
            }),
        };
        audit::record(tx, act, entry).await?;
        Ok(id)
    }
}

impl Planned {
    fn id(&self) -> Option<ContractId> {
        match self {
            Self::Add(_) => None,
            Self::MoveEnd(id, _) | Self::TakeBack(id) => Some(id.clone()),
        }
    }
}

impl Write {
    async fn save(&self, tx: &mut Tx, act: &Act) -> Result<(ContractId, Verb)> {
        Ok(match &self.0 {
            Planned::Add(new) => (insert(tx, act, new).await?, Verb::ContractAdd),
            Planned::MoveEnd(id, to) => {
                tx.sql("UPDATE contract SET to_day = $2 WHERE id = $1")
                    .bind(id)
                    .bind(to.to_string())
                    .run()
                    .await?;
                (id.clone(), Verb::ContractMove)
            }
            Planned::TakeBack(id) => {
                tx.sql("DELETE FROM contract WHERE id = $1")
                    .bind(id)
                    .run()
                    .await?;
                (id.clone(), Verb::ContractTakeBack)
            }
        })
    }
}

async fn insert(tx: &mut Tx, act: &Act, new: &NewContract) -> Result<ContractId> {
    let id: ContractId = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO contract (id, agency_id, center_id, from_day, to_day, number, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&id)
    .bind(&new.agency)
    .bind(&new.center)
    .bind(new.term.from().to_string())
    .bind(new.term.to().to_string())
    .bind(&new.number)
    .bind(act.caller.key())
    .bind(act.now)
    .run()
    .await?;
    Ok(id)
}
