//! Who may do what, where. One function answers, [`Caller::may`]; every route asks it on the
//! server (rule 6, C-148).

use crate::{
    Reason, Refusal,
    id::{AccountId, CenterId, StaffId, TokenId},
    place::CenterPlace,
};
use serde::{Deserialize, Serialize};

pub mod granting;
pub use granting::TimedGrant;

crate::text_enum! {
    /// The part somebody plays at a place.
    pub enum Role {
        /// Books for themselves and their family.
        Resident = "resident",
        /// A paired device of one center.
        Kiosk = "kiosk",
        /// 社工: plans activities, runs the desk.
        SocialWorker = "social_worker",
        /// Runs a center.
        CenterManager = "center_manager",
        /// Oversees the centers of a subdistrict.
        SubdistrictSupervisor = "subdistrict_supervisor",
        /// Oversees the centers of a district.
        DistrictSupervisor = "district_supervisor",
        /// Oversees all centers.
        CitySupervisor = "city_supervisor",
        /// 第三方评估: reads anonymised figures.
        Evaluator = "evaluator",
        /// Keeps the system running; sees no residents.
        Admin = "admin",
    }
}

crate::text_enum! {
    /// What a caller wants to do with what belongs to a center.
    pub enum Action {
        /// See unpublished activities, and figures without personal data.
        ViewPlans = "view_plans",
        /// Create, edit, publish and cancel activities and occurrences.
        ManageActivities = "manage_activities",
        /// Edit the center's service menu.
        ManageMenu = "manage_menu",
        /// See who is booked. This is personal data, so every look is audited.
        ViewBookings = "view_bookings",
        /// Book and cancel for somebody at the desk or on the telephone.
        BookForOthers = "book_for_others",
        /// Book at the center's own touch screen.
        BookAtKiosk = "book_at_kiosk",
        /// Pair, watch, release and revoke the center's kiosks, and put up its poster.
        ManageKiosks = "manage_kiosks",
        /// Admit people at the center's doors. Kiosks only ever see masked names.
        CheckIn = "check_in",
        /// Read the audit log.
        ReadAudit = "read_audit",
        /// Create staff accounts and grant roles.
        ManageStaff = "manage_staff",
        /// Import and edit centers.
        ManageCenters = "manage_centers",
        /// Decide what a center decides for itself.
        SetPolicy = "set_policy",
        /// See how social workers are supervised: figures of an area.
        ViewSupervision = "view_supervision",
        /// Evaluate a center for a third party.
        Evaluate = "evaluate",
    }
}

impl Role {
    /// Whether the role includes the action, somewhere.
    pub const fn includes(self, action: Action) -> bool {
        use Action as A;
        match self {
            Self::Resident => false,
            Self::Kiosk => matches!(action, A::BookAtKiosk | A::CheckIn),
            Self::SocialWorker => matches!(
                action,
                A::ViewPlans
                    | A::ManageActivities
                    | A::ManageMenu
                    | A::ViewBookings
                    | A::BookForOthers
                    | A::ManageKiosks
                    | A::CheckIn
            ),
            Self::CenterManager => !matches!(
                action,
                A::BookAtKiosk | A::ManageCenters | A::ViewSupervision | A::Evaluate
            ),
            Self::SubdistrictSupervisor | Self::DistrictSupervisor => {
                matches!(
                    action,
                    A::ViewPlans | A::ReadAudit | A::ManageStaff | A::ViewSupervision
                )
            }
            Self::CitySupervisor => {
                matches!(
                    action,
                    A::ViewPlans
                        | A::ReadAudit
                        | A::ManageStaff
                        | A::ManageCenters
                        | A::ViewSupervision
                )
            }
            Self::Evaluator => matches!(action, A::ViewPlans | A::Evaluate),
            Self::Admin => !matches!(
                action,
                A::BookAtKiosk | A::ViewBookings | A::BookForOthers | A::CheckIn | A::Evaluate
            ),
        }
    }

    /// Whether people of the role lead shifts.
    pub const fn leads(self) -> bool {
        matches!(self, Self::SocialWorker | Self::CenterManager)
    }

    /// The role's rank, for granting: nobody grants a role above their own. `None` for
    /// residents, who are never granted anything.
    pub const fn rank(self) -> Option<u8> {
        match self {
            Self::Resident => None,
            Self::Kiosk | Self::Evaluator => Some(0),
            Self::SocialWorker => Some(1),
            Self::CenterManager => Some(2),
            Self::SubdistrictSupervisor => Some(3),
            Self::DistrictSupervisor => Some(4),
            Self::CitySupervisor => Some(5),
            Self::Admin => Some(6),
        }
    }
}

crate::text_enum! {
    /// Whether a staff account can be used.
    pub enum StaffStatus {
        /// Its owner can sign in.
        Active = "active",
        /// Switched off until somebody switches it on again.
        Suspended = "suspended",
        /// Closed for good: kept for what the audit log says of it.
        Closed = "closed",
    }
}

/// The part of the city that a grant covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// Everything.
    City,
    /// The centers of a district, by its code.
    District(String),
    /// The centers of a subdistrict, by its code.
    Subdistrict(String),
    /// One center.
    Center(CenterId),
}

