//! Fields, centers and the template of the menu.

use super::{Summary, broken};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    centers::{Origin, import_in},
};
use domain::{
    id::MenuItemId,
    menu::{ItemHow, ItemTexts},
};
use gazetteer::data::{self, Field, MenuItem, MenuText};

pub(super) async fn seed(db: &Db, act: &Act, summary: &mut Summary) -> Result<()> {
    let op = Places {
        fields: data::fields().map_err(broken)?,
        items: data::menu().map_err(broken)?,
    };
    let (fields, centers, menu_items) = db.write(act, Locks::none(), op).await?;
    summary.fields = fields;
    summary.centers = centers;
    summary.menu_items = menu_items;
    Ok(())
}

struct Places {
    fields: Vec<Field>,
    items: Vec<MenuItem>,
}

#[async_trait::async_trait]
impl Op for Places {
    type Out = (u64, usize, u64);
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let fields = save_fields(tx, &self.fields).await?;
        let rows: Vec<_> = data::centers().iter().cloned().map(Ok).collect();
        let report = import_in(tx, act, &rows, Origin::BuiltIn, false).await?;
        let items = save_items(tx, act, &self.items).await?;
        Ok((fields, report.created() + report.updated(), items))
    }
}

/// Adds or corrects fields; how many.
pub(crate) async fn save_fields(tx: &mut Tx, fields: &[Field]) -> Result<u64> {
    let mut saved = 0;
    for field in fields {
        saved += save_field(tx, field).await?;
    }
    Ok(saved)
}

/// Adds or corrects items of the template; how many.
pub(crate) async fn save_items(tx: &mut Tx, act: &Act, items: &[MenuItem]) -> Result<u64> {
    let mut saved = 0;
    for (sort, item) in (0_i64..).zip(items) {
        saved += save_item(tx, act, item, sort * 10).await?;
    }
    Ok(saved)
}

async fn save_field(tx: &mut Tx, field: &Field) -> Result<u64> {
    tx.sql(
        "INSERT INTO service_field (code, name_zh, name_en, icon, sensitive, sort)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code) DO UPDATE SET name_zh = $2, name_en = $3, icon = $4, sensitive = $5,
             sort = $6
         WHERE service_field.name_zh <> $2 OR service_field.name_en <> $3
             OR service_field.icon <> $4 OR service_field.sensitive <> $5
             OR service_field.sort <> $6",
    )
    .bind(&field.code)
    .bind(&field.name_zh)
    .bind(&field.name_en)
    .bind(&field.icon)
    .bind(field.sensitive)
    .bind(i64::from(field.sort))
    .run()
    .await
}

fn texts(text: &MenuText) -> Result<String> {
    let texts = ItemTexts {
        name: text.name.clone(),
        for_whom: Some(text.for_whom.clone()),
        bring: Some(text.bring.clone()),
        when: Some(text.when.clone()),
        place: Some(text.place.clone()),
        how_to_get: Some(text.how_to_get.clone()),
    };
    Ok(serde_json::to_string(&texts.tidied())?)
}

/// An item of the template; a correction reaches every center in what it left alone. What the city has edited
/// itself stays as it is.
async fn save_item(tx: &mut Tx, act: &Act, item: &MenuItem, sort: i64) -> Result<u64> {
    let (zh, en) = (texts(&item.texts.zh_cn)?, texts(&item.texts.en)?);
    let how: ItemHow = item.how.as_str().parse()?;
    let changed = tx
        .sql(
            "UPDATE menu_item SET field = $2, how = $3, min_age = $4, max_age = $5,
                sensitive = $6, texts_zh = $7, texts_en = $8, sort = $9, revision = revision + 1
             WHERE center_id IS NULL AND code = $1 AND edited_at IS NULL AND (field <> $2 OR how <> $3
                OR COALESCE(min_age, -1) <> COALESCE($4, -1)
                OR COALESCE(max_age, -1) <> COALESCE($5, -1) OR sensitive <> $6
                OR texts_zh <> $7 OR COALESCE(texts_en, '') <> $8 OR sort <> $9)",
        )
        .bind(&item.code)
        .bind(&item.field)
        .bind(how)
        .bind(item.min_age.map(i64::from))
        .bind(item.max_age.map(i64::from))
        .bind(item.sensitive)
        .bind(&zh)
        .bind(&en)
        .bind(sort)
        .run()
        .await?;
    if changed > 0 {
        return Ok(changed);
    }
    let id: MenuItemId = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO menu_item (id, code, field, how, min_age, max_age, sensitive, texts_zh,
             texts_en, sort, status)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'on'
         WHERE NOT EXISTS (SELECT 1 FROM menu_item WHERE center_id IS NULL AND code = $2)",
    )
    .bind(id)
    .bind(&item.code)
    .bind(&item.field)
    .bind(how)
    .bind(item.min_age.map(i64::from))
    .bind(item.max_age.map(i64::from))
    .bind(item.sensitive)
    .bind(zh)
    .bind(en)
    .bind(sort)
    .run()
    .await
}
