//! Bringing a database up to date: the migrations, and what they leave to be computed.

use crate::{Act, Db, Ids, Locks, Op, Result, Tx, known};
use domain::{
    access::Caller,
    id::{ActivityId, PersonId},
    person::PersonName,
    time::Timestamp,
};
use gazetteer::title_keys;

/// Applies what migrations are missing.
///
/// # Errors
/// [`crate::Error::Database`] where one fails, or the database was made by a newer program.
pub async fn migrate(db: &Db) -> Result<()> {
    db.migrate().await?;
    let act = Act::new(Caller::system(), Timestamp::default(), Ids::new(|_| ()));
    db.write(&act, Locks::none(), FillSeen).await?;
    db.write(&act, Locks::none(), FillBases).await?;
    fill_search(db).await?;
    fill_people(db).await
}

/// Where nobody noted when somebody was last there, it was when the account was made.
struct FillSeen;

#[async_trait::async_trait]
impl Op for FillSeen {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        tx.sql("UPDATE account SET seen_at = created_at WHERE seen_at = 0")
            .run()
            .await
            .map(drop)
    }
}

/// Where nobody noted what the city's menu said when a center put its own words there, it is what it says
/// now.
struct FillBases;

#[async_trait::async_trait]
impl Op for FillBases {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        tx.sql(
            "UPDATE menu_override SET
                 base_zh = (SELECT i.texts_zh FROM menu_item i WHERE i.id = menu_override.item_id),
                 base_en = (SELECT COALESCE(i.texts_en, '{\"name\":\"\"}') FROM menu_item i
                     WHERE i.id = menu_override.item_id)
             WHERE base_zh IS NULL AND (texts_zh <> '{}' OR texts_en <> '{}')",
        )
        .run()
        .await
        .map(drop)
    }
}

/// So many activities are written in one transaction.
const AT_ONCE: i64 = 500;

/// Computes what the titles of activities are searched by, where it is missing.
async fn fill_search(db: &Db) -> Result<()> {
    let act = Act::new(Caller::system(), Timestamp::default(), Ids::new(|_| ()));
    let mut after = String::new();
    loop {
        let mut tx = db.read().await?;
        let rows: Vec<(ActivityId, String)> = tx
            .sql(
                "SELECT id, title FROM activity WHERE search = '' AND id > $1 ORDER BY id LIMIT $2",
            )
            .bind(&after)
            .bind(AT_ONCE)
            .all()
            .await?;
        drop(tx);
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        after = last.to_string();
        let locks = Locks::of(rows.iter().map(|(id, _)| id));
        db.write(&act, locks, Fill(rows)).await?;
    }
}

struct Fill(Vec<(ActivityId, String)>);

#[async_trait::async_trait]
impl Op for Fill {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        for (id, title) in &self.0 {
            tx.sql("UPDATE activity SET search = $1 WHERE id = $2 AND title = $3")
                .bind(title_keys(title))
                .bind(id)
                .bind(title)
                .run()
                .await?;
        }
        Ok(())
    }
}

/// Computes what people are searched by, where it is missing.
async fn fill_people(db: &Db) -> Result<()> {
    let act = Act::new(Caller::system(), Timestamp::default(), Ids::new(|_| ()));
    let mut after = String::new();
    loop {
        let mut tx = db.read().await?;
        let rows: Vec<(PersonId, PersonName)> = tx
            .sql(
                "SELECT id, name FROM person WHERE search = '' AND status <> 'deleted' AND id > $1
                 ORDER BY id LIMIT $2",
            )
            .bind(&after)
            .bind(AT_ONCE)
            .all()
            .await?;
        drop(tx);
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        after = last.to_string();
        db.write(&act, Locks::none(), FillPeople(rows)).await?;
    }
}

/// Writes down what these people are searched by, by their names.
pub(crate) struct FillPeople(pub(crate) Vec<(PersonId, PersonName)>);

#[async_trait::async_trait]
impl Op for FillPeople {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        for (id, name) in &self.0 {
            // Not over a name that was changed meanwhile, which brought its own.
            tx.sql("UPDATE person SET search = $1 WHERE id = $2 AND name = $3")
                .bind(known::keys(name))
                .bind(id)
                .bind(name)
                .run()
                .await?;
        }
        Ok(())
    }
}
