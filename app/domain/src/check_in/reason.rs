//! Why a code opens no door.

crate::text_enum! {
    /// Why what was shown is not known.
    pub enum UnknownReason {
        /// No ticket, card or short code at all, or a bad scan.
        Malformed = "malformed",
        /// Of a format newer than this program.
        UnknownVersion = "unknown_version",
        /// Genuine, and for something that this program does not know.
        UnknownKind = "unknown_kind",
        /// A genuine ticket of a booking that is not here.
        NoSuchTicket = "no_such_ticket",
        /// A genuine card that is not here.
        NoSuchCard = "no_such_card",
        /// Nobody at this center has that short code.
        NoSuchCode = "no_such_code",
        /// A good card whose bearer has booked nothing near this time.
        NoBooking = "no_booking",
        /// Sent under the id of another scan.
        IdReused = "id_reused",
    }
}

crate::text_enum! {
    /// Why what was shown is not genuine, or not any more.
    pub enum ForgedReason {
        /// The signature does not fit.
        Forged = "forged",
        /// Signed, it says, by a key that nobody here has.
        UnknownKey = "unknown_key",
        /// Signed with a key that is trusted no more: the bearer needs a new ticket.
        RevokedKey = "revoked_key",
        /// A card that was revoked.
        RevokedCard = "revoked_card",
    }
}
