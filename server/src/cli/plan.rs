//! Bringing in a plan of activities, by the same road as the staff's page.
#![expect(
    clippy::print_stdout,
    reason = "standard output is how a command answers"
)]

use super::{
    Common, Plan,
    open::{act, migrated, told},
};
use anyhow::{Context, bail};
use app::{i18n::Locale, web::sheet, words};
use chrono::Datelike as _;
use domain::{
    Refusal,
    id::CenterId,
    plan_import::{self as plan, Asked, News, Row},
};
use store::{menu, plan_import};

pub(super) async fn import(common: &Common, asked: &Plan) -> anyhow::Result<()> {
    let file = asked.file.display();
    let bytes = std::fs::read(&asked.file).with_context(|| format!("{file} cannot be read"))?;
    let text = sheet::text(&bytes).map_err(|refusal| told(refusal.into()))?;
    let center: CenterId = asked
        .center
        .parse()
        .map_err(|refusal: Refusal| told(refusal.into()))?;
    let (db, act) = (migrated(common).await?, act());
    let fields = menu::fields(&db).await.map_err(told)?;
    let of = Asked {
        year: asked.year.unwrap_or_else(|| act.now.day().year()),
        a_year_later: asked.a_year_later,
        field: asked.field.clone().unwrap_or_default(),
        fields: plan_import::field_names(&fields),
    };
    let read = plan::read(&text, &of).map_err(|refusal| told(refusal.into()))?;
    let look = plan_import::look(&db, &act.caller, &center, &read, act.now).await;
    let look = look.map_err(told)?;
    for (row, news) in read.rows.iter().zip(&look.news) {
        say(row, news);
    }
    let wrong = look
        .news
        .iter()
        .filter(|news| matches!(news, News::Wrong(_)));
    let wrong = wrong.count();
    if !asked.dry_run {
        let done = plan_import::bring_in(&db, &act, &center, read, look.seen).await;
        let done = done.map_err(told)?;
        eprintln!(
            "{} drafts made, {} got more dates, {} dates in all.",
            done.activities, done.extended, done.dates
        );
    }
    db.close().await;
    match wrong {
        0 => Ok(()),
        wrong => bail!("{wrong} rows cannot be used"),
    }
}

fn say(row: &Row, news: &News) {
    let number = row.number;
    let what = match &row.entry {
        Ok(entry) => format!("{} {}", entry.title, entry.span.start().form_value()),
        Err(_) => row.written.clone(),
    };
    match news {
        News::New { .. } => println!("create row {number}, {what}"),
        News::Same { .. } => {}
        News::Changed { .. } => println!("skip row {number}, {what}: it is there, otherwise"),
        News::CalledOff { .. } => println!("skip row {number}, {what}: it is there, called off"),
        News::Over => println!("skip row {number}, {what}: it is over"),
        News::Wrong(wrong) => {
            let why = words::wrong_plan(Locale::en, wrong);
            println!("error row {number}, {what}: {why}");
        }
    }
}
