//! Who is visiting, in which language and mode: read from the request once, on every route.

use super::{
    Fault, Form, Site,
    browser::{browser_cookie, is_mark},
    fault::{Seen, before_the_visit},
    fault_page, with_cookie,
};
use crate::{
    i18n::Locale,
    page::{Mode, Page},
};
use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, Response, header, request::Parts},
};
use domain::{
    Refusal,
    access::{Caller, Identity},
    id::{AccountId, CenterId, LoginId},
    network::Network,
    time::Timestamp,
};
use leptos_i18n::Locale as _;
use store::{Act, Asker, Db, logins, tokens};

/// The cookie with the center that is theirs.
pub const CENTER: &str = "center";
/// The cookie with the center that was looked at last.
pub const SEEN: &str = "seen";
/// For so long a browser remembers a center (seconds).
pub const CENTER_KEPT: i64 = 365 * 24 * 3600;

/// A fault on a kiosk stays for so long where nobody reads it, in seconds.
const FAULT_STAYS: u32 = 60;

/// The signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its public id.
    pub id: LoginId,
    /// What the page calls the person.
    pub name: String,
    /// Whether the person has still to say who they are; the caller is nobody until then.
    pub is_unproven: bool,
    /// Whether a member of staff has still to choose a password of their own.
    pub wants_password: bool,
}

/// One request: the site, who asks, and how they want it shown.
#[derive(Clone)]
pub struct Visit {
    /// The running site.
    pub site: Site,
    /// Who asks.
    pub caller: Caller,
    /// Their login session; none for programs and for who is not signed in.
    pub login: Option<Login>,
    /// The time of the request.
    pub now: Timestamp,
    /// The language.
    pub locale: Locale,
    /// How pages are drawn.
    pub mode: Mode,
    /// The center that was made theirs in this browser, or where they booked last.
    pub center: Option<CenterId>,
    /// The center that was looked at last.
    pub seen: Option<CenterId>,
    /// Path and query of the request, to come back to.
    pub here: String,
    /// Whether the browser was a kiosk and is none any more: revoked or let go.
    pub lost_kiosk: bool,
    /// The browser's mark, if it has one.
    pub(super) browser: Option<String>,
    /// The network that the request came from, where that is known.
    network: Option<Network>,
}

impl Visit {
    /// The database.
    pub fn db(&self) -> &Db {
        self.site.db()
    }

    /// The frame of a write by this caller.
    pub fn act(&self) -> Act {
        let asker = Asker::new(self.browser.as_deref(), self.network);
        Act::new(self.caller.clone(), self.now, self.site.ids().clone()).asked_by(asker)
    }

    /// The frame of the write that a form asks for, which happens once however often the form is
    /// sent (C-181).
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a key that no page makes.
    pub fn once(&self, form: &Form) -> Result<Act, Refusal> {
        Ok(self.act().with_key(form.key()?))
    }

    /// The same for one of several writes that a form asks for.
    ///
    /// # Errors
    /// As [`Self::once`].
    pub fn once_each(&self, form: &Form, part: &str) -> Result<Act, Refusal> {
        Ok(self.act().with_key(form.key_of(part)?))
    }

    /// A page in the visitor's language and mode.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let mut page = Page::new(self.locale, title);
        page.mode = self.mode;
        page.center = self.seen.clone().or_else(|| self.center.clone());
        page.here = self.here.clone();
        page.signed_in = matches!(
            self.caller.identity,
            Identity::Resident(_) | Identity::Staff(_)
        );
        page.name = self
            .login
            .as_ref()
            .filter(|login| !login.is_unproven)
            .map(|login| login.name.clone());
        page.demo = self.site.settings().demo;
        page
    }

    /// The page that says why this request has no other answer; without a refusal the fault is
    /// ours. For what stands around the handlers: they return [`Fault`].
    pub fn told(&self, refusal: Option<&Refusal>) -> Response<Body> {
        let path = self.here.split('?').next().unwrap_or_default();
        let page = self.page("");
        // A screen without a way back to its start would stay as it is.
        let page = match is_for_kiosks(path) {
            true => page.kiosk().onward(FAULT_STAYS, "/kiosk/idle"),
            false => page,
        };
        fault_page(page, refusal)
    }

    /// Ends the login that the browser came with, if any: when somebody signs out, or signs in over
    /// it.
    ///
    /// # Errors
    /// Database errors; one that has ended meanwhile is none.
    pub async fn end_login(&self) -> store::Result<()> {
        let Some(login) = &self.login else {
            return Ok(());
        };
        match logins::end(self.db(), &self.act(), login.id.clone()).await {
            Err(error) if error.refusal().is_none() => Err(error),
            _ => Ok(()),
        }
    }

    /// The center that whoever looks is most likely concerned with: theirs, else the one they looked
    /// at last.
    pub fn likely_center(&self) -> Option<&CenterId> {
        self.center.as_ref().or(self.seen.as_ref())
    }

    /// An answer after which this center is theirs.
    pub fn at_home(&self, response: Response<Body>, center: &CenterId) -> Response<Body> {
        let secure = self.site.settings().secure_cookies;
        let response = with_cookie(response, CENTER, center.as_str(), CENTER_KEPT, secure);
        with_cookie(response, SEEN, center.as_str(), CENTER_KEPT, secure)
    }

    /// The account of the resident who asks.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] or [`Refusal::Forbidden`].
    pub fn account(&self) -> Result<AccountId, Refusal> {
        self.caller.account().cloned()
    }
}

