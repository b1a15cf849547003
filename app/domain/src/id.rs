//! Identifiers: opaque text with a type for each kind of thing, so that they can't be mixed up.

use crate::Refusal;
use uuid::Uuid;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text as stored and as shown in JSON.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::of(text).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        text_id! { $($(#[$doc])* $name,)+ }
        $(
        #[cfg(feature = "schema")]
        crate::schema::described!($name, crate::schema::text(utoipa::openapi::KnownFormat::Uuid));

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self { Self(value.hyphenated().to_string()) }
        }

        impl $name {
            /// The id as a UUID (for the 16 bytes of a ticket).
            pub fn uuid(&self) -> Uuid { Uuid::try_parse(&self.0).unwrap_or(Uuid::nil()) }

            fn of(text: String) -> Result<Self, Refusal> {
                if is_as_kept(&text) { Ok(Self(text)) } else { text.parse() }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Refusal;
            /// Reads any spelling of a UUID. Everything else is [`Refusal::NotFound`]: an id that
            /// can't exist names nothing.
            fn from_str(text: &str) -> Result<Self, Refusal> {
                Uuid::try_parse(text).map(Self::from).map_err(|_| Refusal::NotFound)
            }
        }
        )+
    };
}

/// Whether a UUID is spelled as ids are kept, so that it need not be taken apart and put together: a
/// page has thousands of them.
fn is_as_kept(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

uuid_id! {
    /// An [`crate::activity`]: something that a center runs.
    ActivityId,
    /// One date of an activity.
    OccurrenceId,
    /// A person's place in an occurrence.
    BookingId,
    /// One person's bookings over a series that is enrolled for as a whole.
    EnrolmentId,
    /// A place in a shift that is kept for a friend for a while.
    InvitationId,
    /// Bookings requested together, all or nothing (C-26).
    PartyId,
    /// Somebody who can hold a booking: the account holder or a family member.
    PersonId,
    /// Somebody who signs in with a phone number.
    AccountId,
    /// Somebody who signs in to the staff desk.
    StaffId,
    /// A social-work agency that runs centers under contracts.
    AgencyId,
    /// An agency's contract for a center.
    ContractId,
    /// A program's access token.
    TokenId,
    /// An entry of the service menu.
    MenuItemId,
    /// A message in a person's inbox.
    MessageId,
    /// A login session's public id (never its secret).
    LoginId,
    /// A person's place in a shift.
    AssignmentId,
    /// A stretch of work that leads and volunteers do together.
    ShiftId,
    /// Somebody whom the staff asked to help out in a shift.
    CoverCallId,
    /// What somebody wants to be told of: a shift, or a kind of shift.
    WatchId,
    /// Somebody's record as a volunteer.
    VolunteerId,
    /// An entry of the ledger of volunteer hours.
    HourEntryId,
    /// A certificate of volunteer hours.
    CertificateId,
    /// Somebody's request for a certificate.
    CertificateRequestId,
    /// Two entries of one person, merged.
    MergeId,
    /// A room or a piece of equipment of a center.
    RoomId,
    /// A paired device of one center.
    KioskId,
    /// A scanned wall code that hasn't been used yet.
    ClaimId,
    /// An entry in the door's log. The scanning device makes the id.
    CheckInId,
    /// A printed card for checking in.
    CardId,
}

text_id! {
    /// A center's code, e.g. `SZ440303001-01`. A center's name is never a key.
    CenterId,
}

#[cfg(feature = "schema")]
crate::schema::described!(
    CenterId,
    crate::schema::pattern("^[A-Za-z0-9-]{1,32}$", "SZ440303001-01")
);

impl CenterId {
    fn of(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl std::str::FromStr for CenterId {
    type Err = Refusal;
    /// Reads a center's code: 1 to 32 of ASCII letters, digits and `-`. Case makes no difference;
    /// codes are kept in capitals.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let fits = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(Refusal::NotFound)
        }
    }
}

#[cfg(test)]
mod tests {
    proptest::proptest! {
        #[test]
        fn an_id_is_read_as_its_spelling_is_parsed(
            text in "[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-fg]{11,13}|[0-9a-f-]{36}|[0-9a-f]{32}"
        ) {
            let read = serde_json::from_value::<super::ShiftId>(text.clone().into());
            let parsed = text.parse::<super::ShiftId>();
            proptest::prop_assert_eq!(read.ok(), parsed.ok());
        }
    }

    use super::*;

    #[test]
    fn an_id_reads_back_what_it_writes() {
        let id = BookingId::from(Uuid::from_u128(7));
        assert_eq!(id.as_str().parse::<BookingId>(), Ok(id.clone()));
        assert_eq!(id.uuid(), Uuid::from_u128(7));
        assert_eq!("'; drop table".parse::<BookingId>(), Err(Refusal::NotFound));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<BookingId>(&json).unwrap(), id);
        let nonsense = serde_json::from_str::<BookingId>("\"b1\"").unwrap_err();
        assert!(nonsense.to_string().starts_with("not_found"), "{nonsense}");
    }

    #[test]
    fn a_center_code_is_short_and_plain() {
        assert!("SZ440303001-01".parse::<CenterId>().is_ok());
        assert_eq!(
            "sz440303001-01".parse(),
            "SZ440303001-01".parse::<CenterId>()
        );
        assert_eq!("SZ 1".parse::<CenterId>(), Err(Refusal::NotFound));
        assert_eq!("".parse::<CenterId>(), Err(Refusal::NotFound));
    }
}
