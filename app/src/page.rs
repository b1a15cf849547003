//! Everything about a page but its content: for whom it is, how it is drawn, what it is called.
//! The shell renders it ([`Page::render`]).

use crate::i18n::Locale;
use axum::http::StatusCode;
use domain::id::CenterId;

/// How large and how strong a page is drawn (cookie `mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As designed.
    #[default]
    Standard,
    /// The elder mode (长辈版): larger text and targets.
    Elder,
    /// High contrast.
    Contrast,
}

impl Mode {
    /// The text of the cookie and of `data-mode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Elder => "elder",
            Self::Contrast => "contrast",
        }
    }

    /// Reads a cookie's text; anything unknown is the standard mode.
    pub fn parse(text: &str) -> Self {
        match text {
            "elder" => Self::Elder,
            "contrast" => Self::Contrast,
            _ => Self::Standard,
        }
    }
}

/// Whom a page is for; decides layout and sizes in CSS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// A resident or volunteer, on their own device.
    #[default]
    Resident,
    /// Whoever stands before a center's shared screen.
    Kiosk,
    /// Staff at their desk.
    Staff,
}

impl Face {
    /// The text of `data-face`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Kiosk => "kiosk",
            Self::Staff => "staff",
        }
    }
}

/// A way that the header leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavLink {
    /// Where to.
    pub href: String,
    /// What it is called.
    pub words: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// Everything about a page but its content.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of words, dates and `lang`.
    pub locale: Locale,
    /// How it is drawn.
    pub mode: Mode,
    /// Whom it is for.
    pub face: Face,
    /// What the window's title says before the site's name.
    pub title: String,
    /// The HTTP status; 200 unless told.
    pub status: StatusCode,
    /// The center that the browser remembers, for the ways to it.
    pub center: Option<CenterId>,
    /// Path and query of the page, to come back to.
    pub here: String,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Whether the data are demo data, which every page then says.
    pub demo: bool,
    /// What the header calls the member of staff who is signed in.
    pub name: Option<String>,
    /// Where the header leads at the staff's desk; a resident's header has ways of its own.
    pub nav: Vec<NavLink>,
    /// Whether the page is one narrow column (forms, tickets).
    pub narrow: bool,
    /// Whether the page's action bar stays at the bottom of a phone.
    pub with_action: bool,
    /// Whether the page is a kiosk's own: the content fills the screen, and no way leads elsewhere.
    pub kiosk: bool,
    /// Where a browser without scripts goes on to by itself, and after how many seconds.
    pub onward: Option<(u32, String)>,
    /// Whether a browser may keep the page. False (`no-store`) unless told: most pages are someone's.
    pub public: bool,
}

impl Page {
    /// A page for residents in the standard mode, status 200, not to be kept by browsers.
    pub fn new(locale: Locale, title: impl Into<String>) -> Self {
        Self {
            locale,
            mode: Mode::default(),
            face: Face::default(),
            title: title.into(),
            status: StatusCode::OK,
            center: None,
            here: "/".to_owned(),
            signed_in: false,
            demo: false,
            name: None,
            nav: Vec::new(),
            narrow: false,
            with_action: false,
            kiosk: false,
            onward: None,
            public: false,
        }
    }

    /// The same page with another status, such as 409 for a refusal.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same page in one narrow column.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// The same page with its action bar at the bottom of a phone.
    #[must_use]
    pub fn with_action(mut self) -> Self {
        self.with_action = true;
        self
    }

    /// The same page as a kiosk's own, filling the screen.
    #[must_use]
    pub fn kiosk(mut self) -> Self {
        self.face = Face::Kiosk;
        self.kiosk = true;
        self
    }

    /// The same page; a browser without scripts goes on to `path` after so many seconds.
    #[must_use]
    pub fn onward(mut self, seconds: u32, path: impl Into<String>) -> Self {
        self.onward = Some((seconds, path.into()));
        self
    }

    /// The same page, allowed to be kept and revalidated: it shows nothing of anyone.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }
}
