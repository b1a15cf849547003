//! A center that opens: beside one that there is, in its subdistrict, under the next free code.

use super::{import::Origin, import_in, place, settings::contact};
use crate::{Act, Db, Lock, Locks, Op, Outcome, Replay, Result, Tx, outcome};
use domain::{Reason, Refusal, access::Action, id::CenterId, text};
use gazetteer::data::CenterRow;

/// Most characters of a name or of a community's.
const NAME: usize = 60;

/// A center as somebody describes it. Hours, rooms and the rest it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCenter {
    /// Any center of its subdistrict.
    pub beside: CenterId,
    /// Its name: no other center of the subdistrict has it.
    pub name: String,
    /// The community that it serves.
    pub community: String,
    /// Where it is; empty for unknown.
    pub address: String,
    /// Its telephone number; empty for unknown.
    pub phone: String,
}

impl NewCenter {
    fn checked(self) -> std::result::Result<Self, Refusal> {
        let name = text::name("center_name", &self.name, NAME)?;
        let community = text::name("community", &self.community, NAME)?;
        let (phone, address) = contact(&self.phone, &self.address)?;
        Ok(Self {
            beside: self.beside,
            name,
            community,
            address,
            phone,
        })
    }
}

/// Opens a center; its code.
///
/// # Errors
/// [`Refusal::Invalid`] on `name` (`taken` where the subdistrict has one of that name), `community`,
/// `address` or `telephone`; [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn create(db: &Db, act: &Act, new: NewCenter) -> Result<CenterId> {
    let op = Create(new.checked()?);
    // Two that open in one subdistrict at once must not get one code.
    let first = first_of(db, &op.0.beside).await?;
    Ok(db.write(act, Locks::of([first]), op).await??)
}

/// The one center of a subdistrict that stands for all of them, as a lock.
async fn first_of(db: &Db, beside: &CenterId) -> Result<CenterId> {
    let mut tx = db.read().await?;
    let found: Option<(CenterId,)> = tx
        .sql(
            "SELECT MIN(o.id) FROM center c JOIN center o ON o.subdistrict_code = c.subdistrict_code
             WHERE c.id = $1 HAVING COUNT(*) > 0",
        )
        .bind(beside)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?.0)
}

struct Create(NewCenter);

#[async_trait::async_trait]
impl Op for Create {
    type Out = Outcome<CenterId>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.create_in(tx, act).await)
    }
}

/// A center of the same subdistrict.
#[derive(sqlx::FromRow)]
struct Sibling {
    id: CenterId,
    name: String,
    district_code: String,
    district: String,
    subdistrict_code: String,
    subdistrict: String,
}

impl Create {
    async fn create_in(&self, tx: &mut Tx, act: &Act) -> Result<CenterId> {
        let new = &self.0;
        act.caller
            .may(Action::ManageCenters, &place(tx, &new.beside).await?)?;
        let siblings: Vec<Sibling> = tx
            .sql(
                "SELECT o.id, o.name, o.district_code, o.district, o.subdistrict_code, o.subdistrict
                 FROM center c JOIN center o ON o.subdistrict_code = c.subdistrict_code
                 WHERE c.id = $1 ORDER BY o.id",
            )
            .bind(&new.beside)
            .all()
            .await?;
        let of = siblings.first().ok_or(Refusal::NotFound)?;
        tx.need([Lock::from(&of.id)])?;
        if siblings.iter().any(|other| other.name == new.name) {
            return Err(Refusal::invalid("center_name", Reason::Taken).into());
        }
        let taken: Vec<&str> = siblings.iter().map(|other| other.id.as_str()).collect();
        let code = next_code(&of.subdistrict_code, &taken);
        let id: CenterId = code.parse()?;
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let row = CenterRow {
            id: code,
            name: new.name.clone(),
            district_code: of.district_code.clone(),
            district: of.district.clone(),
            subdistrict_code: of.subdistrict_code.clone(),
            subdistrict: of.subdistrict.clone(),
            community: new.community.clone(),
            name_source: String::new(),
            second_site_demo: false,
            address: some(&new.address),
            phone: some(&new.phone),
            position: None,
            coordinates_demo: false,
            hours: None,
        };
        import_in(tx, act, &[Ok(row)], Origin::City, false).await?;
        Ok(id)
    }
}

/// The code after the highest of the subdistrict's: `SZ440303001-04`.
fn next_code(subdistrict: &str, taken: &[&str]) -> String {
    let stem = format!("SZ{}-", subdistrict.trim_start_matches("SZ"));
    let number = |code: &&str| code.strip_prefix(&stem)?.parse::<u32>().ok();
    let highest = taken.iter().filter_map(number).max().unwrap_or(0);
    format!("{stem}{:02}", highest + 1)
}

#[cfg(test)]
mod tests {
    use super::next_code;

    #[test]
    fn a_code_is_the_next_after_the_highest() {
        let taken = ["SZ440303001-01", "SZ440303001-09", "OTHER-77"];
        assert_eq!(next_code("440303001", &taken), "SZ440303001-10");
        assert_eq!(next_code("440303002", &[]), "SZ440303002-01");
    }
}
