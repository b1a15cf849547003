//! The server: pages, REST and the command line.

mod assets;
mod secrets;

use app::i18n::{Locale, td_string};
use app::shell::Page;
use app::ui::Counter;
use axum::Router;
use axum::routing::get;
use leptos::prelude::*;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let site = assets::site_folder();
    assets::install(&site)?;
    let routes = Router::new()
        .route("/", get(home))
        .route("/healthz", get(async || "ok"))
        .merge(assets::routes(&site));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn home() -> axum::response::Response {
    let locale = Locale::zh_CN;
    Page::new(locale, td_string!(locale, home.title)).public().render(move || {
        view! {
            <h1>{td_string!(locale, home.greeting, name = "世界")}</h1>
            <Counter label="计数".to_owned() />
        }
    })
}
