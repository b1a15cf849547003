//! Demo residents and their families.

use super::{Summary, broken};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    accounts::{self, Profile},
    centers, people,
    reach::Reach,
};
use domain::{
    id::{AccountId, CenterId, PersonId},
    person::{BirthYear, Consent, NewPerson, PersonName, Phone},
};
use gazetteer::data::Resident;

/// Somebody of the demo who can book.
#[derive(Clone, Debug)]
pub(super) struct DemoPerson {
    pub(super) account: AccountId,
    pub(super) person: PersonId,
    pub(super) birth_year: i64,
}

/// Makes the accounts that are missing; everybody in the order of the table.
pub(super) async fn seed(db: &Db, act: &Act, summary: &mut Summary) -> Result<Vec<DemoPerson>> {
    let mut everybody = Vec::new();
    for resident in gazetteer::data::people().map_err(broken)?.residents {
        let shown = (resident.phone.clone(), resident.name.clone());
        summary.demo_residents.push(shown);
        let op = Make { resident };
        let (made, people) = db.write(act, Locks::none(), op).await?;
        summary.residents += usize::from(made);
        everybody.extend(people);
    }
    Ok(everybody)
}

struct Make {
    resident: Resident,
}

#[async_trait::async_trait]
impl Op for Make {
    type Out = (bool, Vec<DemoPerson>);
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let resident = &self.resident;
        let phone = Phone::parse(&resident.phone)?;
        let (account, _) = accounts::ensure_in(tx, act, &Reach::phone(&phone), "zh-CN").await?;
        let made = people::holder_in(tx, &account).await?.is_none();
        if made {
            complete(tx, act, resident, &account).await?;
        }
        let people = people::list_in(tx, &account).await?;
        let people = people.into_iter().map(|p| DemoPerson {
            account: p.account_id,
            person: p.id,
            birth_year: p.birth_year.year(),
        });
        Ok((made, people.collect()))
    }
}

async fn complete(tx: &mut Tx, act: &Act, resident: &Resident, account: &AccountId) -> Result<()> {
    let center: CenterId = resident.center.parse()?;
    let community = centers::place(tx, &center).await?.community;
    let profile = Profile {
        name: PersonName::parse(&resident.name)?,
        birth_year: BirthYear::new(i64::from(resident.birth_year), act.now)?,
        community: Some(community.clone()),
        center: None,
    };
    accounts::save_holder_in(tx, act, account, &profile).await?;
    for member in &resident.family {
        let consent = member.guardian_consent.then(|| Consent {
            text_version: "demo".to_owned(),
            given_at: act.now,
        });
        let new = NewPerson {
            name: PersonName::parse(&member.name)?,
            birth_year: BirthYear::new(i64::from(member.birth_year), act.now)?,
            relation: member.relation.as_str().parse()?,
            community: Some(community.clone()),
            consent,
        };
        people::add_in(tx, act, account, &new).await?;
    }
    tx.sql("UPDATE account SET demo = TRUE, center_id = $1 WHERE id = $2")
        .bind(&center)
        .bind(account)
        .run()
        .await?;
    Ok(())
}