impl Visit {
    /// Reads who asks from the head of a request.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] for a token that is wrong or revoked; database errors.
    pub async fn of(parts: &Parts, site: &Site) -> store::Result<Self> {
        let now = site.now();
        let cookie = |name| cookie(&parts.headers, name);
        let locale = locale(&parts.headers);
        let (caller, login, lost_kiosk) =
            caller(&parts.headers, parts.uri.path(), site, now).await?;
        let mode = cookie("mode").map_or(Mode::Standard, |text| Mode::parse(&text));
        let here = parts
            .uri
            .path_and_query()
            .map_or("/", |p| p.as_str())
            .to_owned();
        let center = |name| cookie(name).and_then(|text| text.parse().ok());
        let (center, seen) = (center(CENTER), center(SEEN));
        Ok(Self {
            site: site.clone(),
            caller,
            login,
            now,
            locale,
            mode,
            center,
            seen,
            here,
            lost_kiosk,
            browser: cookie(browser_cookie(site.settings().secure_cookies))
                .filter(|text| is_mark(text)),
            network: parts.extensions.get::<Network>().copied(),
        })
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Fault> {
        let visit = Self::of(parts, site)
            .await
            .map_err(|error| before_the_visit(Page::new(locale(&parts.headers), ""), error))?;
        if let Some(seen) = parts.extensions.get::<Seen>() {
            seen.keep(&visit);
        }
        Ok(visit)
    }
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The cookie that holds the secret of a login session. With TLS its name binds it to the host.
pub const fn login_cookie(secure: bool) -> &'static str {
    if secure { "__Host-linli" } else { "linli" }
}

/// The cookie that holds the secret of a kiosk, in the same way.
pub const fn kiosk_cookie(secure: bool) -> &'static str {
    if secure {
        "__Host-linli-kiosk"
    } else {
        "linli-kiosk"
    }
}

/// Where a kiosk's cookie counts: its own pages and what they ask for, and nothing else (C-133).
pub fn is_for_kiosks(path: &str) -> bool {
    ["/kiosk", "/api/v1/kiosk", "/api/v1/check-ins"]
        .iter()
        .filter_map(|base| path.strip_prefix(base))
        .any(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The language: the cookie's choice, else the first known one of Accept-Language, else zh-CN.
pub fn locale(headers: &HeaderMap) -> Locale {
    let known = |tag: &str| {
        let tag = tag.trim().to_ascii_lowercase();
        Locale::get_all().iter().copied().find(|locale| {
            let name = locale.as_str().to_ascii_lowercase();
            name == tag || name.split('-').next() == tag.split('-').next()
        })
    };
    let accepted = || {
        let value = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        value
            .split(',')
            .filter_map(|part| part.split(';').next())
            .find_map(known)
    };
    cookie(headers, "lang")
        .as_deref()
        .and_then(known)
        .or_else(accepted)
        .unwrap_or_default()
}

/// The tag of the language that a request is answered in.
pub fn language(headers: &HeaderMap) -> &'static str {
    locale(headers).as_str()
}

/// Who asks, their login session, and whether the browser has stopped being a kiosk.
async fn caller(
    headers: &HeaderMap,
    path: &str,
    site: &Site,
    now: Timestamp,
) -> store::Result<(Caller, Option<Login>, bool)> {
    let secure = site.settings().secure_cookies;
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value.to_str().ok().and_then(|v| v.strip_prefix("Bearer "));
        let secret = secret.ok_or(Refusal::Unauthenticated)?;
        // A token that is wrong or revoked is an error, not an anonymous visit.
        let caller = tokens::find(site.db(), secret.trim(), now).await?;
        return Ok((caller.ok_or(Refusal::Unauthenticated)?, None, false));
    }
    if is_for_kiosks(path)
        && let Some(secret) = cookie(headers, kiosk_cookie(secure)).filter(|s| !s.is_empty())
    {
        let kiosk = tokens::find(site.db(), &secret, now).await?;
        let lost = kiosk.is_none();
        return Ok((kiosk.unwrap_or_else(Caller::anonymous), None, lost));
    }
    let Some(secret) = cookie(headers, login_cookie(secure)) else {
        return Ok((Caller::anonymous(), None, false));
    };
    Ok(match logins::find(site.db(), &secret, now).await? {
        Some(found) => (
            found.caller,
            Some(Login {
                id: found.login,
                name: found.name,
                is_unproven: found.is_unproven,
                wants_password: found.wants_password,
            }),
            false,
        ),
        None => (Caller::anonymous(), None, false),
    })
}
