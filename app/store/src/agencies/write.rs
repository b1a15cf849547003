//! Writing down an agency, and changing what is written down of it.

use crate::{
    Act, Db, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
    centers,
};
use domain::{
    Reason, Refusal,
    agency::{self, Agency, CreditCode},
    audit::Verb,
    id::{AgencyId, CenterId},
};
use serde_json::json;

/// Writes down an agency.
///
/// # Errors
/// [`Refusal::Invalid`] on `agency_name` where another has that name (`taken`);
/// [`Refusal::Forbidden`] unless the caller opens centers somewhere.
pub async fn create(db: &Db, act: &Act, agency: Agency) -> Result<AgencyId> {
    let op = Create {
        agency,
        demo: false,
    };
    db.write(act, Locks::none(), op).await
}

/// The same with one of the demo.
pub(crate) async fn create_demo(db: &Db, act: &Act, agency: Agency) -> Result<AgencyId> {
    let op = Create { agency, demo: true };
    db.write(act, Locks::none(), op).await
}

struct Create {
    agency: Agency,
    demo: bool,
}

fn taken() -> Refusal {
    Refusal::invalid("agency_name", Reason::Taken)
}

#[async_trait::async_trait]
impl Op for Create {
    type Out = AgencyId;
    fn replay() -> Replay<AgencyId> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<AgencyId> {
        agency::may_change(&act.caller, &[])?;
        let (id, new): (AgencyId, _) = (act.ids.make(act.now), &self.agency);
        let made = tx
            .sql(
                "INSERT INTO agency (id, name, short_name, credit_code, phone, demo, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING",
            )
            .bind(&id)
            .bind(&new.name)
            .bind(&new.short_name)
            .bind(new.credit_code.as_ref().map(CreditCode::as_str))
            .bind(&new.phone)
            .bind(self.demo)
            .bind(act.now)
            .run()
            .await?;
        if made == 0 {
            return Err(taken().into());
        }
        record(tx, act, Verb::AgencyAdd, &id, (None, new)).await?;
        Ok(id)
    }
}

/// Changes what is written down of an agency. The same again changes nothing and is not put on record.
///
/// # Errors
/// [`Refusal::NotFound`]; else as [`create`], for every center that the agency has a contract for.
pub async fn change(db: &Db, act: &Act, id: AgencyId, agency: Agency) -> Result<AgencyId> {
    db.write(act, Locks::none(), Change { id, agency }).await
}

struct Change {
    id: AgencyId,
    agency: Agency,
}

#[async_trait::async_trait]
impl Op for Change {
    type Out = AgencyId;
    fn replay() -> Replay<AgencyId> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<AgencyId> {
        agency::may_change(&act.caller, &[])?;
        // Locks the row.
        let before: Option<super::read::Written> = tx
            .sql(
                "UPDATE agency SET name = name WHERE id = $1
                 RETURNING name, short_name, credit_code, phone",
            )
            .bind(&self.id)
            .optional()
            .await?;
        let before = before.ok_or(Refusal::NotFound)?.read()?;
        let mut places = Vec::new();
        for center in contracted(tx, &self.id).await? {
            places.push(centers::place(tx, &center).await?);
        }
        agency::may_change(&act.caller, &places)?;
        if before == self.agency {
            return Ok(self.id.clone());
        }
        let new = &self.agency;
        let others = tx
            .sql("SELECT COUNT(*) FROM agency WHERE name = $1 AND id <> $2")
            .bind(&new.name)
            .bind(&self.id)
            .count()
            .await?;
        if others > 0 {
            return Err(taken().into());
        }
        tx.sql(
            "UPDATE agency SET name = $2, short_name = $3, credit_code = $4, phone = $5
             WHERE id = $1",
        )
        .bind(&self.id)
        .bind(&new.name)
        .bind(&new.short_name)
        .bind(new.credit_code.as_ref().map(CreditCode::as_str))
        .bind(&new.phone)
        .run()
        .await?;
        for place in places {
            tx.changed(crate::Change::Center(place.center));
        }
        record(tx, act, Verb::AgencyChange, &self.id, (Some(&before), new)).await?;
        Ok(self.id.clone())
    }
}

/// The centers that the agency has or had a contract for.
async fn contracted(tx: &mut Tx, agency: &AgencyId) -> Result<Vec<CenterId>> {
    let rows: Vec<(CenterId,)> = tx
        .sql("SELECT DISTINCT center_id FROM contract WHERE agency_id = $1")
        .bind(agency)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(center,)| center).collect())
}

/// What is on public papers; of the telephone the log says only whether it is another one.
async fn record(
    tx: &mut Tx,
    act: &Act,
    action: Verb,
    id: &AgencyId,
    (before, after): (Option<&Agency>, &Agency),
) -> Result<()> {
    let told = |of: &Agency| {
        json!({
            "name": of.name, "short_name": of.short_name, "credit_code": of.credit_code,
        })
    };
    let other_phone = before.is_some_and(|before| before.phone != after.phone);
    let entry = Entry {
        action,
        subject: ("agency", id.as_str()),
        center: None,
        detail: json!({
            "before": before.map(told), "after": told(after), "phone_changed": other_phone,
        }),
    };
    audit::record(tx, act, entry).await
}