impl Scope {
    /// Reads `city`, `district:440303`, `subdistrict:440303001`, `center:SZ440303001-01`, or a
    /// bare code of six digits, nine digits or a center's.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let digits = |t: &str, n| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
        let plain = |t: &str| {
            !t.is_empty()
                && t.len() <= 32
                && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        match text.split_once(':') {
            Some(("district", code)) if plain(code) => Ok(Self::District(code.to_owned())),
            Some(("subdistrict", code)) if plain(code) => Ok(Self::Subdistrict(code.to_owned())),
            Some(("center", code)) => code.parse().map(Self::Center),
            None if text == "city" => Ok(Self::City),
            None if digits(text, 6) || text == "SZ-DP" => Ok(Self::District(text.to_owned())),
            None if digits(text, 9) => Ok(Self::Subdistrict(text.to_owned())),
            None if plain(text) && text.starts_with("SZ") => text.parse().map(Self::Center),
            _ => Err(Refusal::invalid("scope", Reason::UnknownValue)),
        }
    }

    /// Whether a center at that place is covered.
    pub fn covers(&self, place: &CenterPlace) -> bool {
        match self {
            Self::City => true,
            Self::District(code) => *code == place.district,
            Self::Subdistrict(code) => *code == place.subdistrict,
            Self::Center(id) => *id == place.center,
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::City => f.write_str("city"),
            Self::District(code) => write!(f, "district:{code}"),
            Self::Subdistrict(code) => write!(f, "subdistrict:{code}"),
            Self::Center(id) => write!(f, "center:{id}"),
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

/// A role at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role that is granted.
    pub role: Role,
    /// Where the role applies.
    pub scope: Scope,
}

/// Who is asking, regardless of rights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// Nobody is signed in.
    Anonymous,
    /// A resident, signed in or by a token of theirs.
    Resident(AccountId),
    /// A member of staff.
    Staff(StaffId),
    /// A program or a paired device.
    Program(TokenId),
    /// The command line and the jobs of the server itself.
    System,
}

/// Who is asking, and what they were granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who they are.
    pub identity: Identity,
    /// Roles of staff and programs; a resident has none.
    pub grants: Vec<Grant>,
}

impl Caller {
    /// Nobody.
    pub const fn anonymous() -> Self {
        Self {
            identity: Identity::Anonymous,
            grants: Vec::new(),
        }
    }

    /// The server itself.
    pub const fn system() -> Self {
        Self {
            identity: Identity::System,
            grants: Vec::new(),
        }
    }

    /// A resident.
    pub const fn resident(account: AccountId) -> Self {
        Self {
            identity: Identity::Resident(account),
            grants: Vec::new(),
        }
    }

    /// The resident's account.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] where nobody is signed in, [`Refusal::Forbidden`] for staff
    /// and programs, who act for others by their own routes.
    pub fn account(&self) -> Result<&AccountId, Refusal> {
        match &self.identity {
            Identity::Resident(account) => Ok(account),
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        }
    }

    /// The member of staff.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] where nobody is signed in, [`Refusal::Forbidden`] for residents,
    /// and for programs that stand for nobody.
    pub fn staff(&self) -> Result<&StaffId, Refusal> {
        match &self.identity {
            Identity::Staff(staff) => Ok(staff),
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        }
    }

    /// Whether any grant allows the action at the place.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] where nobody is signed in, else [`Refusal::Forbidden`].
    pub fn may(&self, action: Action, place: &CenterPlace) -> Result<(), Refusal> {
        let granted = self
            .grants
            .iter()
            .any(|g| g.role.includes(action) && g.scope.covers(place));
        match &self.identity {
            Identity::System => Ok(()),
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ if granted => Ok(()),
            _ => Err(Refusal::Forbidden),
        }
    }

    /// Whether a grant for the whole city allows the action: for what belongs to no center.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] where nobody is signed in, else [`Refusal::Forbidden`].
    pub fn may_in_city(&self, action: Action) -> Result<(), Refusal> {
        let granted = self
            .grants
            .iter()
            .any(|g| g.role.includes(action) && g.scope == Scope::City);
        match &self.identity {
            Identity::System => Ok(()),
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ if granted => Ok(()),
            _ => Err(Refusal::Forbidden),
        }
    }

    /// Whether the caller may give this role, or take it away. `within` is every scope that
    /// contains the grant's, including itself. One of the caller's own grants must allow managing
    /// staff, cover the scope, and rank at least as high: nobody hands out more than they hold.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a role that is never granted, [`Refusal::Unauthenticated`] where
    /// nobody is signed in, else [`Refusal::Forbidden`].
    pub fn may_grant(&self, grant: &Grant, within: &[Scope]) -> Result<(), Refusal> {
        let Some(wanted) = grant.role.rank() else {
            return Err(Refusal::invalid("role", Reason::NotGrantable));
        };
        let held = self.grants.iter().any(|own| {
            own.role.includes(Action::ManageStaff)
                && own.role.rank() >= Some(wanted)
                && within.contains(&own.scope)
        });
        match &self.identity {
            Identity::System => Ok(()),
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ if held => Ok(()),
            _ => Err(Refusal::Forbidden),
        }
    }

    /// Whether any grant allows the action anywhere; decides whether to show a link.
    pub fn may_somewhere(&self, action: Action) -> bool {
        self.grants.iter().any(|g| g.role.includes(action))
    }

    /// What the audit log and idempotency keys call the caller, e.g. `staff:0190…`.
    pub fn key(&self) -> String {
        match &self.identity {
            Identity::Anonymous => "anonymous".to_owned(),
            Identity::Resident(id) => format!("account:{id}"),
            Identity::Staff(id) => format!("staff:{id}"),
            Identity::Program(id) => format!("token:{id}"),
            Identity::System => "system".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
